import Basics

extension AWSState {
  static func noGroup(_ id: String) -> ServiceError {
    ServiceError("InvalidGroup.NotFound", "The security group '\(id)' does not exist")
  }

  func group(_ id: String) throws(ServiceError) -> AWSSecurityGroup {
    guard let group = here.groups[id], core.isVisible(id) else { throw Self.noGroup(id) }
    return group
  }

  mutating func openEgress() -> AWSSecurityRule {
    AWSSecurityRule(
      id: core.ids.amazon("sgr"), isEgress: true, transport: "-1", fromPort: -1, toPort: -1,
      peer: .v4(IPNetwork(address: IPAddress(family: .v4, number: 0), prefix: 0)))
  }

  mutating func createSecurityGroup(_ call: APICall) throws(ServiceError) -> XMLValue {
    guard let vpcID = call["VpcId"] else {
      throw ServiceError("VPCIdNotSpecified", "No default VPC for this user")
    }
    let vpc = try vpc(vpcID)
    let name = try plainText("GroupName", call)
    let description = try plainText("GroupDescription", call)
    if name.lowercased().hasPrefix("sg-") || name.lowercased() == "default" {
      throw ServiceError("InvalidParameterValue", "Value (\(name)) for parameter groupName is reserved.")
    }
    if here.groups.all.contains(where: { $0.vpc == vpc.id && $0.name.lowercased() == name.lowercased() }) {
      throw ServiceError(
        "InvalidGroup.Duplicate", "The security group '\(name)' already exists for VPC '\(vpc.id)'")
    }
    let id = core.ids.amazon("sg")
    here.groups[id] = AWSSecurityGroup(id: id, name: name, description: description, vpc: vpc.id, rules: [openEgress()])
    tag(id, as: "security-group", from: call)
    core.created("security-group", id, name: name)
    return ["groupId": .text(id), "tagSet": tagSet(id)]
  }

  /// Names and descriptions take only these characters: no Chinese text.
  private func plainText(_ parameter: String, _ call: APICall) throws(ServiceError) -> String {
    let text = call[parameter] ?? ""
    let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*")
    guard text.count <= 255, !text.isEmpty, text.allSatisfy(allowed.contains) else {
      throw ServiceError(
        "InvalidParameterValue",
        "Value (\(text)) for parameter \(parameter) is invalid. Character sets beyond ASCII are not supported.")
    }
    return text
  }

  func describeSecurityGroups(_ call: APICall) throws(ServiceError) -> XMLValue {
    let names = call.parameters.list("GroupName")
    let rows = try select(here.groups, call, ids: "GroupId", missing: Self.noGroup) { group, name in
      switch name {
      case "group-id": [group.id]
      case "group-name": [group.name]
      case "vpc-id": [group.vpc]
      case "description": [group.description]
      case "owner-id": [core.accountID]
      default: nil
      }
    }.filter { names.isEmpty || names.contains($0.name) }
    let (page, next) = try page(rows, call)
    return ["securityGroupInfo": .items(page.map(groupItem)), "nextToken": next]
  }

  private func groupItem(_ group: AWSSecurityGroup) -> XMLValue {
    [
      "groupId": .text(group.id), "groupName": .text(group.name), "groupDescription": .text(group.description),
      "vpcId": .text(group.vpc), "ownerId": .text(core.accountID),
      "ipPermissions": permissions(group.rules.filter { !$0.isEgress }),
      "ipPermissionsEgress": permissions(group.rules.filter(\.isEgress)), "tagSet": tagSet(group.id),
    ]
  }

  /// Rules of equal protocol and ports are one permission with several peers.
  private func permissions(_ rules: [AWSSecurityRule]) -> XMLValue {
    var heads: [AWSSecurityRule] = []
    for rule in rules where !heads.contains(where: { sharesPorts($0, rule) }) { heads.append(rule) }
    return .items(heads.map { head in permission(head, rules.filter { sharesPorts($0, head) }) })
  }

  private func sharesPorts(_ left: AWSSecurityRule, _ right: AWSSecurityRule) -> Bool {
    left.transport == right.transport && left.fromPort == right.fromPort && left.toPort == right.toPort
  }

  private func permission(_ head: AWSSecurityRule, _ rules: [AWSSecurityRule]) -> XMLValue {
    var groups: [XMLValue] = []
    var v4: [XMLValue] = []
    var v6: [XMLValue] = []
    for rule in rules {
      let description = XMLValue.optional(rule.description)
      switch rule.peer {
      case .v4(let block): v4.append(["cidrIp": .text(block.description), "description": description])
      case .v6(let block): v6.append(["cidrIpv6": .text(block.description), "description": description])
      case .group(let id):
        groups.append(["userId": .text(core.accountID), "groupId": .text(id), "description": description])
      }
    }
    let hasPorts = head.transport != "-1"
    return [
      "ipProtocol": .text(head.transport), "fromPort": hasPorts ? .number(head.fromPort) : .nothing,
      "toPort": hasPorts ? .number(head.toPort) : .nothing, "groups": .items(groups), "ipRanges": .items(v4),
      "ipv6Ranges": .items(v6), "prefixListIds": .items([]),
    ]
  }

  mutating func deleteSecurityGroup(_ call: APICall) throws(ServiceError) -> XMLValue {
    guard let id = call["GroupId"] else {
      throw ServiceError("MissingParameter", "The request must contain the parameter GroupId")
    }
    let group = try group(id)
    if group.isDefault {
      throw ServiceError("CannotDelete", "the specified group: \"\(id)\" name: \"default\" cannot be deleted by a user")
    }
    let isUsed =
      here.interfaces.all.contains { $0.groups.contains(id) }
      || here.groups.all.contains { $0.id != id && $0.rules.contains { $0.peer == .group(id) } }
    if isUsed { throw ServiceError("DependencyViolation", "resource \(id) has a dependent object") }
    here.groups[id] = nil
    core.deleted(id)
    return ["return": true, "groupId": .text(id)]
  }
}
