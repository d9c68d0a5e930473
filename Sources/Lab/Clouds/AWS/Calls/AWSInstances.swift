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

  private func phase(_ instance: AWSInstance) -> AWSInstance.Phase { instance.phase.phase(at: core.now) }

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

  private func stateItem(_ phase: AWSInstance.Phase) -> XMLValue {
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

  // MARK: Power

  mutating func startInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    try change(call, allowed: [.stopped, .pending, .running]) { state, instance in
      guard state.phase(instance) == .stopped else { return state.phase(instance) }
      state.turn(instance, .pending, then: .running, after: 15)
      return .pending
    }
  }

  mutating func stopInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    try change(call, allowed: [.running, .stopping, .stopped]) { state, instance in
      guard state.phase(instance) == .running else { return state.phase(instance) }
      state.turn(instance, .stopping, then: .stopped, after: 30)
      return .stopping
    }
  }

  mutating func terminateInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    try change(call, allowed: Set([.pending, .running, .shuttingDown, .terminated, .stopping, .stopped])) {
      state, instance throws(ServiceError) in
      if [.shuttingDown, .terminated].contains(state.phase(instance)) { return state.phase(instance) }
      if instance.isProtected {
        throw ServiceError(
          "OperationNotPermitted",
          "The instance '\(instance.id)' may not be terminated. Modify its 'disableApiTermination' instance attribute.")
      }
      state.turn(instance, .shuttingDown, then: .terminated, after: 30)
      state.here.instances.change(instance.id) {
        $0.stateReason = (
          "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown"
        )
      }
      return .shuttingDown
    }
  }

  mutating func rebootInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    _ = try change(call, allowed: [.running]) { state, instance in
      state.here.instances.change(instance.id) { $0.boots += 1 }
      return .running
    }
    return ["return": true]
  }

  private mutating func turn(
    _ instance: AWSInstance, _ phase: AWSInstance.Phase, then next: AWSInstance.Phase, after seconds: Double
  ) {
    let (delay, now) = (core.pace.seconds(seconds), core.now)
    here.instances.change(instance.id) { $0.phase.turn(phase, then: next, after: delay, at: now) }
  }

  /// Changes all instances of the call or none; answers the states before and after.
  private mutating func change(
    _ call: APICall, allowed: Set<AWSInstance.Phase>,
    _ body: (inout AWSState, AWSInstance) throws(ServiceError) -> AWSInstance.Phase
  ) throws(ServiceError) -> XMLValue {
    var items: [XMLValue] = []
    for id in call.parameters.list("InstanceId") {
      let instance = try instance(id)
      let before = phase(instance)
      guard allowed.contains(before) else {
        throw ServiceError(
          "IncorrectInstanceState", "The instance '\(id)' is not in a state from which it can do that.")
      }
      let after = try body(&self, instance)
      items.append(["instanceId": .text(id), "currentState": stateItem(after), "previousState": stateItem(before)])
    }
    return ["instancesSet": .items(items)]
  }

  // MARK: Attributes

  func describeInstanceAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let instance = try instance(call["InstanceId"] ?? "")
    let value: XMLValue.Field
    switch call["Attribute"] {
    case "sourceDestCheck":
      let check = try onlyInterface(of: instance).checksSourceAndDestination
      value = .init(name: "sourceDestCheck", value: ["value": .flag(check)])
    case "disableApiTermination":
      value = .init(name: "disableApiTermination", value: ["value": .flag(instance.isProtected)])
    case "instanceType": value = .init(name: "instanceType", value: ["value": .text(instance.type)])
    case "userData":
      let text = instance.userData.map { Base64.encode(Array($0.utf8)) }
      value = .init(name: "userData", value: ["value": .optional(text)])
    default: throw invalid("Attribute", call)
    }
    return XMLValue.fields([.init(name: "instanceId", value: .text(instance.id)), value])
  }

  private func onlyInterface(of instance: AWSInstance) throws(ServiceError) -> AWSInterface {
    guard instance.interfaces.count == 1, let id = instance.interfaces.first else {
      throw Self.manyInterfaces(instance.id)
    }
    return try interface(id)
  }

  mutating func modifyInstanceAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let instance = try instance(call["InstanceId"] ?? "")
    let groups = call.parameters.list("GroupId")
    let attributes = [
      call["SourceDestCheck.Value"] != nil, call["DisableApiTermination.Value"] != nil, !groups.isEmpty,
    ]
    guard attributes.count(where: { $0 }) == 1 else {
      throw ServiceError("InvalidParameterCombination", "Exactly one attribute must be specified.")
    }
    for id in groups { _ = try group(id) }
    if let value = call.flag("DisableApiTermination.Value") {
      here.instances.change(instance.id) { $0.isProtected = value }
      return ["return": true]
    }
    let interface = try onlyInterface(of: instance)
    here.interfaces.change(interface.id) { row in
      if let value = call.flag("SourceDestCheck.Value") { row.checksSourceAndDestination = value }
      if !groups.isEmpty { row.groups = groups }
    }
    return ["return": true]
  }

  // MARK: Console

  /// What cloud-init prints at the first boot: the host keys, as far as the host runs.
  func getConsoleOutput(_ call: APICall) throws(ServiceError) -> XMLValue {
    let instance = try instance(call["InstanceId"] ?? "")
    let host = core.hosts[instance.id]
    let text = host.map { Self.console(publicKey: $0.publicKey, name: $0.hostname) }
    return [
      "instanceId": .text(instance.id), "timestamp": .text(milliseconds(core.now)),
      "output": .optional(text.map { Base64.encode(Array($0.utf8)) }),
    ]
  }

  private static func console(publicKey: String, name: String) -> String {
    let blob = publicKey.split(separator: " ").dropFirst().first.flatMap { Base64.decode($0) } ?? []
    let fingerprint = OpenSSHKey.fingerprint(blob: blob)
    return """
      ci-info: no authorized SSH keys fingerprints found for user root.
      <14>cloud-init: #############################################################
      <14>cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----
      <14>cloud-init: 256 \(fingerprint) root@\(name) (ED25519)
      <14>cloud-init: -----END SSH HOST KEY FINGERPRINTS-----
      <14>cloud-init: #############################################################
      -----BEGIN SSH HOST KEY KEYS-----
      \(publicKey) root@\(name)
      -----END SSH HOST KEY KEYS-----
      Cloud-init finished.
      """
  }
}
