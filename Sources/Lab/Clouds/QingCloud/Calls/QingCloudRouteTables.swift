import Basics

/// Routing tables of vxnets; their rules do nothing before the table is updated.
///
/// Requests say `routing_table`, answers `rtable`: so the vendor's pages have it.
extension QingCloudState {
  /// The resource that a table of this kind is for: a vxnet.
  private static let vxnetKind = 2

  func table(_ id: String) throws(ServiceError) -> RoutingTable {
    guard let table = here.routingTables[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return table
  }

  /// No two calls are the same: each makes a table of its own.
  mutating func createRouteTable(_ call: APICall) throws(ServiceError) -> Value {
    let kind = call.number("rtable_rtype") ?? 0
    guard call.number("routing_table_type") == 0, [1, 2].contains(kind) else {
      throw QingCloudError.illegal("routing table type", String(kind))
    }
    let id = core.ids.qingCloud("rt")
    here.routingTables[id] = RoutingTable(
      id: id, name: call["routing_table_name"] ?? "", kind: kind, created: core.now)
    core.created("routing-table", id, name: call["routing_table_name"] ?? "")
    return ["routing_table": .string(id)]
  }

  func describeRouteTables(_ call: APICall) throws(ServiceError) -> Value {
    let rows = try select(here.routingTables, call, ids: "routing_tables", name: \.name).filter {
      call.number("rtable_rtype") ?? $0.kind == $0.kind
    }
    return try page(call, "routing_table_set", rows.map { row($0, isVerbose: call.number("verbose") == 1) })
  }

  private func row(_ table: RoutingTable, isVerbose: Bool) -> Value {
    [
      "rtable_id": .string(table.id), "rtable_name": .string(table.name), "rtable_rtype": .integer(table.kind),
      "is_applied": table.rules == table.applied ? 1 : 0, "create_time": stamp(table.created),
      "routing_table_rule_set": .list(isVerbose ? table.rules.map { ruleRow($0, of: table.id) } : []),
    ]
  }

  /// A vxnet has at most one table; a rule for its own network comes by itself.
  mutating func associateRouteTable(_ call: APICall) throws(ServiceError) -> Value {
    let table = try table(call["routing_table"] ?? "")
    let vxnet = try vxnet(call["resource"] ?? "")
    try requireSettled(table.id)
    guard table.kind == Self.vxnetKind, let place = vxnet.membership else {
      throw QingCloudError.denied("routing table [\(table.id)] can not be associated with [\(vxnet.id)]")
    }
    if here.routingTables.all.contains(where: { $0.vxnets.contains(vxnet.id) }) {
      throw QingCloudError.denied("vxnet [\(vxnet.id)] has a routing table already")
    }
    let own = RoutingRule(
      id: core.ids.qingCloud("r"), name: "", network: place.network, hop: place.router, hopType: 2, ownOf: vxnet.id)
    let job = begin(
      call, [table.id, vxnet.id], busy: [table.id], transition: "updating", seconds: 5
    ) { state in
      state.here.routingTables.change(table.id) {
        $0.vxnets.append(vxnet.id)
        $0.rules.append(own)
        $0.applied.append(own)
      }
    }
    return ["job_id": job]
  }

  mutating func dissociateRouteTable(_ call: APICall) throws(ServiceError) -> Value {
    let table = try table(call["routing_table"] ?? "")
    let vxnet = call["resource"] ?? ""
    try requireSettled(table.id)
    guard table.vxnets.contains(vxnet) else { throw QingCloudError.notFound(vxnet) }
    let job = begin(
      call, [table.id, vxnet], busy: [table.id], transition: "updating", seconds: 5
    ) { state in
      state.here.routingTables.change(table.id) {
        $0.vxnets.removeAll { $0 == vxnet }
        $0.rules.removeAll { $0.ownOf == vxnet }
        $0.applied.removeAll { $0.ownOf == vxnet }
      }
    }
    return ["job_id": job]
  }

  /// What the console calls 应用修改 of the table.
  mutating func updateRouteTable(_ call: APICall) throws(ServiceError) -> Value {
    let id = try table(call["routing_table"] ?? "").id
    try requireSettled(id)
    let job = begin(call, [id], busy: [id], transition: "updating", seconds: 6) { state in
      state.here.routingTables.change(id) { $0.applied = $0.rules }
    }
    return ["job_id": job]
  }

  mutating func deleteRouteTables(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("routing_tables")
    for id in ids {
      try requireSettled(id)
      if try !table(id).vxnets.isEmpty { throw QingCloudError.inUse("routing table", id) }
    }
    for id in ids {
      for rule in here.routingTables[id]?.rules ?? [] { core.deleted(rule.id) }
      here.routingTables[id] = nil
      core.deleted(id)
    }
    return ["routing_tables": .list(ids.map(Value.string))]
  }

  func describeRoutingTableResources(_ call: APICall) throws(ServiceError) -> Value {
    let (tables, resources) = (call.parameters.list("rtables"), call.parameters.list("resources"))
    let rows = here.routingTables.all.filter { tables.isEmpty || tables.contains($0.id) }.flatMap { table in
      table.vxnets.filter { resources.isEmpty || resources.contains($0) }.map { vxnet -> Value in
        ["rtable_id": .string(table.id), "resource_id": .string(vxnet)]
      }
    }
    return try page(call, "resource_user_group_set", rows)
  }
}
