import Basics
import Planning
import RunEngine

/// The plan's answers to the engine, with the run's own id and name in scope.
struct RunDecisions: PlanDecisions {
  var plan: Plan
  var run: RunScope

  func decide(_ position: Int, outputs: [StepAddress: Value]) throws(StepFailure) -> StepDecision {
    try plan.decide(position, outputs: outputs, run: run)
  }

  func finalOutputs(_ outputs: [StepAddress: Value]) throws(StepFailure) -> [String: Value] {
    try plan.finalOutputs(outputs, run: run)
  }
}
