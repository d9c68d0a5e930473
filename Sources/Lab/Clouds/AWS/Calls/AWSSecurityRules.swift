import Basics

extension AWSState {
  mutating func authorize(_ call: APICall, isEgress: Bool) throws(ServiceError) -> XMLValue {
    let group = try group(call["GroupId"] ?? "")
    let rules = try rules(of: call, isEgress: isEgress)
    if rules.isEmpty { throw ServiceError("MissingParameter", "The request must contain the parameter ipPermissions") }
    for (index, rule) in rules.enumerated()
    where (group.rules + rules[..<index]).contains(where: { $0.isSame(as: rule) }) {
      throw ServiceError(
        "InvalidPermission.Duplicate", "the specified rule \"\(text(of: rule))\" already exists")
    }
    if group.rules.count + rules.count > 120 {
      throw ServiceError(
        "RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
    }
    var added: [AWSSecurityRule] = []
    for var rule in rules {
      rule.id = core.ids.amazon("sgr")
      tag(rule.id, as: "security-group-rule", from: call)
      core.created("security-group-rule", rule.id)
      added.append(rule)
    }
    here.groups.change(group.id) { $0.rules += added }
    return ["return": true, "securityGroupRuleSet": .items(added.map { ruleItem($0, of: group) })]
  }

  mutating func revoke(_ call: APICall, isEgress: Bool) throws(ServiceError) -> XMLValue {
    let group = try group(call["GroupId"] ?? "")
    let ids = call.parameters.list("SecurityGroupRuleId")
    for id in ids where !group.rules.contains(where: { $0.id == id && $0.isEgress == isEgress }) {
      throw ServiceError(
        "InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '\(id)' does not exist")
    }
    let given = try rules(of: call, isEgress: isEgress)
    for rule in given where !group.rules.contains(where: { $0.isSame(as: rule) }) {
      throw ServiceError(
        "InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
    }
    if ids.isEmpty, given.isEmpty {
      throw ServiceError("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")
    }
    let gone = group.rules.filter { rule in ids.contains(rule.id) || given.contains { $0.isSame(as: rule) } }
    for rule in gone { core.deleted(rule.id) }
    here.groups.change(group.id) { $0.rules.removeAll { rule in gone.contains { $0.id == rule.id } } }
    return ["return": true, "unknownIpPermissionSet": .nothing]
  }

  func describeSecurityGroupRules(_ call: APICall) throws(ServiceError) -> XMLValue {
    let wanted = call.parameters.list("SecurityGroupRuleId")
    var found: [(AWSSecurityRule, AWSSecurityGroup)] = []
    for group in here.groups.all where core.isVisible(group.id) {
      for rule in group.rules where core.isVisible(rule.id) && (wanted.isEmpty || wanted.contains(rule.id)) {
        let isMet = try matches(rule, id: rule.id, call) { rule, name in
          switch name {
          case "group-id": [group.id]
          case "security-group-rule-id": [rule.id]
          default: nil
          }
        }
        if isMet { found.append((rule, group)) }
      }
    }
    for id in wanted where !found.contains(where: { $0.0.id == id }) {
      throw ServiceError(
        "InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '\(id)' does not exist")
    }
    let (page, next) = try page(found, call)
    return [
      "securityGroupRuleSet": .items(page.map { ruleItem($0.0, of: $0.1).adding(["tagSet": tagSet($0.0.id)]) }),
      "nextToken": next,
    ]
  }

  private func ruleItem(_ rule: AWSSecurityRule, of group: AWSSecurityGroup) -> XMLValue {
    var v4: String?
    var v6: String?
    var other: String?
    switch rule.peer {
    case .v4(let block): v4 = block.description
    case .v6(let block): v6 = block.description
    case .group(let id): other = id
    }
    return [
      "securityGroupRuleId": .text(rule.id), "groupId": .text(group.id), "groupOwnerId": .text(core.accountID),
      "isEgress": .flag(rule.isEgress), "ipProtocol": .text(rule.transport), "fromPort": .number(rule.fromPort),
      "toPort": .number(rule.toPort), "cidrIpv4": .optional(v4), "cidrIpv6": .optional(v6),
      "referencedGroupInfo": other.map { ["groupId": .text($0), "userId": .text(core.accountID)] } ?? .nothing,
      "description": .optional(rule.description),
    ]
  }

  private func text(of rule: AWSSecurityRule) -> String {
    let peer =
      switch rule.peer {
      case .v4(let block), .v6(let block): block.description
      case .group(let id): id
      }
    let ports =
      rule.transport == "-1"
      ? "ALL" : "\(rule.transport.uppercased()), from port: \(rule.fromPort), to port: \(rule.toPort)"
    return "peer: \(peer), \(ports), ALLOW"
  }

  // MARK: Reading permissions

  private func rules(of call: APICall, isEgress: Bool) throws(ServiceError) -> [AWSSecurityRule] {
    var rules: [AWSSecurityRule] = []
    for permission in call.parameters.objects("IpPermissions") {
      let head = try head(of: permission, isEgress: isEgress)
      let before = rules.count
      for range in permission.objects("IpRanges") {
        rules.append(head.with(.v4(try block(range["CidrIp"], .v4)), range["Description"]))
      }
      for range in permission.objects("Ipv6Ranges") {
        rules.append(head.with(.v6(try block(range["CidrIpv6"], .v6)), range["Description"]))
      }
      for reference in permission.objects("Groups") {
        let id = reference["GroupId"] ?? ""
        rules.append(head.with(.group(try group(id).id), reference["Description"]))
      }
      if rules.count == before {
        throw ServiceError("MissingParameter", "The request must contain a peer: ipRanges, ipv6Ranges or groups")
      }
    }
    return rules
  }

  private func head(of permission: Parameters, isEgress: Bool) throws(ServiceError) -> AWSSecurityRule {
    let names = ["6": "tcp", "17": "udp", "1": "icmp"]
    let given = permission["IpProtocol"] ?? ""
    let transport = names[given] ?? given
    var (from, to) = (permission["FromPort"].flatMap { Int($0) }, permission["ToPort"].flatMap { Int($0) })
    switch transport {
    case "-1": (from, to) = (-1, -1)
    case "tcp", "udp":
      guard let from, let to, (0...65535).contains(from), (from...65535).contains(to) else {
        throw ServiceError(
          "InvalidParameterValue", "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.")
      }
    case "icmp": (from, to) = (from ?? -1, to ?? -1)
    default:
      guard let number = Int(transport), (0...255).contains(number) else {
        throw ServiceError("InvalidParameterValue", "Invalid value '\(transport)' for IP protocol. Unknown protocol.")
      }
      (from, to) = (-1, -1)
    }
    return AWSSecurityRule(
      id: "", isEgress: isEgress, transport: transport, fromPort: from ?? -1, toPort: to ?? -1, peer: .group(""))
  }

  private func block(_ text: String?, _ family: IPAddress.Family) throws(ServiceError) -> IPNetwork {
    guard let block = IPNetwork(text ?? ""), block.address.family == family else {
      throw ServiceError("InvalidParameterValue", "CIDR block \(text ?? "") is malformed")
    }
    return block.network
  }
}

extension AWSSecurityRule {
  fileprivate func with(_ peer: Peer, _ description: String?) -> AWSSecurityRule {
    var copy = self
    copy.peer = peer
    copy.description = description
    return copy
  }
}
