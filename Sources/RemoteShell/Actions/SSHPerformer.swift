package import Basics
package import RunEngine

/// Carries out the `ssh/*` actions.
///
/// `ssh/run`, `ssh/upload` and `ssh/facts` work on every host that has a way in; scripts that outlive their connection need SSH.
///
/// A cancelled script is left running: its marker on the host lets a resume go on with it. When the step's `timeout` is up, its
/// process group is killed.
package struct SSHPerformer: ActionPerformer {
  let client: SSHClient
  let other: (any RemoteCommand)?
  /// The folder of script markers on hosts; `nil` means `/var/lib/causeway` of root and `~/.causeway` of others.
  let markers: String?
  /// How long a host that does not answer is waited for at the beginning of a step.
  let patience: Duration

  /// - Parameter other: the way in to hosts that are not reached by SSH (`local`, `{via: ...}`).
  package init(
    client: SSHClient, markers: String? = nil, patience: Duration = .seconds(300), other: (any RemoteCommand)? = nil
  ) {
    self.other = other
    self.client = client
    self.markers = markers
    self.patience = patience
  }

  package func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    switch call.uses {
    case "ssh/script": try await ScriptStep(self, call, checkpoint).perform()
    case "ssh/run": try await RunStep(self, call, checkpoint).perform()
    case "ssh/upload": try await UploadStep(self, call, checkpoint).perform()
    case "ssh/wait": try await WaitStep(self, call, checkpoint).perform()
    case "ssh/facts": try await FactsStep(self, call, checkpoint).perform()
    case "ssh/host-key", "ssh/key-pair": try KeyStep(call, client.random).perform()
    default: throw unknown(call)
    }
  }

  package func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    switch call.uses {
    case "ssh/script": try await ScriptStep(self, call, checkpoint).resolve()
    // Commands that change nothing, the same bytes in the same file: declared to be repeated when in doubt.
    default: .didNotHappen
    }
  }

  package func read(_ call: StepCall) async throws(StepFailure) -> Reading {
    switch call.uses {
    case "ssh/upload": try await UploadStep(self, call, Silence()).read()
    default: .unknown
    }
  }

  package func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome {
    switch call.uses {
    case "ssh/script": try await ScriptStep(self, call, checkpoint).undo()
    case "ssh/run": try await RunStep(self, call, checkpoint).undo()
    case "ssh/upload": try await UploadStep(self, call, checkpoint).undo()
    default: .nothing
    }
  }

  private func unknown(_ call: StepCall) -> StepFailure {
    StepFailure(.invalid, .sshActionUnknown, ["action": call.uses])
  }

  /// Runs a command on the step's host, whichever way leads there.
  func run(
    _ words: [String], _ call: StepCall, _ checkpoint: any Checkpoint, input: [UInt8] = [], timeout: Duration?,
    hidesWords: Bool = true
  ) async throws(StepFailure) -> RemoteResult {
    let inputs = StepInputs(call)
    let asRoot = try inputs.flag("sudo")
    let value = call.inputs["host"] ?? .null
    guard let other, !SSHHost.describes(value) else {
      let options = RunOptions(
        input: input, patience: patience(checkpoint), timeout: timeout, hidesWords: hidesWords)
      return try await client.run(words, on: try inputs.host(), asRoot: asRoot, options: options)
    }
    let context = RemoteContext(
      runID: call.runID, address: call.address, account: call.account, timeout: timeout ?? .seconds(3600))
    return try await other.run(asRoot ? ["sudo", "-n"] + words : words, input: input, on: value, context: context)
  }

  /// Patience that tells the live display what the step waits for.
  func patience(_ checkpoint: any Checkpoint, limit: Duration? = nil) -> Patience {
    Patience(limit: limit ?? patience) { failure in
      var arguments = failure.arguments
      arguments["code"] = failure.code.rawValue
      checkpoint.progress(StepProgress(.sshWaitingForHost, arguments))
    }
  }
}

/// Where a read has nobody to report to.
private struct Silence: Checkpoint {
  func intent(_ intent: Intent) async throws(StepFailure) {}
  func answered(ordinal: Int, object: Value) async throws(StepFailure) {}
  func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure) {}
  func undoIntent(_ intent: Intent) async throws(StepFailure) {}
  func undoAnswered(ordinal: Int) async throws(StepFailure) {}
  func progress(_ progress: StepProgress) {}
  func output(_ bytes: [UInt8]) {}
}

/// The digest of what is asked of a host: every part led by its length, so that no two requests look alike.
enum RequestText {
  static func joined(_ parts: [String]) -> String { parts.map { "\($0.utf8.count):\($0)" }.joined(separator: "\n") }
}
