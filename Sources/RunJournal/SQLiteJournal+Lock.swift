import Basics
import GRDB
package import RunEngine

import struct FoundationEssentials.Date

extension SQLiteJournal {
  package func lock(_ run: String, takeOver: Bool) async throws(JournalFailure) -> Int {
    forget(run)
    let (owner, isAlive, since) = (owner, isAlive, time.now)
    return try await inTransaction { database in
      let row = try LockRow(database, run)
      if let row, let holder = row.holder, let other = row.owner, !takeOver, isAlive(other) {
        throw JournalFailure.held(holder, run: run)
      }
      let epoch = (row?.epoch ?? 0) + 1
      try LockRow(epoch: epoch, owner: owner, since: since).save(database, run)
      return epoch
    }
  }

  package func unlock(_ run: String, epoch: Int) async {
    forget(run)
    // Whoever finds a row that could not be cleared sees that its owner is dead.
    _ = try? await inTransaction { database in
      guard try LockRow(database, run)?.epoch == epoch else { return }
      try LockRow(epoch: epoch, owner: nil, since: nil).save(database, run)
      try database.execute(sql: "DELETE FROM serialize_keys WHERE run = ?", arguments: [run])
    }
  }

  package func holder(of run: String) async throws(JournalFailure) -> LockHolder? {
    let isAlive = isAlive
    return try await onConnection { database in
      guard let row = try LockRow(database, run), let owner = row.owner, isAlive(owner) else { return nil }
      return row.holder
    }
  }

  package func claim(_ key: String, for run: String, epoch: Int) async throws(JournalFailure) -> Bool {
    let isAlive = isAlive
    return try await inTransaction { database in
      guard try LockRow(database, run)?.epoch == epoch else { throw JournalFailure.lostLock(run: run) }
      let row = try Row.fetchOne(database, sql: "SELECT run, epoch FROM serialize_keys WHERE key = ?", arguments: [key])
      if let row, let other: String = row["run"], let claimed: Int = row["epoch"], other != run,
        let lock = try LockRow(database, other), lock.epoch == claimed, let owner = lock.owner, isAlive(owner)
      {
        return false
      }
      try database.execute(
        sql: "INSERT OR REPLACE INTO serialize_keys (key, run, epoch) VALUES (?, ?, ?)", arguments: [key, run, epoch])
      return true
    }
  }

  package func release(_ key: String, for run: String, epoch: Int) async {
    // A claim that stays behind ends with the run's lock.
    _ = try? await inTransaction { database in
      try database.execute(
        sql: "DELETE FROM serialize_keys WHERE key = ? AND run = ? AND epoch = ?", arguments: [key, run, epoch])
    }
  }
}

/// A row of `locks`: the epoch stays when the owner goes.
struct LockRow {
  var epoch: Int
  var owner: ProcessIdentity?
  var since: Date?

  init(epoch: Int, owner: ProcessIdentity?, since: Date?) {
    self.epoch = epoch
    self.owner = owner
    self.since = since
  }

  init?(_ database: Database, _ run: String) throws {
    guard let row = try Row.fetchOne(database, sql: "SELECT * FROM locks WHERE run = ?", arguments: [run]),
      let epoch: Int = row["epoch"]
    else { return nil }
    self.epoch = epoch
    since = (row["since"] as Int?).map { Date(milliseconds: $0) }
    if let host: String = row["host"], let boot: String = row["boot"], let process: Int = row["process"],
      let started: String = row["started"]
    {
      owner = ProcessIdentity(host: host, boot: boot, process: process, started: started)
    }
  }

  /// Who has the lock, for a message.
  var holder: LockHolder? {
    owner.map { LockHolder(host: $0.host, process: $0.process, since: since ?? Date(milliseconds: 0)) }
  }

  func save(_ database: Database, _ run: String) throws {
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO locks (run, epoch, host, boot, process, started, since) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [run, epoch, owner?.host, owner?.boot, owner?.process, owner?.started, since?.inMilliseconds])
  }
}
