import Basics
import Foundation
import Planning
import ProviderModel
import Reporting
import RunEngine
import WorkflowModel

/// What every command starts from: where things are, how to speak, and which secrets to hide.
struct Session: Sendable {
  let surroundings: Surroundings
  let options: Output
  let homes: Homes
  let phrases: Phrasebook
  let masker = Masker()
  /// A session behind another one (a fixture's): nothing is shown while it works.
  var isQuiet = false

  /// How results are to be given.
  struct Output: Sendable {
    var json = false
    var jsonLines = false
    var noColor = false
    var state: String?
  }

  init(_ global: GlobalOptions, jsonLines: Bool = false, surroundings: Surroundings = .ofThisProcess()) {
    self.surroundings = surroundings
    options = Output(json: global.json, jsonLines: jsonLines, noColor: global.noColor, state: global.state)
    homes = Homes(option: global.home, surroundings: surroundings)
    phrases = Phrasebook(.chosen(option: global.lang, environment: surroundings.environment))
  }

  /// Style of the talk on standard error.
  var talkStyle: Style { style(of: surroundings.errors) }
  /// Style of results on standard output.
  var resultStyle: Style { style(of: surroundings.output) }

  private func style(of terminal: Terminal) -> Style {
    options.noColor
      ? Style(isColoured: false)
      : Style(isTerminal: terminal.isTerminal, environment: surroundings.environment)
  }

  /// Where journal, key, logs and labs live: `--state`, `CAUSEWAY_STATE`, `$XDG_STATE_HOME/causeway`, `~/.local/state/causeway`.
  var stateFile: String {
    if let state = options.state ?? surroundings.environment["CAUSEWAY_STATE"], !state.isEmpty {
      return Homes.isFolder(state) || state.hasSuffix("/")
        ? URL(filePath: state).appending(path: "journal.db").path : URL(filePath: state).path
    }
    return "\(defaultStateFolder)/journal.db"
  }

  var stateFolder: String { URL(filePath: stateFile).deletingLastPathComponent().path }

  private var defaultStateFolder: String {
    let base = surroundings.environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return "\(base ?? "\(surroundings.home)/.local/state")/causeway"
  }

  /// Prints findings on standard error; as JSON on standard output when that was asked for.
  func report(_ diagnostics: Diagnostics) {
    let text = DiagnosticText(phrases: phrases, style: talkStyle)
    if options.json {
      result(["diagnostics": .list(diagnostics.all.map { text.value($0) })])
    } else {
      surroundings.errors.lines(text.lines(diagnostics).map { masker.mask($0) })
    }
  }

  /// One JSON object on standard output.
  func result(_ value: Value) { surroundings.output.line(masker.mask(JSONLine.pretty(value))) }

  func talk(_ name: String, _ arguments: [String: String] = [:]) {
    surroundings.errors.line(masker.mask(phrases.label(name, arguments)))
  }
}

/// Ends a command with an exit status after everything has been said.
struct Ending: Error {
  let status: Int32
  init(_ status: Int32) { self.status = status }
}
