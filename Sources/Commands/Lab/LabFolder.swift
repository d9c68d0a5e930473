import Basics
import Foundation
import JSONText
import Lab

/// What a lab keeps on disk: its record, its log, and the journal of its fixture.
struct LabFolder: Sendable {
  let name: String
  let path: String

  init(name: String, session: Session) {
    self.name = name
    path = "\(session.stateFolder)/labs/\(name)"
  }

  var recordFile: String { "\(path)/lab.json" }
  var logFile: String { "\(path)/lab.log" }
  var journalFile: String { "\(path)/journal.db" }
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

  /// The lab's process, when it lives: the pid is compared with its start time, so that a reused number is nobody's.
  var livingProcess: Int32? {
    guard let record = read(recordFile), let pid = record["description"]["pid"].integer,
      let ticks = record["start_ticks"].integer, let found = ProcessStart.ticks(of: Int32(pid)), Int(found) == ticks
    else { return nil }
    return Int32(pid)
  }
}
