import Basics

extension AlibabaState {
  func vpc(_ id: String) throws(ServiceError) -> AlibabaVpc {
    guard let vpc = vpcs[id], core.isVisible(id) else {
      return try refuse(
        "InvalidVpcId.NotFound", "Specified value of VpcId is not found in our record.", status: 404)
    }
    return vpc
  }

  func availableVpc(_ id: String) throws(ServiceError) -> AlibabaVpc {
    let vpc = try vpc(id)
    guard vpc.phase.phase(at: core.now) == .available else {
      return try refuse("IncorrectVpcStatus", "The Vpc status is not support.")
    }
    return vpc
  }

  func region(of call: APICall) throws(ServiceError) -> String {
    let id = call["RegionId"] ?? ""
    guard AlibabaCatalogue.region(id) != nil else {
      return try refuse("InvalidRegionId.NotFound", "The specified RegionId does not exist.", status: 404)
    }
    return id
  }

  func block(_ name: String, _ call: APICall, prefixes: ClosedRange<Int>) throws(ServiceError) -> IPNetwork {
    guard let block = IPNetwork(call[name] ?? ""), block.isCanonical, prefixes.contains(block.prefix),
      block.address.family == .v4
    else { return try refuse("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.") }
    return block
  }

  mutating func createVpc(_ call: APICall) throws(ServiceError) -> Value {
    let region = try region(of: call)
    let name = call["VpcName"] ?? ""
    guard name.count <= 128, !name.hasPrefix("http://"), !name.hasPrefix("https://") else {
      return try refuse("InvalidVpcName.Malformed", "Specified VPC name is not valid.")
    }
    let block =
      try call["CidrBlock"] == nil
      ? IPNetwork(address: IPAddress(family: .v4, number: 0xAC10_0000), prefix: 12)
      : block("CidrBlock", call, prefixes: 8...28)
    let isPrivate = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { IPNetwork($0) }.contains {
      $0.contains(block)
    }
    if !isPrivate { return try refuse("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.") }
    if vpcs.all.count(where: { $0.region == region }) >= 10 {
      return try refuse("QuotaExceeded.Vpc", "The number of VPCs exceeds the quota.")
    }
    let vpc = AlibabaVpc(
      id: core.ids.alibaba("vpc", region: region), name: name, description: call["Description"] ?? "", region: region,
      block: block, router: core.ids.alibaba("vrt", region: region), table: core.ids.alibaba("vtb", region: region),
      created: core.now, phase: Timeline(.pending, then: .available, after: core.pace.seconds(5), at: core.now),
      tags: tags(of: call))
    vpcs[vpc.id] = vpc
    core.created("vpc", vpc.id, name: name)
    return [
      "VpcId": .string(vpc.id), "VRouterId": .string(vpc.router), "RouteTableId": .string(vpc.table),
      "ResourceGroupId": .string(Self.resourceGroup),
    ]
  }

  func describeVpcs(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call["VpcId"].map { $0.split(separator: ",").map(String.init) } ?? []
    let rows = vpcs.all.filter { vpc in
      core.isVisible(vpc.id) && asks(call, "RegionId", vpc.region) && (ids.isEmpty || ids.contains(vpc.id))
        && asks(call, "VpcName", vpc.name) && bears(vpc.tags, call) && asks(call, "IsDefault", "false")
    }
    return try pageByNumber(rows.map { .object(vpcItem($0)) }, call) { ("Vpcs", ["Vpc": $0]) }
  }

  private func vpcItem(_ vpc: AlibabaVpc) -> [String: Value] {
    let switches = vSwitches.all.filter { $0.vpc == vpc.id }.map { Value.string($0.id) }
    return [
      "VpcId": .string(vpc.id), "VpcName": .string(vpc.name), "Description": .string(vpc.description),
      "RegionId": .string(vpc.region), "CidrBlock": .string(vpc.block.description),
      "Status": .string(vpc.phase.phase(at: core.now).rawValue), "VRouterId": .string(vpc.router),
      "VSwitchIds": ["VSwitchId": .list(switches)], "RouterTableIds": ["RouterTableIds": [.string(vpc.table)]],
      "CreationTime": stamp(vpc.created), "OwnerId": owner, "ResourceGroupId": .string(Self.resourceGroup),
      "Tags": ["Tag": Self.tagList(vpc.tags)], "IsDefault": false,
      "CenStatus": .string(cen(of: vpc) == nil ? "" : "Attached"),
    ]
  }

  /// The CEN that the VPC is in.
  func cen(of vpc: AlibabaVpc) -> String? {
    attachments.all.first { $0.vpc == vpc.id }?.cen ?? children.all.first { $0.child == vpc.id }?.cen
  }

  func describeVpcAttribute(_ call: APICall) throws(ServiceError) -> Value {
    let vpc = try vpc(call["VpcId"] ?? "")
    guard vpc.region == call["RegionId"] else { return try refuseVpc() }
    var item = vpcItem(vpc)
    item["RouterTableIds"] = nil
    item["CenStatus"] = nil
    let cens = [cen(of: vpc)].compactMap { $0 }
    item["AssociatedCens"] = [
      "AssociatedCen": .list(cens.map { ["CenId": .string($0), "CenOwnerId": owner, "CenStatus": "Attached"] })
    ]
    let count = vSwitches.all.count { $0.vpc == vpc.id }
    item["CloudResources"] = [
      "CloudResourceSetType": count == 0 ? [] : [["ResourceType": "VSwitch", "ResourceCount": .integer(count)]]
    ]
    return .object(item)
  }

  private func refuseVpc() throws(ServiceError) -> Value {
    try refuse("InvalidVpcId.NotFound", "Specified value of VpcId is not found in our record.", status: 404)
  }

  mutating func deleteVpc(_ call: APICall) throws(ServiceError) -> Value {
    let vpc = try availableVpc(call["VpcId"] ?? "")
    if vSwitches.all.contains(where: { $0.vpc == vpc.id }) {
      return try refuse("DependencyViolation.VSwitch", "The VPC still has vSwitches.")
    }
    if groups.all.contains(where: { $0.vpc == vpc.id }) {
      return try refuse("DependencyViolation.SecurityGroup", "The VPC still has security groups.")
    }
    if cen(of: vpc) != nil {
      return try refuse("DependencyViolation.CenInstance", "The VPC is still attached to a CEN.")
    }
    vpcs[vpc.id] = nil
    core.deleted(vpc.id)
    return [:]
  }

  func describeVRouters(_ call: APICall) throws(ServiceError) -> Value {
    let rows = vpcs.all.filter { asks(call, "RegionId", $0.region) && asks(call, "VRouterId", $0.router) }
    let items: [Value] = rows.map { vpc in
      [
        "VRouterId": .string(vpc.router), "VpcId": .string(vpc.id), "RegionId": .string(vpc.region),
        "CreationTime": stamp(vpc.created), "RouteTableIds": ["RouteTableId": [.string(vpc.table)]],
      ]
    }
    return try pageByNumber(items, call) { ("VRouters", ["VRouter": $0]) }
  }

  /// There is no Express Connect in the lab: the look that a workflow takes before it joins a VPC to a CEN finds none.
  func describeRouterInterfaces(_ call: APICall) throws(ServiceError) -> Value {
    try pageByNumber([], call) { ("RouterInterfaceSet", ["RouterInterfaceType": $0]) }
  }
}
