import Basics
import RunEngine

/// `ssh/wait`: the host can be logged in to, and a path that tells it is ready is there.
struct WaitStep {
  let performer: SSHPerformer
  let call: StepCall
  let checkpoint: any Checkpoint

  init(_ performer: SSHPerformer, _ call: StepCall, _ checkpoint: any Checkpoint) {
    self.performer = performer
    self.call = call
    self.checkpoint = checkpoint
  }

  func perform() async throws(StepFailure) -> StepOutcome {
    let inputs = StepInputs(call)
    let host = try inputs.host()
    let limit = try inputs.duration("patience", default: .seconds(600))
    let ready = try inputs.optionalText("ready")
    let clock = performer.client.clock
    let began = clock.elapsed
    while true {
      let rest = max(.zero, limit - (clock.elapsed - began))
      let fingerprint = try await performer.client.hostKey(host, patience: performer.patience(checkpoint, limit: rest))
      if try await isReady(ready, host, rest) {
        let outputs: [String: Value] = ["host_key": .string(fingerprint)]
        return .succeeded(outputs: outputs, object: .object(outputs), effect: .read)
      }
      let waited = clock.elapsed - began
      let pause = Patience.pause(after: waited)
      let notReady = StepFailure(.notYet, .sshNotReady, host.arguments.merging(["path": ready ?? ""]) { $1 })
      guard waited + pause <= limit else { throw notReady }
      performer.patience(checkpoint).report(notReady)
      do { try await clock.sleep(for: pause) } catch { throw StepFailure(.interrupted, .sshCancelled, host.arguments) }
    }
  }

  private func isReady(_ path: String?, _ host: SSHHost, _ rest: Duration) async throws(StepFailure) -> Bool {
    let words = path.map { ["test", "-e", $0] } ?? ["true"]
    let options = RunOptions(patience: performer.patience(checkpoint, limit: rest), timeout: .seconds(30))
    return try await performer.client.run(words, on: host, options: options).status == 0
  }
}
