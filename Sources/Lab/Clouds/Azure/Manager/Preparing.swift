import Basics

/// What each type of resource makes of a write before it is accepted: defaults, checks of values and references.
extension AzureState {
  /// The children that the write brings along; those that a parent's body no longer names are taken away.
  mutating func prepare(_ new: inout ARMResource, over old: ARMResource?) throws(ServiceError) -> [ARMResource] {
    switch new.id.kind {
    case .virtualNetworks, .routeTables, .networkSecurityGroups: return try prepareParent(&new, over: old)
    case .subnets, .routes, .securityRules:
      try prepareChild(&new, over: old)
      try checkChildren(siblings(of: new) + [new], of: try parentProperties(of: new))
    case .publicIPAddresses: try preparePublicAddress(&new, over: old)
    case .networkInterfaces: try prepareInterface(&new, over: old)
    case .natGateways: try prepareNatGateway(&new)
    case .virtualMachines: try prepareMachine(&new, over: old)
    case .disks: break
    }
    return []
  }

  private func siblings(of resource: ARMResource) -> [ARMResource] {
    guard let parent = resource.id.parent else { return [] }
    return children(of: parent).filter { $0.id.key != resource.id.key }
  }

  private func parentProperties(of resource: ARMResource) throws(ServiceError) -> ARMResource {
    guard let parent = resource.id.parent, let found = resources[parent.key] else {
      throw ARMErrors.noResource(resource.id)
    }
    return found
  }

  // MARK: Parents

  private mutating func prepareParent(
    _ new: inout ARMResource, over old: ARMResource?
  ) throws(ServiceError) -> [ARMResource] {
    guard let kind = new.id.kind.child else { return [] }
    let bodies = new.properties.removeValue(forKey: kind == .securityRules ? "securityRules" : kind.rawValue)
    try prepareOwn(&new)
    var children: [ARMResource] = []
    for body in bodies?.list ?? [] {
      guard let name = body["name"].string, !name.isEmpty else {
        throw ARMErrors.format("MissingJsonReferenceName", "A member of \(kind.rawValue) has no name.")
      }
      let id = new.id.child(kind, name)
      try ARMNames.check(id)
      let before = resources[id.key]
      var child = try draft(id, body, over: before, location: new.location)
      try prepareChild(&child, over: before)
      children.append(child)
    }
    try checkChildren(children, of: new)
    try dropChildren(of: new.id, except: children)
    return children
  }

  private mutating func dropChildren(of id: ARMID, except kept: [ARMResource]) throws(ServiceError) {
    let names = Set(kept.map(\.id.key))
    for child in self.children(of: id) where !names.contains(child.id.key) {
      try refuseInUse(child)
      remove(child.id.key)
    }
  }

  private func prepareOwn(_ new: inout ARMResource) throws(ServiceError) {
    switch new.id.kind {
    case .virtualNetworks: try prepareNetwork(&new)
    case .routeTables:
      new.properties["disableBgpRoutePropagation"] = new["disableBgpRoutePropagation"].bool == true ? true : false
    default: break
    }
  }

  // MARK: Children

  private func prepareChild(_ new: inout ARMResource, over old: ARMResource?) throws(ServiceError) {
    switch new.id.kind {
    case .subnets: try prepareSubnet(&new, over: old)
    case .routes: try prepareRoute(&new)
    default: try prepareRule(&new)
    }
  }

  /// What holds among the children of one parent.
  private func checkChildren(_ children: [ARMResource], of parent: ARMResource) throws(ServiceError) {
    switch parent.id.kind {
    case .virtualNetworks: try checkSubnets(children, of: parent)
    case .routeTables: try checkRoutes(children)
    default: try checkRules(children)
    }
  }

  // MARK: References

  /// The resource of a reference at `path`; it has to be there and in the same location.
  func referenced(
    _ value: Value, at path: String, as kind: AzureKind, from user: ARMResource
  ) throws(ServiceError) -> ARMResource {
    let text = value["id"].string ?? ""
    guard let id = ARMID(text), id.kind == kind else {
      throw ServiceError(
        "LinkedInvalidPropertyId",
        "Property id '\(text)' at path '\(path)' is invalid. Expect fully qualified resource Id that start with "
          + "'/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.")
    }
    guard let found = resources[id.key], found.location == user.location, found.state(at: core.now) != .deleting else {
      throw ARMErrors.noReference(id, from: user.id)
    }
    return found
  }

  /// Checks an optional reference.
  func checkReference(
    _ name: String, as kind: AzureKind, of resource: ARMResource
  ) throws(ServiceError) {
    guard !resource[name].isNull else { return }
    _ = try referenced(resource[name], at: "properties.\(name).id", as: kind, from: resource)
  }
}
