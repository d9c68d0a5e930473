import Basics

/// Virtual networks and their subnets.
extension AzureState {
  func prepareNetwork(_ new: inout ARMResource) throws(ServiceError) {
    let texts = new["addressSpace"]["addressPrefixes"].texts
    guard !texts.isEmpty else {
      throw ARMErrors.network(
        "MissingAddressSpace", "Address space of virtual network \(new.id) must have at least one address prefix.")
    }
    var blocks: [IPNetwork] = []
    for text in texts {
      let block = try Self.prefix(text, of: new.id)
      if let other = blocks.first(where: { $0.overlaps(block) }) {
        throw ARMErrors.network(
          "AddressSpacePrefixesOverlap", "Address prefixes \(other) and \(block) of \(new.id) overlap.")
      }
      blocks.append(block)
    }
    if new["enableDdosProtection"].isNull { new.properties["enableDdosProtection"] = false }
  }

  /// A prefix that is written as a network's address.
  static func prefix(_ text: String, of id: ARMID) throws(ServiceError) -> IPNetwork {
    guard let block = IPNetwork(text) else {
      throw ARMErrors.network(
        "InvalidAddressPrefixFormat",
        "Address prefix \(text) of resource \(id) is not formatted correctly. It should follow CIDR notation, for "
          + "example 10.0.0.0/24.")
    }
    guard block.isCanonical else {
      throw ARMErrors.network(
        "InvalidCIDRNotation",
        "The address prefix \(text) in resource \(id) has an invalid CIDR notation. For the given prefix length, the "
          + "address prefix should be \(block.network).")
    }
    return block
  }

  func blocks(of network: ARMResource) -> [IPNetwork] {
    network["addressSpace"]["addressPrefixes"].texts.compactMap { IPNetwork($0) }
  }

  // MARK: Subnets

  func prepareSubnet(_ new: inout ARMResource, over old: ARMResource?) throws(ServiceError) {
    let texts = Self.prefixTexts(of: new.properties)
    guard !texts.isEmpty, !texts.contains("") else {
      throw ARMErrors.network(
        "AddressPrefixStringCannotBeNullOrEmpty",
        "Address prefix string for resource \(new.id) cannot be null or empty.")
    }
    for text in texts { _ = try Self.prefix(text, of: new.id) }
    try checkReference("routeTable", as: .routeTables, of: new)
    try checkReference("networkSecurityGroup", as: .networkSecurityGroups, of: new)
    try checkReference("natGateway", as: .natGateways, of: new)
    try refuseLosingAddresses(new, over: old)
    let defaults: [String: Value] = [
      "delegations": [], "privateEndpointNetworkPolicies": "Disabled", "privateLinkServiceNetworkPolicies": "Enabled",
    ]
    new.properties.merge(defaults) { given, _ in given }
  }

  /// Both forms may be given: then the single prefix is the one that counts.
  static func prefixTexts(of properties: [String: Value]) -> [String] {
    if let text = properties["addressPrefix"]?.string { return [text] }
    return properties["addressPrefixes"]?.texts ?? []
  }

  func blocks(of subnet: [String: Value]) -> [IPNetwork] { Self.prefixTexts(of: subnet).compactMap { IPNetwork($0) } }

  /// A prefix in which interfaces have addresses stays.
  private func refuseLosingAddresses(_ new: ARMResource, over old: ARMResource?) throws(ServiceError) {
    guard let old else { return }
    let kept = blocks(of: new.properties)
    for address in takenAddresses(in: old.id) where !kept.contains(where: { $0.contains(address) }) {
      let lost = blocks(of: old.properties).first { $0.contains(address) }
      throw ARMErrors.network(
        "InUsePrefixCannotBeDeleted",
        "IpPrefix \(lost?.description ?? "") on Subnet \(old.id.name) has active allocations and cannot be deleted.")
    }
  }

  /// Subnets lie inside their network, and apart from one another.
  func checkSubnets(_ subnets: [ARMResource], of network: ARMResource) throws(ServiceError) {
    let space = blocks(of: network)
    var seen: [IPNetwork] = []
    for subnet in subnets {
      for block in blocks(of: subnet.properties) {
        guard space.contains(where: { $0.contains(block) }), block.prefix <= 29 || block.address.family == .v6 else {
          throw ARMErrors.network(
            "NetcfgInvalidSubnet",
            "Subnet '\(subnet.id.name)' is not valid in virtual network '\(network.id.name)'.")
        }
        if seen.contains(where: { $0.overlaps(block) }) {
          throw ARMErrors.network(
            "NetcfgSubnetRangesOverlap",
            "Subnet '\(subnet.id.name)' is not valid because its IP address range overlaps with that of an existing "
              + "subnet in virtual network '\(network.id.name)'.")
        }
        seen.append(block)
      }
    }
  }

  func subnetUse(of subnet: ARMResource) -> [String: Value] {
    var shown: [String: Value] = [:]
    let users = users(of: subnet.id)
    if !users.isEmpty { shown["ipConfigurations"] = .list(users.map { ["id": .string($0)] }) }
    for name in ["serviceEndpoints", "delegations"] {
      guard let items = subnet[name].list else { continue }
      shown[name] = .list(items.map { Self.provisioned($0, isDelegation: name == "delegations") })
    }
    return shown
  }

  private static func provisioned(_ item: Value, isDelegation: Bool) -> Value {
    var members = item.members
    if !isDelegation {
      members["provisioningState"] = "Succeeded"
      return .object(members)
    }
    var properties = members["properties"]?.members ?? [:]
    properties["provisioningState"] = "Succeeded"
    properties["actions"] = ["Microsoft.Network/virtualNetworks/subnets/action"]
    members["properties"] = .object(properties)
    return .object(members)
  }

  // MARK: NAT gateways

  /// They are kept and shown; the lab lets nobody out through one.
  func prepareNatGateway(_ new: inout ARMResource) throws(ServiceError) {
    for (index, address) in (new["publicIpAddresses"].list ?? []).enumerated() {
      _ = try referenced(
        address, at: "properties.publicIpAddresses[\(index)].id", as: .publicIPAddresses, from: new)
    }
    if new["idleTimeoutInMinutes"].isNull { new.properties["idleTimeoutInMinutes"] = 4 }
  }
}
