import Basics
import LabFabric

/// Commands that the agent in a virtual machine carries out, as root, on the real host.
extension AzureState {
  mutating func runCommand(on resource: ARMResource, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    try refuseIfDeleting(resource)
    guard call.body["commandId"].string?.lowercased() == "runshellscript" else {
      throw ServiceError(
        "RunCommandNotFound",
        "The entity with command id '\(call.body["commandId"].string ?? "")' was not found.", status: 404)
    }
    guard power(of: resource) == .running, let machine = machines[resource.id.key] else {
      throw ServiceError(
        "OperationNotAllowed", "Cannot modify extensions in the VM when the VM is not running.", status: 409)
    }
    if let other = operations.all.first(where: { $0.target == commandKey(resource) && $0.isRunning(at: core.now) }) {
      throw ServiceError(
        "Conflict",
        "Run command extension execution is in progress (\(other.id)). Please wait for completion before "
          + "invoking a run command.", status: 409)
    }
    let begun = beginOpen(
      call, on: commandKey(resource), namespace: "Microsoft.Compute", location: resource.location)
    core.noted(begun.id)
    let variables = try parameters(of: call).map { "\($0.name)=\($0.value)" }
    let script = call.body["script"].texts.joined(separator: "\n")
    core.effects.append(
      .run(
        CommandJob(
          invocation: begun.id, host: machine.id,
          arguments: ["/usr/bin/env"] + variables + ["/bin/sh", "-c", script],
          user: "root", timeout: .seconds(5400))))
    return begun.reply
  }

  private func commandKey(_ resource: ARMResource) -> String { "\(resource.id.key)/runcommand" }

  /// Named parameters are variables of the script.
  private func parameters(of call: ARMCall) throws(ServiceError) -> [(name: String, value: String)] {
    var result: [(String, String)] = []
    for parameter in call.body["parameters"].list ?? [] {
      guard let name = parameter["name"].string, name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
        throw ARMErrors.parameter("parameters", "The name of a parameter is not valid.")
      }
      result.append((name, parameter["value"].scalarText ?? ""))
    }
    return result
  }

  /// What a host's command came to: a script that fails is no failed operation, its words are all that tells.
  mutating func finish(_ job: CommandJob, _ outcome: CommandOutcome?) {
    let now = core.now
    operations.change(job.invocation) { operation in
      guard operation.isRunning(at: now) else { return }
      guard let outcome, outcome.ending != .timedOut else {
        operation.status.turn(.failed, at: now)
        operation.error = ServiceError(
          "VMExtensionProvisioningTimeout", "Provisioning of VM extension 'RunCommandLinux' has timed out.", status: 409
        )
        return
      }
      operation.status.turn(.succeeded, at: now)
      operation.result = ["value": [Self.result(outcome)]]
    }
  }

  private static func result(_ outcome: CommandOutcome) -> Value {
    let word =
      outcome.isSuccess
      ? "succeeded: "
      : "failed: failed to execute command: command terminated with exit status=\(code(outcome.ending))"
    return [
      "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded",
      "message": .string("Enable \(word)\n[stdout]\n\(tail(outcome.stdout))\n[stderr]\n\(tail(outcome.stderr))"),
    ]
  }

  private static func code(_ ending: CommandOutcome.Ending) -> Int {
    switch ending {
    case .exited(let code): Int(code)
    case .signalled(let signal): 128 + Int(signal)
    case .timedOut: 124
    }
  }

  /// The agent keeps the last 4 KB.
  private static func tail(_ bytes: [UInt8]) -> String { String(decoding: bytes.suffix(4096), as: UTF8.self) }
}
