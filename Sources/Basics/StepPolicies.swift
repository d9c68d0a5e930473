/// What may be done with a resource that somebody else made.
package enum AdoptPolicy: String, Hashable, Sendable, CaseIterable { case never, identical, ask }

/// `retry:` of a step.
package struct RetryPolicy: Hashable, Sendable {
  package enum Backoff: String, Hashable, Sendable, CaseIterable { case constant, exponential }
  package var attempts: Int
  package var backoff: Backoff
  package var initial: Duration
  package var maximum: Duration

  package init(
    attempts: Int, backoff: Backoff = .exponential, initial: Duration = .seconds(5), maximum: Duration = .seconds(60)
  ) {
    self.attempts = attempts
    self.backoff = backoff
    self.initial = initial
    self.maximum = maximum
  }
}
