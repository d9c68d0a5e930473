package import Basics

/// The namespaces and the wires between them.
extension KernelCompiler {
  mutating func addInternet() {
    addRouter(KernelNames.internet)
    edit(KernelNames.internet) { [services] internet in
      for service in services { internet.addresses.insert(KernelState.Address(service.alone, on: "lo")) }
    }
  }

  private mutating func addRouter(_ name: String) {
    var space = KernelState.Space(.router)
    if let address = routerAddresses[name] { space.addresses.insert(KernelState.Address(address.alone, on: "lo")) }
    state.spaces[name] = space
  }

  mutating func add(_ network: VirtualNetwork) {
    let name = KernelNames.space("net", network.id)
    addRouter(name)
    for subnet in network.subnets where subnet.isSwitched { addSwitch(subnet, of: network) }
    guard network.hasInternetGateway else { return }
    let publicAddresses = topology.interfaces.compactMap { interface -> IPAddress? in
      guard interface.network == network.id, plugged.contains(interface.id) else { return nil }
      return switch interface.publicAddress {
      case .none: nil
      case .mapped(let address): address
      case .direct: interface.address
      }
    }
    addUplink(of: name, id: network.id, reachedBy: publicAddresses)
  }

  /// The bridge of a switched subnet, and the router's device in it.
  private mutating func addSwitch(_ subnet: Subnet, of network: VirtualNetwork) {
    let name = Self.switchSpace(subnet, of: network.id)
    state.spaces[name] = KernelState.Space(.bridge)
    guard network.hasRouter(in: subnet, among: topology.interfaces) else { return }
    let router = KernelNames.space("net", network.id)
    let device = Self.switchDevice(subnet, of: network.id)
    state.pairs["switch \(name)"] = KernelState.Pair(
      first: KernelState.PairEnd(router, device), second: KernelState.PairEnd(name, "router"))
    edit(router) {
      if let gateway = subnet.gatewayAddress { $0.addresses.insert(KernelState.Address(gateway.alone, on: device)) }
    }
  }

  static func switchSpace(_ subnet: Subnet, of network: String) -> String {
    KernelNames.space("switch", "\(network)/\(subnet.id)")
  }

  /// The router's device in a switched subnet.
  static func switchDevice(_ subnet: Subnet, of network: String) -> String {
    KernelNames.device("b", "\(network)/\(subnet.id)")
  }

  mutating func add(_ router: Router) {
    let name = KernelNames.space("router", router.id)
    addRouter(name)
    if let address = router.publicAddress { addUplink(of: name, id: router.id, reachedBy: [address]) }
  }

  private mutating func addUplink(of name: String, id: String, reachedBy addresses: [IPAddress]) {
    let far = KernelNames.device("u", name)
    state.pairs["uplink \(name)"] = KernelState.Pair(
      first: KernelState.PairEnd(KernelNames.internet, far), second: KernelState.PairEnd(name, KernelNames.uplink))
    let way = neighbour(name, over: far)
    edit(KernelNames.internet) { internet in
      for address in addresses { internet.route(address.alone, way) }
    }
  }

  mutating func add(_ link: Link) {
    let device = KernelNames.device("l", link.id)
    let first = KernelState.PairEnd(Self.space(of: link.from), device)
    let second = KernelState.PairEnd(Self.space(of: link.to), device)
    state.pairs["link \(link.id)"] = KernelState.Pair(first: first, second: second)
    for end in [first, second] { edit(end.space) { $0.shapers[device] = link.bandwidth } }
  }

  mutating func add(_ machine: Machine) {
    let name = KernelNames.space("host", machine.id)
    state.spaces[name] = KernelState.Space(.machine)
    var hasDefaultRoute = false
    var neighbourhoods: [(block: IPNetwork, device: String)] = []
    for device in machine.devices {
      guard let interface = interfaces[device.interface], let network = networks[interface.network],
        let subnet = network.subnets.first(where: { $0.id == interface.subnet })
      else { continue }
      plug(interface, into: name, as: device.name, subnet: subnet)
      guard device.isConfigured else {
        edit(name) { $0.idle.insert(device.name) }
        continue
      }
      neighbourhoods.append((subnet.block, device.name))
      let own = IPNetwork(address: interface.address, prefix: subnet.block.prefix)
      edit(name) { $0.addresses.insert(KernelState.Address(own, on: device.name)) }
      guard device.hasDefaultRoute, !hasDefaultRoute, let gateway = subnet.gatewayAddress,
        gateway != interface.address
      else { continue }
      hasDefaultRoute = true
      edit(name) { $0.route(.everything, .gateway(gateway, device: device.name, source: nil)) }
    }
    for route in machine.pushedRoutes {
      guard let device = neighbourhoods.first(where: { $0.block.contains(route.gateway) })?.device else { continue }
      edit(name) { $0.route(route.destination, .gateway(route.gateway, device: device, source: nil)) }
    }
  }

