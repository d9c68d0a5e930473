import GRDB
import RunEngine

/// Tells what an error of SQLite means for a journal.
enum SQLiteFailure {
  static func journal(_ error: any Error, path: String) -> JournalFailure {
    if let failure = error as? JournalFailure { return failure }
    guard let database = error as? DatabaseError else { return .unwritable(path: path, detail: "\(error)") }
    switch database.resultCode {
    case .SQLITE_FULL: return .full(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .corrupt(path: path, detail: text(database))
    case .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_FORMAT, .SQLITE_CONSTRAINT:
      // Our statements are correct for our tables: what they meet is not what we wrote.
      return .corrupt(path: path, detail: text(database))
    default: return .unwritable(path: path, detail: text(database))
    }
  }

  private static func text(_ error: DatabaseError) -> String {
    "\(error.extendedResultCode): \(error.message ?? "")"
  }
}
