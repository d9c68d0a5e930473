import Basics

/// How long to wait before the next attempt: grows by the policy, jittered so that many steps do not come back together.
struct Backoff {
  let policy: RetryPolicy
  let random: any RandomSource

  /// The wait after attempt number `attempt` (from 1): between half of the policy's wait and all of it, and never less than asked.
  func delay(after attempt: Int, retryAfter: Duration?) -> Duration {
    let full = min(policy.maximum.inSeconds, policy.initial.inSeconds * growth(attempt))
    let jittered = Duration.milliseconds(Int(full * 1000 * (0.5 + random.fraction() / 2)))
    return max(jittered, retryAfter ?? .zero)
  }

  private func growth(_ attempt: Int) -> Double {
    guard policy.backoff == .exponential else { return 1 }
    return (1..<min(max(attempt, 1), 40)).reduce(1.0) { factor, _ in factor * 2 }
  }
}
