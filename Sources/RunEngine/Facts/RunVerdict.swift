/// How a session of work ended, and the exit status that says so (`decisions.md` §7).
package enum RunVerdict: String, Hashable, Sendable, CaseIterable {
  case done
  case failed
  case refused
  /// Every step succeeded but a probe failed.
  case probeFailed = "probe-failed"
  /// Waits for a person or another party, or is in doubt.
  case waiting
  /// `destroy` left something behind that it should not have.
  case leftBehind = "left-behind"
  case interrupted

  /// The frozen exit status.
  package var exitStatus: Int32 {
    switch self {
    case .done: 0
    case .failed: 1
    case .refused: 4
    case .probeFailed: 5
    case .waiting: 6
    case .leftBehind: 7
    case .interrupted: 130
    }
  }
}
