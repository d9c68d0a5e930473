package import Basics
package import RunEngine

/// Carries out the `ssh/*` actions.
///
/// A cancelled script is left running: its marker on the host lets a resume go on with it. When the step's `timeout` is up, its
/// process group is killed.
package struct SSHPerformer: ActionPerformer {
  let client: SSHClient
  /// The folder of script markers on hosts; `nil` means `/var/lib/causeway` of root and `~/.causeway` of others.
  let markers: String?
  /// How long a host that does not answer is waited for at the beginning of a step.
  let patience: Duration

  package init(client: SSHClient, markers: String? = nil, patience: Duration = .seconds(300)) {
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
