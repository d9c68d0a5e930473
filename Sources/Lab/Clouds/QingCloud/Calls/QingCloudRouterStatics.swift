import Basics

/// Rules of a VPC's router; they do nothing before the router is updated.
extension QingCloudState {
  func describeRouterStatics(_ call: APICall) throws(ServiceError) -> Value {
    if let id = call["router"] { _ = try router(id) }
    let rows = try select(here.statics, call, ids: "router_statics", name: \.name).filter { row in
      call["router"] ?? row.router == row.router && call["vxnet"] ?? row.vxnet == row.vxnet
        && call.number("static_type") ?? row.type == row.type
    }
    return try page(call, "router_static_set", rows.map(row))
  }

  private func row(_ row: RouterStatic) -> Value {
    var members: [String: Value] = [
      "router_static_id": .string(row.id), "router_static_name": .string(row.name), "static_type": .integer(row.type),
      "router_id": .string(row.router), "vxnet_id": .string(row.vxnet), "entry_set": [],
      "disabled": row.isDisabled ? 1 : 0, "create_time": stamp(row.created),
    ]
    for number in 1...6 { members["val\(number)"] = .string(row.values.count >= number ? row.values[number - 1] : "") }
    return .object(members)
  }

  /// No two calls are the same: each makes statics of its own.
  mutating func addRouterStatics(_ call: APICall) throws(ServiceError) -> Value {
    let router = try settledRouter(call["router"] ?? "")
    let ids = try call.parameters.objects("statics").map { given throws(ServiceError) in
      let values = (1...6).map { given["val\($0)"] ?? "" }
      return try add(
        static: Int(given["static_type"] ?? "") ?? 0, name: given["router_static_name"] ?? "", to: router,
        vxnet: call["vxnet"] ?? "", values)
    }
    return ["router_statics": .list(ids.map(Value.string))]
  }

  /// A static that is good in form; its id.
  mutating func add(
    static type: Int, name: String, to router: VPC, vxnet: String, _ values: [String]
  ) throws(ServiceError) -> String {
    let row = RouterStatic(
      id: core.ids.qingCloud("rtrs"), name: name, type: type, router: router.id, vxnet: vxnet, values: values,
      created: core.now)
    try check(row)
    here.statics[row.id] = row
    core.created("router-static", row.id, name: name)
    return row.id
  }

  private func check(_ row: RouterStatic) throws(ServiceError) {
    if !row.vxnet.isEmpty, try vxnet(row.vxnet).membership?.router != row.router {
      throw QingCloudError.denied("vxnet [\(row.vxnet)] has not joined router [\(row.router)]")
    }
    switch row.type {
    case RouterStatic.portForwarding:
      guard UInt16(row.values[0]) != nil, IPAddress(row.values[1]) != nil, UInt16(row.values[2]) != nil,
        ["tcp", "udp"].contains(row.values[3])
      else { throw QingCloudError.illegal("router static", row.values.joined(separator: ",")) }
    case RouterStatic.dhcpOption: try checkOption(row)
    case RouterStatic.routePush: try checkPush(row)
    default: throw ServiceError("1100", "InvalidRequestFormat, static type [\(row.type)] is not offered by the lab")
    }
  }

  private func checkOption(_ row: RouterStatic) throws(ServiceError) {
    _ = try instance(row.values[0])
    for option in row.values[1].split(separator: ";") {
      let sides = option.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, ["domain-name-servers", "fixed-address"].contains(sides[0]) else {
        throw QingCloudError.illegal("dhcp option", String(option))
      }
    }
  }

  /// A server, or all of a vxnet; a network; an address.
  private func checkPush(_ row: RouterStatic) throws(ServiceError) {
    if row.values[0].isEmpty {
      if row.vxnet.isEmpty { throw QingCloudError.missing("vxnet") }
    } else {
      _ = try instance(row.values[0])
    }
    guard let network = IPNetwork(row.values[1]), network.isCanonical else {
      throw QingCloudError.illegal("ip network", row.values[1])
    }
    guard IPAddress(row.values[2]) != nil else { throw QingCloudError.illegal("ip address", row.values[2]) }
  }

  mutating func modifyRouterStatic(_ call: APICall) throws(ServiceError) -> Value {
    let id = call["router_static"] ?? ""
    guard var row = here.statics[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    row.name = call["router_static_name"] ?? row.name
    for number in 1...6 { row.values[number - 1] = call["val\(number)"] ?? row.values[number - 1] }
    if let flag = call.number("disabled") { row.isDisabled = flag == 1 }
    try check(row)
    here.statics[id] = row
    return ["router_static_id": .string(id)]
  }

  mutating func deleteRouterStatics(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("router_statics")
    for id in ids {
      guard let row = here.statics[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
      try requireSettled(row.router)
    }
    for id in ids { remove(static: id) }
    return ["router_statics": .list(ids.map(Value.string))]
  }

  mutating func remove(static id: String) {
    here.statics[id] = nil
    core.deleted(id)
  }
}
