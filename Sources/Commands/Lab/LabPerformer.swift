import Basics
import RunEngine

/// `lab/*`: what no cloud API can give, asked of the lab itself. Reads only.
struct LabPerformer: ActionPerformer {
  let lab: LabHandle

  func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let answer: Value
    do { answer = try await lab.admin.post("/actions/\(call.action.name)", .object(call.inputs)) } catch {
      throw StepFailure(.unknown, .commandLabAction, ["action": call.action.fullName, "detail": "\(error)"])
    }
    return .succeeded(outputs: answer.object ?? [:], object: .null, effect: .read)
  }

  func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution { .didNotHappen }

  func read(_ call: StepCall) async throws(StepFailure) -> Reading { .unknown }

  func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome { .nothing }
}
