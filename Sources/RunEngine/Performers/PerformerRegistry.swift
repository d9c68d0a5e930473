package import Basics
import ProviderModel

/// Hands each step to the performer of its action's provider.
package struct PerformerRegistry: ActionPerformer {
  private let performers: [String: any ActionPerformer]
  private let fallback: (any ActionPerformer)?

  /// `performers` by provider name (`ssh`, `probe`, `flow`); `fallback` takes every other provider (the clouds).
  package init(_ performers: [String: any ActionPerformer], fallback: (any ActionPerformer)? = nil) {
    self.performers = performers
    self.fallback = fallback
  }

  /// The same registry with another performer for one provider.
  package func adding(_ performer: any ActionPerformer, for provider: String) -> PerformerRegistry {
    PerformerRegistry(performers.merging([provider: performer]) { _, new in new }, fallback: fallback)
  }

  package func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    try await performer(of: call).perform(call, checkpoint: checkpoint)
  }

  package func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    try await performer(of: call).resolve(call, checkpoint: checkpoint)
  }

  package func read(_ call: StepCall) async throws(StepFailure) -> Reading { try await performer(of: call).read(call) }

  package func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome {
    try await performer(of: call).undo(call, checkpoint: checkpoint)
  }

  package func serializeKey(_ call: StepCall) throws(StepFailure) -> String? {
    try performer(of: call).serializeKey(call)
  }

  private func performer(of call: StepCall) throws(StepFailure) -> any ActionPerformer {
    if let performer = performers[call.action.provider] ?? fallback { return performer }
    throw StepFailure(.invalid, .engineNoPerformer, ["provider": call.action.provider])
  }
}
