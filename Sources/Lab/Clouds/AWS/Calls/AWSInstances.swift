import Basics
import CloudWire
import Digests
import LabFabric

import struct FoundationEssentials.Date

extension AWSState {
  static func noInstance(_ id: String) -> ServiceError {
    ServiceError("InvalidInstanceID.NotFound", "The instance ID '\(id)' does not exist")
  }

  static func manyInterfaces(_ id: String) -> ServiceError {
    ServiceError(
      "InvalidInstanceID",
      "There are multiple interfaces attached to instance '\(id)'. Please specify an interface ID for the operation "
        + "instead.")
  }

  func instance(_ id: String) throws(ServiceError) -> AWSInstance {
    guard id.hasPrefix("i-") else {
      throw ServiceError("InvalidInstanceID.Malformed", "Invalid id: \"\(id)\"")
    }
    guard let instance = here.instances[id], core.isVisible(id) else { throw Self.noInstance(id) }
    return instance
  }

  func phase(_ instance: AWSInstance) -> AWSInstance.Phase { instance.phase.phase(at: core.now) }

  func describeInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    try refuseIDsWithPages(call)
    let rows = try selectInstances(call)
    let (page, next) = try page(rows, call)
    var reservations: [(id: String, rows: [AWSInstance])] = []
    for row in page {
      if let index = reservations.firstIndex(where: { $0.id == row.reservation }) {
        reservations[index].rows.append(row)
      } else {
        reservations.append((row.reservation, [row]))
      }
    }
    let items: [XMLValue] = reservations.map { reservation in
      [
        "reservationId": .text(reservation.id), "ownerId": .text(core.accountID), "groupSet": .items([]),
        "instancesSet": .items(reservation.rows.map { instanceItem($0, phase: phase($0)) }),
      ]
    }
    return ["reservationSet": .items(items), "nextToken": next]
  }

  private func refuseIDsWithPages(_ call: APICall) throws(ServiceError) {
    guard call["MaxResults"] != nil, !call.parameters.list("InstanceId").isEmpty else { return }
    throw ServiceError(
      "InvalidParameterCombination", "The parameter instancesSet cannot be used with the parameter maxResults")
  }

  private func selectInstances(_ call: APICall) throws(ServiceError) -> [AWSInstance] {
    try select(here.instances, call, ids: "InstanceId", missing: Self.noInstance) { instance, name in
      let interfaces = instance.interfaces.compactMap { here.interfaces[$0] }
      return switch name {
      case "instance-id": [instance.id]
      case "client-token": [instance.clientToken].compactMap { $0 }
      case "instance-state-name": [phase(instance).name]
      case "instance-state-code": [String(phase(instance).rawValue)]
      case "instance-type": [instance.type]
      case "image-id": [instance.image]
      case "key-name": [instance.key].compactMap { $0 }
      case "subnet-id": [instance.subnet]
      case "vpc-id": [instance.vpc]
      case "availability-zone": [instance.zone]
      case "reservation-id": [instance.reservation]
      case "private-ip-address": interfaces.map(\.address.description)
      case "ip-address": interfaces.compactMap { $0.publicAddress?.description }
      case "instance.group-id", "network-interface.group-id": interfaces.flatMap(\.groups)
      case "network-interface.network-interface-id": interfaces.map(\.id)
      default: nil
      }
    }
  }

  func instanceItem(_ instance: AWSInstance, phase: AWSInstance.Phase) -> XMLValue {
    if phase == .terminated { return terminatedItem(instance) }
    let interfaces = instance.interfaces.compactMap { here.interfaces[$0] }
    let first = interfaces.first
    return [
      "instanceId": .text(instance.id), "imageId": .text(instance.image), "instanceState": stateItem(phase),
      "privateDnsName": .text(first.map { Self.privateName($0.address, region) } ?? ""), "dnsName": .text(""),
      "reason": .optional(instance.stateReason?.message), "keyName": .optional(instance.key),
      "amiLaunchIndex": .number(instance.launchIndex), "productCodes": .items([]),
      "instanceType": .text(instance.type), "launchTime": .text(milliseconds(instance.launchTime)),
      "placement": ["availabilityZone": .text(instance.zone), "groupName": .text(""), "tenancy": "default"],
      "monitoring": ["state": "disabled"], "subnetId": .text(instance.subnet), "vpcId": .text(instance.vpc),
      "privateIpAddress": .optional(first?.address.description),
      "ipAddress": .optional(first?.publicAddress?.description),
      "sourceDestCheck": .flag(first?.checksSourceAndDestination ?? true), "groupSet": groupSet(first?.groups ?? []),
      "stateReason": instance.stateReason.map { ["code": .text($0.code), "message": .text($0.message)] } ?? .nothing,
      "architecture": "x86_64", "rootDeviceType": "ebs", "rootDeviceName": "/dev/sda1",
      "blockDeviceMapping": .items([
        [
          "deviceName": "/dev/sda1",
          "ebs": [
            "volumeId": .text(instance.volume), "status": "attached",
            "attachTime": .text(milliseconds(instance.launchTime)), "deleteOnTermination": true,
          ],
        ]
      ]),
      "virtualizationType": "hvm", "clientToken": .text(instance.clientToken ?? ""), "tagSet": tagSet(instance.id),
      "hypervisor": "xen", "networkInterfaceSet": .items(interfaces.map(instanceInterfaceItem)),
      "ebsOptimized": false, "enaSupport": true,
    ]
  }

  private func terminatedItem(_ instance: AWSInstance) -> XMLValue {
    [
      "instanceId": .text(instance.id), "imageId": .text(instance.image), "instanceState": stateItem(.terminated),
      "privateDnsName": .text(""), "dnsName": .text(""), "keyName": .optional(instance.key),
      "amiLaunchIndex": .number(instance.launchIndex), "instanceType": .text(instance.type),
      "launchTime": .text(milliseconds(instance.launchTime)),
      "placement": ["availabilityZone": .text(instance.zone), "tenancy": "default"],
      "stateReason": instance.stateReason.map { ["code": .text($0.code), "message": .text($0.message)] } ?? .nothing,
      "clientToken": .text(instance.clientToken ?? ""), "tagSet": tagSet(instance.id),
      "networkInterfaceSet": .items([]), "groupSet": .items([]),
    ]
  }

  func stateItem(_ phase: AWSInstance.Phase) -> XMLValue {
    ["code": .number(phase.rawValue), "name": .text(phase.name)]
  }

  private static func privateName(_ address: IPAddress, _ region: String) -> String {
    "ip-\(address.description.replacing(".", with: "-")).\(region).compute.internal"
  }

  func milliseconds(_ date: Date) -> String { String(Timestamp.extended(date).dropLast()) + ".000Z" }

  func describeInstanceStatus(_ call: APICall) throws(ServiceError) -> XMLValue {
    try refuseIDsWithPages(call)
    let includesAll = call.flag("IncludeAllInstances") == true
    let rows = try selectInstances(call).filter { includesAll || phase($0) == .running }
    let (page, next) = try page(rows, call)
    return ["instanceStatusSet": .items(page.map(statusItem)), "nextToken": next]
  }

  /// Status checks pass some time after the instance runs.
  private func statusItem(_ instance: AWSInstance) -> XMLValue {
    let phase = phase(instance)
    let ready = instance.phase.since(at: core.now).addingTimeInterval(core.pace.seconds(60)) <= core.now
    let status = phase == .running ? (ready ? "ok" : "initializing") : "not-applicable"
    let detail: XMLValue = [
      "status": .text(status),
      "details": .items([["name": "reachability", "status": .text(status == "ok" ? "passed" : status)]]),
    ]
    return [
      "instanceId": .text(instance.id), "availabilityZone": .text(instance.zone), "instanceState": stateItem(phase),
      "systemStatus": detail, "instanceStatus": detail,
    ]
  }
}
