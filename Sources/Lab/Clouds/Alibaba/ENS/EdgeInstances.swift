import Basics
import JSONText

import struct FoundationEssentials.Date

/// Instances of ENS: lists, power, release.
extension AlibabaState {
  func edgeInstance(_ id: String) throws(ServiceError) -> EdgeInstance {
    guard let row = edge.instances[id], isListed(row) else {
      return try refuse("InstanceIdNotFound", "The specified InstanceId does not exist.", status: 404)
    }
    return row
  }

  private func isListed(_ row: EdgeInstance) -> Bool { core.isVisible(row.id) && row.listed <= core.now }

  func describeEdgeInstances(_ call: APICall) throws(ServiceError) -> Value {
    let ids = try idList("InstanceIds", call)
    let nodes = try idList("EnsRegionIds", call)
    let tags = try edgeTags(of: call)
    // An empty list asks for nothing, not for everything.
    if call["InstanceIds"] != nil, ids.isEmpty { return try edgePage([], call) }
    var rows = edge.instances.all.filter { row in
      isListed(row) && (ids.isEmpty || ids.contains(row.id)) && (nodes.isEmpty || nodes.contains(row.node))
        && asks(call, "InstanceId", row.id) && asks(call, "InstanceName", row.name)
        && asks(call, "EnsRegionId", row.node) && asks(call, "ImageId", row.image)
        && asks(call, "InstanceType", row.type) && asks(call, "IntranetIp", row.privateAddress.description)
        && asks(call, "Status", phase(of: row).rawValue) && asks(call, "NetworkId", network(of: row)?.id)
        && asks(call, "VSwitchId", row.vSwitch) && asks(call, "InstanceResourceType", row.resourceType)
        && (call["SecurityGroupId"].map(row.groups.contains) ?? true) && matches(row, call["SearchKey"])
        && tags.allSatisfy { row.tags.contains($0) }
    }
    if let order = call["OrderByParams"].flatMap({ try? JSON.parse($0) }), let way = order["name"].string {
      rows.sort { way == "desc" ? $0.name > $1.name : $0.name < $1.name }
    }
    return try edgePage(rows.map(edgeItem), call)
  }

  private func edgePage(_ items: [Value], _ call: APICall) throws(ServiceError) -> Value {
    try pageByNumber(items, call, limit: 100) { ("Instances", ["Instance": $0]) }
  }

  /// JSON text: `[{"Key": ..., "Value": ...}]`.
  private func edgeTags(of call: APICall) throws(ServiceError) -> [ResourceTag] {
    guard let text = call["Tags"] else { return [] }
    guard let list = (try? JSON.parse(text))?.list else {
      return try refuse("InvalidTags", "The specified Tags is not valid.")
    }
    return list.map { ResourceTag(key: $0["Key"].string ?? "", value: $0["Value"].string ?? "") }
  }

  private func matches(_ row: EdgeInstance, _ key: String?) -> Bool {
    guard let key, !key.isEmpty else { return true }
    let texts = [row.id, row.name, row.privateAddress.description, row.publicAddress?.description ?? ""]
    return texts.contains { $0.contains(key) }
  }

  func phase(of row: EdgeInstance) -> ECSInstance.Phase { row.phase.phase(at: core.now) }

  private func network(of row: EdgeInstance) -> EdgeNetwork? {
    row.vSwitch.flatMap { edge.switches[$0] }.flatMap { edge.networks[$0.network] }
  }

