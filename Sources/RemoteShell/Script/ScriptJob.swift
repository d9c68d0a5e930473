import Basics

/// One run of a script on a host, at most once under its name.
struct ScriptJob: Sendable {
  /// Where the script's text comes from.
  enum Source: Hashable, Sendable {
    /// The script stands on the host.
    case inPlace
    /// The host fetches it itself.
    case url(String)
    /// It is uploaded.
    case text([UInt8])

    var name: String {
      switch self {
      case .inPlace: "place"
      case .url: "url"
      case .text: "text"
      }
    }
  }

  struct Answer: Hashable, Sendable {
    var expect: String
    var send: String
  }

  /// The name of the marker on the host: token, kind of run, number of the attempt.
  var name: String
  /// What was asked for: the same name with another digest is refused by the host.
  var digest: String
  /// The path of the script on the host.
  var path: String
  var source: Source
  var words: [String]
  var answers: [Answer] = []
  /// A path whose presence means that there is nothing to do.
  var creates: String?
  var asRoot = false
  /// The folder of the markers; `nil` for the host's default.
  var base: String?

  enum Mode: String, Sendable { case start, attach, look, kill, forget }

  var command: String { asRoot ? HostPrograms.rootLoader : HostPrograms.loader }

  /// What goes to the keeper's standard input.
  func input(_ mode: Mode, nonce: String, from offset: Int = 0) -> [UInt8] {
    var size = 0
    var payload: [UInt8] = []
    var url = ""
    if mode == .start {
      switch source {
      case .text(let text): (payload, size) = (text, text.count)
      case .url(let text): url = text
      case .inPlace: break
      }
    }
    let settings = ShellWords.assignments([
      "s": nonce, "mode": mode.rawValue, "base": base ?? "", "name": name, "digest": digest, "run": path, "url": url,
      "source": source.name, "size": String(size), "creates": creates ?? "", "off": String(offset),
    ])
    let isStart = mode == .start
    let lines = [
      ShellWords.quote(KeeperProgram.text), settings, isStart ? ShellWords.line(words) : "",
      isStart ? ShellWords.line(answerWords) : "",
    ]
    return Array(lines.joined(separator: "\n").utf8) + [10] + payload
  }

  /// Rank, text, answer: the rank is how many equal texts were to be answered before.
  private var answerWords: [String] {
    var seen: [String: Int] = [:]
    return answers.flatMap { answer in
      let rank = seen[answer.expect, default: 0]
      seen[answer.expect] = rank + 1
      return [String(rank), answer.expect, answer.send]
    }
  }
}
