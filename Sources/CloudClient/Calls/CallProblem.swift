import Basics
import CloudWire

/// Why one try of a call gave no answer.
enum CallProblem: Error, Sendable {
  /// The other side said no, in its own words.
  case refused(ProviderError)
  /// No whole answer came.
  case http(HTTPFailure)
  /// It never got as far as a request: no keys, no endpoint, interrupted.
  case failed(StepFailure)

  /// Whether a changing call may have taken effect all the same.
  var mayHaveHappened: Bool {
    switch self {
    case .http(let failure): return failure.mayHaveBeenSent
    case .failed: return false
    case .refused(let error):
      // An answer that was not the service's own: a 4xx of a gateway refused the request, anything else tells nothing.
      let isForeign = error.code == "http:\(error.status)"
      let isClientError = (400..<500).contains(error.status) && error.status != 408
      switch error.kind {
      case .transient: return !(isForeign && isClientError)
      case .unknown: return !isClientError
      default: return false
      }
    }
  }

  var refusal: ProviderError? { if case .refused(let error) = self { error } else { nil } }

  func isRefusal(_ kind: FailureClass) -> Bool { refusal?.kind == kind }

  /// The same in the form that is journaled and shown.
  func failure(of request: CallRequest) -> StepFailure {
    switch self {
    case .failed(let failure): failure
    case .http(let failure):
      StepFailure(
        failure.kind == .cancelled ? .interrupted : .transient,
        failure.kind == .cancelled ? .cloudInterrupted : .cloudUnreachable,
        ["call": request.name, "host": request.host, "reason": failure.kind.rawValue, "detail": failure.detail],
        call: request.name)
    case .refused(let error):
      StepFailure(
        error.kind, Self.code(error.kind), ["call": request.name, "host": request.host, "code": error.code],
        vendorCode: error.code, vendorMessage: error.message, requestID: error.requestID, call: request.name,
        retryAfter: error.retryAfter)
    }
  }

  /// The failure of class `doubt` for a change whose outcome nobody knows.
  func doubt(of request: CallRequest) -> StepFailure {
    var failure = failure(of: request)
    failure.kind = .doubt
    failure.code = .cloudDoubt
    return failure
  }

  private static func code(_ kind: FailureClass) -> Diagnostic.Code {
    switch kind {
    case .throttled: .cloudThrottled
    case .transient: .cloudTransient
    case .notYet: .cloudNotYet
    case .expired: .cloudExpired
    case .clock: .cloudClock
    case .alreadyExists: .cloudAlreadyExists
    case .notFound: .cloudNotFound
    case .inUse: .cloudInUse
    case .conflict: .cloudConflict
    case .denied: .cloudDenied
    case .quota: .cloudQuota
    case .invalid: .cloudInvalid
    default: .cloudRefused
    }
  }
}
