package import Basics
package import Planning

/// What the engine asks of a plan once values become known; it evaluates no expression itself.
package protocol PlanDecisions: Sendable {
  /// What to do with the step at `position`, now that its dependencies have ended.
  ///
  /// `outputs` has an object per step that succeeded; a skipped step, or one that failed where that is allowed, is missing.
  func decide(_ position: Int, outputs: [StepAddress: Value]) throws(StepFailure) -> StepDecision

  /// The outputs of the workflow.
  func finalOutputs(_ outputs: [StepAddress: Value]) throws(StepFailure) -> [String: Value]
}
