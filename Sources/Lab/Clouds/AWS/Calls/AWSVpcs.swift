import Basics

extension AWSState {
  func vpc(_ id: String) throws(ServiceError) -> AWSVpc {
    guard let vpc = here.vpcs[id], core.isVisible(id) else { throw Self.noVpc(id) }
    return vpc
  }

  static func noVpc(_ id: String) -> ServiceError {
    ServiceError("InvalidVpcID.NotFound", "The vpc ID '\(id)' does not exist")
  }

  mutating func createVpc(_ call: APICall) throws(ServiceError) -> XMLValue {
    let block = try call.network("CidrBlock")
    guard (16...28).contains(block.prefix) else {
      throw ServiceError("InvalidVpc.Range", "The CIDR '\(block)' is invalid.")
    }
    let vpc = AWSVpc(
      id: core.ids.amazon("vpc"), block: block, mainRouteTable: core.ids.amazon("rtb"),
      mainAssociation: core.ids.amazon("rtbassoc"))
    here.vpcs[vpc.id] = vpc
    here.routeTables[vpc.mainRouteTable] = AWSRouteTable(
      id: vpc.mainRouteTable, vpc: vpc.id, routes: [AWSRoute(destination: block, target: .local)])
    addDefaultGroup(to: vpc)
    tag(vpc.id, as: "vpc", from: call)
    core.created("vpc", vpc.id, name: name(of: vpc.id))
    return ["vpc": vpcItem(vpc, state: "pending")]
  }

  private mutating func addDefaultGroup(to vpc: AWSVpc) {
    let id = core.ids.amazon("sg")
    let own = AWSSecurityRule(
      id: core.ids.amazon("sgr"), isEgress: false, transport: "-1", fromPort: -1, toPort: -1, peer: .group(id))
    here.groups[id] = AWSSecurityGroup(
      id: id, name: "default", description: "default VPC security group", vpc: vpc.id,
      rules: [own, openEgress()])
  }

  func describeVpcs(_ call: APICall) throws(ServiceError) -> XMLValue {
    let rows = try select(here.vpcs, call, ids: "VpcId", missing: Self.noVpc) { vpc, name in
      switch name {
      case "vpc-id": [vpc.id]
      case "state": ["available"]
      case "cidr", "cidr-block", "cidrBlock", "cidr-block-association.cidr-block": [vpc.block.description]
      case "isDefault", "is-default": ["false"]
      case "owner-id": [core.accountID]
      default: nil
      }
    }
    let (page, next) = try page(rows, call)
    return ["vpcSet": .items(page.map { vpcItem($0) }), "nextToken": next]
  }

  private func vpcItem(_ vpc: AWSVpc, state: String = "available") -> XMLValue {
    [
      "vpcId": .text(vpc.id), "ownerId": .text(core.accountID), "state": .text(state),
      "cidrBlock": .text(vpc.block.description),
      "cidrBlockAssociationSet": .items([
        [
          "associationId": .text("vpc-cidr-assoc-" + vpc.id.dropFirst(4)), "cidrBlock": .text(vpc.block.description),
          "cidrBlockState": ["state": "associated"],
        ]
      ]),
      "dhcpOptionsId": "default", "instanceTenancy": "default", "isDefault": false, "tagSet": tagSet(vpc.id),
    ]
  }

  mutating func deleteVpc(_ call: APICall) throws(ServiceError) -> XMLValue {
    let vpc = try vpc(call["VpcId"] ?? "")
    let isUsed =
      here.subnets.all.contains { $0.vpc == vpc.id } || here.gateways.all.contains { $0.vpc == vpc.id }
      || here.groups.all.contains { $0.vpc == vpc.id && !$0.isDefault }
      || here.routeTables.all.contains { $0.vpc == vpc.id && $0.id != vpc.mainRouteTable }
    if isUsed {
      throw ServiceError(
        "DependencyViolation", "The vpc '\(vpc.id)' has dependencies and cannot be deleted.")
    }
    for group in here.groups.all where group.vpc == vpc.id { here.groups[group.id] = nil }
    here.routeTables[vpc.mainRouteTable] = nil
    here.vpcs[vpc.id] = nil
    core.deleted(vpc.id)
    return ["return": true]
  }

  mutating func modifyVpcAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let vpc = try vpc(call["VpcId"] ?? "")
    here.vpcs.change(vpc.id) { row in
      if let value = call.flag("EnableDnsSupport.Value") { row.supportsDNS = value }
      if let value = call.flag("EnableDnsHostnames.Value") { row.hasDNSNames = value }
    }
    return ["return": true]
  }

  func describeVpcAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let vpc = try vpc(call["VpcId"] ?? "")
    switch call["Attribute"] {
    case "enableDnsSupport": return ["vpcId": .text(vpc.id), "enableDnsSupport": ["value": .flag(vpc.supportsDNS)]]
    case "enableDnsHostnames":
      return ["vpcId": .text(vpc.id), "enableDnsHostnames": ["value": .flag(vpc.hasDNSNames)]]
    default: throw invalid("Attribute", call)
    }
  }

  /// The error for a value that the parameter cannot have.
  func invalid(_ name: String, _ call: APICall) -> ServiceError {
    ServiceError("InvalidParameterValue", "Value (\(call[name] ?? "")) for parameter \(name) is invalid.")
  }
}
