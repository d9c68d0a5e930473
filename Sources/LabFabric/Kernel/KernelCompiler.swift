package import Basics

/// Turns a topology into the kernel state that behaves like it.
///
/// Layout: a namespace per network, router and machine, and one for the internet. One pair of devices per interface, from the machine to
/// the network's router, so that it sees traffic within a subnet too. Only a switched subnet has a namespace of its own, with a bridge
/// between the machines and the router.
package struct KernelCompiler {
  var topology: Topology
  /// Addresses at which services of the machine answer on the internet.
  var services: Set<IPAddress>
  var state = KernelState()

  private(set) var interfaces: [String: NetworkInterface] = [:]
  private(set) var networks: [String: VirtualNetwork] = [:]
  private(set) var routers: [String: Router] = [:]
  private(set) var links: [String: Link] = [:]
  /// By namespace: the address on its loopback device, by which neighbours and ICMP errors call it.
  private(set) var routerAddresses: [String: IPAddress] = [:]
  private(set) var tunnelNumbers: [String: Int] = [:]
  /// Interfaces that are plugged into a machine.
  private(set) var plugged: Set<String> = []

  package init(_ topology: Topology, services: Set<IPAddress> = []) {
    self.topology = topology
    self.services = services
    for interface in topology.interfaces { interfaces[interface.id] = interface }
    for network in topology.networks { networks[network.id] = network }
    for router in topology.routers { routers[router.id] = router }
    for link in topology.links { links[link.id] = link }
    tunnelNumbers = KernelNames.tunnelNumbers(topology.tunnels.map(\.id))
    let places =
      topology.networks.map { Link.End.network($0.id) } + topology.routers.map { Link.End.router($0.id) }
    routerAddresses = KernelNames.routerAddresses(places.map(Self.space) + [KernelNames.internet])
    for router in topology.routers {
      if let address = router.publicAddress { routerAddresses[Self.space(of: .router(router.id))] = address }
    }
    for machine in topology.machines { plugged.formUnion(machine.devices.map(\.interface)) }
  }

  /// The whole state.
  ///
  /// - Precondition: `topology.problems` is empty.
  package static func compile(_ topology: Topology, services: Set<IPAddress> = []) -> KernelState {
    var compiler = KernelCompiler(topology, services: services)
    compiler.addInternet()
    for network in topology.networks { compiler.add(network) }
    for router in topology.routers { compiler.add(router) }
    for machine in topology.machines { compiler.add(machine) }
    for link in topology.links { compiler.add(link) }
    compiler.addTunnels()
    // Last, since routes lead over links and tunnels.
    for network in topology.networks { compiler.addRoutes(of: network) }
    for router in topology.routers { compiler.addRoutes(of: router) }
    compiler.addFirewalls()
    return compiler.state
  }

  /// The way to a neighbour over a device.
  func neighbour(_ space: String, over device: String) -> KernelState.RouteWay {
    routerAddresses[space].map { .gateway($0, device: device, source: nil) } ?? .blackhole
  }

  mutating func edit(_ space: String, _ change: (inout KernelState.Space) -> Void) {
    guard var edited = state.spaces[space] else { return }
    change(&edited)
    state.spaces[space] = edited
  }

  static func space(of end: Link.End) -> String {
    switch end {
    case .network(let id): KernelNames.space("net", id)
    case .router(let id): KernelNames.space("router", id)
    }
  }
}

extension IPAddress {
  /// The block that holds this address alone.
  package var alone: IPNetwork { IPNetwork(address: self, prefix: family.bits) }
}
