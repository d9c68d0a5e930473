import Basics

extension AlibabaState {
  func securityGroup(_ id: String) throws(ServiceError) -> ECSSecurityGroup {
    guard let group = groups[id], core.isVisible(id) else {
      return try refuse(
        "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.", status: 404)
    }
    return group
  }

  mutating func createSecurityGroup(_ call: APICall) throws(ServiceError) -> Value {
    let region = try region(of: call)
    guard let id = call["VpcId"] else { return try refuse("MissingParameter.VpcId", "The lab has VPC networks only.") }
    let vpc = try availableVpc(id)
    let type = call["SecurityGroupType"] ?? "normal"
    guard ["normal", "enterprise"].contains(type) else {
      return try refuse("InvalidSecurityGroupType.ValueNotSupported", "The specified SecurityGroupType is not valid.")
    }
    let group = ECSSecurityGroup(
      id: core.ids.alibaba("sg", region: region), name: call["SecurityGroupName"] ?? "",
      description: call["Description"] ?? "", type: type, vpc: vpc.id, region: region, created: core.now,
      tags: tags(of: call))
    groups[group.id] = group
    core.created("security-group", group.id, name: group.name)
    return ["SecurityGroupId": .string(group.id)]
  }

  func describeSecurityGroups(_ call: APICall) throws(ServiceError) -> Value {
    let ids = try idList("SecurityGroupIds", call)
    let rows = groups.all.filter { group in
      core.isVisible(group.id) && asks(call, "RegionId", group.region) && asks(call, "VpcId", group.vpc)
        && asks(call, "SecurityGroupId", group.id) && (ids.isEmpty || ids.contains(group.id))
        && asks(call, "SecurityGroupName", group.name) && asks(call, "SecurityGroupType", group.type)
        && bears(group.tags, call)
    }
    return try tokenPage(rows.map(groupItem), call, name: "SecurityGroups", inner: "SecurityGroup") {
      $0["RegionId"] = .string(call["RegionId"] ?? "")
    }
  }

  private func groupItem(_ group: ECSSecurityGroup) -> Value {
    [
      "SecurityGroupId": .string(group.id), "SecurityGroupName": .string(group.name),
      "Description": .string(group.description), "SecurityGroupType": .string(group.type), "VpcId": .string(group.vpc),
      "CreationTime": stamp(group.created), "Tags": Self.tagListECS(group.tags),
      "EcsCount": .integer(instances.all.count { $0.groups.contains(group.id) }),
      "RuleCount": .integer(group.rules.count), "ResourceGroupId": .string(Self.resourceGroup),
    ]
  }

  mutating func deleteSecurityGroup(_ call: APICall) throws(ServiceError) -> Value {
    let group = try securityGroup(call["SecurityGroupId"] ?? "")
    let isUsed =
      instances.all.contains { $0.groups.contains(group.id) }
      || groups.all.contains { $0.id != group.id && $0.rules.contains { $0.peer == .group(group.id) } }
    if isUsed {
      return try refuse(
        "DependencyViolation", "There is still instance(s) in the specified security group.", status: 403)
    }
    groups[group.id] = nil
    core.deleted(group.id)
    return [:]
  }

  mutating func joinSecurityGroup(_ call: APICall, leaves: Bool) throws(ServiceError) -> Value {
    let group = try securityGroup(call["SecurityGroupId"] ?? "")
    let instance = try ecsInstance(member(call))
    if leaves {
      guard instance.groups.contains(group.id), instance.groups.count > 1 else {
        return try refuse(
          "InstanceLastSecurityGroup", "The instance must be in one security group at least.", status: 403)
      }
      instances.change(instance.id) { $0.groups.removeAll { $0 == group.id } }
    } else {
      if instance.groups.contains(group.id) {
        return try refuse("InvalidInstanceId.AlreadyExists", "The instance is already in the security group.")
      }
      instances.change(instance.id) { $0.groups.append(group.id) }
    }
    return [:]
  }

  private func member(_ call: APICall) -> String {
    if let id = call["InstanceId"] { return id }
    return instances.all.first { $0.interface == call["NetworkInterfaceId"] }?.id ?? ""
  }
}
