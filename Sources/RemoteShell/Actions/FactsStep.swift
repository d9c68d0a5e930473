import Basics
import RunEngine

/// `ssh/facts`: what the host is and what runs on it, in one command that changes nothing.
struct FactsStep {
  let performer: SSHPerformer
  let call: StepCall
  let checkpoint: any Checkpoint

  init(_ performer: SSHPerformer, _ call: StepCall, _ checkpoint: any Checkpoint) {
    self.performer = performer
    self.call = call
    self.checkpoint = checkpoint
  }

  func perform() async throws(StepFailure) -> StepOutcome {
    let nonce = performer.client.random.hex(8)
    let words = ["sh", "-c", HostFacts.program, "sh", nonce]
    let result = try await performer.run(words, call, checkpoint, timeout: call.timeout ?? .seconds(60))
    guard let facts = HostFacts(String(decoding: result.standardOutput, as: UTF8.self), nonce: nonce) else {
      throw StepFailure(.unknown, .sshFactsUnreadable, ["address": HostName.of(call)])
    }
    return .succeeded(outputs: facts.outputs, object: .object(facts.outputs), effect: .read)
  }
}
