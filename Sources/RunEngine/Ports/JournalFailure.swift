package import Basics

/// Why a journal could not do what it was asked; in each case nothing was written.
package enum JournalFailure: Error, Hashable, Sendable {
  /// A live owner has the run's lock.
  case held(LockHolder, run: String)
  /// Somebody took the run over; this process must not write any more.
  case lostLock(run: String)
  /// The file system has no room left.
  case full(path: String)
  case unwritable(path: String, detail: String)
  /// The file is damaged; it was left as it is.
  case corrupt(path: String, detail: String)
  /// The file is no journal of this tool; it was left as it is.
  case foreign(path: String)
  /// A newer version of the tool wrote it.
  case newer(path: String, version: Int)
  /// A secret cannot be read: the key is missing.
  case noKey(path: String)
  /// A secret cannot be read: the key is another one.
  case wrongKey(path: String)
  case noRun(String)
  case ambiguousRun(String, candidates: [String])

  package var diagnostic: Diagnostic {
    switch self {
    case .held(let holder, let run):
      Diagnostic(
        .journalHeld,
        ["run": run, "host": holder.host, "pid": String(holder.process), "since": Timestamp.text(holder.since)])
    case .lostLock(let run): Diagnostic(.journalLostLock, ["run": run])
    case .full(let path): Diagnostic(.journalFull, ["path": path])
    case .unwritable(let path, let detail): Diagnostic(.journalUnwritable, ["path": path, "detail": detail])
    case .corrupt(let path, let detail): Diagnostic(.journalCorrupt, ["path": path, "detail": detail])
    case .foreign(let path): Diagnostic(.journalForeign, ["path": path])
    case .newer(let path, let version): Diagnostic(.journalNewer, ["path": path, "version": String(version)])
    case .noKey(let path): Diagnostic(.journalNoKey, ["path": path])
    case .wrongKey(let path): Diagnostic(.journalWrongKey, ["path": path])
    case .noRun(let run): Diagnostic(.journalNoRun, ["run": run])
    case .ambiguousRun(let run, let candidates):
      Diagnostic(.journalAmbiguousRun, ["run": run, "candidates": candidates.joined(separator: ", ")])
    }
  }

  /// The exit status that the failure stands for (`decisions.md` §7).
  package var exitStatus: Int32 {
    switch self {
    case .held, .lostLock, .noKey, .wrongKey: 4
    case .corrupt, .foreign, .newer, .noRun, .ambiguousRun: 2
    case .full, .unwritable: 1
    }
  }
}
