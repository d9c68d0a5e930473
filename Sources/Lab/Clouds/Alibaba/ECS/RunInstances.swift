import Basics

import struct FoundationEssentials.Date

extension AlibabaState {
  mutating func runInstances(_ call: APICall) throws(ServiceError) -> Value {
    let vSwitch = try vSwitch(call["VSwitchId"] ?? "")
    let vpc = try availableVpc(vSwitch.vpc)
    let groups = try groups(of: call, in: vpc)
    let image = try image(of: call)
    try check(call)
    let count = call.number("Amount") ?? 1
    guard (1...100).contains(count) else { return try refuse("InvalidAmount.NotSupported", "The Amount is not valid.") }
    var ids: [Value] = []
    let order = call["InstanceChargeType"] == "PrePaid" ? core.ids.orderNumber() : ""
    for number in 1...count {
      let instance = try newInstance(call, vSwitch, vpc, groups, image, number: count == 1 ? nil : number)
      instances[instance.id] = instance
      core.created("instance", instance.id, name: instance.name, isPaid: !order.isEmpty)
      ids.append(.string(instance.id))
    }
    return ["InstanceIdSets": ["InstanceIdSet": .list(ids)], "OrderId": .string(order), "TradePrice": 0.0]
  }

  private func groups(of call: APICall, in vpc: AlibabaVpc) throws(ServiceError) -> [String] {
    let ids = [call["SecurityGroupId"]].compactMap { $0 } + call.parameters.list("SecurityGroupIds")
    if ids.isEmpty {
      return try refuse("MissingParameter.SecurityGroupId", "The parameter SecurityGroupId is required.")
    }
    for id in ids where try securityGroup(id).vpc != vpc.id {
      return try refuse(
        "InvalidSecurityGroupId.VPCMismatch", "The security group and the vSwitch are in different VPCs.")
    }
    return ids
  }

  private func image(of call: APICall) throws(ServiceError) -> AlibabaCatalogue.Image {
    if let family = call["ImageFamily"], call["ImageId"] == nil {
      guard let image = AlibabaCatalogue.images.first(where: { $0.family == family }) else {
        return try refuse("InvalidImageFamily.NotFound", "The specified image family does not exist.", status: 404)
      }
      return image
    }
    guard let image = AlibabaCatalogue.images.first(where: { $0.id == call["ImageId"] }) else {
      return try refuse("InvalidImageId.NotFound", "The specified ImageId does not exist.", status: 404)
    }
    return image
  }

  private func check(_ call: APICall) throws(ServiceError) {
    guard AlibabaCatalogue.instanceTypes.contains(where: { $0.name == call["InstanceType"] }) else {
      return try refuse("InvalidInstanceType.ValueNotSupported", "The specified InstanceType is not supported.")
    }
    if let name = call["KeyPairName"], keys["\(call["RegionId"] ?? "")/\(name)"] == nil {
      return try refuse("InvalidKeyPairName.NotFound", "The specified KeyPairName does not exist.", status: 404)
    }
    guard ["PostPaid", "PrePaid"].contains(call["InstanceChargeType"] ?? "PostPaid") else {
      return try refuse("InvalidInstanceChargeType.ValueNotSupported", "The InstanceChargeType is not valid.")
    }
    guard (0...100).contains(call.number("InternetMaxBandwidthOut") ?? 0) else {
      return try refuse("InvalidInternetMaxBandwidthOut.ValueNotSupported", "The bandwidth is not valid.")
    }
    if let data = call["UserData"] {
      guard let bytes = Base64.decode(data), bytes.count <= 32 << 10 else {
        return try refuse("InvalidUserData.Base64FormatInvalid", "The specified UserData is not valid.")
      }
    }
  }

  private mutating func newInstance(
    _ call: APICall, _ vSwitch: VSwitch, _ vpc: AlibabaVpc, _ groups: [String], _ image: AlibabaCatalogue.Image,
    number: Int?
  ) throws(ServiceError) -> ECSInstance {
    let id = core.ids.alibaba("i", region: vpc.region)
    let bandwidth = call.number("InternetMaxBandwidthOut") ?? 0
    let months = call.number("Period") ?? 1
    return ECSInstance(
      id: id, name: name(call, id: id, number: number), hostName: hostName(call, id: id, number: number),
      description: call["Description"] ?? "", region: vpc.region, zone: vSwitch.zone, image: image.id,
      type: call["InstanceType"] ?? "", vpc: vpc.id, vSwitch: vSwitch.id, groups: groups,
      interface: core.ids.alibaba("eni", region: vpc.region),
      address: try freeAddress(in: vSwitch, wanted: number ?? 1 == 1 ? call["PrivateIpAddress"] : nil),
      publicAddress: bandwidth > 0 ? core.addresses.take()?.outside : nil, bandwidthOut: bandwidth,
      chargeType: call["InstanceChargeType"] ?? "PostPaid", key: call["KeyPairName"], password: call["Password"],
      userData: call["UserData"].flatMap { Base64.decode($0) }.map { String(decoding: $0, as: UTF8.self) },
      created: core.now,
      ends: call["InstanceChargeType"] == "PrePaid" ? core.now.addingTimeInterval(Double(months * 30) * 86400) : nil,
      phase: Timeline(.pending, then: .running, after: core.pace.seconds(20), at: core.now), tags: tags(of: call),
      isProtected: call.flag("DeletionProtection") ?? false)
  }

  /// `UniqueSuffix` numbers the names; without it all bear the same one.
  private func name(_ call: APICall, id: String, number: Int?) -> String {
    guard let name = call["InstanceName"] else { return id }
    guard let number, call.flag("UniqueSuffix") == true else { return name }
    return name + String(1000 + number).dropFirst()
  }

  private func hostName(_ call: APICall, id: String, number: Int?) -> String {
    guard let name = call["HostName"] else { return "iZ\(id.dropFirst(2))Z" }
    guard let number else { return name }
    return name + String(1000 + number).dropFirst()
  }

  /// Alibaba Cloud keeps the first address and the last three of a vSwitch.
  func freeAddress(in vSwitch: VSwitch, wanted: String?) throws(ServiceError) -> IPAddress {
    let taken = takenAddresses(in: vSwitch)
    let last = (1 << (32 - vSwitch.block.prefix)) - 4
    if let wanted {
      guard let address = IPAddress(wanted), vSwitch.block.contains(address) else {
        return try refuse("InvalidPrivateIpAddress.Malformed", "The specified private IP address is not valid.")
      }
      if taken.contains(address) {
        return try refuse("InvalidPrivateIpAddress.Duplicated", "The specified private IP address is in use.")
      }
      return address
    }
    guard let free = (1...last).lazy.compactMap({ vSwitch.block.host($0 + 1) }).first(where: { !taken.contains($0) })
    else { return try refuse("InvalidVSwitchId.IpNotEnough", "The vSwitch has no free address.") }
    return free
  }

  func takenAddresses(in vSwitch: VSwitch) -> Set<IPAddress> {
    Set(
      instances.all.filter { $0.vSwitch == vSwitch.id }.map(\.address)
        + haVips.all.filter { $0.vSwitch == vSwitch.id }.map(\.address))
  }
}
