import Basics

/// Security groups; their rules do nothing before they are applied.
extension QingCloudState {
  func group(_ id: String) throws(ServiceError) -> SecurityGroup {
    guard let group = here.groups[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return group
  }

  func describeSecurityGroups(_ call: APICall) throws(ServiceError) -> Value {
    let rows = try select(here.groups, call, ids: "security_groups", name: \.name).filter {
      call["security_group_name"] ?? $0.name == $0.name
    }
    return try page(call, "security_group_set", rows.map { row($0, isVerbose: call.number("verbose") == 1) })
  }

  private func row(_ group: SecurityGroup, isVerbose: Bool) -> Value {
    var row: [String: Value] = [
      "security_group_id": .string(group.id), "security_group_name": .string(group.name),
      "is_applied": group.rules == group.applied ? 1 : 0, "is_default": 0, "create_time": stamp(group.created),
      "description": .string(group.description), "tags": tagRows(group.id), "owner": .string(core.accountID),
    ]
    if isVerbose {
      row["resources"] = .list(
        members(of: group.id).map { ["resource_id": .string($0), "resource_type": "instance"] })
    }
    return .object(row)
  }

  private func members(of group: String) -> [String] { here.instances.all.filter { $0.group == group }.map(\.id) }

  /// No two calls are the same: each makes a group of its own, without rules.
  mutating func createSecurityGroup(_ call: APICall) throws(ServiceError) -> Value {
    let name = call["security_group_name"] ?? ""
    if name.isEmpty { throw QingCloudError.illegal("security group name", name) }
    let id = core.ids.qingCloud("sg")
    here.groups[id] = SecurityGroup(id: id, name: name, created: core.now)
    core.created("security-group", id, name: name)
    return ["security_group_id": .string(id)]
  }

  mutating func modifySecurityGroup(_ call: APICall) throws(ServiceError) -> Value {
    let id = try group(call["security_group"] ?? "").id
    here.groups.change(id) {
      $0.name = call["security_group_name"] ?? $0.name
      $0.description = call["description"] ?? $0.description
    }
    return ["security_group_id": .string(id)]
  }

  /// Puts the group's present rules in force on its instances, and on those that the call names, whose group it becomes.
  mutating func applySecurityGroup(_ call: APICall) throws(ServiceError) -> Value {
    let id = try group(call["security_group"] ?? "").id
    try requireSettled(id)
    let instances = call.parameters.list("instances")
    for instance in instances where try !self.instance(instance).isThere { throw QingCloudError.notFound(instance) }
    let job = begin(call, [id] + instances, busy: [id], transition: "updating", seconds: 4) { state in
      for instance in instances { state.here.instances.change(instance) { if $0.isThere { $0.group = id } } }
      state.apply(group: id)
    }
    return ["job_id": job]
  }

  mutating func apply(group id: String) { here.groups.change(id) { $0.applied = $0.rules } }

  mutating func removeSecurityGroup(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("instances")
    for id in ids where try instance(id).group == nil {
      throw QingCloudError.denied("instance [\(id)] has no security group")
    }
    let job = begin(call, ids, seconds: 4) { state in
      for id in ids { state.here.instances.change(id) { $0.group = nil } }
    }
    return ["job_id": job]
  }

  mutating func deleteSecurityGroups(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("security_groups")
    for id in ids {
      _ = try group(id)
      try requireSettled(id)
      if !members(of: id).isEmpty || here.routers.all.contains(where: { $0.group == id }) {
        throw QingCloudError.inUse("security group", id)
      }
    }
    for id in ids {
      for rule in here.groups[id]?.rules ?? [] { core.deleted(rule.id) }
      here.groups[id] = nil
      forgetTags(of: id)
      core.deleted(id)
    }
    return ["security_groups": .list(ids.map(Value.string))]
  }
}
