import Basics
import Digests
import GRDB
import RunEngine
import Synchronization

extension SQLiteJournal {
  /// The sealer for new secrets: the key is made, and its name noted in the journal, when there was none.
  func sealerForWriting() throws(JournalFailure) -> Sealer {
    if let known = state.withLock({ $0.sealer }) { return known }
    let noted = try notedKey()
    let bytes = noted == nil ? try keySource.loadOrCreate(random) : try keySource.load()
    guard let bytes else { throw .noKey(path: keySource.path) }
    let name = Sealer.name(of: bytes)
    if try note(name) != name { throw .wrongKey(path: keySource.path) }
    return try remember(bytes)
  }

  /// The sealer for secrets that are there; `nil` without the key, where that is allowed.
  func sealerForReading() throws(JournalFailure) -> Sealer? {
    if let known = state.withLock({ $0.sealer }) { return known }
    guard let bytes = try keySource.load() else {
      if access == .readOnly { return nil }
      throw .noKey(path: keySource.path)
    }
    guard try notedKey() == Sealer.name(of: bytes) else { throw .wrongKey(path: keySource.path) }
    return try remember(bytes)
  }

  private func remember(_ bytes: [UInt8]) throws(JournalFailure) -> Sealer {
    guard let key = SealingKey(bytes) else { throw .wrongKey(path: keySource.path) }
    let sealer = Sealer(key: key, random: random)
    state.withLock { $0.sealer = sealer }
    return sealer
  }

  private func notedKey() throws(JournalFailure) -> String? {
    try now { try String.fetchOne($0, sql: "SELECT value FROM facts WHERE name = 'key'") }
  }

  /// Notes the key's name unless another is noted; gives the noted one.
  private func note(_ name: String) throws(JournalFailure) -> String? {
    try now { database in
      try database.execute(sql: "INSERT OR IGNORE INTO facts (name, value) VALUES ('key', ?)", arguments: [name])
      return try String.fetchOne(database, sql: "SELECT value FROM facts WHERE name = 'key'")
    }
  }

  private func now<Answer>(_ body: (Database) throws -> Answer) throws(JournalFailure) -> Answer {
    do { return try queue.inDatabase(body) } catch { throw SQLiteFailure.journal(error, path: path) }
  }
}
