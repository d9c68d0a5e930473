package import Basics
import ProviderModel

/// The actions that touch nothing: `flow/noop` (`value` in, `value` out) and `flow/assert` (fails unless `that` is true).
package struct FlowPerformer: ActionPerformer {
  package init() {}

  package func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    switch call.action.name {
    case "noop": return done(["value": call.inputs["value"] ?? .null])
    case "assert": return try assert(call)
    default: throw StepFailure(.invalid, .engineUnknownAction, ["action": call.action.fullName])
    }
  }

  /// A flow step announces no change, so it is never in doubt.
  package func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    .didNotHappen
  }

  package func read(_ call: StepCall) async throws(StepFailure) -> Reading { .unknown }

  package func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome { .nothing }

  private func assert(_ call: StepCall) throws(StepFailure) -> StepOutcome {
    if call.inputs["that"]?.bool == true { return done([:]) }
    let message = call.inputs["message"].map { LocalizedText(value: $0).arguments("message") } ?? [:]
    throw StepFailure(.invalid, .flowAssert, ["step": call.address.text].merging(message) { first, _ in first })
  }

  private func done(_ outputs: [String: Value]) -> StepOutcome {
    .succeeded(outputs: outputs, object: .null, effect: .nothing)
  }
}
