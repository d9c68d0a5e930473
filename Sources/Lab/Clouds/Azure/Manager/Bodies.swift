import Basics

/// Resources as answers show them.
extension AzureState {
  /// - Parameter phase: the state at the moment of the answer, which at the lab's pace may be over already.
  func body(
    of resource: ARMResource, expanding: String?, as phase: ARMResource.Provisioning? = nil
  ) -> Value {
    var body = resource.members
    body["id"] = .string(resource.id.description)
    body["name"] = .string(resource.id.name)
    body["type"] = .string(resource.id.kind.type)
    // Disks have none.
    if resource.id.kind != .disks { body["etag"] = .string(resource.etag) }
    if resource.id.parent == nil { body["location"] = .string(resource.location) }
    if !resource.tags.isEmpty { body["tags"] = .object(resource.tags) }
    var properties = resource.properties.merging(shownProperties(of: resource)) { _, shown in shown }
    properties["provisioningState"] = .string((phase ?? resource.state(at: core.now)).rawValue)
    if resource.id.kind == .virtualMachines, expanding?.lowercased() == "instanceview" {
      properties["instanceView"] = instanceView(of: resource)
    }
    body["properties"] = .object(properties)
    return .object(body)
  }

  /// Properties that are not written but follow from elsewhere.
  private func shownProperties(of resource: ARMResource) -> [String: Value] {
    switch resource.id.kind {
    case .virtualNetworks:
      ["resourceGuid": .string(resource.guid), "virtualNetworkPeerings": [], "subnets": childBodies(of: resource)]
    case .subnets: subnetUse(of: resource)
    case .routeTables:
      ["resourceGuid": .string(resource.guid), "routes": childBodies(of: resource)]
        .merging(userLists(of: resource)) { own, _ in own }
    case .networkSecurityGroups:
      [
        "resourceGuid": .string(resource.guid), "securityRules": childBodies(of: resource),
        "defaultSecurityRules": AzureDefaultRules.bodies(of: resource),
      ].merging(userLists(of: resource)) { own, _ in own }
    case .routes, .securityRules: [:]
    case .publicIPAddresses: publicAddressUse(of: resource)
    case .networkInterfaces: interfaceUse(of: resource)
    case .natGateways: ["resourceGuid": .string(resource.guid)].merging(userLists(of: resource)) { own, _ in own }
    case .virtualMachines: machineUse(of: resource)
    case .disks: diskUse(of: resource)
    }
  }

  private func childBodies(of resource: ARMResource) -> Value {
    .list(children(of: resource.id).map { body(of: $0, expanding: nil) })
  }

  /// `subnets` and `networkInterfaces` that use a resource; a list without members is not shown.
  private func userLists(of resource: ARMResource) -> [String: Value] {
    let users = users(of: resource.id)
    var lists: [String: Value] = [:]
    for kind in [AzureKind.subnets, .networkInterfaces] {
      let own = users.filter { ARMID($0)?.kind == kind }
      if !own.isEmpty { lists[kind.rawValue] = .list(own.map { ["id": .string($0)] }) }
    }
    return lists
  }
}
