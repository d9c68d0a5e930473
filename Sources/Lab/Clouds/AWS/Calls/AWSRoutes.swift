import Basics

extension AWSState {
  mutating func createRoute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let table = try routeTable(call["RouteTableId"] ?? "")
    let route = AWSRoute(destination: try call.network("DestinationCidrBlock"), target: try target(of: call, in: table))
    if table.routes.contains(where: { $0.destination == route.destination }) {
      throw ServiceError("RouteAlreadyExists", "The route identified by \(route.destination) already exists.")
    }
    try checkAgainstLocal(route, table)
    here.routeTables.change(table.id) { $0.routes.append(route) }
    core.created("route", "\(table.id)/\(route.destination)")
    return ["return": true]
  }

  mutating func replaceRoute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let table = try routeTable(call["RouteTableId"] ?? "")
    let destination = try call.network("DestinationCidrBlock")
    guard let index = table.routes.firstIndex(where: { $0.destination == destination }) else {
      throw ServiceError(
        "InvalidParameterValue",
        "There is no route defined for '\(destination)' in the route table. Use CreateRoute instead.")
    }
    let target = try target(of: call, in: table)
    here.routeTables.change(table.id) { $0.routes[index].target = target }
    return ["return": true]
  }

  mutating func deleteRoute(_ call: APICall) throws(ServiceError) -> XMLValue {
    let table = try routeTable(call["RouteTableId"] ?? "")
    let destination = try call.network("DestinationCidrBlock")
    guard let route = table.routes.first(where: { $0.destination == destination }) else {
      throw ServiceError(
        "InvalidRoute.NotFound",
        "no route with destination-cidr-block \(destination) in route table \(table.id)")
    }
    if route.target == .local {
      throw ServiceError("InvalidParameterValue", "cannot remove local route \(destination) in route table \(table.id)")
    }
    here.routeTables.change(table.id) { $0.routes.removeAll { $0.destination == destination } }
    core.deleted("\(table.id)/\(destination)")
    return ["return": true]
  }

  private func checkAgainstLocal(_ route: AWSRoute, _ table: AWSRouteTable) throws(ServiceError) {
    guard let vpc = here.vpcs[table.vpc], vpc.block.contains(route.destination) else { return }
    throw ServiceError(
      "InvalidParameterValue",
      "The destination CIDR block \(route.destination) is equal to or more specific than one of this VPC's CIDR blocks. "
        + "This route can target only an interface or an instance.")
  }

  private func target(of call: APICall, in table: AWSRouteTable) throws(ServiceError) -> AWSRoute.Target {
    let given = ["GatewayId", "NetworkInterfaceId", "InstanceId"].filter { call[$0] != nil }
    guard given.count == 1 else {
      throw ServiceError(
        given.isEmpty ? "MissingParameter" : "InvalidParameterCombination",
        "The request must contain exactly one of gatewayId, networkInterfaceId, instanceId")
    }
    if let id = call["GatewayId"] {
      guard here.gateways[id] != nil else {
        throw ServiceError("InvalidGatewayID.NotFound", "The gateway ID '\(id)' does not exist")
      }
      return .gateway(id)
    }
    if let id = call["NetworkInterfaceId"] { return try checked(interface(id), table) }
    let instance = try instance(call["InstanceId"] ?? "")
    guard instance.interfaces.count == 1, let id = instance.interfaces.first else {
      throw Self.manyInterfaces(instance.id)
    }
    return try checked(interface(id), table)
  }

  private func checked(_ interface: AWSInterface, _ table: AWSRouteTable) throws(ServiceError) -> AWSRoute.Target {
    guard interface.vpc == table.vpc else {
      throw ServiceError(
        "InvalidParameterValue", "route table \(table.id) and interface \(interface.id) belong to different networks")
    }
    return .interface(interface.id)
  }
}
