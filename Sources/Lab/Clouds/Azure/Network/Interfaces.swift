import Basics

/// Network interfaces.
extension AzureState {
  func prepareInterface(_ new: inout ARMResource, over old: ARMResource?) throws(ServiceError) {
    try checkReference("networkSecurityGroup", as: .networkSecurityGroups, of: new)
    for name in ["enableIPForwarding", "enableAcceleratedNetworking"] {
      guard new[name].isNull || new[name].bool != nil else {
        throw ARMErrors.format("InvalidJson", "Could not convert string to boolean. Path 'properties.\(name)'.")
      }
    }
    let defaults: [String: Value] = [
      "enableIPForwarding": false, "enableAcceleratedNetworking": false, "disableTcpStateTracking": false,
      "nicType": "Standard", "auxiliaryMode": "None", "auxiliarySku": "None",
    ]
    new.properties.merge(defaults) { given, _ in given }
    new.properties["ipConfigurations"] = .list(try configurations(of: new, over: old))
    new.properties["dnsSettings"] = ["dnsServers": .list(new["dnsSettings"]["dnsServers"].list ?? [])]
    try refuseMoving(new, over: old)
  }

  private func configurations(of new: ARMResource, over old: ARMResource?) throws(ServiceError) -> [Value] {
    let bodies = new["ipConfigurations"].list ?? []
    guard !bodies.isEmpty else {
      throw ARMErrors.network(
        "NetworkInterfaceMustHaveAtLeastOneIpConfiguration",
        "Network interface \(new.id) must have one or more IP configurations.")
    }
    guard bodies.count == 1 else {
      throw ARMErrors.network(
        "MultipleIpConfigurationsNotSupported", "The lab's network interfaces have one IP configuration.")
    }
    return [try configuration(bodies[0], of: new, over: old)]
  }

  private func configuration(
    _ body: Value, of new: ARMResource, over old: ARMResource?
  ) throws(ServiceError) -> Value {
    guard let name = body["name"].string, !name.isEmpty else {
      throw ARMErrors.format("MissingJsonReferenceName", "A member of ipConfigurations has no name.")
    }
    let path = "properties.ipConfigurations[0].properties"
    var own = body["properties"].members.filter { $0.key != "provisioningState" }
    let subnet = try referenced(own["subnet"] ?? .null, at: "\(path).subnet.id", as: .subnets, from: new)
    if let address = own["publicIPAddress"], !address.isNull {
      let found = try referenced(address, at: "\(path).publicIPAddress.id", as: .publicIPAddresses, from: new)
      try refuseTaken(found, by: new, name)
    }
    let isStatic = (own["privateIPAllocationMethod"]?.string ?? "Dynamic").lowercased() == "static"
    let before = old?["ipConfigurations"][0]["properties"] ?? .null
    let kept = before["subnet"].reference?.key == subnet.id.key ? before["privateIPAddress"].string : nil
    let wanted = isStatic ? own["privateIPAddress"]?.string ?? "" : kept
    own["privateIPAddress"] = .string(try address(in: subnet, wanted: wanted, for: new).description)
    own["privateIPAllocationMethod"] = .string(isStatic ? "Static" : "Dynamic")
    own["privateIPAddressVersion"] = "IPv4"
    own["primary"] = true
    return ["name": .string(name), "properties": .object(own)]
  }

  private func refuseTaken(_ address: ARMResource, by new: ARMResource, _ name: String) throws(ServiceError) {
    let own = "\(new.id)/ipConfigurations/"
    guard let user = users(of: address.id).first(where: { !$0.lowercased().hasPrefix(own.lowercased()) }) else {
      return
    }
    throw ARMErrors.network(
      "PublicIPAddressInUse",
      "Resource \(own)\(name) is referencing public IP address \(address.id) that is already allocated to resource "
        + "\(user).")
  }

  /// An attached interface stays in its network.
  private func refuseMoving(_ new: ARMResource, over old: ARMResource?) throws(ServiceError) {
    guard let old, let machine = users(of: old.id).first else { return }
    let network = { (resource: ARMResource) in
      resource["ipConfigurations"][0]["properties"]["subnet"].reference?.parent?.key
    }
    guard network(new) != network(old) else { return }
    throw ARMErrors.network(
      "NicCannotBeMovedToAnotherVirtualNetwork",
      "Network interface \(new.id) attached to \(machine) cannot be moved to another virtual network.")
  }

  // MARK: Addresses

