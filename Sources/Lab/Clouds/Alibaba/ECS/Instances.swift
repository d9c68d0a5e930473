import Basics
import JSONText

extension AlibabaState {
  func ecsInstance(_ id: String) throws(ServiceError) -> ECSInstance {
    guard let instance = instances[id], core.isVisible(id) else {
      return try refuse("InvalidInstanceId.NotFound", "The specified InstanceId does not exist.", status: 404)
    }
    return instance
  }

  func phase(of instance: ECSInstance) -> ECSInstance.Phase { instance.phase.phase(at: core.now) }

  /// A parameter that holds JSON text with a list of texts.
  func idList(_ name: String, _ call: APICall) throws(ServiceError) -> [String] {
    guard let text = call[name], !text.isEmpty else { return [] }
    guard let list = (try? JSON.parse(text))?.list, list.count <= 100 else {
      return try refuse("InvalidParameter.\(name)", "The specified \(name) is not valid.")
    }
    return list.compactMap(\.string)
  }

  /// A page in the form of ECS, which has both ways of paging.
  func tokenPage(
    _ items: [Value], _ call: APICall, name: String, inner: String, also: (inout [String: Value]) -> Void = { _ in }
  ) throws(ServiceError) -> Value {
    var answer: [String: Value]
    if call["MaxResults"] != nil || call["NextToken"] != nil {
      let page = try pageByToken(items, call, size: 10)
      answer = [
        "NextToken": .string(page.next), "TotalCount": .integer(items.count), name: .object([inner: .list(page.items)]),
      ]
    } else {
      answer = try pageByNumber(items, call, limit: 100) { (name, .object([inner: $0])) }.object ?? [:]
    }
    also(&answer)
    return .object(answer)
  }

  func describeInstances(_ call: APICall) throws(ServiceError) -> Value {
    let ids = try idList("InstanceIds", call)
    let addresses = try idList("PrivateIpAddresses", call)
    let publics = try idList("PublicIpAddresses", call)
    let rows = instances.all.filter { row in
      core.isVisible(row.id) && asks(call, "RegionId", row.region) && (ids.isEmpty || ids.contains(row.id))
        && (addresses.isEmpty || addresses.contains(row.address.description))
        && (publics.isEmpty || publics.contains(row.publicAddress?.description ?? ""))
        && Wildcard.matches(row.name, call["InstanceName"] ?? "*") && asks(call, "VpcId", row.vpc)
        && asks(call, "VSwitchId", row.vSwitch) && asks(call, "ZoneId", row.zone) && bears(row.tags, call)
        && asks(call, "Status", phase(of: row).rawValue) && asks(call, "ImageId", row.image)
        && asks(call, "InstanceType", row.type) && asks(call, "InstanceChargeType", row.chargeType)
        && asks(call, "KeyPairName", row.key) && (call["SecurityGroupId"].map(row.groups.contains) ?? true)
    }
    return try tokenPage(rows.map(instanceItem), call, name: "Instances", inner: "Instance")
  }

  private func instanceItem(_ row: ECSInstance) -> Value {
    let image = AlibabaCatalogue.images.first { $0.id == row.image }
    let type = AlibabaCatalogue.instanceTypes.first { $0.name == row.type }
    let address = Value.string(row.address.description)
    return [
      "InstanceId": .string(row.id), "InstanceName": .string(row.name), "HostName": .string(row.hostName),
      "Description": .string(row.description), "Status": .string(phase(of: row).rawValue),
      "RegionId": .string(row.region), "ZoneId": .string(row.zone), "ImageId": .string(row.image),
      "InstanceType": .string(row.type), "InstanceTypeFamily": .string(type?.family ?? ""),
      "Cpu": .integer(type?.cores ?? 0), "Memory": .integer(type?.memory ?? 0), "OSType": "linux",
      "OSName": .string(image?.name ?? ""), "OSNameEn": .string(image?.nameInEnglish ?? ""),
      "InstanceChargeType": .string(row.chargeType), "InstanceNetworkType": "vpc", "IoOptimized": true,
      "CreationTime": stamp(row.created), "StartTime": stamp(row.created),
      "ExpiredTime": row.ends.map(stamp) ?? "2099-12-31T15:59Z", "KeyPairName": .string(row.key ?? ""),
      "InternetMaxBandwidthOut": .integer(row.bandwidthOut), "InternetChargeType": "PayByTraffic",
      "DeletionProtection": .bool(row.isProtected), "StoppedMode": .string(row.stoppedMode),
      "ResourceGroupId": .string(Self.resourceGroup), "Tags": Self.tagListECS(row.tags),
      "SecurityGroupIds": ["SecurityGroupId": .list(row.groups.map(Value.string))],
      "PublicIpAddress": ["IpAddress": .list([row.publicAddress?.description].compactMap { $0 }.map(Value.string))],
      "VpcAttributes": [
        "VpcId": .string(row.vpc), "VSwitchId": .string(row.vSwitch), "PrivateIpAddress": ["IpAddress": [address]],
      ],
      "NetworkInterfaces": [
        "NetworkInterface": [
          [
            "NetworkInterfaceId": .string(row.interface), "PrimaryIpAddress": address, "Type": "Primary",
            "PrivateIpSets": ["PrivateIpSet": [["Primary": true, "PrivateIpAddress": address]]],
          ]
        ]
      ],
    ]
  }