  private mutating func plug(_ interface: NetworkInterface, into machine: String, as device: String, subnet: Subnet) {
    let network = KernelNames.space("net", interface.network)
    let port = KernelNames.device("e", interface.id)
    let place = subnet.isSwitched ? Self.switchSpace(subnet, of: interface.network) : network
    state.pairs["interface \(interface.id)"] = KernelState.Pair(
      first: KernelState.PairEnd(place, port),
      second: KernelState.PairEnd(
        machine, device, hardwareAddress: interface.hardwareAddress ?? KernelNames.hardwareAddress(interface.id)))
    if subnet.isSwitched { return }
    edit(network) {
      if let gateway = subnet.gatewayAddress { $0.addresses.insert(KernelState.Address(gateway.alone, on: port)) }
      $0.route(interface.address.alone, .device(port))
    }
  }

  /// Both ends of every tunnel, as far as they are up.
  mutating func addTunnels() {
    let inside = topology.machines.reduce(into: [String: [String]]()) { result, machine in
      result[machine.id] = topology.tunnels.filter { $0.machine == machine.id }.map(\.id).sorted()
    }
    for tunnel in topology.tunnels {
      let number = tunnelNumbers[tunnel.id] ?? 0
      guard let machine = topology.machines.first(where: { $0.id == tunnel.machine }),
        let device = machine.devices.first(where: { $0.name == tunnel.device }),
        let interface = interfaces[device.interface], let router = routers[tunnel.router],
        let center = router.publicAddress
      else { continue }
      if tunnel.isUpAtMachine, device.isConfigured {
        let index = inside[machine.id]?.firstIndex(of: tunnel.id) ?? 0
        addMachineEnd(tunnel, "sag\(index)", number, from: interface.address, to: center)
      }
      if tunnel.isUpAtRouter, let outside = interface.outsideAddress {
        addRouterEnd(tunnel, number, from: center, to: outside)
      }
    }
  }

  private mutating func addMachineEnd(
    _ tunnel: Tunnel, _ device: String, _ number: Int, from local: IPAddress, to remote: IPAddress
  ) {
    edit(KernelNames.space("host", tunnel.machine)) { space in
      space.vxlans[device] = KernelState.Vxlan(number: number, local: local, remote: remote, device: tunnel.device)
      let own = KernelNames.tunnelMachine(number).alone
      space.addresses.insert(KernelState.Address(own, on: device, isLinkScope: true))
      space.route(KernelNames.tunnelRouter.alone, .device(device))
      for destination in tunnel.machineRoutes {
        space.route(destination, .gateway(KernelNames.tunnelRouter, device: device, source: local))
      }
    }
  }

  private mutating func addRouterEnd(_ tunnel: Tunnel, _ number: Int, from local: IPAddress, to remote: IPAddress) {
    let device = KernelNames.device("t", tunnel.id)
    edit(KernelNames.space("router", tunnel.router)) { space in
      space.vxlans[device] = KernelState.Vxlan(number: number, local: local, remote: remote, device: KernelNames.uplink)
      space.addresses.insert(KernelState.Address(KernelNames.tunnelRouter.alone, on: device, isLinkScope: true))
      space.route(KernelNames.tunnelMachine(number).alone, .device(device))
    }
  }
}

extension IPNetwork {
  static let everything = IPNetwork(address: IPAddress(family: .v4, number: 0), prefix: 0)
}

extension Subnet {
  package var gatewayAddress: IPAddress? { gateway ?? block.host(1) }
}

extension NetworkInterface {
  /// How it is seen from the internet.
  package var outsideAddress: IPAddress? {
    switch publicAddress {
    case .none: nil
    case .mapped(let address): address
    case .direct: address
    }
  }
}
