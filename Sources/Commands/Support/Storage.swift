import Basics
import Foundation
import RunEngine
import RunJournal

/// The journal, its key and the log files, all beside each other.
struct Storage: Sendable {
  let runs: RunStore
  let path: String

  /// The journal of a session; `isReader` opens it without being able to write.
  init(_ session: Session, isReader: Bool = false) throws(JournalFailure) {
    try self.init(path: session.stateFile, key: Self.key(session), isReader: isReader)
  }

  /// The key that the environment gives; `nil` means the file beside the journal.
  private static func key(_ session: Session) -> StateKeySource? {
    session.surroundings.environment["CAUSEWAY_STATE_KEY"].flatMap { $0.isEmpty ? nil : .text($0) }
  }

  /// Makes marks under the state key, for frozen plans.
  ///
  /// - Parameter makesKey: The key is made when there is none yet.
  static func marker(_ session: Session, makesKey: Bool) throws -> @Sendable (String) -> String {
    if makesKey {
      try FileManager.default.createDirectory(
        atPath: session.stateFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let source = key(session) ?? .beside(session.stateFile)
    return try source.marker(making: makesKey ? session.surroundings.random : nil)
  }

  init(path: String, key: StateKeySource? = nil, isReader: Bool = false) throws(JournalFailure) {
    self.path = path
    runs = RunStore(try SQLiteJournal(path: path, access: isReader ? .readOnly : .readWrite, key: key))
  }

  private var logFolder: String { URL(filePath: path).deletingLastPathComponent().appending(path: "logs").path }

  func logs(masker: Masker) -> StepLogFiles { StepLogFiles(folder: logFolder, masker: masker) }

  func logFiles(of run: String, step: StepAddress) -> [URL] {
    logs(masker: Masker()).list(run: run, address: step).map { URL(filePath: $0.path) }
  }
}
