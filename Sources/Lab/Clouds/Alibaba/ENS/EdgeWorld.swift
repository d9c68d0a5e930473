import Basics
import LabFabric

/// ENS in the data plane: on each node a switched public network, and switched private ones.
extension AlibabaState {
  func addEdge(to world: inout WantedWorld) {
    world.topology.networks += edgeNetworks
    for row in edge.instances.all {
      let plugs = edgePlugs(row)
      world.topology.interfaces += plugs
      let devices = plugs.enumerated().map { number, plug in
        Machine.Device(name: "eth\(number)", interface: plug.id, hasDefaultRoute: number == 0)
      }
      world.topology.machines.append(Machine(id: row.id, devices: devices))
      if let host = edgeHost(row) { world.hosts[row.id] = host }
    }
  }

  // MARK: Networks

  private var edgeNetworks: [VirtualNetwork] {
    let used = EdgeCatalogue.nodes.filter { node in edge.instances.all.contains { $0.node == node.id } }
    let common = used.flatMap { node in [publicNetwork(node.id), lonelyNetwork(node.id)] }.compactMap { $0 }
    return common + rangeNetworks + edge.networks.all.map(ownNetwork)
  }

  private func publicNetwork(_ node: String) -> VirtualNetwork? {
    guard let block = edge.addresses[node]?.insideBlock else { return nil }
    let id = Self.publicID(node)
    let everywhere = IPNetwork(address: IPAddress(family: .v4, number: 0), prefix: 0)
    return VirtualNetwork(
      id: id, blocks: [block], subnets: [Subnet(id: id, block: block, isSwitched: true)],
      routeTables: [RouteTable(id: id, routes: [Route(everywhere, to: .internet)])], mainRouteTable: id,
      hasInternetGateway: true)
  }

  private var rangeNetworks: [VirtualNetwork] {
    var blocks: [String: IPNetwork] = [:]
    for row in edge.instances.all {
      if case .range(let block) = row.place { blocks[Self.rangeID(row.node, block)] = block }
    }
    return blocks.sorted { $0.key < $1.key }.map { id, block in
      Self.island(id, [block], [Subnet(id: id, block: block, isSwitched: true)])
    }
  }

  private func lonelyNetwork(_ node: String) -> VirtualNetwork? {
    let block = edgeBlock(of: .alone, on: node)
    return Self.island(Self.lonelyID(node), [block], [Subnet(id: Self.lonelyID(node), block: block)])
  }

  private func ownNetwork(_ network: EdgeNetwork) -> VirtualNetwork {
    let switches = edge.switches.all.filter { $0.network == network.id }
    return Self.island(
      network.id, [network.block], switches.map { Subnet(id: $0.id, block: $0.block, isSwitched: true) })
  }

  /// A private network that leads nowhere else.
  private static func island(_ id: String, _ blocks: [IPNetwork], _ subnets: [Subnet]) -> VirtualNetwork {
    VirtualNetwork(id: id, blocks: blocks, subnets: subnets)
  }

  private static func publicID(_ node: String) -> String { "ens-public-\(node)" }
  private static func rangeID(_ node: String, _ block: IPNetwork) -> String { "ens-range-\(node)-\(block)" }
  private static func lonelyID(_ node: String) -> String { "ens-alone-\(node)" }

  // MARK: Instances

  /// The public interface first, where there is one.
  private func edgePlugs(_ row: EdgeInstance) -> [NetworkInterface] {
    let outer = row.publicAddress.flatMap { edge.addresses[row.node]?.inside(of: $0) }.map { address in
      NetworkInterface(
        id: row.publicInterface, network: Self.publicID(row.node), subnet: Self.publicID(row.node), address: address,
        filters: edgeFilters(row), publicAddress: .direct)
    }
    return [outer, privatePlug(row)].compactMap { $0 }
  }

  private func privatePlug(_ row: EdgeInstance) -> NetworkInterface? {
    switch row.place {
    case .vSwitch(let id):
      guard let network = edge.switches[id]?.network else { return nil }
      return NetworkInterface(
        id: row.privateInterface, network: network, subnet: id, address: row.privateAddress, filters: edgeFilters(row))
    case .range(let block):
      let id = Self.rangeID(row.node, block)
      return NetworkInterface(
        id: row.privateInterface, network: id, subnet: id, address: row.privateAddress,
        filters: edge.isPrepared(block, on: row.node) ? edgeFilters(row) : [Self.nobody])
    case .alone:
      return NetworkInterface(
        id: row.privateInterface, network: Self.lonelyID(row.node), subnet: Self.lonelyID(row.node),
        address: row.privateAddress, filters: [Self.nobody])
    }
  }

  private static let nobody = SecurityFilter(inbound: [], outbound: [])

  /// Without a security group everything passes.
  private func edgeFilters(_ row: EdgeInstance) -> [SecurityFilter] {
    row.groups.isEmpty ? [] : [filter(rules: row.groups.compactMap { edge.groups[$0] }.flatMap(\.rules))]
  }

  private func edgeHost(_ row: EdgeInstance) -> WantedHost? {
    let phase = phase(of: row)
    guard ![.pending, .starting].contains(phase) || core.startedHosts.contains(row.id) else { return nil }
    let key = row.key.flatMap { edge.keys[$0]?.publicKey }
    let spec = HostSpec(
      id: row.id, hostname: row.hostName, rootKeys: [key].compactMap { $0 }, rootPassword: row.password,
      userData: row.userData, system: ImageSystem.named(row.image))
    let isOpen = row.publicAddress != nil && edgeFilters(row).allSatisfy { SSHDoor.isOpen($0.inbound) }
    return WantedHost(
      spec: spec, isRunning: phase == .running || phase == .stopping, boots: row.boots, door: isOpen ? .open : .silent,
      address: row.publicAddress)
  }
}
