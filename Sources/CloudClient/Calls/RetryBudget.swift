import Basics
import CloudWire

/// Decides whether a call is tried again, and after which pause: exponential back-off with full jitter, bounded in
/// number and time.
///
/// A pause that the other side asks for is kept; one longer than what is left of the budget ends the tries.
struct RetryBudget {
  static let tries = 10
  /// Where nothing answers at all, or the name is unknown, more tries seldom help.
  static let unreachableTries = 5
  /// A port that refuses is a service that restarts, or a wrong address: about ten seconds are enough to tell.
  static let refusedTries = 6
  static let whole = Duration.seconds(180)
  static let firstPause = Duration.milliseconds(400)
  static let longestPause = Duration.seconds(20)

  private let start: Duration
  private let random: any RandomSource
  private let renewals: Int
  private var failures = 0
  private var signatureFailures = 0

  /// - Parameter renewals: How often other keys, another token or another clock are worth another try.
  init(start: Duration, random: any RandomSource, renewals: Int = 2) {
    self.start = start
    self.random = random
    self.renewals = renewals
  }

  /// The pause before the next try; `nil` when there is none.
  mutating func pause(after problem: CallProblem, at now: Duration) -> Duration? {
    failures += 1
    let limit: Int
    var asked = Duration.zero
    switch problem {
    case .failed: return nil
    case .http(let failure):
      guard let tries = Self.tries(for: failure) else { return nil }
      limit = tries
    case .refused(let error):
      asked = error.retryAfter ?? .zero
      switch error.kind {
      case .throttled, .transient: limit = Self.tries
      case .expired, .clock:
        signatureFailures += 1
        return signatureFailures <= renewals ? .zero : nil
      default: return nil
      }
    }
    guard failures < limit else { return nil }
    let pause = max(jittered, asked)
    return now - start + pause <= Self.whole ? pause : nil
  }

  private static func tries(for failure: HTTPFailure) -> Int? {
    switch failure.kind {
    case .cancelled, .bodyTooLarge: nil
    case .nameNotResolved, .tlsFailed, .proxyFailed, .badAnswer: unreachableTries
    case .connectionRefused: refusedTries
    case .connectTimeout, .reset, .idleTimeout, .wholeTimeout, .bodyCutShort: tries
    }
  }

  private var jittered: Duration {
    let ceiling = min(Self.longestPause.inSeconds, Self.firstPause.inSeconds * Double(1 << min(failures - 1, 16)))
    return .milliseconds(Int(ceiling * random.fraction() * 1000))
  }
}
