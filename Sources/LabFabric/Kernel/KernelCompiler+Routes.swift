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
    for interface in topology.interfaces where interface.network == network.id && plugged.contains(interface.id) {
      routes.append((interface.address.alone, .device(KernelNames.device("e", interface.id))))
    }
    for floating in network.floatingAddresses {
      let way = floating.holder.map { self.way(for: .interface($0), from: .network(network.id)) } ?? .blackhole
      routes.append((floating.address.alone, way))
    }
    return routes
  }

  private mutating func addRules(of network: VirtualNetwork, in name: String) {
    for interface in topology.interfaces where interface.network == network.id && plugged.contains(interface.id) {
      guard let subnet = network.subnets.first(where: { $0.id == interface.subnet }), let table = subnet.routeTable,
        table != network.mainRouteTable
      else { continue }
      let rule = KernelState.Rule(device: KernelNames.device("e", interface.id), table: KernelNames.table(table))
      edit(name) { $0.rules.insert(rule) }
    }
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
      guard let interface = interfaces[id], interface.network == network, plugged.contains(id) else {
        return .blackhole
      }
      return .gateway(interface.address, device: KernelNames.device("e", id), source: nil)
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
