import GRDB

/// The versions of the journal's tables, in order: version *n* is what the first *n* steps make.
///
/// Steps are only ever added; a released one never changes. `user_version` of the file is the number of steps that it has seen.
enum Migrations {
  static let all: [@Sendable (Database) throws -> Void] = [createTables]

  static var latest: Int { all.count }

  /// Brings an open journal up to date, each step in a transaction of its own.
  static func migrate(_ database: Database) throws {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    for number in version..<max(version, latest) {
      try database.inTransaction(.immediate) {
        try all[number](database)
        try database.execute(sql: "PRAGMA user_version = \(number + 1)")
        return .commit
      }
    }
  }

  /// Version 1.
  ///
  /// `runs.digest` ends a chain over the bodies of the run's events, `runs.seal` covers the row itself; so a changed byte shows. `runs`
  /// has no index: an index entry that went bad would hide a run.
  private static func createTables(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE runs (
          number INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT, workflow TEXT NOT NULL, lab TEXT,
          state TEXT NOT NULL, session TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
          sequence INTEGER NOT NULL, digest BLOB NOT NULL, seal BLOB NOT NULL
        );
        CREATE TABLE events (
          run INTEGER NOT NULL, sequence INTEGER NOT NULL, body TEXT NOT NULL, digest BLOB NOT NULL,
          PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        CREATE TABLE locks (
          run TEXT PRIMARY KEY, epoch INTEGER NOT NULL, host TEXT, boot TEXT, process INTEGER, started TEXT,
          since INTEGER
        ) WITHOUT ROWID;
        CREATE TABLE serialize_keys (key TEXT PRIMARY KEY, run TEXT NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """)
  }
}
