import Basics

/// What the ENS team does after a ticket: `lab/ens-range`.
extension AlibabaState {
  mutating func act(_ act: LabAct) throws(ServiceError) -> Value? {
    switch act.action {
    case "ens-range": try prepareRange(act)
    default: nil
    }
  }

  /// Gives each node of the area a small network of the range, the first node the one that was asked for.
  ///
  /// Instances that are there already keep their addresses. With `undo` the range is given back.
  private mutating func prepareRange(_ act: LabAct) throws(ServiceError) -> Value {
    let block = try act.network("range")
    let first = try act.network("hosts")
    guard block.contains(first), (16...29).contains(first.prefix) else {
      throw ServiceError("MalformedInput", "\(first) is no small network of \(block).")
    }
    let nodes = try rangeNodes(act)
    let size = UInt128(1) << UInt128(32 - first.prefix)
    var parts: [String: IPNetwork] = [:]
    for (number, node) in nodes.enumerated() {
      let address = IPAddress(family: .v4, number: first.network.address.number + UInt128(number) * size)
      let part = IPNetwork(address: address, prefix: first.prefix)
      if block.contains(part) { parts[node.id] = part }
    }
    let range = EdgeRange(block: block, parts: parts)
    edge.ranges.removeAll { $0 == range }
    if act["undo"].bool != true { edge.ranges.append(range) }
    return ["nodes": .list(nodes.filter { parts[$0.id] != nil }.map { .string($0.id) })]
  }

  /// One node, or those of an area that a carrier serves.
  private func rangeNodes(_ act: LabAct) throws(ServiceError) -> [EdgeCatalogue.Node] {
    if let id = act["node"].string { return [try edgeNode(id)] }
    guard let district = EdgeCatalogue.district(try act.text("district")) else {
      throw ServiceError("NoSuchDistrict", "\(act["district"].string ?? "") is no area of ENS.", status: 404)
    }
    let nodes = EdgeCatalogue.nodes(in: district.code, carrier: try act.text("carrier"))
    if nodes.isEmpty { throw ServiceError("NoSuchNode", "That carrier has no node in \(district.name).", status: 404) }
    return nodes
  }
}
