import Basics

extension AWSState {
  func subnet(_ id: String) throws(ServiceError) -> AWSSubnet {
    guard let subnet = here.subnets[id], core.isVisible(id) else { throw Self.noSubnet(id) }
    return subnet
  }

  static func noSubnet(_ id: String) -> ServiceError {
    ServiceError("InvalidSubnetID.NotFound", "The subnet ID '\(id)' does not exist")
  }

  mutating func createSubnet(_ call: APICall) throws(ServiceError) -> XMLValue {
    let vpc = try vpc(call["VpcId"] ?? "")
    let block = try call.network("CidrBlock")
    guard vpc.block.contains(block), (16...28).contains(block.prefix) else {
      throw ServiceError("InvalidSubnet.Range", "The CIDR '\(block)' is invalid.")
    }
    if here.subnets.all.contains(where: { $0.vpc == vpc.id && $0.block.overlaps(block) }) {
      throw ServiceError("InvalidSubnet.Conflict", "The CIDR '\(block)' conflicts with another subnet")
    }
    let zones = AWSCatalogue.zones(of: region)
    let zone = call["AvailabilityZone"] ?? zones[0]
    guard zones.contains(zone) else { throw invalid("AvailabilityZone", call) }
    let subnet = AWSSubnet(id: core.ids.amazon("subnet"), vpc: vpc.id, block: block, zone: zone)
    here.subnets[subnet.id] = subnet
    tag(subnet.id, as: "subnet", from: call)
    core.created("subnet", subnet.id, name: name(of: subnet.id))
    return ["subnet": subnetItem(subnet)]
  }

  func describeSubnets(_ call: APICall) throws(ServiceError) -> XMLValue {
    let rows = try select(here.subnets, call, ids: "SubnetId", missing: Self.noSubnet) { subnet, name in
      switch name {
      case "subnet-id": [subnet.id]
      case "vpc-id": [subnet.vpc]
      case "cidr", "cidr-block", "cidrBlock": [subnet.block.description]
      case "availability-zone", "availabilityZone": [subnet.zone]
      case "state": ["available"]
      case "map-public-ip-on-launch": [subnet.mapsPublicAddress ? "true" : "false"]
      default: nil
      }
    }
    let (page, next) = try page(rows, call)
    return ["subnetSet": .items(page.map(subnetItem)), "nextToken": next]
  }

  private func subnetItem(_ subnet: AWSSubnet) -> XMLValue {
    [
      "subnetId": .text(subnet.id), "state": "available", "vpcId": .text(subnet.vpc),
      "ownerId": .text(core.accountID), "cidrBlock": .text(subnet.block.description),
      "availableIpAddressCount": .number(freeAddresses(in: subnet)), "availabilityZone": .text(subnet.zone),
      "defaultForAz": false, "mapPublicIpOnLaunch": .flag(subnet.mapsPublicAddress), "tagSet": tagSet(subnet.id),
    ]
  }

  private func freeAddresses(in subnet: AWSSubnet) -> Int {
    (1 << (32 - subnet.block.prefix)) - 5 - here.interfaces.all.count { $0.subnet == subnet.id }
  }

  mutating func modifySubnetAttribute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let subnet = try subnet(call["SubnetId"] ?? "")
    guard let value = call.flag("MapPublicIpOnLaunch.Value") else {
      throw ServiceError("InvalidParameterCombination", "No attributes specified.")
    }
    here.subnets.change(subnet.id) { $0.mapsPublicAddress = value }
    return ["return": true]
  }

  mutating func deleteSubnet(_ call: APICall) throws(ServiceError) -> XMLValue {
    let subnet = try subnet(call["SubnetId"] ?? "")
    if here.interfaces.all.contains(where: { $0.subnet == subnet.id }) {
      throw ServiceError(
        "DependencyViolation", "The subnet '\(subnet.id)' has dependencies and cannot be deleted.")
    }
    here.routeTables.changeAll { $0.associations.removeAll { $0.subnet == subnet.id } }
    here.subnets[subnet.id] = nil
    core.deleted(subnet.id)
    return ["return": true]
  }

  /// The lowest free address, or the one asked for; EC2 keeps the first four and the last of a subnet.
  func freeAddress(in subnet: AWSSubnet, wanted: String?, besides: Set<IPAddress>) throws(ServiceError) -> IPAddress {
    let taken = besides.union(here.interfaces.all.filter { $0.subnet == subnet.id }.map(\.address))
    let last = (1 << (32 - subnet.block.prefix)) - 2
    guard let wanted else {
      let free = (4...last).lazy.compactMap { subnet.block.host($0) }.first { !taken.contains($0) }
      guard let free else {
        throw ServiceError(
          "InsufficientFreeAddressesInSubnet", "There are not enough free addresses in subnet '\(subnet.id)'")
      }
      return free
    }
    guard let address = IPAddress(wanted), let first = subnet.block.host(4), let end = subnet.block.host(last),
      (first...end).contains(address)
    else {
      throw ServiceError("InvalidParameterValue", "Address \(wanted) does not fall within the subnet's address range")
    }
    if taken.contains(address) {
      throw ServiceError("InvalidIPAddress.InUse", "Address \(wanted) is in use.")
    }
    return address
  }
}
