import Basics

/// Private networks of the account's own, each on one node.
extension AlibabaState {
  func edgeNetwork(_ id: String) throws(ServiceError) -> EdgeNetwork {
    guard let network = edge.networks[id], core.isVisible(id) else {
      return try refuse("InvalidNetworkId.NotFound", "The specified NetworkId does not exist.", status: 404)
    }
    return network
  }

  func edgeSwitch(_ id: String) throws(ServiceError) -> EdgeSwitch {
    guard let row = edge.switches[id], core.isVisible(id) else {
      return try refuse("InvalidVSwitchId.NotFound", "The specified VSwitchId does not exist.", status: 404)
    }
    return row
  }

  mutating func createEdgeNetwork(_ call: APICall) throws(ServiceError) -> Value {
    let node = try edgeNode(call["EnsRegionId"] ?? "")
    let block = try block("CidrBlock", call, prefixes: 8...28)
    let isPrivate = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { IPNetwork($0) }.contains {
      $0.contains(block)
    }
    if !isPrivate { return try refuse("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.") }
    let network = EdgeNetwork(
      id: core.ids.alibaba("n"), name: try edgeName(call, "NetworkName"), description: call["Description"] ?? "",
      node: node.id, block: block, table: core.ids.alibaba("rtb"), created: core.now,
      phase: Timeline(.pending, then: .available, after: core.pace.seconds(5), at: core.now), tags: tags(of: call))
    edge.networks[network.id] = network
    core.created("edge-network", network.id, name: network.name)
    return ["NetworkId": .string(network.id)]
  }

  /// 2 to 128 characters, a letter first, no address of a web page.
  func edgeName(_ call: APICall, _ parameter: String) throws(ServiceError) -> String {
    guard let name = call[parameter], !name.isEmpty else { return "" }
    let isGood = (2...128).contains(name.count) && name.first?.isLetter == true && !name.hasPrefix("http")
    return isGood ? name : try refuse("Invalid\(parameter)", "The specified \(parameter) is not valid.")
  }

  func describeEdgeNetworks(_ call: APICall) throws(ServiceError) -> Value {
    let rows = edge.networks.all.filter {
      core.isVisible($0.id) && asks(call, "EnsRegionId", $0.node) && asks(call, "NetworkId", $0.id)
        && asks(call, "NetworkName", $0.name)
    }
    let items: [Value] = rows.map { row in
      let switches = edge.switches.all.filter { $0.network == row.id }.map { Value.string($0.id) }
      return [
        "NetworkId": .string(row.id), "NetworkName": .string(row.name), "Description": .string(row.description),
        "EnsRegionId": .string(row.node), "CidrBlock": .string(row.block.description),
        "CreatedTime": stamp(row.created),
        "Status": .string(row.phase.phase(at: core.now).rawValue), "RouterTableId": .string(row.table),
        "RouteTableId": .string(row.table), "RouteTableIds": ["RouteTableId": [.string(row.table)]],
        "VSwitchIds": ["VSwitchId": .list(switches)], "Tags": Self.edgeTags(row.tags),
      ]
    }
    return try pageByNumber(items, call) { ("Networks", ["Network": $0]) }
  }

  mutating func deleteEdgeNetwork(_ call: APICall) throws(ServiceError) -> Value {
    let network = try edgeNetwork(call["NetworkId"] ?? "")
    if edge.switches.all.contains(where: { $0.network == network.id }) {
      return try refuse("DependencyViolation.VSwitch", "The network still has vSwitches.")
    }
    edge.networks[network.id] = nil
    core.deleted(network.id)
    return [:]
  }

  // MARK: vSwitches

  mutating func createEdgeSwitch(_ call: APICall) throws(ServiceError) -> Value {
    let node = try edgeNode(call["EnsRegionId"] ?? "")
    guard let id = call["NetworkId"] else {
      return try refuse("MissingNetworkId", "NetworkId is mandatory for this action.")
    }
    let network = try edgeNetwork(id)
    guard network.node == node.id else {
      return try refuse("InvalidEnsRegionId.Mismatch", "The network is on another node.")
    }
    guard network.phase.phase(at: core.now) == .available else {
      return try refuse("IncorrectNetworkStatus", "The status of the network does not support this operation.")
    }
    let block = try block("CidrBlock", call, prefixes: 16...29)
    guard network.block.contains(block),
      !edge.switches.all.contains(where: { $0.network == id && $0.block.overlaps(block) })
    else { return try refuse("InvalidCidrBlock.Malformed", "The CIDR block is outside the network or taken.") }
    let row = EdgeSwitch(
      id: core.ids.alibaba("vsw"), name: try edgeName(call, "VSwitchName"), description: call["Description"] ?? "",
      network: id, node: node.id, block: block, created: core.now,
      phase: Timeline(.pending, then: .available, after: core.pace.seconds(5), at: core.now), tags: tags(of: call))
    edge.switches[row.id] = row
    core.created("edge-vswitch", row.id, name: row.name)
    return ["VSwitchId": .string(row.id)]
  }

  func describeEdgeSwitches(_ call: APICall) throws(ServiceError) -> Value {
    let rows = edge.switches.all.filter {
      core.isVisible($0.id) && asks(call, "EnsRegionId", $0.node) && asks(call, "NetworkId", $0.network)
        && asks(call, "VSwitchId", $0.id) && asks(call, "VSwitchName", $0.name)
    }
    let items: [Value] = rows.map { row in
      let used = edge.instances.all.count { $0.place == .vSwitch(row.id) }
      return [
        "VSwitchId": .string(row.id), "VSwitchName": .string(row.name), "Description": .string(row.description),
        "NetworkId": .string(row.network), "EnsRegionId": .string(row.node),
        "CidrBlock": .string(row.block.description),
        "CreatedTime": stamp(row.created), "Status": .string(row.phase.phase(at: core.now).rawValue),
        "FreeIpCount": .integer((1 << (32 - row.block.prefix)) - 4 - used), "Tags": Self.edgeTags(row.tags),
      ]
    }
    return try pageByNumber(items, call) { ("VSwitches", ["VSwitch": $0]) }
  }

  mutating func deleteEdgeSwitch(_ call: APICall) throws(ServiceError) -> Value {
    let row = try edgeSwitch(call["VSwitchId"] ?? "")
    if edge.instances.all.contains(where: { $0.place == .vSwitch(row.id) }) {
      return try refuse("DependencyViolation.Instance", "The vSwitch still has instances.")
    }
    edge.switches[row.id] = nil
    core.deleted(row.id)
    return [:]
  }

  /// Both spellings, as the service gives them.
  private static func edgeTags(_ tags: [ResourceTag]) -> Value {
    let items = tags.map { tag -> Value in
      [
        "Key": .string(tag.key), "TagKey": .string(tag.key), "Value": .string(tag.value),
        "TagValue": .string(tag.value),
      ]
    }
    return ["Tag": .list(items)]
  }
}
