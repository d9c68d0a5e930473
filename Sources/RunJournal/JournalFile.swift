import GRDB
import Glibc
import RunEngine

/// The journal's file: made in one step, recognised before SQLite may touch it, readable by its owner alone.
struct JournalFile {
  /// `CWJ1`, in the header of every journal.
  static let applicationID: Int32 = 0x4357_4A31
  private static let headerLength = 100
  private static let magic = Array("SQLite format 3\0".utf8)

  let path: String

  private var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  var exists: Bool { access(path, F_OK) == 0 }

  /// Refuses, from the first 100 bytes alone, what is no journal, is cut short, or comes from a newer version.
  ///
  /// Nothing is opened by SQLite before this: it would happily recover, migrate or overwrite a stranger's file.
  ///
  /// - Returns: Whether the file is shorter than it says while a write-ahead log stands beside it. So it is while the log is folded into
  ///   it, and after a process died doing that; then nothing is lost, and SQLite alone can tell.
  func check() throws(JournalFailure) -> Bool {
    let header = try recognizedHeader()
    if try isWhole(header) { return false }
    if hasLog { return true }
    // The log may have been folded in and removed since: then the file is whole by now.
    let again = try recognizedHeader()
    if try isWhole(again) || hasLog { return hasLog }
    throw .corrupt(path: path, detail: "shorter than the \(Self.number(again, at: 28)) pages that it says it has")
  }

  private func recognizedHeader() throws(JournalFailure) -> [UInt8] {
    guard let header = readHeader() else { throw .unwritable(path: path, detail: SystemError.text(errno)) }
    guard header.count == Self.headerLength, Array(header.prefix(16)) == Self.magic else { throw .foreign(path: path) }
    guard Self.number(header, at: 68) == UInt32(bitPattern: Self.applicationID) else { throw .foreign(path: path) }
    let version = Int(Self.number(header, at: 60))
    if version > Migrations.latest { throw .newer(path: path, version: version) }
    return header
  }

  /// Whether there is a write-ahead log with more than its header.
  private var hasLog: Bool {
    var status = stat()
    return stat("\(path)-wal", &status) == 0 && status.st_size > 32
  }

  private func isWhole(_ header: [UInt8]) throws(JournalFailure) -> Bool {
    let raw = Int(header[16]) << 8 | Int(header[17])
    let pageSize = raw == 1 ? 65536 : raw
    let pages = Int(Self.number(header, at: 28))
    var status = stat()
    guard stat(path, &status) == 0 else { throw .unwritable(path: path, detail: SystemError.text(errno)) }
    return pageSize >= 512 && Int(status.st_size) >= pages * pageSize
  }

  private func readHeader() -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var header = [UInt8](repeating: 0, count: Self.headerLength)
    let count = read(file, &header, header.count)
    return count < 0 ? nil : Array(header.prefix(count))
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Makes an empty journal, whole or not at all; does nothing when somebody else was first.
  ///
  /// It is made under another name, forced to disk and then linked into place, so no other process ever sees half of it.
  func create() throws(JournalFailure) {
    try PrivateFiles.makeDirectory(directory)
    let draft = "\(path).new.\(getpid())"
    defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) } }
    unlink(draft)
    do {
      try PrivateFiles.create(draft, [])
      try fill(draft)
      try PrivateFiles.sync(draft)
    } catch {
      throw SQLiteFailure.journal(error, path: path)
    }
    if link(draft, path) != 0, errno != EEXIST { throw .unwritable(path: path, detail: SystemError.text(errno)) }
    try PrivateFiles.sync(directory)
  }

  private func fill(_ draft: String) throws {
    let queue = try DatabaseQueue(path: draft)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
      try Migrations.migrate(database)
      try database.execute(sql: "PRAGMA journal_mode = WAL")
    }
    try queue.close()
  }

  /// Takes away from others what they may have been given.
  func restrict() {
    for suffix in ["", "-wal", "-shm"] { chmod(path + suffix, 0o600) }
  }
}
