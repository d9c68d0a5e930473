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
    let key = session.surroundings.environment["CAUSEWAY_STATE_KEY"].flatMap { $0.isEmpty ? nil : $0 }
    try self.init(path: session.stateFile, key: key.map { .text($0) }, isReader: isReader)
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
