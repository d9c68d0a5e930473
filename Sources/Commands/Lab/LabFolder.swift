import Basics
import Foundation
import Glibc
import JSONText

/// What a lab keeps on disk: its description, its log, the journal of its fixture, and the inputs that the fixture gave.
struct LabFolder: Sendable {
  let name: String
  let path: String

  init(name: String, session: Session) {
    self.name = name
    path = "\(session.stateFolder)/labs/\(name)"
  }

  var descriptionFile: String { "\(path)/lab.json" }
  var inputsFile: String { "\(path)/inputs.json" }
  var logFile: String { "\(path)/lab.log" }
  var journalFile: String { "\(path)/journal.db" }
  var keyFile: String { "\(path)/login_key" }
  var ephemeralMark: String { "\(path)/ephemeral" }

  /// The names of all labs that left a folder, sorted.
  static func names(_ session: Session) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(session.stateFolder)/labs")) ?? []).sorted()
  }

  func make() throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func read(_ file: String) -> Value? {
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    return try? JSON.parse(Array(data))
  }

  /// Writes a file that only its owner can read, all of it or nothing.
  func write(_ value: Value, to file: String) throws {
    let temporary = "\(file).new"
    FileManager.default.createFile(
      atPath: temporary, contents: Data(JSON.text(value).utf8), attributes: [.posixPermissions: 0o600])
    guard rename(temporary, file) == 0 else {
      throw Diagnostics(Diagnostic(.commandLabStart, ["name": name, "detail": String(cString: strerror(errno))]))
    }
  }

  /// The lab's process, when it lives: the pid is compared with its start time, so that a reused number is nobody's.
  var livingProcess: Int32? {
    guard let description = read(descriptionFile), let pid = description["pid"].integer,
      let started = description["started"].scalarText, ProcessStart.of(Int32(pid)) == started
    else { return nil }
    return Int32(pid)
  }
}

/// When a process started, in clock ticks since boot (`proc_pid_stat(5)`, field 22).
enum ProcessStart {
  static func of(_ pid: Int32) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    // A zombie is no process that could answer.
    return fields.count > 19 && fields[0] != "Z" ? String(fields[19]) : nil
  }
}
