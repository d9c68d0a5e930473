import Basics
import RunEngine

extension ScriptStep {
  /// Runs the script again with `undo_args`; without them, and when nothing was run, there is nothing to take back.
  ///
  /// Each undo has a marker of its own, so that one whose answer was lost is found, not repeated.
  func undo() async throws(StepFailure) -> UndoOutcome {
    let inputs = StepInputs(call)
    let ran = call.record.intents.contains { $0.answered && $0.intent.call == Self.callName }
    guard let args = try inputs.words("undo_args"), ran || call.record.succeeded,
      !ScriptObject.wasSkipped(call.record.object)
    else { return .nothing }
    let host = try inputs.host()
    var ordinal = 0
    if let last = call.record.undoIntents.last(where: { $0.intent.call == Self.undoName }) {
      if last.answered { return .undone }
      // The last one may have happened: its marker is looked at, and a new attempt is made only when it failed for certain.
      ordinal = last.intent.ordinal
      if try await hasFailed(ordinal, args, host) { ordinal += 1 }
    }
    do throws(StepFailure) { return try await undo(ordinal, args, host) } catch {
      // Neither the script nor the marker of its run: another host stands in the place of the one that it ran on.
      guard error.code == .sshScriptMissing, try await hasNoTrace(host) else { throw error }
      return .nothing
    }
  }

  private func hasNoTrace(_ host: SSHHost) async throws(StepFailure) -> Bool {
    guard let last = call.record.intents.last(where: { $0.intent.call == Self.callName }) else { return false }
    return try await run(try job(name: markerName(last.intent.ordinal)), host).look() == nil
  }

  private func undoMarker(_ ordinal: Int) -> String { "\(call.token).undo.\(ordinal)" }

  private func hasFailed(_ ordinal: Int, _ args: [String], _ host: SSHHost) async throws(StepFailure) -> Bool {
    let run = await run(try job(name: undoMarker(ordinal), args: args), host)
    guard case .ended(let result)? = try await run.look() else { return false }
    return result.end != .exited(0)
  }

  private func undo(_ ordinal: Int, _ args: [String], _ host: SSHHost) async throws(StepFailure) -> UndoOutcome {
    let job = try job(name: undoMarker(ordinal), args: args)
    let checkpoint = checkpoint
    try await checkpoint.undoIntent(Intent(call: Self.undoName, ordinal: ordinal, digest: job.digest))
    let run = await run(job, host)
    let result = try await whileTimeLasts(run, host) { () async throws(StepFailure) in
      try await run.start(timeout: timeLeft, isStarted: false) { () async throws(StepFailure) in
        checkpoint.progress(StepProgress(.sshScriptRunning, host.arguments))
      }
    }
    let object = ScriptObject.ended(job, result)
    guard result.end == .exited(0) else { throw failure(result.end ?? .died, object) }
    try await checkpoint.undoAnswered(ordinal: ordinal)
    return .undone
  }
}
