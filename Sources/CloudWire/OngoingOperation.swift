package import Basics

/// A change that the other side goes on with after its answer: what to ask next, as a value.
///
/// A call and what was kept of its first answer (``record``) give the same operation again: that much is journaled,
/// so that a restart goes on waiting. A new wire form conforms, and `WireForms.operation` names it; `Lifecycle` drives
/// them all alike.
package protocol OngoingOperation: Sendable {
  var step: OperationStep { get }

  /// What of the first answer is needed to go on after a restart.
  var record: Value { get }

  /// Goes on with the answer to the call of `step`.
  mutating func take(_ answer: Value)

  /// Goes on with a refusal of the call of `step`; false when that tells nothing, or nothing but a failure.
  mutating func take(refusal error: ProviderError) -> Bool

  /// Whether such a refusal is the operation's own end, and not merely one of the question.
  func isEnd(_ refusal: ProviderError) -> Bool
}

/// Where an operation stands.
package enum OperationStep: Sendable {
  /// Ask this, after the pause that the service wishes.
  case ask(WireCall, after: Duration?)
  /// It has succeeded: what it came to, null when its first answer has told everything.
  case done(Value)
  /// It has failed; nothing more will come of it.
  case failed(ProviderError)
}
