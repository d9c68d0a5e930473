import Basics

extension AlibabaState {
  func describeSecurityGroupAttribute(_ call: APICall) throws(ServiceError) -> Value {
    let group = try securityGroup(call["SecurityGroupId"] ?? "")
    let direction = call["Direction"] ?? "all"
    guard ["ingress", "egress", "all"].contains(direction) else {
      return try refuse("InvalidParameter.Direction", "The specified Direction is not valid.")
    }
    let rows = group.rules.filter { direction == "all" || (direction == "egress") == $0.isEgress }
    let page = try pageByToken(rows.map(ruleItem), call, size: 500, limit: 1000)
    return [
      "SecurityGroupId": .string(group.id), "SecurityGroupName": .string(group.name),
      "Description": .string(group.description), "VpcId": .string(group.vpc), "RegionId": .string(group.region),
      "InnerAccessPolicy": group.type == "normal" ? "Accept" : "Drop", "NextToken": .string(page.next),
      "Permissions": ["Permission": .list(page.items)],
    ]
  }

  private func ruleItem(_ rule: ECSSecurityRule) -> Value {
    var item: [String: Value] = [
      "SecurityGroupRuleId": .string(rule.id), "Direction": rule.isEgress ? "egress" : "ingress",
      "IpProtocol": .string(rule.transport), "PortRange": .string(rule.ports), "NicType": .string(rule.nic),
      "Policy": rule.isAccept ? "Accept" : "Drop", "Priority": .string(String(rule.priority)),
      "Description": .string(rule.description), "CreateTime": stamp(rule.created),
    ]
    switch rule.peer {
    case .block(let block): item[rule.isEgress ? "DestCidrIp" : "SourceCidrIp"] = .string(block.description)
    case .group(let id): item[rule.isEgress ? "DestGroupId" : "SourceGroupId"] = .string(id)
    }
    return .object(item)
  }

  /// The same rule again is success and no change.
  mutating func authorizeSecurityGroup(_ call: APICall, isEgress: Bool) throws(ServiceError) -> Value {
    let group = try securityGroup(call["SecurityGroupId"] ?? "")
    let new = try rules(of: call, isEgress: isEgress)
    if new.isEmpty { return try refuse("MissingParameter.Permissions", "The parameter Permissions is required.") }
    var rules = group.rules
    for var rule in new where !rules.contains(where: { $0.isSame(as: rule) }) {
      rule.id = core.ids.alibaba("sgr", region: group.region)
      rules.append(rule)
      core.created("security-group-rule", rule.id)
    }
    if rules.count > 200 {
      return try refuse(
        "AuthorizationLimitExceed", "The limit of rules in the security group is exceeded.", status: 403)
    }
    groups.change(group.id) { $0.rules = rules }
    return [:]
  }

  mutating func revokeSecurityGroup(_ call: APICall, isEgress: Bool) throws(ServiceError) -> Value {
    let group = try securityGroup(call["SecurityGroupId"] ?? "")
    let ids = call.parameters.list("SecurityGroupRuleId")
    let given = ids.isEmpty ? try rules(of: call, isEgress: isEgress) : []
    if ids.isEmpty, given.isEmpty {
      return try refuse("MissingParameter.Permissions", "The parameter Permissions is required.")
    }
    let known = group.rules.filter { $0.isEgress == isEgress }
    let isWhole =
      ids.allSatisfy { id in known.contains { $0.id == id } }
      && given.allSatisfy { rule in known.contains { $0.isSame(as: rule) } }
    guard isWhole else {
      return try refuse("InvalidSecurityGroupRule.RuleNotExist", "The specified rule does not exist.")
    }
    let gone = known.filter { rule in ids.contains(rule.id) || given.contains { $0.isSame(as: rule) } }
    for rule in gone { core.deleted(rule.id) }
    groups.change(group.id) { $0.rules.removeAll { rule in gone.contains { $0.id == rule.id } } }
    return [:]
  }

  // MARK: Reading rules

  /// `Permissions.N.*`, or one rule in the older form without a number.
  private func rules(of call: APICall, isEgress: Bool) throws(ServiceError) -> [ECSSecurityRule] {
    var given = call.parameters.objects("Permissions")
    if given.isEmpty, call["IpProtocol"] != nil { given = [call.parameters] }
    var rules: [ECSSecurityRule] = []
    for permission in given { rules.append(try rule(permission, isEgress: isEgress)) }
    return rules
  }

  func rule(_ given: Parameters, isEgress: Bool) throws(ServiceError) -> ECSSecurityRule {
    let transport = (given["IpProtocol"] ?? "").uppercased()
    guard ["TCP", "UDP", "ICMP", "GRE", "ALL"].contains(transport) else {
      return try refuse("InvalidIpProtocol.ValueNotSupported", "The specified IpProtocol is not valid.")
    }
    let ports = given["PortRange"] ?? "-1/-1"
    guard isGood(ports, for: transport) else {
      return try refuse("InvalidPortRange.Malformed", "The specified PortRange is not valid.")
    }
    let policy = (given["Policy"] ?? "accept").lowercased()
    guard ["accept", "drop"].contains(policy) else {
      return try refuse("InvalidPolicy.Malformed", "The specified Policy is not valid.")
    }
    guard let priority = Int(given["Priority"] ?? "1"), (1...100).contains(priority) else {
      return try refuse("InvalidPriority.ValueNotSupported", "The specified Priority is not valid.")
    }
    return ECSSecurityRule(
      id: "", isEgress: isEgress, transport: transport, ports: ports, peer: try peer(given, isEgress: isEgress),
      isAccept: policy == "accept", priority: priority, nic: given["NicType"] ?? "intranet",
      description: given["Description"] ?? "", created: core.now)
  }

  private func isGood(_ ports: String, for transport: String) -> Bool {
    guard ["TCP", "UDP"].contains(transport) else { return ports == "-1/-1" }
    let numbers = ports.split(separator: "/").compactMap { Int($0) }
    guard numbers.count == 2 else { return false }
    return (1...65535).contains(numbers[0]) && (numbers[0]...65535).contains(numbers[1])
  }

  private func peer(_ given: Parameters, isEgress: Bool) throws(ServiceError) -> ECSSecurityRule.Peer {
    if let id = given[isEgress ? "DestGroupId" : "SourceGroupId"] { return .group(try securityGroup(id).id) }
    let name = isEgress ? "DestCidrIp" : "SourceCidrIp"
    guard let text = given[name] else {
      return try refuse("MissingParameter.\(name)", "The parameter \(name) is required.")
    }
    guard let block = IPNetwork(text.contains("/") ? text : "\(text)/32"), block.address.family == .v4 else {
      return try refuse("Invalid\(name).Malformed", "The specified \(name) is not valid.")
    }
    return .block(block.network)
  }
}
