import Basics

extension AWSState {
  static func noRouteTable(_ id: String) -> ServiceError {
    ServiceError("InvalidRouteTableID.NotFound", "The routeTable ID '\(id)' does not exist")
  }

  func routeTable(_ id: String) throws(ServiceError) -> AWSRouteTable {
    guard let table = here.routeTables[id], core.isVisible(id) else { throw Self.noRouteTable(id) }
    return table
  }

  mutating func createRouteTable(_ call: APICall) throws(ServiceError) -> XMLValue {
    let vpc = try vpc(call["VpcId"] ?? "")
    let table = AWSRouteTable(
      id: core.ids.amazon("rtb"), vpc: vpc.id, routes: [AWSRoute(destination: vpc.block, target: .local)])
    here.routeTables[table.id] = table
    tag(table.id, as: "route-table", from: call)
    core.created("route-table", table.id, name: name(of: table.id))
    return ["routeTable": tableItem(table), "clientToken": .optional(call["ClientToken"])]
  }

  func describeRouteTables(_ call: APICall) throws(ServiceError) -> XMLValue {
    let rows = try select(here.routeTables, call, ids: "RouteTableId", missing: Self.noRouteTable) { table, name in
      switch name {
      case "route-table-id", "association.route-table-id": [table.id]
      case "vpc-id": [table.vpc]
      case "owner-id": [core.accountID]
      case "association.subnet-id": table.associations.map(\.subnet)
      case "association.route-table-association-id":
        table.associations.map(\.id) + (isMain(table) ? [here.vpcs[table.vpc]?.mainAssociation ?? ""] : [])
      case "association.main": isMain(table) ? ["true"] : table.associations.isEmpty ? [] : ["false"]
      case "route.destination-cidr-block": table.routes.map(\.destination.description)
      case "route.gateway-id": table.routes.compactMap { gatewayID(of: $0) }
      case "route.instance-id": table.routes.compactMap { instanceID(of: $0) }
      case "route.state": table.routes.map { state(of: $0) }
      default: nil
      }
    }
    let (page, next) = try page(rows, call)
    return ["routeTableSet": .items(page.map(tableItem)), "nextToken": next]
  }

  private func isMain(_ table: AWSRouteTable) -> Bool { here.vpcs[table.vpc]?.mainRouteTable == table.id }

  private func tableItem(_ table: AWSRouteTable) -> XMLValue {
    [
      "associationSet": .items(associations(of: table)), "propagatingVgwSet": .items([]),
      "routeTableId": .text(table.id), "vpcId": .text(table.vpc), "ownerId": .text(core.accountID),
      "tagSet": tagSet(table.id), "routeSet": .items(table.routes.map(routeItem)),
    ]
  }

  private func associations(of table: AWSRouteTable) -> [XMLValue] {
    let main: [XMLValue] =
      isMain(table)
      ? [association(here.vpcs[table.vpc]?.mainAssociation ?? "", of: table, subnet: nil)] : []
    return main + table.associations.map { association($0.id, of: table, subnet: $0.subnet) }
  }

  private func association(_ id: String, of table: AWSRouteTable, subnet: String?) -> XMLValue {
    [
      "main": .flag(subnet == nil), "routeTableAssociationId": .text(id), "routeTableId": .text(table.id),
      "subnetId": .optional(subnet), "associationState": ["state": "associated"],
    ]
  }

  private func routeItem(_ route: AWSRoute) -> XMLValue {
    let instance = instanceID(of: route)
    return [
      "destinationCidrBlock": .text(route.destination.description), "gatewayId": .optional(gatewayID(of: route)),
      "instanceId": .optional(instance), "instanceOwnerId": .optional(instance == nil ? nil : core.accountID),
      "networkInterfaceId": .optional(interfaceID(of: route)),
      "origin": .text(route.target == .local ? "CreateRouteTable" : "CreateRoute"), "state": .text(state(of: route)),
    ]
  }

  private func gatewayID(of route: AWSRoute) -> String? {
    switch route.target {
    case .local: "local"
    case .gateway(let id): id
    case .interface: nil
    }
  }

  private func interfaceID(of route: AWSRoute) -> String? {
    if case .interface(let id) = route.target { id } else { nil }
  }

  private func instanceID(of route: AWSRoute) -> String? {
    interfaceID(of: route).flatMap { here.interfaces[$0]?.attachment?.instance }
  }

  /// A route to what is no longer there, or is attached to nothing, is a blackhole.
  private func state(of route: AWSRoute) -> String {
    switch route.target {
    case .local: "active"
    case .gateway(let id): here.gateways[id]?.vpc == nil ? "blackhole" : "active"
    case .interface(let id): here.interfaces[id]?.attachment == nil ? "blackhole" : "active"
    }
  }

  mutating func deleteRouteTable(_ call: APICall) throws(ServiceError) -> XMLValue {
    let table = try routeTable(call["RouteTableId"] ?? "")
    if isMain(table) || !table.associations.isEmpty {
      throw ServiceError(
        "DependencyViolation", "The routeTable '\(table.id)' has dependencies and cannot be deleted.")
    }
    here.routeTables[table.id] = nil
    core.deleted(table.id)
    return ["return": true]
  }

  mutating func associateRouteTable(_ call: APICall) throws(ServiceError) -> XMLValue {
    let table = try routeTable(call["RouteTableId"] ?? "")
    let subnet = try subnet(call["SubnetId"] ?? "")
    guard subnet.vpc == table.vpc else {
      throw ServiceError(
        "InvalidParameterValue", "Route table \(table.id) and subnet \(subnet.id) belong to different networks")
    }
    if here.routeTables.all.contains(where: { $0.associations.contains { $0.subnet == subnet.id } }) {
      throw ServiceError(
        "Resource.AlreadyAssociated",
        "the specified association for route table \(table.id) conflicts with an existing association")
    }
    let id = core.ids.amazon("rtbassoc")
    here.routeTables.change(table.id) { $0.associations.append(.init(id: id, subnet: subnet.id)) }
    return ["associationId": .text(id), "associationState": ["state": "associated"]]
  }

  mutating func disassociateRouteTable(_ call: APICall) throws(ServiceError) -> XMLValue {
    let id = call["AssociationId"] ?? ""
    guard let table = here.routeTables.all.first(where: { $0.associations.contains { $0.id == id } }) else {
      throw ServiceError("InvalidAssociationID.NotFound", "The association ID '\(id)' does not exist")
    }
    here.routeTables.change(table.id) { $0.associations.removeAll { $0.id == id } }
    return ["return": true]
  }
}
