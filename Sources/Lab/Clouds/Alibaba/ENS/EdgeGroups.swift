import Basics
import Digests
import JSONText

/// Security groups and login keys of ENS; both hold for every node.
extension AlibabaState {
  func edgeGroup(_ id: String) throws(ServiceError) -> EdgeSecurityGroup {
    guard let group = edge.groups[id], core.isVisible(id) else {
      return try refuse(
        "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.", status: 404)
    }
    return group
  }

  mutating func createEdgeGroup(_ call: APICall) throws(ServiceError) -> Value {
    var rules: [ECSSecurityRule] = []
    for permission in try edgePermissions(call) { rules.append(try edgeRule(permission)) }
    let group = EdgeSecurityGroup(
      id: core.ids.alibaba("sg"), name: try edgeName(call, "SecurityGroupName"), description: call["Description"] ?? "",
      created: core.now, rules: rules)
    edge.groups[group.id] = group
    core.created("edge-security-group", group.id, name: group.name)
    return ["SecurityGroupId": .string(group.id)]
  }

  /// JSON text with up to 200 objects, as flat parameters.
  private func edgePermissions(_ call: APICall) throws(ServiceError) -> [Parameters] {
    guard let text = call["Permissions"] else { return [] }
    guard let list = (try? JSON.parse(text))?.list, list.count <= 200 else {
      return try refuse("InvalidPermissions", "The specified Permissions is not valid.")
    }
    return list.map { Parameters(($0.object ?? [:]).compactMapValues(\.scalarText)) }
  }

  func describeEdgeGroups(_ call: APICall) throws(ServiceError) -> Value {
    let rows = edge.groups.all.filter {
      core.isVisible($0.id) && asks(call, "SecurityGroupId", $0.id) && asks(call, "SecurityGroupName", $0.name)
    }
    let items: [Value] = rows.map { row in
      let members = edge.instances.all.filter { $0.groups.contains(row.id) }
      return [
        "SecurityGroupId": .string(row.id), "SecurityGroupName": .string(row.name),
        "Description": .string(row.description), "CreationTime": stamp(row.created),
        "InstanceCount": .integer(members.count), "InstanceIds": ["InstanceId": .list(members.map { .string($0.id) })],
        "NetworkInterfaceIds": ["NetworkInterfaceId": []],
      ]
    }
    return try pageByNumber(items, call) { ("SecurityGroups", ["SecurityGroup": $0]) }
  }

  func describeEdgeGroupAttribute(_ call: APICall) throws(ServiceError) -> Value {
    let group = try edgeGroup(call["SecurityGroupId"] ?? "")
    let items: [Value] = group.rules.map { rule in
      let block = if case .block(let block) = rule.peer { block.description } else { "" }
      return [
        "Direction": rule.isEgress ? "egress" : "ingress", "IpProtocol": .string(rule.transport),
        "PortRange": .string(rule.ports), "Policy": rule.isAccept ? "Accept" : "Drop",
        "Priority": .integer(rule.priority), "CreationTime": stamp(rule.created),
        "Description": .string(rule.description), rule.isEgress ? "DestCidrIp" : "SourceCidrIp": .string(block),
      ]
    }
    return [
      "SecurityGroupId": .string(group.id), "SecurityGroupName": .string(group.name),
      "Description": .string(group.description), "Permissions": ["Permission": .list(items)],
    ]
  }

  mutating func deleteEdgeGroup(_ call: APICall) throws(ServiceError) -> Value {
    let group = try edgeGroup(call["SecurityGroupId"] ?? "")
    if edge.instances.all.contains(where: { $0.groups.contains(group.id) }) {
      return try refuse("DependencyViolation", "There are still instances in the security group.", status: 403)
    }
    edge.groups[group.id] = nil
    core.deleted(group.id)
    return [:]
  }

  // MARK: Rules

  /// The same rule again is success and no change.
  mutating func authorizeEdgeGroup(_ call: APICall) throws(ServiceError) -> Value {
    let group = try edgeGroup(call["SecurityGroupId"] ?? "")
    let rule = try edgeRule(call.parameters)
    if !group.rules.contains(where: { $0.isSame(as: rule) }) { edge.groups.change(group.id) { $0.rules.append(rule) } }
    return [:]
  }

