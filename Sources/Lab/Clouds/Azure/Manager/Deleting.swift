import Basics

import struct FoundationEssentials.Date

/// DELETE and PATCH of resources, and who uses what.
extension AzureState {
  /// Deleting what is not there is done already.
  mutating func delete(_ id: ARMID, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    _ = try group(id.group)
    guard let resource = resources[id.key] else { return ARMReply(204) }
    try checkConditions(call, resource)
    let isDisk = id.kind == .disks
    if resource.state(at: core.now) != .deleting {
      preemptCreation(of: resource)
      let locks = locks(of: resource, over: resource)
      try refuseOverlap(id, locks, call)
      try refuseInUse(resource)
    }
    let begun = begin(
      call, on: id.key, namespace: id.kind.namespace, location: resource.location, seconds: id.kind.deleteTime,
      locks: locks(of: resource, over: resource), polling: isDisk ? .location : .both)
    if call.laterFailure == nil, resource.state(at: core.now) != .deleting {
      startDeleting(resource.id, until: begun.end)
    }
    return begun.reply
  }

  mutating func startDeleting(_ id: ARMID, until end: Date) {
    let now = core.now
    resources.change(id.key) {
      $0.provisioning.turn(.deleting, then: .gone, after: end.timeIntervalSince(now), at: now)
    }
  }

  /// The deletion of a virtual machine does not wait for its creation.
  private mutating func preemptCreation(of resource: ARMResource) {
    guard resource.id.kind == .virtualMachines else { return }
    let now = core.now
    for operation in operations.all where operation.target == resource.id.key && operation.isRunning(at: now) {
      operations.change(operation.id) {
        $0.status.turn(.canceled, at: now)
        $0.error = ServiceError(
          "OperationPreempted", "Operation execution has been preempted by a more recent operation.", status: 409)
      }
    }
  }

  /// Replaces the tags; of network resources nothing else can be changed this way.
  mutating func patch(_ id: ARMID, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    let old = try find(id)
    try checkPlace(of: id)
    try refuseIfDeleting(old)
    try refuseOverlap(id, [id.key], call)
    if id.kind.namespace == "Microsoft.Compute", call.body.members.keys.contains(where: { $0 != "tags" }) {
      throw ServiceError("OperationNotAllowed", "The lab changes nothing but tags by PATCH.", status: 409)
    }
    if let tags = call.body["tags"].object { resources.change(id.key) { $0.tags = tags } }
    return ARMReply(200, body(of: try find(id), expanding: nil))
  }

  // MARK: Use

  /// The ids of what refers to a resource: the very thing that has to go or change first.
  func users(of id: ARMID) -> [String] { resources.users(of: id.key) }

  /// Refuses to take away what something else still needs.
  func refuseInUse(_ resource: ARMResource) throws(ServiceError) {
    for child in children(of: resource.id) { try refuseInUse(child) }
    guard let user = users(of: resource.id).first else { return }
    let id = resource.id
    switch id.kind {
    case .subnets:
      throw ARMErrors.network(
        "InUseSubnetCannotBeDeleted",
        "Subnet \(id.name) is in use by \(user) and cannot be deleted. In order to delete the subnet, delete all the "
          + "resources within the subnet. See aka.ms/deletesubnet.")
    case .routeTables:
      throw ARMErrors.network(
        "InUseRouteTableCannotBeDeleted", "Route table \(id) is in use and cannot be deleted.")
    case .networkSecurityGroups:
      throw ARMErrors.network(
        "InUseNetworkSecurityGroupCannotBeDeleted",
        "Network security group \(id) cannot be deleted because it is in use by the following resources: \(user). In "
          + "order to delete the Network security group, remove the association with the resource(s).")
    case .networkInterfaces:
      throw ARMErrors.network(
        "NicInUse",
        "Network Interface \(id) is used by existing resource \(user). In order to delete the network "
          + "interface, it must be dissociated from the resource.")
    case .publicIPAddresses:
      throw ARMErrors.network(
        "PublicIPAddressCannotBeDeleted",
        "Public IP address \(id) can not be deleted since it is still allocated to resource \(user).")
    case .disks:
      throw ServiceError("OperationNotAllowed", "Disk \(id.name) is attached to VM \(user).", status: 409)
    default:
      throw ARMErrors.network("InUse\(id.kind.operations)CannotBeDeleted", "\(id) is in use by \(user).")
    }
  }

  // MARK: Locks

  /// What no other operation may write while this one goes on: the network provider does not let writes on one network overlap.
  func locks(of new: ARMResource, over old: ARMResource?) -> Set<String> {
    let id = new.id
    switch id.kind {
    case .subnets:
      let linked = [new, old].compactMap { $0 }.flatMap { subnet in
        ["routeTable", "networkSecurityGroup"].compactMap { subnet[$0].reference?.key }
      }
      return Set([id.parent?.key].compactMap { $0 } + linked)
    case .routeTables, .routes:
      let table = id.parent ?? id
      let networks = all(.subnets).filter { $0["routeTable"].reference?.key == table.key }.compactMap {
        $0.id.parent?.key
      }
      return Set([table.key] + networks)
    case .securityRules: return [id.parent?.key ?? id.key]
    default: return [id.key]
    }
  }
}
