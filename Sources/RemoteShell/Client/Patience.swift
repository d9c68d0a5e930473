package import Basics

/// How long a host that does not answer yet is waited for, and who is told.
package struct Patience: Sendable {
  package var limit: Duration
  package var report: @Sendable (StepFailure) -> Void

  package init(limit: Duration, report: @escaping @Sendable (StepFailure) -> Void = { _ in }) {
    self.limit = limit
    self.report = report
  }

  package static let none = Patience(limit: .zero)

  /// The pause before the next attempt: a quarter of a second, or 5 % of what was waited already, at most 10 s.
  static func pause(after waited: Duration) -> Duration { min(.seconds(10), max(.milliseconds(250), waited / 20)) }

  /// How long one attempt may wait for the host's first answer.
  ///
  /// Short: a host that was not up when the attempt began is found sooner by
  /// a new attempt than by the kernel's growing pauses between repeats.
  static func attempt(after waited: Duration) -> Duration { min(.seconds(10), .seconds(3) + waited / 20) }
}

extension StepFailure {
  /// Whether a booting host fails like this and a later attempt may succeed; a wrong key or a missing secret stays wrong.
  var isWorthWaiting: Bool {
    switch kind {
    case .notYet, .timeout, .transient: true
    case .denied: code == .sshLoginRefused
    default: false
    }
  }
}