  /// The addresses that interfaces have in a subnet.
  func takenAddresses(in subnet: ARMID, besides id: ARMID? = nil) -> [IPAddress] {
    all(.networkInterfaces).filter { $0.id.key != id?.key }.compactMap { interface in
      let configuration = interface["ipConfigurations"][0]["properties"]
      guard configuration["subnet"].reference?.key == subnet.key else { return nil }
      return configuration["privateIPAddress"].string.flatMap { IPAddress($0) }
    }
  }

  /// The lowest free address, or the wanted one; Azure keeps the first four and the last of a subnet.
  private func address(
    in subnet: ARMResource, wanted: String?, for new: ARMResource
  ) throws(ServiceError) -> IPAddress {
    let blocks = blocks(of: subnet.properties).filter { $0.address.family == .v4 }
    let taken = Set(takenAddresses(in: subnet.id, besides: new.id))
    guard let wanted else {
      let free = blocks.lazy.compactMap { Self.free(in: $0, besides: taken) }.first
      guard let free else {
        throw ARMErrors.network(
          "SubnetIsFull",
          "Subnet \(subnet.id.name) with address prefix \(blocks.map(\.description)) does not have "
            + "enough capacity for 1 IP addresses.")
      }
      return free
    }
    guard let address = IPAddress(wanted) else {
      throw ARMErrors.network(
        "InvalidIPAddressFormat", "IP address \(wanted) of resource \(new.id) is not formatted correctly.")
    }
    guard let block = blocks.first(where: { $0.contains(address) }) else {
      throw ARMErrors.network(
        "PrivateIPAddressNotInSubnet",
        "Private static IP address \(address) does not belong to the range of subnet prefix "
          + "\(blocks.map(\.description).joined(separator: ", ")).")
    }
    guard let first = block.host(4), let last = block.host(-2), (first...last).contains(address) else {
      throw ARMErrors.network(
        "PrivateIPAddressInReservedRange",
        "Private static IP address \(address) falls within reserved IP range of subnet prefix \(block).")
    }
    if taken.contains(address) {
      throw ARMErrors.network(
        "PrivateIPAddressIsAllocated",
        "IP configuration of \(new.id) is using the private IP address \(address) which is already allocated.")
    }
    return address
  }

  private static func free(in block: IPNetwork, besides taken: Set<IPAddress>) -> IPAddress? {
    let last = (1 << (32 - block.prefix)) - 2
    guard last >= 4 else { return nil }
    return (4...last).lazy.compactMap { block.host($0) }.first { !taken.contains($0) }
  }

  // MARK: Shown

  func interfaceUse(of resource: ARMResource) -> [String: Value] {
    let machine = users(of: resource.id).first
    var shown: [String: Value] = [
      "resourceGuid": .string(resource.guid), "macAddress": .string(macAddress(of: resource)),
      "vnetEncryptionSupported": false, "hostedWorkloads": [], "tapConfigurations": [],
      "ipConfigurations": .list((resource["ipConfigurations"].list ?? []).map { configurationBody($0, of: resource) }),
      "dnsSettings": [
        "dnsServers": resource["dnsSettings"]["dnsServers"], "appliedDnsServers": [],
        "internalDomainNameSuffix": "lab.internal.cloudapp.net",
      ],
    ]
    shown["primary"] = .bool(machine == nil || isPrimary(resource))
    if let machine { shown["virtualMachine"] = ["id": .string(machine)] }
    return shown
  }

  private func isPrimary(_ interface: ARMResource) -> Bool {
    all(.virtualMachines).contains { primaryInterface(of: $0.properties)?.key == interface.id.key }
  }

  private func configurationBody(_ configuration: Value, of resource: ARMResource) -> Value {
    let name = configuration["name"].string ?? ""
    var properties = configuration["properties"].members
    properties["provisioningState"] = "Succeeded"
    return [
      "name": .string(name), "id": .string("\(resource.id)/ipConfigurations/\(name)"),
      "etag": .string(resource.etag), "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
      "properties": .object(properties),
    ]
  }

  /// `00-0D-3A-...`, made from the interface's own number.
  private func macAddress(of resource: ARMResource) -> String {
    let tail = Array(resource.guid.filter { $0 != "-" }.suffix(6).uppercased())
    return "00-0D-3A-" + stride(from: 0, to: tail.count, by: 2).map { String(tail[$0...$0 + 1]) }.joined(separator: "-")
  }
}
