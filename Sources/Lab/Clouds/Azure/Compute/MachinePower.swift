import Basics
import LabFabric

import struct FoundationEssentials.Date

/// Power, and the instance view that tells it.
extension AzureState {
  func power(of resource: ARMResource) -> AzureMachine.Power? {
    machines[resource.id.key]?.power.phase(at: core.now)
  }

  mutating func changePower(_ verb: String, of resource: ARMResource, _ call: ARMCall) throws(ServiceError) -> ARMReply
  {
    try refuseIfDeleting(resource)
    let key = resource.id.key
    try refuseOverlap(resource.id, [key], call)
    let power = power(of: resource)
    if verb == "restart", power != .running {
      throw ServiceError(
        "OperationNotAllowed", "Cannot restart the VM '\(resource.id.name)' because it is not running.", status: 409)
    }
    let (through, end, seconds) = Self.course(verb)
    let begun = begin(
      call, on: key, namespace: "Microsoft.Compute", location: resource.location,
      seconds: power == end && verb != "restart" ? 0 : seconds, locks: [key], polling: .location)
    operations.change(begun.id) { $0.endsWithOK = true }
    if call.laterFailure != nil { return begun.reply }
    let (now, delay) = (core.now, begun.end.timeIntervalSince(core.now))
    machines.change(key) { machine in
      if verb == "restart" {
        machine.boots += 1
      } else if power != end {
        machine.power.turn(through, then: end, after: delay, at: now)
      }
    }
    return begun.reply
  }

  private static func course(
    _ verb: String
  ) -> (through: AzureMachine.Power, end: AzureMachine.Power, seconds: Double) {
    switch verb {
    case "poweroff": (.stopping, .stopped, 20)
    case "deallocate": (.deallocating, .deallocated, 30)
    default: (.starting, .running, 25)
    }
  }

  // MARK: Instance view

  func instanceView(of resource: ARMResource) -> Value {
    let power = power(of: resource) ?? .creating
    let state = resource.state(at: core.now).rawValue
    var statuses: [Value] = [
      status(
        "ProvisioningState/\(state.lowercased())",
        state == "Succeeded" ? "Provisioning succeeded" : state, at: resource.provisioning.since(at: core.now))
    ]
    if power != .creating {
      statuses.append(
        [
          "code": .string("PowerState/\(power.rawValue)"), "level": "Info",
          "displayStatus": .string("VM \(power.rawValue)"),
        ])
    }
    var view: [String: Value] = ["statuses": .list(statuses)]
    if power == .running { view.merge(guestView(of: resource)) { own, _ in own } }
    return .object(view)
  }

  /// What the agent in the machine tells while it runs.
  private func guestView(of resource: ARMResource) -> [String: Value] {
    let image = catalogueImage(of: resource.properties)
    let since = machines[resource.id.key]?.power.since(at: core.now) ?? core.now
    let ready = status(
      "ProvisioningState/succeeded", "Ready", at: since, message: "Guest Agent is running")
    return [
      "computerName": resource["osProfile"]["computerName"], "osName": .string(image?.system.id ?? "linux"),
      "osVersion": .string(image?.system.version ?? ""), "hyperVGeneration": .string(image?.generation ?? "V2"),
      "vmAgent": ["vmAgentVersion": "2.11.1.12", "statuses": [ready], "extensionHandlers": []],
      "disks": [
        [
          "name": resource["storageProfile"]["osDisk"]["name"],
          "statuses": [status("ProvisioningState/succeeded", "Provisioning succeeded", at: since)],
        ]
      ],
    ]
  }

  private func status(_ code: String, _ text: String, at date: Date, message: String? = nil) -> Value {
    var body: [String: Value] = [
      "code": .string(code), "level": "Info", "displayStatus": .string(text), "time": .string(Self.stamp(date)),
    ]
    if let message { body["message"] = .string(message) }
    return .object(body)
  }

  /// The image from which a machine was made.
  func catalogueImage(of machine: [String: Value]) -> AzureCatalogue.Image? {
    let reference = machine["storageProfile"]?["imageReference"] ?? .null
    return AzureCatalogue.images.first {
      $0.offer.lowercased() == reference["offer"].string?.lowercased()
        && $0.sku.lowercased() == reference["sku"].string?.lowercased()
    }
  }
}
