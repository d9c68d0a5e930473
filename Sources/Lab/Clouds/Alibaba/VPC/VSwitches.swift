import Basics

extension AlibabaState {
  func vSwitch(_ id: String) throws(ServiceError) -> VSwitch {
    guard let vSwitch = vSwitches[id], core.isVisible(id) else {
      return try refuse("InvalidVswitchID.NotFound", "The specified vSwitch does not exist.", status: 404)
    }
    return vSwitch
  }

  mutating func createVSwitch(_ call: APICall) throws(ServiceError) -> Value {
    let vpc = try availableVpc(call["VpcId"] ?? "")
    let block = try block("CidrBlock", call, prefixes: 16...29)
    guard vpc.block.contains(block) else {
      return try refuse("InvalidCidrBlock.Malformed", "The CIDR block is not inside the VPC.")
    }
    if vSwitches.all.contains(where: { $0.vpc == vpc.id && $0.block.overlaps(block) }) {
      return try refuse("InvalidCidrBlock.Overlapped", "The CIDR block overlaps with another vSwitch.")
    }
    let zone = call["ZoneId"] ?? ""
    guard AlibabaCatalogue.region(vpc.region)?.zones.contains(zone) == true else {
      return try refuse("InvalidZoneId.NotFound", "The specified zone does not exist.", status: 404)
    }
    let row = VSwitch(
      id: core.ids.alibaba("vsw", region: vpc.region), name: call["VSwitchName"] ?? "",
      description: call["Description"] ?? "", vpc: vpc.id, zone: zone, block: block, created: core.now,
      phase: Timeline(.pending, then: .available, after: core.pace.seconds(5), at: core.now), tags: tags(of: call))
    vSwitches[row.id] = row
    core.created("vswitch", row.id, name: row.name)
    return ["VSwitchId": .string(row.id)]
  }

  func describeVSwitches(_ call: APICall) throws(ServiceError) -> Value {
    let rows = vSwitches.all.filter { row in
      core.isVisible(row.id) && asks(call, "VpcId", row.vpc) && asks(call, "VSwitchId", row.id)
        && asks(call, "VSwitchName", row.name) && asks(call, "ZoneId", row.zone) && bears(row.tags, call)
        && asks(call, "RegionId", vpcs[row.vpc]?.region) && asks(call, "RouteTableId", vpcs[row.vpc]?.table)
        && asks(call, "IsDefault", "false")
    }
    return try pageByNumber(rows.map(vSwitchItem), call) { ("VSwitches", ["VSwitch": $0]) }
  }

  func describeVSwitchAttributes(_ call: APICall) throws(ServiceError) -> Value {
    vSwitchItem(try vSwitch(call["VSwitchId"] ?? ""))
  }

  private func vSwitchItem(_ row: VSwitch) -> Value {
    [
      "VSwitchId": .string(row.id), "VSwitchName": .string(row.name), "Description": .string(row.description),
      "VpcId": .string(row.vpc), "ZoneId": .string(row.zone), "CidrBlock": .string(row.block.description),
      "Status": .string(row.phase.phase(at: core.now).rawValue), "CreationTime": stamp(row.created),
      "AvailableIpAddressCount": .integer(
        (1 << (32 - row.block.prefix)) - 4 - takenAddresses(in: row).count),
      "RouteTable": ["RouteTableId": .string(vpcs[row.vpc]?.table ?? ""), "RouteTableType": "System"],
      "Tags": ["Tag": Self.tagList(row.tags)], "OwnerId": owner, "ResourceGroupId": .string(Self.resourceGroup),
    ]
  }

  mutating func deleteVSwitch(_ call: APICall) throws(ServiceError) -> Value {
    let row = try vSwitch(call["VSwitchId"] ?? "")
    if instances.all.contains(where: { $0.vSwitch == row.id }) {
      return try refuse("DependencyViolation.EcsInstance", "The vSwitch still has instances.")
    }
    if haVips.all.contains(where: { $0.vSwitch == row.id }) {
      return try refuse("DependencyViolation.HaVip", "The vSwitch still has HaVips.")
    }
    let isMapped = attachments.all.contains { attachment in
      if case .network(_, let zones) = attachment.link { zones.contains { $0.vSwitch == row.id } } else { false }
    }
    if isMapped {
      return try refuse(
        "DependencyViolation.TransitRouterVpcAttachment", "The vSwitch is still used by a transit router.")
    }
    vSwitches[row.id] = nil
    core.deleted(row.id)
    return [:]
  }
}
