package import Basics
package import RunEngine

/// Carries out the `probe/*` actions on hosts, by whatever way in `RemoteCommand` has; a probe changes nothing.
///
/// A probe that ran and whose verdict is no fails with class `probe` and its figures as arguments.
package struct ProbePerformer: ActionPerformer {
  /// The names of the arguments that each probe reads and of the outputs that it gives; `providers/probe` declares the same ones.
  package static let shapes: [String: (inputs: Set<String>, outputs: Set<String>)] = [
    "probe/ping": (
      ["from", "to", "source", "count", "interval", "max_loss"],
      ["sent", "received", "loss_percent", "rtt_min_ms", "rtt_avg_ms", "rtt_max_ms", "longest_gap_s"]
    ),
    "probe/tcp": (["from", "to", "port", "timeout"], ["connected", "connect_ms"]),
    "probe/route": (["from", "to", "via"], ["network", "via", "device"]),
  ]

  private let command: any RemoteCommand

  package init(command: any RemoteCommand) { self.command = command }

  package func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let outputs =
      switch call.uses {
      case "probe/ping": try await ping(PingProbe(ProbeInputs(call.inputs)), call, checkpoint)
      case "probe/tcp": try await connect(ConnectProbe(ProbeInputs(call.inputs)), call, checkpoint)
      case "probe/route": try await route(RouteProbe(ProbeInputs(call.inputs)), call, checkpoint)
      default: throw StepFailure(.invalid, .probeActionUnknown, ["action": call.uses])
      }
    return .succeeded(outputs: outputs, object: .object(outputs), effect: .read)
  }

  package func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    .didNotHappen
  }

  package func read(_ call: StepCall) async throws(StepFailure) -> Reading { .unknown }

  package func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome { .nothing }

  private func ping(
    _ probe: PingProbe, _ call: StepCall, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> [String: Value] {
    checkpoint.progress(StepProgress(.probePinging, ["to": probe.target]))
    let result = try await run(probe.argv, probe.longest, call, checkpoint)
    return try probe.verdict(result)
  }

  private func connect(
    _ probe: ConnectProbe, _ call: StepCall, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> [String: Value] {
    let result = try await run(probe.argv, probe.longest, call, checkpoint)
    return try probe.verdict(result)
  }

  private func route(
    _ probe: RouteProbe, _ call: StepCall, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> [String: Value] {
    let result = try await run(probe.argv, probe.longest, call, checkpoint)
    return try probe.verdict(result)
  }

  private func run(
    _ argv: [String], _ longest: Duration, _ call: StepCall, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> RemoteResult {
    // Patience for the login comes on top of what the probe itself may take.
    let context = RemoteContext(
      runID: call.runID, address: call.address, account: call.account, timeout: longest + .seconds(60))
    let result = try await command.run(argv, input: [], on: call.inputs["from"] ?? .null, context: context)
    checkpoint.output(result.standardOutput + result.standardError)
    return result
  }
}