  mutating func revokeEdgeGroup(_ call: APICall) throws(ServiceError) -> Value {
    let group = try edgeGroup(call["SecurityGroupId"] ?? "")
    let rule = try edgeRule(call.parameters)
    guard group.rules.contains(where: { $0.isSame(as: rule) }) else {
      return try refuse("InvalidSecurityGroupRule.RuleNotExist", "The specified rule does not exist.")
    }
    edge.groups.change(group.id) { $0.rules.removeAll { $0.isSame(as: rule) } }
    return [:]
  }

  private func edgeRule(_ given: Parameters) throws(ServiceError) -> ECSSecurityRule {
    let isEgress = given["Direction"]?.lowercased() == "egress"
    return try rule(given, isEgress: isEgress)
  }

  // MARK: Members

  mutating func joinEdgeGroup(_ call: APICall, leaves: Bool) throws(ServiceError) -> Value {
    let group = try edgeGroup(call["SecurityGroupId"] ?? "")
    let row = try edgeMember(call)
    guard [.running, .stopped].contains(phase(of: row)) else { return try refuseEdgeStatus() }
    if leaves {
      guard row.groups.contains(group.id) else {
        return try refuse("InvalidSecurityGroupAssociation.NotFound", "The instance is not in the security group.")
      }
      edge.instances.change(row.id) { $0.groups.removeAll { $0 == group.id } }
    } else {
      if row.groups.contains(group.id) {
        return try refuse("InvalidInstanceId.AlreadyExists", "The instance is already in the security group.")
      }
      edge.instances.change(row.id) { $0.groups.append(group.id) }
    }
    return [:]
  }

  private func edgeMember(_ call: APICall) throws(ServiceError) -> EdgeInstance {
    if let id = call["InstanceId"] { return try edgeInstance(id) }
    guard let id = call["NetworkInterfaceId"] else {
      return try refuse("MissingInstanceId", "InstanceId is mandatory for this action.")
    }
    return try edgeInstance(edge.instances.all.first { $0.privateInterface == id }?.id ?? "")
  }

  // MARK: Keys

  mutating func importEdgeKey(_ call: APICall) throws(ServiceError) -> Value {
    let name = call["KeyPairName"] ?? ""
    let words = (call["PublicKeyBody"] ?? "").split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, let blob = Base64.decode(words[1]), !blob.isEmpty else {
      return try refuse("InvalidPublicKeyBody.Malformed", "The specified PublicKeyBody is not valid.")
    }
    if edge.keys[name] != nil { return try refuse("KeyPair.AlreadyExist", "The key pair already exists.") }
    let row = EdgeKeyPair(
      name: name, id: core.ids.alibaba("ssh"), publicKey: words.joined(separator: " "),
      fingerprint: Hex.encode(Hash.md5(blob)), created: core.now)
    edge.keys[name] = row
    core.created("edge-key-pair", row.id, name: name)
    return ["KeyPairName": .string(name), "KeyPairFingerPrint": .string(row.fingerprint)]
  }

  func describeEdgeKeys(_ call: APICall) throws(ServiceError) -> Value {
    let rows = edge.keys.all.filter { core.isVisible($0.id) && asks(call, "KeyPairName", $0.name) }
    let items: [Value] = rows.map {
      [
        "KeyPairName": .string($0.name), "KeyPairId": .string($0.id), "KeyPairFingerPrint": .string($0.fingerprint),
        "CreationTime": stamp($0.created),
      ]
    }
    return try pageByNumber(items, call) { ("KeyPairs", ["KeyPair": $0]) }
  }

  mutating func deleteEdgeKey(_ call: APICall) throws(ServiceError) -> Value {
    guard let row = edge.keys[call["KeyPairName"] ?? ""] else {
      return try refuse("InvalidKeyPairName.NotFound", "The specified KeyPairName does not exist.", status: 404)
    }
    edge.keys[row.name] = nil
    core.deleted(row.id)
    return [:]
  }
}
