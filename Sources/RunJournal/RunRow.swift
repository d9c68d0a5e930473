import Basics
import Digests
import GRDB
import RunEngine

import struct Foundation.Data
import struct FoundationEssentials.Date

/// Bytes as SQLite keeps them.
enum Blob {
  static func data(_ bytes: [UInt8]) -> Data { Data(bytes) }
}

/// A row of `runs`: what the list shows, and where the chain of the run's events ends.
enum RunRow {
  /// The row of a run, checked; `nil` when there is none in an undamaged list.
  static func tail(_ database: Database, of run: String, path: String) throws -> SQLiteJournal.Tail? {
    let rows = try Row.fetchAll(database, sql: "SELECT * FROM runs WHERE id = ?", arguments: [run])
    if rows.isEmpty {
      // A damaged id would hide the run: none of the others may be damaged either.
      _ = try all(database, path: path)
      return nil
    }
    guard rows.count == 1 else { throw JournalFailure.corrupt(path: path, detail: "run \(run) twice") }
    return try tail(rows[0], path: path)
  }

  /// Every row, the newest first.
  static func all(_ database: Database, path: String) throws -> [SQLiteJournal.Tail] {
    try Row.fetchAll(database, sql: "SELECT * FROM runs ORDER BY number DESC").map { try tail($0, path: path) }
  }

  static func save(_ database: Database, _ tail: SQLiteJournal.Tail) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO runs
        (number, id, name, workflow, lab, state, session, started_at, ended_at, sequence, digest, seal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    let head = tail.head
    try statement.execute(
      arguments: [
        tail.number, head.id, head.name, head.workflow, head.lab, head.state.rawValue, head.session.rawValue,
        head.startedAt.inMilliseconds, head.endedAt?.inMilliseconds, tail.sequence, Blob.data(tail.digest),
        Blob.data(seal(tail)),
      ])
  }

  private static func tail(_ row: Row, path: String) throws -> SQLiteJournal.Tail {
    guard
      let number: Int64 = row["number"], let id: String = row["id"], let workflow: String = row["workflow"],
      let state = (row["state"] as String?).flatMap(RunState.init(rawValue:)),
      let session = (row["session"] as String?).flatMap(WorkOrder.Kind.init(rawValue:)),
      let startedAt: Int = row["started_at"], let sequence: Int = row["sequence"], let digest: Data = row["digest"],
      let recorded: Data = row["seal"]
    else { throw JournalFailure.corrupt(path: path, detail: "a row of runs") }
    let head = RunHead(
      id: id, name: row["name"], workflow: workflow, lab: row["lab"], state: state, session: session,
      startedAt: Date(milliseconds: startedAt), endedAt: (row["ended_at"] as Int?).map { Date(milliseconds: $0) })
    let tail = SQLiteJournal.Tail(number: number, head: head, sequence: sequence, digest: Array(digest))
    guard Array(recorded) == seal(tail) else { throw JournalFailure.corrupt(path: path, detail: "run \(id)") }
    return tail
  }

  /// A digest over the row, so that a damaged one shows.
  private static func seal(_ tail: SQLiteJournal.Tail) -> [UInt8] {
    let head = tail.head
    let fields = [
      "\(tail.number)", head.id, head.name ?? "\0", head.workflow, head.lab ?? "\0", head.state.rawValue,
      head.session.rawValue, "\(head.startedAt.inMilliseconds)", "\(head.endedAt?.inMilliseconds ?? -1)",
      "\(tail.sequence)", Hex.encode(tail.digest),
    ]
    return Array(Hash.sha256(fields.joined(separator: "\n")).prefix(16))
  }
}
