/// What kind of failure something was: the one thing that decides retry, resume, undo and the hint; vendor codes end here.
package enum FailureClass: String, Hashable, Sendable, CaseIterable {
  /// The other side asks to slow down; repeat after a pause.
  case throttled
  /// A passing fault of the network or the service; repeat.
  case transient
  /// Not there or not in the wanted state yet; a wait goes on.
  case notYet = "not-yet"
  /// The credentials or the signature ran out; sign anew and repeat.
  case expired
  /// The clocks disagree; correct by the server's date and repeat.
  case clock
  case alreadyExists = "already-exists"
  case notFound = "not-found"
  /// Something still uses it; an undo is repeated.
  case inUse = "in-use"
  /// Somebody else's resource, or a state that a repeat may find changed.
  case conflict
  case denied
  case quota
  case invalid
  /// The time allowed for the step or the wait was used up.
  case timeout
  /// A remote command ended with a status other than 0.
  case exitStatus = "exit-status"
  /// A probe ran and its verdict is no: the network does not do what was promised.
  case probe
  /// Nobody can tell whether the change happened; resolved before anything is repeated.
  case doubt
  /// The run was interrupted by its user.
  case interrupted
  case unknown
}

extension FailureClass {
  /// Whether `retry` of a step may repeat it (`decisions.md` §3): never invalid, denied, quota.
  package var isRetriedByStep: Bool {
    switch self {
    case .throttled, .transient, .notYet, .expired, .clock, .conflict, .inUse, .timeout, .exitStatus, .probe: true
    default: false
    }
  }
}
