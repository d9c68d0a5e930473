import Basics

extension AWSState {
  mutating func runInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    let launch = try launch(of: call)
    let count = try count(of: call)
    let reservation = core.ids.amazon("r")
    var made: [AWSInstance] = []
    for index in 0..<count { made.append(try start(launch, reservation, index, call)) }
    return [
      "reservationId": .text(reservation), "ownerId": .text(core.accountID), "groupSet": .items([]),
      "instancesSet": .items(made.map { instanceItem($0, phase: .pending) }),
    ]
  }

  /// What all instances of one launch share.
  private struct Launch {
    var image: AWSImage
    var type: AWSInstanceType
    var key: String?
    var subnet: AWSSubnet
    var groups: [String]
    var address: String?
    var wantsPublicAddress: Bool
    var endsWithInstance: Bool
    var userData: String?
  }

  private func launch(of call: APICall) throws(ServiceError) -> Launch {
    let interfaces = call.parameters.objects("NetworkInterface")
    try checkInterfaces(interfaces, call)
    let interface = interfaces.first ?? Parameters()
    guard let imageID = call["ImageId"] else {
      throw ServiceError("MissingParameter", "The request must contain the parameter ImageId")
    }
    guard let subnetID = interface["SubnetId"] ?? call["SubnetId"] else {
      throw ServiceError("MissingInput", "No subnets found for the default VPC. Please specify a subnet.")
    }
    let subnet = try subnet(subnetID)
    var groups = interfaces.isEmpty ? call.parameters.list("SecurityGroupId") : interface.list("SecurityGroupId")
    if groups.isEmpty { groups = here.groups.all.filter { $0.vpc == subnet.vpc && $0.isDefault }.map(\.id) }
    for id in groups where try group(id).vpc != subnet.vpc {
      throw ServiceError(
        "InvalidParameter", "Security group \(id) and subnet \(subnet.id) belong to different networks.")
    }
    if let key = call["KeyName"], here.keys[key] == nil { throw Self.noKey(key) }
    return Launch(
      image: try image(imageID), type: try type(of: call), key: call["KeyName"], subnet: subnet, groups: groups,
      address: interface["PrivateIpAddress"] ?? call["PrivateIpAddress"],
      wantsPublicAddress: interface["AssociatePublicIpAddress"].map { $0.lowercased() == "true" }
        ?? subnet.mapsPublicAddress,
      endsWithInstance: interface["DeleteOnTermination"]?.lowercased() != "false", userData: try userData(of: call))
  }

  private func checkInterfaces(_ interfaces: [Parameters], _ call: APICall) throws(ServiceError) {
    guard let interface = interfaces.first else { return }
    guard interfaces.count == 1, interface["DeviceIndex"] ?? "0" == "0" else {
      throw ServiceError(
        "UnsupportedOperation", "The lab starts instances with one network interface at device index 0 only.")
    }
    let clashes = ["SubnetId", "PrivateIpAddress"].filter { call[$0] != nil }
    if !clashes.isEmpty || !call.parameters.list("SecurityGroupId").isEmpty {
      throw ServiceError(
        "InvalidParameterCombination",
        "Network interfaces and an instance-level subnet ID, private IP address or security groups may not be specified "
          + "on the same request")
    }
  }

  private func type(of call: APICall) throws(ServiceError) -> AWSInstanceType {
    let name = call["InstanceType"] ?? "m1.small"
    guard let type = AWSCatalogue.instanceTypes.first(where: { $0.name == name }) else {
      throw ServiceError("InvalidParameterValue", "Invalid value '\(name)' for InstanceType.")
    }
    guard type.architectures.contains("x86_64") else {
      throw ServiceError(
        "InvalidParameterValue",
        "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the "
          + "specified AMI.")
    }
    return type
  }

  private func userData(of call: APICall) throws(ServiceError) -> String? {
    guard let text = call["UserData"] else { return nil }
    guard let bytes = Base64.decode(text), bytes.count <= 16 << 10 else {
      throw ServiceError("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func count(of call: APICall) throws(ServiceError) -> Int {
    guard let low = call["MinCount"].flatMap({ Int($0) }), let high = call["MaxCount"].flatMap({ Int($0) }), low >= 1,
      high >= low
    else { throw ServiceError("InvalidParameterValue", "Invalid value for MinCount or MaxCount.") }
    let running = here.instances.all.count { $0.phase.phase(at: core.now) != .terminated }
    guard running + low <= 64 else {
      throw ServiceError("InstanceLimitExceeded", "You have requested more instances than your current limit allows.")
    }
    return min(high, 64 - running)
  }

  private mutating func start(
    _ launch: Launch, _ reservation: String, _ index: Int, _ call: APICall
  ) throws(ServiceError) -> AWSInstance {
    let id = core.ids.amazon("i")
    let interface = try addInterface(to: id, launch)
    let instance = AWSInstance(
      id: id, reservation: reservation, image: launch.image.id, type: launch.type.name, key: launch.key,
      subnet: launch.subnet.id, vpc: launch.subnet.vpc, zone: launch.subnet.zone, interfaces: [interface],
      launchTime: core.now, launchIndex: index, clientToken: call["ClientToken"], userData: launch.userData,
      wantsPublicAddress: launch.wantsPublicAddress,
      phase: Timeline(.pending, then: .running, after: core.pace.seconds(20), at: core.now),
      volume: core.ids.amazon("vol"))
    here.instances[id] = instance
    tag(id, as: "instance", from: call)
    tag(interface, as: "network-interface", from: call)
    tag(instance.volume, as: "volume", from: call)
    core.created("instance", id, name: name(of: id))
    core.created("network-interface", interface)
    core.created("volume", instance.volume)
    return instance
  }

  private mutating func addInterface(to instance: String, _ launch: Launch) throws(ServiceError) -> String {
    let id = core.ids.amazon("eni")
    let address = try freeAddress(in: launch.subnet, wanted: launch.address, besides: [])
    here.interfaces[id] = AWSInterface(
      id: id, subnet: launch.subnet.id, vpc: launch.subnet.vpc, address: address,
      hardwareAddress: Self.hardwareAddress(of: address), groups: launch.groups,
      attachment: .init(
        id: core.ids.amazon("eni-attach"), instance: instance, deviceIndex: 0,
        endsWithInstance: launch.endsWithInstance))
    return id
  }

  /// A locally administered address made from the private one.
  private static func hardwareAddress(of address: IPAddress) -> String {
    let octets = (0..<4).map { UInt8(truncatingIfNeeded: address.number >> (24 - 8 * $0)) }
    return (["02", "0a"] + octets.map { Hexadecimal.pair($0) }).joined(separator: ":")
  }
}

enum Hexadecimal {
  static func pair(_ byte: UInt8) -> String { String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
}