  private func edgeItem(_ row: EdgeInstance) -> Value {
    let type = EdgeCatalogue.instanceType(row.type)
    let image = EdgeCatalogue.images.first { $0.id == row.image }
    // The first steps of an order happen before there are addresses.
    let addresses = phase(of: row) == .pending ? [] : [row.publicAddress].compactMap { $0 }
    let gateways = addresses.compactMap { IPNetwork(address: $0, prefix: EdgeCatalogue.publicPrefix).host(1) }
    let own = phase(of: row) == .pending ? [] : [Value.string(row.privateAddress.description)]
    return [
      "InstanceId": .string(row.id), "InstanceName": .string(row.name), "HostName": .string(row.hostName),
      "Status": .string(phase(of: row).rawValue), "EnsRegionId": .string(row.node), "ImageId": .string(row.image),
      "OSName": .string(image?.name ?? ""), "SpecName": .string(row.type), "InstanceTypeFamily": "ens.sn1",
      "InstanceResourceType": .string(row.resourceType), "Cpu": .string("\(type?.cores ?? 0)"),
      "Memory": .integer(type?.memory ?? 0), "KeyPairName": .string(row.key ?? ""), "SpotStrategy": "NoSpot",
      "InternetMaxBandwidthIn": .integer(row.bandwidth), "InternetMaxBandwidthOut": .integer(row.bandwidth),
      "CreationTime": stamp(row.created), "ExpiredTime": row.ends.map(stamp) ?? "2121-06-21T16:00:00Z",
      "DeletionProtection": .bool(row.isProtected), "Disk": .integer(row.diskSize),
      "SystemDisk": ["Size": .integer(row.diskSize), "Category": "cloud_efficiency"], "DataDisk": ["DataDisk": []],
      "SecurityGroupIds": ["SecurityGroupId": .list(row.groups.map(Value.string))],
      "PublicIpAddress": ["IpAddress": .list(addresses.map { .string($0.description) })],
      "PublicIpAddresses": [
        "PublicIpAddress": .list(
          zip(addresses, gateways).map {
            ["Ip": .string($0.description), "GateWay": .string($1.description), "Isp": .string(row.carrier)]
          })
      ],
      "InnerIpAddress": ["IpAddress": .list(own)],
      "PrivateIpAddresses": ["PrivateIpAddress": .list(own.map { ["Ip": $0, "Isp": .string(row.carrier)] })],
      "NetworkAttributes": [
        "NetworkId": .string(network(of: row)?.id ?? ""), "VSwitchId": .string(row.vSwitch ?? ""),
        "PrivateIpAddress": ["IpAddress": .list(own)],
      ],
      "NetworkInterfaces": [
        "NetworkInterfaces": .list(
          own.map {
            [
              "NetworkInterfaceId": .string(row.privateInterface), "PrimaryIpAddress": $0, "Type": "Primary",
              "PrivateIpSets": ["PrivateIpSet": [["Primary": true, "PrivateIpAddress": $0]]],
              "Ipv6Sets": ["Ipv6Set": []],
            ]
          })
      ],
      "Tags": ["Tags": .list(row.tags.map { ["TagKey": .string($0.key), "TagValue": .string($0.value)] })],
    ]
  }

  // MARK: Power

  mutating func startEdgeInstance(_ call: APICall) throws(ServiceError) -> Value {
    try turnEdge(call, from: .stopped, to: .starting, then: .running)
  }

  mutating func stopEdgeInstance(_ call: APICall) throws(ServiceError) -> Value {
    try turnEdge(call, from: .running, to: .stopping, then: .stopped)
  }

  private mutating func turnEdge(
    _ call: APICall, from: ECSInstance.Phase, to: ECSInstance.Phase, then: ECSInstance.Phase
  ) throws(ServiceError) -> Value {
    let row = try edgeInstance(call["InstanceId"] ?? "")
    guard phase(of: row) == from else { return try refuseEdgeStatus() }
    edge.instances.change(row.id) { $0.phase.turn(to, then: then, after: core.pace.seconds(15), at: core.now) }
    return [:]
  }

  mutating func rebootEdgeInstance(_ call: APICall) throws(ServiceError) -> Value {
    let row = try edgeInstance(call["InstanceId"] ?? "")
    guard phase(of: row) == .running else { return try refuseEdgeStatus() }
    edge.instances.change(row.id) { $0.boots += 1 }
    return [:]
  }

  func refuseEdgeStatus() throws(ServiceError) -> Value {
    try refuse(
      "IncorrectInstanceStatus", "The current status of the resource does not support this operation.", status: 403)
  }

  /// A password takes effect at the next boot.
  mutating func modifyEdgeInstance(_ call: APICall) throws(ServiceError) -> Value {
    let row = try edgeInstance(call["InstanceId"] ?? "")
    if let password = call["Password"], !isGood(password: password) {
      return try refuse("InvalidPassword", "The specified Password is not valid.")
    }
    edge.instances.change(row.id) { row in
      row.name = call["InstanceName"] ?? row.name
      row.hostName = call["HostName"] ?? row.hostName
      row.password = call["Password"] ?? row.password
      row.isProtected = call.flag("DeletionProtection") ?? row.isProtected
    }
    return [:]
  }

  mutating func releaseEdgeInstance(_ call: APICall, isPrepaid: Bool) throws(ServiceError) -> Value {
    let row = try edgeInstance(call["InstanceId"] ?? "")
    guard row.isPrepaid == isPrepaid else {
      return try refuse("ChargeTypeViolation", "The operation does not fit the way of paying.", status: 403)
    }
    if row.isProtected {
      return try refuse("InvalidOperation.DeletionProtection", "The instance is protected.", status: 403)
    }
    if let address = row.publicAddress { edge.addresses[row.node]?.release(address) }
    edge.instances[row.id] = nil
    core.deleted(row.id)
    return [:]
  }
}

extension EdgeInstance {
  var resourceType: String { isPrepaid ? "EnsInstance" : "EnsPostPaidInstance" }

  var vSwitch: String? { if case .vSwitch(let id) = place { id } else { nil } }
}
