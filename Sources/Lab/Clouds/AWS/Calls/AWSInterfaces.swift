import Basics

extension AWSState {
  static func noInterface(_ id: String) -> ServiceError {
    ServiceError("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '\(id)' does not exist")
  }

  func interface(_ id: String) throws(ServiceError) -> AWSInterface {
    guard let interface = here.interfaces[id], core.isVisible(id) else { throw Self.noInterface(id) }
    return interface
  }

  func describeNetworkInterfaces(_ call: APICall) throws(ServiceError) -> XMLValue {
    let rows = try select(here.interfaces, call, ids: "NetworkInterfaceId", missing: Self.noInterface) {
      interface, name in
      switch name {
      case "network-interface-id": [interface.id]
      case "attachment.instance-id": [interface.attachment?.instance].compactMap { $0 }
      case "attachment.device-index": interface.attachment.map { [String($0.deviceIndex)] } ?? []
      case "attachment.status": interface.attachment == nil ? [] : ["attached"]
      case "subnet-id": [interface.subnet]
      case "vpc-id": [interface.vpc]
      case "group-id": interface.groups
      case "private-ip-address", "addresses.private-ip-address": [interface.address.description]
      case "association.public-ip": [interface.publicAddress?.description].compactMap { $0 }
      case "status": [interface.attachment == nil ? "available" : "in-use"]
      case "source-dest-check": [interface.checksSourceAndDestination ? "true" : "false"]
      default: nil
      }
    }
    let (page, next) = try page(rows, call)
    return ["networkInterfaceSet": .items(page.map(interfaceItem)), "nextToken": next]
  }

  private func interfaceItem(_ interface: AWSInterface) -> XMLValue {
    [
      "networkInterfaceId": .text(interface.id), "subnetId": .text(interface.subnet), "vpcId": .text(interface.vpc),
      "availabilityZone": .optional(here.subnets[interface.subnet]?.zone), "description": .text(interface.description),
      "ownerId": .text(core.accountID), "requesterManaged": false,
      "status": .text(interface.attachment == nil ? "available" : "in-use"),
      "macAddress": .text(interface.hardwareAddress), "privateIpAddress": .text(interface.address.description),
      "sourceDestCheck": .flag(interface.checksSourceAndDestination), "groupSet": groupSet(interface.groups),
      "attachment": interface.attachment.map { attachment($0, withInstance: true) } ?? .nothing,
      "association": association(interface), "tagSet": tagSet(interface.id),
      "privateIpAddressesSet": .items([
        [
          "privateIpAddress": .text(interface.address.description), "primary": true,
          "association": association(interface),
        ]
      ]), "interfaceType": "interface",
    ]
  }

  /// An interface as it stands inside an instance.
  func instanceInterfaceItem(_ interface: AWSInterface) -> XMLValue {
    [
      "groupSet": groupSet(interface.groups), "networkInterfaceId": .text(interface.id),
      "macAddress": .text(interface.hardwareAddress), "ownerId": .text(core.accountID),
      "privateIpAddress": .text(interface.address.description),
      "sourceDestCheck": .flag(interface.checksSourceAndDestination), "status": "in-use",
      "subnetId": .text(interface.subnet), "vpcId": .text(interface.vpc),
      "attachment": interface.attachment.map { attachment($0, withInstance: false) } ?? .nothing,
      "association": association(interface),
    ]
  }

  func groupSet(_ groups: [String]) -> XMLValue {
    .items(groups.map { ["groupId": .text($0), "groupName": .text(here.groups[$0]?.name ?? "")] })
  }

  private func attachment(_ attachment: AWSInterface.Attachment, withInstance: Bool) -> XMLValue {
    [
      "attachmentId": .text(attachment.id), "deviceIndex": .number(attachment.deviceIndex),
      "instanceId": withInstance ? .text(attachment.instance) : .nothing,
      "deleteOnTermination": .flag(attachment.endsWithInstance), "status": "attached",
    ]
  }

  private func association(_ interface: AWSInterface) -> XMLValue {
    guard let address = interface.publicAddress else { return .nothing }
    return [
      "ipOwnerId": .text(interface.allocation == nil ? "amazon" : core.accountID),
      "publicIp": .text(address.description), "publicDnsName": .text(""),
      "allocationId": .optional(interface.allocation),
    ]
  }

  func describeNetworkInterfaceAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let interface = try interface(call["NetworkInterfaceId"] ?? "")
    let id = XMLValue.text(interface.id)
    switch call["Attribute"] {
    case "sourceDestCheck":
      return ["networkInterfaceId": id, "sourceDestCheck": ["value": .flag(interface.checksSourceAndDestination)]]
    case "groupSet": return ["networkInterfaceId": id, "groupSet": groupSet(interface.groups)]
    case "description": return ["networkInterfaceId": id, "description": ["value": .text(interface.description)]]
    default: throw invalid("Attribute", call)
    }
  }

  /// One attribute per call, as EC2 has it.
  mutating func modifyNetworkInterfaceAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let interface = try interface(call["NetworkInterfaceId"] ?? "")
    let groups = call.parameters.list("SecurityGroupId")
    let attributes = [
      call["SourceDestCheck.Value"] != nil, call["Description.Value"] != nil, !groups.isEmpty,
    ]
    guard attributes.count(where: { $0 }) == 1 else {
      throw ServiceError("InvalidParameterCombination", "Exactly one attribute must be specified.")
    }
    for id in groups { _ = try group(id) }
    here.interfaces.change(interface.id) { row in
      if let value = call.flag("SourceDestCheck.Value") { row.checksSourceAndDestination = value }
      if let text = call["Description.Value"] { row.description = text }
      if !groups.isEmpty { row.groups = groups }
    }
    return ["return": true]
  }
}
