import Basics
import LabFabric

extension QingCloudState {
  /// What the data plane has to be for this state: every VPC a network with switched subnets, every instance a machine.
  func world() -> WantedWorld {
    var world = WantedWorld()
    for name in zones.keys.sorted() {
      var view = self
      view.zone = name
      view.add(to: &world)
    }
    addWan(to: &world)
    return world
  }

  private func add(to world: inout WantedWorld) {
    for router in here.routers.all { world.topology.networks.append(network(router)) }
    for nic in here.nics.all { if let interface = plug(nic) { world.topology.interfaces.append(interface) } }
    for instance in here.instances.all where instance.isThere {
      world.topology.machines.append(machine(instance))
      if let host = host(instance) { world.hosts[instance.id] = host }
    }
  }

  // MARK: Network

  private static let everywhere = IPNetwork(address: IPAddress(family: .v4, number: 0), prefix: 0)

  private func network(_ router: VPC) -> VirtualNetwork {
    let vxnets = here.vxnets.all.filter { $0.membership?.router == router.id }
    let main = RouteTable(id: router.id, routes: [Route(Self.everywhere, to: .internet)])
    let tables = here.routingTables.all.filter { table in vxnets.contains { table.vxnets.contains($0.id) } }
    return VirtualNetwork(
      id: router.id, blocks: [router.network],
      subnets: vxnets.compactMap { vxnet in
        vxnet.membership.map {
          Subnet(
            id: vxnet.id, block: $0.network, gateway: $0.gateway,
            routeTable: tables.first { $0.vxnets.contains(vxnet.id) }?.id, isSwitched: true)
        }
      },
      routeTables: [main] + tables.map { table($0, of: router.id) }, mainRouteTable: router.id,
      hasInternetGateway: true)
  }

  private func table(_ table: RoutingTable, of router: String) -> RouteTable {
    let rules = table.applied.filter { !$0.isDisabled && $0.ownOf == nil }
    return RouteTable(
      id: table.id,
      routes: [Route(Self.everywhere, to: .internet)]
        + rules.map { Route($0.network, to: target($0, of: router)) })
  }

  /// An address is followed to the NIC that has it; the VPC's own router changes nothing.
  private func target(_ rule: RoutingRule, of router: String) -> RouteTarget {
    if rule.hopType == 2 { return rule.hop == router ? .internet : .blackhole }
    let nic = here.nics.all.first { nic in
      nic.address?.description == rule.hop && here.vxnets[nic.vxnet]?.membership?.router == router
    }
    return nic.map { .interface($0.id) } ?? .blackhole
  }

  /// A NIC without an address, in a vxnet without a router, carries nothing.
  private func plug(_ nic: NIC) -> NetworkInterface? {
    guard let address = nic.address, let router = here.vxnets[nic.vxnet]?.membership?.router else { return nil }
    let eip = nic.isPrimary ? here.eips.all.first { $0.instance != nil && $0.instance == nic.instance } : nil
    return NetworkInterface(
      id: nic.id, network: router, subnet: nic.vxnet, address: address, hardwareAddress: nic.id,
      filters: nic.instance.flatMap { here.instances[$0] }.map(filters) ?? [],
      publicAddress: eip.flatMap { core.addresses.inside(of: $0.address) }.map(PublicAddress.mapped) ?? .none)
  }

  // MARK: Security groups

  /// Of an instance with a group: in comes what a rule lets in, out goes what no rule forbids; without one everything passes.
  private func filters(_ instance: Instance) -> [SecurityFilter] {
    guard let group = instance.group.flatMap({ here.groups[$0] }) else { return [] }
    let rules = group.applied.filter { !$0.isDisabled }.sorted {
      ($0.priority, $0.isAccept ? 1 : 0) < ($1.priority, $1.isAccept ? 1 : 0)
    }
    let open = SecurityRule(.accept, .any, peers: [Self.everywhere])
    return [
      SecurityFilter(
        inbound: rules.filter { !$0.isOutbound }.compactMap(securityRule),
        outbound: rules.filter(\.isOutbound).compactMap(securityRule) + [open])
    ]
  }

  /// Of ICMP a rule names a type; the lab knows ICMP as a whole, which is echo requests (8) for its pings.
  private func securityRule(_ rule: GroupRule) -> SecurityRule? {
    let text = rule.values[2]
    let peer = IPNetwork(text) ?? IPAddress(text).map { IPNetwork(address: $0, prefix: 32) } ?? Self.everywhere
    let traffic: SecurityRule.Traffic
    switch rule.transport {
    case "tcp": traffic = .tcp(ports(rule))
    case "udp": traffic = .udp(ports(rule))
    case "icmp":
      guard ["", "8"].contains(rule.values[0]) else { return nil }
      traffic = .icmp
    case "gre": traffic = .ip(47)
    case "esp": traffic = .ip(50)
    case "ah": traffic = .ip(51)
    default: traffic = .ip(4)
    }
    return SecurityRule(rule.isAccept ? .accept : .drop, traffic, peers: [peer])
  }

  private func ports(_ rule: GroupRule) -> ClosedRange<UInt16>? {
    guard let first = UInt16(rule.values[0]) else { return nil }
    return first...max(first, UInt16(rule.values[1]) ?? first)
  }

  // MARK: Hosts

  /// The NIC that came with the instance is set up by DHCP; an attached one waits for somebody in the guest.
  private func machine(_ instance: Instance) -> Machine {
    let nics = nics(of: instance.id)
    return Machine(
      id: instance.id,
      devices: nics.filter { plug($0) != nil }.map { nic in
        Machine.Device(
          name: "eth\(nic.sequence)", interface: nic.id, hasDefaultRoute: nic.isPrimary, isConfigured: nic.isPrimary)
      },
      pushedRoutes: nics.filter(\.isPrimary).flatMap { pushedRoutes(to: instance.id, in: $0.vxnet) })
  }

  private func pushedRoutes(to instance: String, in vxnet: String) -> [Machine.PushedRoute] {
    let applied = here.vxnets[vxnet]?.membership.flatMap { here.routers[$0.router]?.applied } ?? []
    return applied.compactMap { row in
      let isMeant = row.values[0].isEmpty ? row.vxnet == vxnet : row.values[0] == instance
      guard row.type == RouterStatic.routePush, !row.isDisabled, isMeant, let network = IPNetwork(row.values[1]),
        let hop = IPAddress(row.values[2])
      else { return nil }
      return Machine.PushedRoute(network, via: hop)
    }
  }

  private func host(_ instance: Instance) -> WantedHost? {
    if instance.status == .pending { return nil }
    let keys = instance.keys.compactMap { here.keys[$0]?.publicKey }
    let image = images.first { $0.id == instance.image }
    let spec = HostSpec(
      id: instance.id, hostname: instance.hostName,
      users: image?.family == "ubuntu" ? [HostUser("ubuntu", keys: keys, password: instance.password)] : [],
      rootKeys: keys, rootPassword: instance.password, userData: instance.userData, system: image?.system)
    let eip = here.eips.all.first { $0.instance == instance.id }
    return WantedHost(
      spec: spec, isRunning: instance.status == .running, boots: instance.boots,
      door: eip != nil && isDoorOpen(instance) ? .open : .silent, address: eip?.address)
  }

  private func isDoorOpen(_ instance: Instance) -> Bool {
    filters(instance).allSatisfy { SSHDoor.isOpen($0.inbound) }
  }
}
