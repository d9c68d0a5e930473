import Basics

/// Route tables of networks and routers.
extension KernelCompiler {
  /// The main table becomes the kernel's; every other table holds the local routes too and is chosen by the device a packet comes in by.
  mutating func addRoutes(of network: VirtualNetwork) {
    let name = KernelNames.space("net", network.id)
    let local = localRoutes(of: network)
    let tables = Dictionary(network.routeTables.map { ($0.id, $0) }) { first, _ in first }
    let used = Set(network.subnets.map { $0.routeTable ?? network.mainRouteTable } + [network.mainRouteTable])
    for id in used {
      let number = id == network.mainRouteTable ? KernelState.mainTable : KernelNames.table(id ?? "")
      let own = id.flatMap { tables[$0] }?.routes ?? []
      edit(name) { space in
        for (destination, way) in local { space.route(destination, way, table: number) }
      }
      for route in own {
        let way = self.way(for: route.target, from: .network(network.id))
        edit(name) { $0.route(route.destination, way, table: number) }
      }
    }
    addRules(of: network, in: name)
  }

  private func localRoutes(of network: VirtualNetwork) -> [(IPNetwork, KernelState.RouteWay)] {
    // A table without an answer would be passed over for the kernel's main one.
    var routes = ([.everything] + network.blocks).map { ($0, KernelState.RouteWay.blackhole) }
    for subnet in network.subnets where hasSwitch(subnet, of: network) {
      routes.append((subnet.block, .device(Self.switchDevice(subnet, of: network.id))))
    }
    for interface in routed(of: network) {
      routes.append((interface.address.alone, .device(KernelNames.device("e", interface.id))))
    }
    for floating in network.floatingAddresses {
      let way = floating.holder.map { self.way(for: .interface($0), from: .network(network.id)) } ?? .blackhole
      routes.append((floating.address.alone, way))
    }
    return routes
  }

  private mutating func addRules(of network: VirtualNetwork, in name: String) {
    for subnet in network.subnets {
      guard let table = subnet.routeTable, table != network.mainRouteTable else { continue }
      let devices =
        hasSwitch(subnet, of: network)
        ? [Self.switchDevice(subnet, of: network.id)]
        : routed(of: network).filter { $0.subnet == subnet.id }.map { KernelNames.device("e", $0.id) }
      for device in devices {
        edit(name) { $0.rules.insert(KernelState.Rule(device: device, table: KernelNames.table(table))) }
      }
    }
  }

  /// Whether the router has a device in this switched subnet.
  private func hasSwitch(_ subnet: Subnet, of network: VirtualNetwork) -> Bool {
    subnet.isSwitched && network.hasRouter(in: subnet, among: topology.interfaces)
  }

  /// The plugged interfaces that have a device of their own at the router.
  func routed(of network: VirtualNetwork) -> [NetworkInterface] {
    let switched = Set(network.subnets.filter(\.isSwitched).map(\.id))
    return topology.interfaces.filter {
      $0.network == network.id && plugged.contains($0.id) && !switched.contains($0.subnet)
    }
  }

  /// The router's device towards an interface; `nil`: none.
  private func port(of interface: NetworkInterface) -> String? {
    guard plugged.contains(interface.id), let network = networks[interface.network],
      let subnet = network.subnets.first(where: { $0.id == interface.subnet })
    else { return nil }
    if !subnet.isSwitched { return KernelNames.device("e", interface.id) }
    return hasSwitch(subnet, of: network) ? Self.switchDevice(subnet, of: network.id) : nil
  }

  mutating func addRoutes(of router: Router) {
    let name = KernelNames.space("router", router.id)
    if router.publicAddress != nil {
      let way = neighbour(KernelNames.internet, over: KernelNames.uplink)
      edit(name) { space in
        for block in Self.privateBlocks { space.route(block, .blackhole) }
        space.route(.everything, way)
      }
    }
    for route in router.routes {
      let way = self.way(for: route.target, from: .router(router.id))
      edit(name) { $0.route(route.destination, way) }
    }
  }

  /// RFC 1918: dropped where there is a way to the internet, so that a prefix nobody synchronised is lost silently.
  private static let privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { IPNetwork($0) }

  /// How the kernel reaches a target; a blackhole when the target is not there.
  private func way(for target: RouteTarget, from place: Link.End) -> KernelState.RouteWay {
    switch (target, place) {
    case (.interface(let id), .network(let network)):
      guard let interface = interfaces[id], interface.network == network, let port = port(of: interface) else {
        return .blackhole
      }
      return .gateway(interface.address, device: port, source: nil)
    case (.link(let id), _):
      guard let link = links[id], link.from == place || link.to == place else { return .blackhole }
      return neighbour(Self.space(of: link.from == place ? link.to : link.from), over: KernelNames.device("l", id))
    case (.tunnel(let id), .router(let router)):
      let device = KernelNames.device("t", id)
      guard let number = tunnelNumbers[id], state.spaces[KernelNames.space("router", router)]?.vxlans[device] != nil
      else {
        return .blackhole
      }
      return .gateway(KernelNames.tunnelMachine(number), device: device, source: nil)
    case (.internet, .network(let id)) where networks[id]?.hasInternetGateway == true,
      (.internet, .router(let id)) where routers[id]?.publicAddress != nil:
      return neighbour(KernelNames.internet, over: KernelNames.uplink)
    case (.interface, _), (.tunnel, _), (.internet, _), (.blackhole, _):
      return .blackhole
    }
  }
}
