package import Basics
import Digests
import GRDB
package import RunEngine
import Synchronization

/// The journal in one SQLite file: write-ahead log, `synchronous = FULL`, one transaction per append.
///
/// Several processes may have it open; each run has one writer at a time. A damaged, foreign or newer file is refused and left as it is.
package final class SQLiteJournal: Journal {
  package enum Access: Hashable, Sendable {
    case readWrite
    /// For `status`, `runs`, `logs`: works without the key (secrets show as `******`) and while another process writes.
    case readOnly
  }

  /// What the connection remembers of a run that it writes.
  struct Tail {
    var number: Int64
    var head: RunHead
    var sequence: Int
    var digest: [UInt8]
  }

  struct State {
    var tails: [String: Tail] = [:]
    var sealer: Sealer?
  }

  package let path: String
  package let access: Access
  let queue: DatabaseQueue
  let owner: ProcessIdentity
  let isAlive: @Sendable (ProcessIdentity) -> Bool
  let keySource: StateKeySource
  let random: any RandomSource
  let time: any TimeSource
  let state = Mutex(State())

  /// Opens the journal; a missing one is made, or, read-only, counts as empty.
  ///
  /// - Parameters:
  ///   - key: where the key is; by default the file `key` beside the journal.
  ///   - owner: who this process is for the locks that it takes.
  ///   - isAlive: whether the owner of a lock still lives.
  package init(
    path: String, access: Access = .readWrite, key: StateKeySource? = nil, owner: ProcessIdentity = .current,
    time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom(),
    isAlive: @escaping @Sendable (ProcessIdentity) -> Bool = { $0.isAlive }
  ) throws(JournalFailure) {
    self.path = path
    self.access = access
    self.owner = owner
    self.isAlive = isAlive
    self.random = random
    self.time = time
    keySource = key ?? .beside(path)
    queue = try Self.connect(JournalFile(path: path), access)
  }

  private static func connect(_ file: JournalFile, _ access: Access) throws(JournalFailure) -> DatabaseQueue {
    do {
      if access == .readOnly, !file.exists { return try emptyDatabase() }
      if !file.exists { try file.create() }
      let isFolding = try file.check()
      if access == .readWrite { file.restrict() }
      let queue = try connect(file.path, access)
      if isFolding { try checkPages(queue, file.path) }
      return queue
    } catch {
      throw SQLiteFailure.journal(error, path: file.path)
    }
  }

  private static func connect(_ path: String, _ access: Access) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = access == .readOnly
    configuration.busyMode = .timeout(30)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
      try database.execute(sql: "PRAGMA cell_size_check = ON")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      if version > Migrations.latest { throw JournalFailure.newer(path: path, version: version) }
      if access == .readWrite { try Migrations.migrate(database) }
    }
    return queue
  }

  /// Whether the file and its write-ahead log together are whole.
  private static func checkPages(_ queue: DatabaseQueue, _ path: String) throws {
    let finding = try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
    guard finding == "ok" else { throw JournalFailure.corrupt(path: path, detail: finding ?? "no page can be read") }
  }

  private static func emptyDatabase() throws -> DatabaseQueue {
    let queue = try DatabaseQueue()
    try queue.inDatabase { try Migrations.migrate($0) }
    return queue
  }

  /// Ends the connection; the last one folds the write-ahead log into the file.
  package func close() { try? queue.close() }

  /// Makes the file unable to grow beyond `pages`: a full disk, for tests.
  package func limitSize(pages: Int) {
    try? queue.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
  }

  /// Runs `body` on the connection's own queue; not ended by cancellation, since a commit is either done or not.
  func onConnection<Answer: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Answer
  ) async throws(JournalFailure) -> Answer {
    let path = path
    let result: Swift.Result<Answer, JournalFailure> = await withCheckedContinuation { continuation in
      queue.asyncWriteWithoutTransaction { database in
        continuation.resume(
          returning: Swift.Result { try body(database) }.mapError { SQLiteFailure.journal($0, path: path) })
      }
    }
    return try result.get()
  }

  /// Runs `body` in a transaction that excludes other writers from its begin.
  func inTransaction<Answer: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Answer
  ) async throws(JournalFailure) -> Answer {
    try await onConnection { database in
      var answer: Answer?
      try database.inTransaction(.immediate) {
        answer = try body(database)
        return .commit
      }
      guard let answer else { preconditionFailure("a transaction that committed has an answer") }
      return answer
    }
  }
}
