import Basics
import ProviderModel
import RunEngine

extension Lifecycle {
  /// A read-only action: looks the thing up, and waits for it where the action declares a wait.
  func readOnly(_ checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let found: Value
    if action.wait != nil {
      found = try await wait(.null, checkpoint)
    } else {
      guard let lookUp = action.find ?? action.read, let object = try await look(lookUp) else {
        throw StepFailure(.notFound, .cloudNothingFound, ["action": action.fullName])
      }
      found = object
    }
    return .succeeded(outputs: try outputs(found), object: found, effect: .read)
  }

  /// What is there now, and which inputs differ.
  func reading() async throws(StepFailure) -> Reading {
    guard try sight(of: record.object) != nil else { return .unknown }
    let found = try await present(record.object)
    if let gone = action.gone, try isTrue(gone, scope(found ?? .null, before: record.before)) { return .absent }
    guard let found else { return .absent }
    return .present(object: found, differences: try differences(found, before: record.before))
  }
}