  func describeInstanceStatus(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("InstanceId")
    let rows = instances.all.filter {
      core.isVisible($0.id) && asks(call, "RegionId", $0.region) && asks(call, "ZoneId", $0.zone)
        && (ids.isEmpty || ids.contains($0.id))
    }
    let items: [Value] = rows.map { ["InstanceId": .string($0.id), "Status": .string(phase(of: $0).rawValue)] }
    return try pageByNumber(items, call) { ("InstanceStatuses", ["InstanceStatus": $0]) }
  }

  func describeNetworkInterfacesECS(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("NetworkInterfaceId")
    let rows = instances.all.filter { row in
      core.isVisible(row.id) && asks(call, "RegionId", row.region) && asks(call, "InstanceId", row.id)
        && (ids.isEmpty || ids.contains(row.interface)) && asks(call, "VpcId", row.vpc)
        && asks(call, "VSwitchId", row.vSwitch) && asks(call, "PrimaryIpAddress", row.address.description)
        && asks(call, "Type", "Primary") && (call["SecurityGroupId"].map(row.groups.contains) ?? true)
    }
    let items: [Value] = rows.map { row in
      [
        "NetworkInterfaceId": .string(row.interface), "InstanceId": .string(row.id), "VpcId": .string(row.vpc),
        "VSwitchId": .string(row.vSwitch), "ZoneId": .string(row.zone), "Type": "Primary", "Status": "InUse",
        "PrivateIpAddress": .string(row.address.description), "CreationTime": stamp(row.created),
        "SecurityGroupIds": ["SecurityGroupId": .list(row.groups.map(Value.string))],
        "AssociatedPublicIp": ["PublicIpAddress": .string(row.publicAddress?.description ?? "")],
      ]
    }
    return try tokenPage(items, call, name: "NetworkInterfaceSets", inner: "NetworkInterfaceSet")
  }

  // MARK: Power

  mutating func startInstance(_ call: APICall) throws(ServiceError) -> Value {
    let row = try ecsInstance(call["InstanceId"] ?? "")
    guard phase(of: row) == .stopped else { return try refuseStatus() }
    instances.change(row.id) {
      $0.phase.turn(.starting, then: .running, after: core.pace.seconds(15), at: core.now)
      $0.stoppedMode = ""
    }
    return [:]
  }

  mutating func stopInstance(_ call: APICall) throws(ServiceError) -> Value {
    let row = try ecsInstance(call["InstanceId"] ?? "")
    guard phase(of: row) == .running else { return try refuseStatus() }
    instances.change(row.id) {
      $0.phase.turn(.stopping, then: .stopped, after: core.pace.seconds(15), at: core.now)
      $0.stoppedMode = call["StoppedMode"] ?? "KeepCharging"
    }
    return [:]
  }

  mutating func rebootInstance(_ call: APICall) throws(ServiceError) -> Value {
    let row = try ecsInstance(call["InstanceId"] ?? "")
    guard phase(of: row) == .running else { return try refuseStatus() }
    instances.change(row.id) { $0.boots += 1 }
    return [:]
  }

  private func refuseStatus() throws(ServiceError) -> Value {
    try refuse(
      "IncorrectInstanceStatus", "The current status of the resource does not support this operation.", status: 403)
  }

  mutating func deleteInstance(_ call: APICall) throws(ServiceError) -> Value {
    let row = try ecsInstance(call["InstanceId"] ?? "")
    if row.isProtected {
      return try refuse(
        "InvalidOperation.DeletionProtection", "The instance is protected from deletion.", status: 403)
    }
    if row.chargeType == "PrePaid" {
      return try refuse(
        "ChargeTypeViolation", "The operation is not permitted due to charge type of the instance.", status: 403)
    }
    let phase = phase(of: row)
    if [.pending, .starting].contains(phase) {
      return try refuse(
        "IncorrectInstanceStatus.Initializing", "The specified instance status does not support this operation.",
        status: 403)
    }
    guard phase == .stopped || call.flag("Force") == true || call.flag("ForceStop") == true else {
      return try refuseStatus()
    }
    if let address = row.publicAddress { core.addresses.release(address) }
    removeAssociations(of: row)
    instances[row.id] = nil
    core.deleted(row.id)
    return [:]
  }

  mutating func modifyInstanceAttribute(_ call: APICall) throws(ServiceError) -> Value {
    let row = try ecsInstance(call["InstanceId"] ?? "")
    let ids = call.parameters.list("SecurityGroupIds")
    for id in ids { _ = try securityGroup(id) }
    instances.change(row.id) { row in
      row.name = call["InstanceName"] ?? row.name
      row.description = call["Description"] ?? row.description
      row.hostName = call["HostName"] ?? row.hostName
      row.password = call["Password"] ?? row.password
      row.isProtected = call.flag("DeletionProtection") ?? row.isProtected
      if !ids.isEmpty { row.groups = ids }
    }
    return [:]
  }
}
