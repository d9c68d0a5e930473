package import Basics
package import ProviderModel

/// `manual/step`: what only a person or another party can do, with an optional probe that tells when it is done.
///
/// The step waits as a durable state, not as a time-out: the run goes on elsewhere and ends with exit 6.
package struct ManualPerformer: ActionPerformer {
  private let probes: any ActionPerformer
  private let action: @Sendable (String) -> ActionDescription?
  private let time: any TimeSource

  /// `probes` carries out the action that `until` names; `action` finds its description by full name.
  package init(
    probes: any ActionPerformer, time: any TimeSource, action: @escaping @Sendable (String) -> ActionDescription?
  ) {
    self.probes = probes
    self.time = time
    self.action = action
  }

  package func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    if let until = call.inputs["until"], !until.isNull, let outputs = try await outcome(of: until, call, checkpoint) {
      let declared = Set(call.declaredOutputs.map(\.name))
      return .succeeded(outputs: outputs.filter { declared.contains($0.key) }, object: .null, effect: .nothing)
    }
    let text = call.inputs["text"].map { LocalizedText(value: $0) } ?? LocalizedText([:])
    let values = (call.inputs["values"]?.object ?? [:]).filter { !$0.value.isNull }
    return .waiting(PersonRequest(reason: .manual, text: text, outputs: call.declaredOutputs, values: values))
  }

  /// A manual step announces no change of ours, so it is never in doubt.
  package func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    .didNotHappen
  }

  package func read(_ call: StepCall) async throws(StepFailure) -> Reading { .unknown }

  /// What a person did, a person takes back: `undo_text` says how.
  package func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome {
    guard let text = call.inputs["undo_text"], !text.isNull else { return .nothing }
    return .stays(LocalizedText(value: text))
  }

  /// Tries the probe until it succeeds or the time of `for` is over (once when there is none); `nil` when it never did.
  private func outcome(
    of until: Value, _ call: StepCall, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> [String: Value]? {
    let probe = try probeCall(until, call)
    let pause = until["every"].string.flatMap(Duration.init(text:)) ?? .seconds(30)
    let end = time.elapsed + (until["for"].string.flatMap(Duration.init(text:)) ?? .zero)
    while true {
      if let outputs = try await tryOnce(probe, checkpoint) { return outputs }
      guard time.elapsed + pause <= end else { return nil }
      checkpoint.progress(StepProgress(.manualWaits, ["step": call.address.text]))
      guard (try? await time.sleep(for: pause)) != nil else { throw StepFailure(.interrupted, .engineInterrupted) }
    }
  }

  private func tryOnce(_ probe: StepCall, _ checkpoint: any Checkpoint) async throws(StepFailure) -> [String: Value]? {
    do throws(StepFailure) {
      guard case .succeeded(let outputs, _, _) = try await probes.perform(probe, checkpoint: checkpoint) else {
        return nil
      }
      return outputs
    } catch {
      if error.kind == .interrupted || error.kind == .invalid { throw error }
      return nil
    }
  }

  private func probeCall(_ until: Value, _ call: StepCall) throws(StepFailure) -> StepCall {
    let name = until["uses"].string ?? ""
    guard let action = action(name) else { throw StepFailure(.invalid, .engineUnknownAction, ["action": name]) }
    var inputs = until["with"].object ?? [:]
    for field in action.inputs where inputs[field.name] == nil { inputs[field.name] = field.defaultValue }
    return StepCall(
      runID: call.runID, address: call.address, action: action, inputs: inputs, account: call.account, token: call.token
    )
  }
}
