import Basics

extension QingCloudState {
  private static let transports: Set = ["tcp", "udp", "icmp", "gre", "esp", "ah", "ipip"]

  /// No two calls are the same: each adds rules of its own.
  mutating func addSecurityGroupRules(_ call: APICall) throws(ServiceError) -> Value {
    let id = try group(call["security_group"] ?? "").id
    var rules: [GroupRule] = []
    for given in call.parameters.objects("rules") {
      let rule = GroupRule(
        id: core.ids.qingCloud("sgr"), name: given["security_group_rule_name"] ?? "",
        transport: given["protocol"] ?? "", priority: Int(given["priority"] ?? "") ?? -1,
        isOutbound: given["direction"] == "1", isAccept: given["action"] ?? "accept" == "accept",
        values: (1...3).map { given["val\($0)"] ?? "" })
      if let action = given["action"], !["accept", "drop"].contains(action) {
        throw QingCloudError.illegal("action", action)
      }
      try check(rule)
      core.created("security-group-rule", rule.id, name: rule.name)
      rules.append(rule)
    }
    here.groups.change(id) { $0.rules += rules }
    return ["security_group_rules": .list(rules.map { .string($0.id) })]
  }

  private func check(_ rule: GroupRule) throws(ServiceError) {
    guard Self.transports.contains(rule.transport) else { throw QingCloudError.illegal("protocol", rule.transport) }
    guard (0...100).contains(rule.priority) else { throw QingCloudError.illegal("priority", String(rule.priority)) }
    for value in rule.values.prefix(2) where !value.isEmpty && UInt16(value) == nil {
      throw QingCloudError.illegal("port", value)
    }
    if !rule.values[2].isEmpty, IPNetwork(rule.values[2]) == nil, IPAddress(rule.values[2]) == nil {
      throw QingCloudError.illegal("ip network", rule.values[2])
    }
  }

  func describeSecurityGroupRules(_ call: APICall) throws(ServiceError) -> Value {
    if let id = call["security_group"] { _ = try group(id) }
    let ids = call.parameters.list("security_group_rules")
    let groups = here.groups.all.filter { call["security_group"] ?? $0.id == $0.id }
    let rows = groups.flatMap { group in group.rules.map { (group.id, $0) } }.filter { _, rule in
      (ids.isEmpty || ids.contains(rule.id)) && core.isVisible(rule.id)
        && (call.number("direction").map { ($0 == 1) == rule.isOutbound } ?? true)
    }
    return try page(call, "security_group_rule_set", rows.map { row($0.1, of: $0.0) })
  }

  private func row(_ rule: GroupRule, of group: String) -> Value {
    [
      "security_group_rule_id": .string(rule.id), "security_group_rule_name": .string(rule.name),
      "security_group_id": .string(group), "protocol": .string(rule.transport), "priority": .integer(rule.priority),
      "direction": rule.isOutbound ? 1 : 0, "action": rule.isAccept ? "accept" : "drop",
      "val1": .string(rule.values[0]), "val2": .string(rule.values[1]), "val3": .string(rule.values[2]),
      "disabled": rule.isDisabled ? 1 : 0,
    ]
  }

  private func findGroup(ofRule id: String) throws(ServiceError) -> SecurityGroup {
    guard let group = here.groups.all.first(where: { $0.rules.contains { $0.id == id } }) else {
      throw QingCloudError.notFound(id)
    }
    return group
  }

  mutating func deleteSecurityGroupRules(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("security_group_rules")
    for id in ids { _ = try findGroup(ofRule: id) }
    here.groups.changeAll { group in group.rules.removeAll { ids.contains($0.id) } }
    for id in ids { core.deleted(id) }
    return ["security_group_rules": .list(ids.map(Value.string))]
  }

  mutating func modifySecurityGroupRule(_ call: APICall) throws(ServiceError) -> Value {
    let id = call["security_group_rule"] ?? ""
    let group = try findGroup(ofRule: id)
    guard var rule = group.rules.first(where: { $0.id == id }) else { throw QingCloudError.notFound(id) }
    rule.name = call["security_group_rule_name"] ?? rule.name
    rule.priority = call.number("priority") ?? rule.priority
    rule.transport = call["protocol"] ?? rule.transport
    if let direction = call.number("direction") { rule.isOutbound = direction == 1 }
    if let action = call["rule_action"] { rule.isAccept = action == "accept" }
    if let flag = call.number("disabled") { rule.isDisabled = flag == 1 }
    for number in 1...3 { rule.values[number - 1] = call["val\(number)"] ?? rule.values[number - 1] }
    try check(rule)
    here.groups.change(group.id) { changed in changed.rules = changed.rules.map { $0.id == id ? rule : $0 } }
    return ["security_group_rule_id": .string(id)]
  }
}
