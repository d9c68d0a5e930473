import Basics

/// What the journal keeps of a script: the object of `ssh/script`.
enum ScriptObject {
  static func started(_ job: ScriptJob) -> Value {
    .object(["marker": .string(job.name), "digest": .string(job.digest)])
  }

  static func ended(_ job: ScriptJob, _ result: ScriptRun.Result) -> Value {
    guard case .object(var members) = started(job) else { return .null }
    members["stdout"] = .string(String(decoding: result.output, as: UTF8.self))
    members["log"] = .string("\(result.folder)/output")
    switch result.end {
    case nil:
      members["exit_status"] = 0
      members["skipped"] = true
      members["log"] = .string("")
    case .exited(let status): members["exit_status"] = .integer(status)
    case .killed: members["ended"] = "killed"
    case .died: members["ended"] = "died"
    }
    return .object(members)
  }

  static func failed(_ object: Value) -> Value {
    guard case .object(var members) = object else { return object }
    members["failed"] = true
    return .object(members)
  }

  /// How the script ended; `nil` while nobody knows.
  static func end(of object: Value) -> ScriptEnd? {
    switch object["ended"].string {
    case "killed": .killed
    case "died": .died
    default: object["exit_status"].integer.map { .exited($0) }
    }
  }

  static func wasSkipped(_ object: Value) -> Bool { object["skipped"].bool == true }

  static func outputs(_ object: Value) -> [String: Value] {
    ["exit_status": object["exit_status"], "stdout": object["stdout"], "log": object["log"]]
  }
}

/// The end of an output for a message: at most five lines and 600 characters, control characters made visible.
enum LastLines {
  static func of(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).suffix(5).joined(separator: "\n")
    let shown = lines.unicodeScalars.map { scalar -> Character in
      let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
      return isControl ? "\u{FFFD}" : Character(scalar)
    }
    return String(shown.suffix(600))
  }
}
