import Basics
import LabFabric

extension AWSState {
  /// What the data plane has to be for this state: every VPC a network, every instance a machine and, while it runs, a host.
  func world() -> WantedWorld {
    var world = WantedWorld()
    for name in regions.keys.sorted() {
      var view = self
      view.region = name
      view.add(to: &world)
    }
    return world
  }

  private func add(to world: inout WantedWorld) {
    for vpc in here.vpcs.all { world.topology.networks.append(network(vpc)) }
    for interface in here.interfaces.all { world.topology.interfaces.append(plug(interface)) }
    for instance in here.instances.all where !instance.interfaces.isEmpty {
      world.topology.machines.append(machine(instance))
      if let host = host(instance) { world.hosts[instance.id] = host }
    }
  }

  // MARK: Network

  private func network(_ vpc: AWSVpc) -> VirtualNetwork {
    VirtualNetwork(
      id: vpc.id, blocks: [vpc.block],
      subnets: here.subnets.all.filter { $0.vpc == vpc.id }.map { subnet in
        Subnet(id: subnet.id, block: subnet.block, routeTable: table(of: subnet)?.id)
      },
      routeTables: here.routeTables.all.filter { $0.vpc == vpc.id }.map { table in
        RouteTable(id: table.id, routes: table.routes.compactMap(route))
      },
      mainRouteTable: vpc.mainRouteTable, hasInternetGateway: here.gateways.all.contains { $0.vpc == vpc.id })
  }

  /// The table that was associated with the subnet; `nil`: the main one.
  private func table(of subnet: AWSSubnet) -> AWSRouteTable? {
    here.routeTables.all.first { $0.associations.contains { $0.subnet == subnet.id } }
  }

  private func route(_ route: AWSRoute) -> Route? {
    switch route.target {
    case .local: nil
    case .gateway(let id):
      Route(route.destination, to: here.gateways[id]?.vpc == nil ? .blackhole : .internet)
    case .interface(let id): Route(route.destination, to: .interface(id))
    }
  }

  private func plug(_ interface: AWSInterface) -> NetworkInterface {
    NetworkInterface(
      id: interface.id, network: interface.vpc, subnet: interface.subnet, address: interface.address,
      hardwareAddress: interface.hardwareAddress,
      checksSourceAndDestination: interface.checksSourceAndDestination, filters: [filter(interface.groups)],
      publicAddress: interface.publicAddress.flatMap { core.addresses.inside(of: $0) }.map(PublicAddress.mapped)
        ?? .none)
  }

  // MARK: Security groups

  private func filter(_ ids: [String]) -> SecurityFilter {
    let rules = ids.compactMap { here.groups[$0] }.flatMap(\.rules)
    return SecurityFilter(
      inbound: rules.filter { !$0.isEgress }.compactMap(securityRule),
      outbound: rules.filter(\.isEgress).compactMap(securityRule))
  }

  private func securityRule(_ rule: AWSSecurityRule) -> SecurityRule? {
    let peers: [IPNetwork]
    switch rule.peer {
    case .v4(let block): peers = [block]
    case .v6: return nil
    case .group(let id):
      peers = here.interfaces.all.filter { $0.groups.contains(id) }.map { IPNetwork(address: $0.address, prefix: 32) }
    }
    return SecurityRule(.accept, traffic(rule), peers: peers)
  }

  private func traffic(_ rule: AWSSecurityRule) -> SecurityRule.Traffic {
    switch rule.transport {
    case "tcp": .tcp(ports(rule))
    case "udp": .udp(ports(rule))
    case "icmp": .icmp
    case "-1": .any
    default: UInt8(rule.transport).map(SecurityRule.Traffic.ip) ?? .any
    }
  }

  private func ports(_ rule: AWSSecurityRule) -> ClosedRange<UInt16>? {
    guard let low = UInt16(exactly: rule.fromPort), let high = UInt16(exactly: rule.toPort), low <= high else {
      return nil
    }
    return low...high
  }

  // MARK: Hosts

  private func machine(_ instance: AWSInstance) -> Machine {
    Machine(
      id: instance.id,
      devices: instance.interfaces.enumerated().map { index, id in
        Machine.Device(name: "eth\(index)", interface: id, hasDefaultRoute: index == 0)
      })
  }

  private func host(_ instance: AWSInstance) -> WantedHost? {
    let phase = instance.phase.phase(at: core.now)
    guard phase != .pending || core.startedHosts.contains(instance.id), let first = instance.interfaces.first,
      let interface = here.interfaces[first]
    else { return nil }
    let image = images.first { $0.id == instance.image }
    let key = instance.key.flatMap { here.keys[$0]?.publicKey }
    let spec = HostSpec(
      id: instance.id, hostname: "ip-\(interface.address.description.replacing(".", with: "-"))",
      users: [HostUser(image?.user ?? "ec2-user", keys: [key].compactMap { $0 })], userData: instance.userData,
      system: image.flatMap { ImageSystem.named($0.name) })
    return WantedHost(
      spec: spec, isRunning: phase == .running || phase == .shuttingDown, boots: instance.boots,
      door: door(interface), address: interface.publicAddress)
  }

  /// SSH from the operator's machine goes the way of any packet from the internet: gateway, route, security group.
  private func door(_ interface: AWSInterface) -> LoginBehaviour.Door {
    guard interface.publicAddress != nil, hasInternetRoute(interface) else { return .silent }
    return SSHDoor.isOpen(filter(interface.groups).inbound) ? .open : .silent
  }

  private func hasInternetRoute(_ interface: AWSInterface) -> Bool {
    guard let subnet = here.subnets[interface.subnet], let vpc = here.vpcs[subnet.vpc] else { return false }
    let table = table(of: subnet) ?? here.routeTables[vpc.mainRouteTable]
    return table?.routes.contains { route in
      if case .gateway(let id) = route.target { here.gateways[id]?.vpc == vpc.id } else { false }
    } ?? false
  }
}
