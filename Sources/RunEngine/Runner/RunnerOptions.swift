package import Basics

/// How a session behaves, apart from what it is to do.
package struct RunnerOptions: Sendable {
  /// Most steps at a time.
  package var parallel: Int
  /// After an interrupt: how long calls in flight may take to end before they are recorded as ambiguous.
  package var grace: Duration
  /// How often an undo is repeated while something still uses the thing.
  package var undoRetry: RetryPolicy
  /// Take the run over from a live owner.
  package var takesOver: Bool
  /// Learns every secret of the run as soon as it is known.
  package var masker: Masker

  package init(
    parallel: Int = 16, grace: Duration = .seconds(10),
    undoRetry: RetryPolicy = RetryPolicy(attempts: 12, initial: .seconds(2), maximum: .seconds(30)),
    takesOver: Bool = false, masker: Masker = Masker()
  ) {
    self.parallel = max(1, parallel)
    self.grace = grace
    self.undoRetry = undoRetry
    self.takesOver = takesOver
    self.masker = masker
  }
}

/// Which run a session works on.
package enum RunTarget: Sendable {
  case new(RunHeader)
  case existing(String)
  /// Goes on with an existing run by other texts or inputs (`--updated`); steps whose arguments changed run again.
  case updated(RunHeader)

  var id: String {
    switch self {
    case .new(let header), .updated(let header): header.id
    case .existing(let id): id
    }
  }
}

/// Why a session did not begin, or could not go on: what to say, and the exit status.
package struct RunRefusal: Error, Hashable, Sendable {
  package var diagnostics: Diagnostics
  package var exitStatus: Int32

  package init(_ diagnostics: Diagnostics, exitStatus: Int32) {
    self.diagnostics = diagnostics
    self.exitStatus = exitStatus
  }

  package init(_ failure: JournalFailure) {
    self.init(Diagnostics(failure.diagnostic), exitStatus: failure.exitStatus)
  }

  init(corrupt: JournalCorrupt, run: String) {
    let arguments = ["path": run, "detail": "event \(corrupt.sequence): \(corrupt.detail)"]
    self.init(Diagnostics(Diagnostic(.journalCorrupt, arguments)), exitStatus: 2)
  }
}
