package import Basics
import ProviderModel
package import RunEngine

/// Runs commands on hosts that a cloud reaches for us, without SSH: `{via: alibaba/ecs.command, region, instance}`.
///
/// `via` names an action with a `command` input and the outputs `status` and `stdout`; the host's other members are its
/// inputs. A command is not journaled: each gets a token of its own, so that a second one is never answered with the
/// first one's output.
package struct CloudCommand: RemoteCommand {
  private let cloud: CloudPerformer
  private let catalog: ProviderCatalog
  private let random: any RandomSource

  init(cloud: CloudPerformer, catalog: ProviderCatalog, random: any RandomSource) {
    self.cloud = cloud
    self.catalog = catalog
    self.random = random
  }

  package func run(
    _ argv: [String], input: [UInt8], on host: Value, context: RemoteContext
  ) async throws(StepFailure) -> RemoteResult {
    var action = try action(of: host)
    // The other side ends the command at its own limit; past that nothing is to be waited for.
    let limit = context.timeout + .seconds(60)
    if let declared = action.wait?.timeout, declared > limit { action.wait?.timeout = limit }
    let call = StepCall(
      runID: context.runID, address: context.address, action: action,
      inputs: try inputs(ShellText.line(argv, input: input), host, action, context.timeout), account: context.account,
      token: "cw-\(random.hex(16))")
    let quiet = Unjournaled()
    var outcome: StepOutcome?
    do throws(StepFailure) { outcome = try await cloud.perform(call, checkpoint: quiet) } catch {
      // A command that may have run is not run again here: whoever asked decides.
      guard error.kind == .doubt else { throw error }
      var failure = error
      failure.kind = .transient
      throw failure
    }
    guard case .succeeded(let outputs, _, _) = outcome, let status = outputs["status"]?.integer else {
      throw StepFailure(.unknown, .cloudCommandAction, ["action": action.fullName])
    }
    return RemoteResult(status: status, standardOutput: Array((outputs["stdout"]?.string ?? "").utf8))
  }

  private func action(of host: Value) throws(StepFailure) -> ActionDescription {
    let name = host["via"].string ?? ""
    guard let action = catalog.action(name), action.inputs.contains(where: { $0.name == "command" }) else {
      throw StepFailure(.invalid, .cloudCommandAction, ["action": name])
    }
    return action
  }

  private func inputs(
    _ command: String, _ host: Value, _ action: ActionDescription, _ timeout: Duration
  ) throws(StepFailure) -> [String: Value] {
    var inputs: [String: Value] = [:]
    for field in action.inputs { inputs[field.name] = host[field.name] }
    inputs["command"] = .string(command)
    for field in action.inputs {
      if field.name == "command", let limit = field.maximum, Double(command.count) > limit {
        throw StepFailure(
          .invalid, .cloudCommandTooLong,
          ["action": action.fullName, "length": String(command.count), "limit": String(Int(limit))])
      }
      if field.name == "timeout_seconds", inputs[field.name]?.isNull ?? true {
        let seconds = Double(max(1, timeout.components.seconds))
        inputs[field.name] = .integer(Int(min(max(seconds, field.minimum ?? 1), field.maximum ?? 86400)))
      }
    }
    return inputs
  }
}

/// Text for a POSIX shell, with nothing left for it to interpret.
enum ShellText {
  /// One line that runs `argv` with `input` on its standard input; the line's status is the command's.
  static func line(_ argv: [String], input: [UInt8]) -> String {
    let command = argv.map(quoted).joined(separator: " ")
    if input.isEmpty { return "\(command) </dev/null" }
    return "printf %s \(Base64.encode(input)) | base64 -d | \(command)"
  }

  /// In single quotes; a single quote inside is closed, escaped, and opened again.
  static func quoted(_ word: String) -> String { "'\(word.replacing("'", with: "'\\''"))'" }
}

/// A checkpoint of work that is repeated as a whole and of which nothing is kept.
private struct Unjournaled: Checkpoint {
  func intent(_ intent: Intent) async throws(StepFailure) {}
  func answered(ordinal: Int, object: Value) async throws(StepFailure) {}
  func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure) {}
  func undoIntent(_ intent: Intent) async throws(StepFailure) {}
  func undoAnswered(ordinal: Int) async throws(StepFailure) {}
  func progress(_ progress: StepProgress) {}
  func output(_ bytes: [UInt8]) {}
}
