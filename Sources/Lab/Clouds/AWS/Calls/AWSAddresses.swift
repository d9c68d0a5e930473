import Basics

extension AWSState {
  static func noAddress(_ id: String) -> ServiceError {
    ServiceError("InvalidAllocationID.NotFound", "The allocation ID '\(id)' does not exist")
  }

  func address(_ id: String) throws(ServiceError) -> AWSAddress {
    guard let address = here.addresses[id], core.isVisible(id) else { throw Self.noAddress(id) }
    return address
  }

  mutating func allocateAddress(_ call: APICall) throws(ServiceError) -> XMLValue {
    guard here.addresses.count < 5, let pair = core.addresses.take() else {
      throw ServiceError("AddressLimitExceeded", "The maximum number of addresses has been reached.")
    }
    let address = AWSAddress(id: core.ids.amazon("eipalloc"), address: pair.outside)
    here.addresses[address.id] = address
    tag(address.id, as: "elastic-ip", from: call)
    core.created("elastic-ip", address.id, name: name(of: address.id))
    return [
      "allocationId": .text(address.id), "domain": "vpc", "publicIp": .text(address.address.description),
      "publicIpv4Pool": "amazon", "networkBorderGroup": .text(region),
    ]
  }

  func describeAddresses(_ call: APICall) throws(ServiceError) -> XMLValue {
    let wanted = call.parameters.list("PublicIp")
    let rows = try select(here.addresses, call, ids: "AllocationId", missing: Self.noAddress) { address, name in
      switch name {
      case "allocation-id": [address.id]
      case "association-id": [address.association].compactMap { $0 }
      case "domain": ["vpc"]
      case "public-ip": [address.address.description]
      case "network-interface-id": [address.interface].compactMap { $0 }
      case "instance-id":
        [address.interface.flatMap { here.interfaces[$0]?.attachment?.instance }].compactMap { $0 }
      default: nil
      }
    }.filter { wanted.isEmpty || wanted.contains($0.address.description) }
    return ["addressesSet": .items(rows.map(addressItem))]
  }

  private func addressItem(_ address: AWSAddress) -> XMLValue {
    let interface = address.interface.flatMap { here.interfaces[$0] }
    return [
      "allocationId": .text(address.id), "associationId": .optional(address.association), "domain": "vpc",
      "networkInterfaceId": .optional(address.interface),
      "networkInterfaceOwnerId": .optional(interface == nil ? nil : core.accountID),
      "privateIpAddress": .optional(interface?.address.description),
      "instanceId": .optional(interface?.attachment?.instance), "publicIp": .text(address.address.description),
      "publicIpv4Pool": "amazon", "networkBorderGroup": .text(region), "tagSet": tagSet(address.id),
    ]
  }

  mutating func associateAddress(_ call: APICall) throws(ServiceError) -> XMLValue {
    let address = try address(call["AllocationId"] ?? "")
    let interface = try associationTarget(call)
    let mayMove = call.flag("AllowReassociation") ?? true
    if address.interface == interface.id { return associated(address.association ?? "") }
    if !mayMove, address.interface != nil || interface.allocation != nil {
      throw ServiceError(
        "Resource.AlreadyAssociated",
        "resource \(address.id) is already associated with associate-id \(address.association ?? "")")
    }
    guard here.gateways.all.contains(where: { $0.vpc == interface.vpc }) else {
      throw ServiceError(
        "Gateway.NotAttached", "Network \(interface.vpc) is not attached to any internet gateway")
    }
    free(interface)
    if let old = address.interface { here.interfaces.change(old) { ($0.publicAddress, $0.allocation) = (nil, nil) } }
    let association = core.ids.amazon("eipassoc")
    here.addresses.change(address.id) { ($0.association, $0.interface) = (association, interface.id) }
    here.interfaces.change(interface.id) { ($0.publicAddress, $0.allocation) = (address.address, address.id) }
    return associated(association)
  }

  private func associated(_ id: String) -> XMLValue { ["return": true, "associationId": .text(id)] }

  private func associationTarget(_ call: APICall) throws(ServiceError) -> AWSInterface {
    if let id = call["NetworkInterfaceId"] { return try interface(id) }
    guard let id = call["InstanceId"] else {
      throw ServiceError("MissingParameter", "Either instance ID or network interface id must be specified")
    }
    let instance = try instance(id)
    guard [.pending, .running, .stopped].contains(instance.phase.phase(at: core.now)),
      let first = instance.interfaces.first
    else { throw ServiceError("InvalidInstanceID", "The instance '\(id)' is not in a valid state for this operation.") }
    return try interface(first)
  }

  /// Gives back the address that the interface has now, if it came by itself; an elastic one is only let go.
  private mutating func free(_ interface: AWSInterface) {
    if let allocation = interface.allocation {
      here.addresses.change(allocation) { ($0.association, $0.interface) = (nil, nil) }
    } else if let old = interface.publicAddress {
      core.addresses.release(old)
    }
  }

  mutating func disassociateAddress(_ call: APICall) throws(ServiceError) -> XMLValue {
    let id = call["AssociationId"] ?? ""
    guard let address = here.addresses.all.first(where: { $0.association == id }) else {
      throw ServiceError("InvalidAssociationID.NotFound", "The association ID '\(id)' does not exist")
    }
    if let interface = address.interface {
      here.interfaces.change(interface) { ($0.publicAddress, $0.allocation) = (nil, nil) }
    }
    here.addresses.change(address.id) { ($0.association, $0.interface) = (nil, nil) }
    return ["return": true]
  }

  mutating func releaseAddress(_ call: APICall) throws(ServiceError) -> XMLValue {
    let address = try address(call["AllocationId"] ?? "")
    if address.association != nil {
      throw ServiceError("InvalidIPAddress.InUse", "Address \(address.address) is in use.")
    }
    here.addresses[address.id] = nil
    core.addresses.release(address.address)
    core.deleted(address.id)
    return ["return": true]
  }
}
