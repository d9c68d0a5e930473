import Basics

/// The rules of routing tables.
extension QingCloudState {
  /// No two calls are the same, but a table holds a network once.
  mutating func addRoutes(_ call: APICall) throws(ServiceError) -> Value {
    var table = try table(call["routing_table"] ?? "")
    try requireSettled(table.id)
    var ids: [String] = []
    for given in call.parameters.objects("rules") {
      let text = given["network"] ?? ""
      guard let network = IPNetwork(text), network.isCanonical else { throw QingCloudError.illegal("ip network", text) }
      let rule = RoutingRule(
        id: core.ids.qingCloud("r"), name: given["routing_table_rule_name"] ?? "", network: network,
        hop: given["nexthop"] ?? "", hopType: Int(given["nexthop_type"] ?? "") ?? 0)
      try check(rule, in: table)
      table.rules.append(rule)
      core.created("routing-rule", rule.id, name: rule.name)
      ids.append(rule.id)
    }
    here.routingTables[table.id] = table
    return ["routing_table_rules": .list(ids.map(Value.string))]
  }

  private func check(_ rule: RoutingRule, in table: RoutingTable) throws(ServiceError) {
    switch rule.hopType {
    case 2: _ = try router(rule.hop)
    case 3:
      guard IPAddress(rule.hop) != nil else { throw QingCloudError.illegal("ip address", rule.hop) }
    default: throw QingCloudError.illegal("nexthop type", String(rule.hopType))
    }
    if table.rules.contains(where: { $0.network == rule.network && $0.id != rule.id }) {
      throw ServiceError("2110", "ResourceAlreadyExisted, network [\(rule.network)] is in the table already")
    }
  }

  func describeRoutes(_ call: APICall) throws(ServiceError) -> Value {
    if let id = call["routing_table"] { _ = try table(id) }
    let ids = call.parameters.list("routing_table_rules")
    let tables = here.routingTables.all.filter { call["routing_table"] ?? $0.id == $0.id }
    let rows = tables.flatMap { table in table.rules.map { (table.id, $0) } }.filter { _, rule in
      (ids.isEmpty || ids.contains(rule.id)) && call["nexthop"] ?? rule.hop == rule.hop && core.isVisible(rule.id)
        && call.number("nexthop_type") ?? rule.hopType == rule.hopType
    }
    return try page(call, "routing_table_rule_set", rows.map { ruleRow($0.1, of: $0.0) })
  }

  func ruleRow(_ rule: RoutingRule, of table: String) -> Value {
    [
      "rtable_rule_id": .string(rule.id), "rtable_rule_name": .string(rule.name),
      "network": .string("\(rule.network)"), "nexthop": .string(rule.hop), "nexthop_type": .integer(rule.hopType),
      "disabled": rule.isDisabled ? 1 : 0, "rtable_id": .string(table),
    ]
  }

  private func findRule(_ id: String) throws(ServiceError) -> (RoutingTable, RoutingRule) {
    for table in here.routingTables.all {
      guard let rule = table.rules.first(where: { $0.id == id }) else { continue }
      if rule.ownOf != nil { throw QingCloudError.denied("routing table rule [\(id)] is the vxnet's own") }
      try requireSettled(table.id)
      return (table, rule)
    }
    throw QingCloudError.notFound(id)
  }

  mutating func modifyRoute(_ call: APICall) throws(ServiceError) -> Value {
    var (table, rule) = try findRule(call["routing_table_rule"] ?? "")
    rule.name = call["routing_table_rule_name"] ?? rule.name
    if call["network"] != nil { rule.network = try call.network(of: "network") }
    rule.hop = call["nexthop"] ?? rule.hop
    rule.hopType = call.number("nexthop_type") ?? rule.hopType
    if let flag = call.number("disable") { rule.isDisabled = flag == 1 }
    try check(rule, in: table)
    table.rules = table.rules.map { $0.id == rule.id ? rule : $0 }
    here.routingTables[table.id] = table
    return ["routing_table_rule": .string(rule.id)]
  }

  mutating func removeRoutes(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("routing_table_rules")
    for id in ids { _ = try findRule(id) }
    here.routingTables.changeAll { table in table.rules.removeAll { ids.contains($0.id) } }
    for id in ids { core.deleted(id) }
    return ["routing_table_rules": .list(ids.map(Value.string))]
  }
}
