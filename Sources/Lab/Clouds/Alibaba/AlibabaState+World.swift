import Basics
import LabFabric

extension AlibabaState {
  /// What the data plane has to be for this state.
  func world() -> WantedWorld {
    var world = WantedWorld()
    world.topology.networks = vpcs.all.map(network)
    world.topology.interfaces = instances.all.map(plug)
    world.topology.machines = instances.all.map { Machine(id: $0.id, devices: [.init(interface: $0.interface)]) }
    world.topology.routers = routers.all.map(kernelRouter) + ccns.all.map(kernelRouter)
    world.topology.links = links
    world.topology.tunnels = tunnels
    for instance in instances.all { world.hosts[instance.id] = host(instance) }
    addEdge(to: &world)
    return world
  }

  // MARK: VPC

  private static let everywhere = IPNetwork(address: IPAddress(family: .v4, number: 0), prefix: 0)

  private func network(_ vpc: AlibabaVpc) -> VirtualNetwork {
    var routes = [Route(Self.everywhere, to: .internet)]
    routes += vpc.entries.map { Route($0.destination, to: target($0.hop)) }
    routes += learned(by: vpc).map { Route($0.destination, to: .link($0.attachment)) }
    if let child = children.all.first(where: { $0.child == vpc.id }) {
      routes += learned(by: child).map { Route($0, to: .link(child.id)) }
    }
    return VirtualNetwork(
      id: vpc.id, blocks: [vpc.block],
      subnets: vSwitches.all.filter { $0.vpc == vpc.id }.map { Subnet(id: $0.id, block: $0.block) },
      routeTables: [RouteTable(id: vpc.table, routes: routes)], mainRouteTable: vpc.table, hasInternetGateway: true,
      floatingAddresses: haVips.all.filter { $0.vpc == vpc.id }.map {
        FloatingAddress($0.address, holder: interface(of: $0))
      })
  }

  private func target(_ hop: AlibabaVpc.RouteEntry.Hop) -> RouteTarget {
    switch hop {
    case .instance(let id): .interface(instances[id]?.interface ?? id)
    case .interface(let id): .interface(id)
    case .attachment(let id): .link(id)
    case .haVip(let id): haVips[id].flatMap(interface).map(RouteTarget.interface) ?? .blackhole
    }
  }

  /// The network interface behind which a HaVip is now.
  private func interface(of haVip: HaVip) -> String? { master(of: haVip).flatMap { instances[$0]?.interface } }

  private func plug(_ instance: ECSInstance) -> NetworkInterface {
    NetworkInterface(
      id: instance.interface, network: instance.vpc, subnet: instance.vSwitch, address: instance.address,
      filters: [filter(instance.groups)],
      publicAddress: instance.publicAddress.flatMap { core.addresses.inside(of: $0) }.map(PublicAddress.mapped) ?? .none
    )
  }

  // MARK: CEN

  private func kernelRouter(_ router: TransitRouter) -> Router {
    Router(
      id: router.id,
      routes: known(to: router).map { entry in
        switch entry.source {
        case .network(let id), .child(let id), .peer(let id): Route(entry.destination, to: .link(id))
        }
      })
  }

  /// A CCN sends its gateways' prefixes into their tunnels, and to CEN what CEN tells it.
  private func kernelRouter(_ ccn: CloudConnectNetwork) -> Router {
    var routes: [Route] = []
    for gateway in gateways.all where gateway.ccn == ccn.id && gateway.routing == "static" && !gateway.isLocked {
      guard let device = activeDevice(of: gateway) else { continue }
      routes += gateway.blocks.map { Route($0, to: .tunnel(device.serial)) }
    }
    if let child = children.all.first(where: { $0.child == ccn.id }) {
      routes += learned(by: child).map { Route($0, to: .link(child.id)) }
    }
    return Router(id: ccn.id, routes: routes, publicAddress: ccn.address)
  }

  /// A link is there while its attachment is up and associated: what is not associated gets no route and can send nowhere.
  private var links: [Link] {
    let own: [Link] = attachments.all.filter { isUp($0) && isAssociated($0) }.map { row in
      switch row.link {
      case .network(let vpc, _): Link(id: row.id, from: .network(vpc), to: .router(row.router))
      case .peer(let other, _, let bandwidth):
        Link(id: row.id, from: .router(row.router), to: .router(other), bandwidth: rate(bandwidth))
      }
    }
    let classic: [Link] = children.all.filter(isUp).compactMap { row in
      guard let router = routers.all.first(where: { $0.cen == row.cen && $0.region == row.region }) else { return nil }
      return Link(
        id: row.id, from: row.type == "CCN" ? .router(row.child) : .network(row.child), to: .router(router.id))
    }
    let limited: [Link] = limits.all.compactMap { row in
      guard let left = routers.all.first(where: { $0.cen == row.cen && $0.region == row.local }),
        let right = routers.all.first(where: { $0.cen == row.cen && $0.region == row.opposite })
      else { return nil }
      return Link(
        id: row.id, from: .router(left.id), to: .router(right.id), bandwidth: .megabits(row.bandwidth))
    }
    return own + classic + limited
  }

  private func rate(_ bandwidth: PeerBandwidth) -> Bandwidth {
    switch bandwidth {
    case .test: .kilobits(1)
    case .plan(_, let amount), .byTraffic(let amount): .megabits(amount)
    }
  }

  /// One tunnel per deployed device of a bound gateway.
  private var tunnels: [Tunnel] {
    gateways.all.flatMap { gateway -> [Tunnel] in
      guard let ccn = gateway.ccn, !gateway.isLocked else { return [] }
      let routes = (children.all.first { $0.child == ccn }.map(learned) ?? []) + neighbours(of: gateway, in: ccn)
      return gateway.devices.filter(isDialling).compactMap { device in
        device.join.map { join in
          Tunnel(
            id: device.serial, machine: join.machine, device: join.interface, router: ccn, isUpAtMachine: hasEnd(join),
            isUpAtRouter: true, machineRoutes: routes)
        }
      }
    }
  }

  /// The prefixes of the other gateways of a CCN whose members may talk to one another.
  private func neighbours(of gateway: SmartAccessGateway, in ccn: String) -> [IPNetwork] {
    guard ccns[ccn]?.interworking == "enable" else { return [] }
    return gateways.all.filter { $0.ccn == ccn && $0.id != gateway.id && $0.routing == "static" && !$0.isLocked }
      .flatMap(\.blocks)
  }

  // MARK: Security groups

  /// Rules by priority, a drop before an accept of equal priority; members of a normal group reach one another.
  private func filter(_ ids: [String]) -> SecurityFilter {
    let members = ids.filter { groups[$0]?.type == "normal" }.flatMap(addresses)
    return filter(rules: ids.compactMap { groups[$0] }.flatMap(\.rules), members: members)
  }

  func filter(rules: [ECSSecurityRule], members: [IPNetwork] = []) -> SecurityFilter {
    let rules = rules.sorted { ($0.priority, $0.isAccept ? 1 : 0) < ($1.priority, $1.isAccept ? 1 : 0) }
    return SecurityFilter(
      inbound: rules.filter { !$0.isEgress }.compactMap(securityRule) + [SecurityRule(.accept, .any, peers: members)],
      outbound: rules.filter(\.isEgress).compactMap(securityRule)
        + [SecurityRule(.accept, .any, peers: [Self.everywhere])])
  }

  private func addresses(of group: String) -> [IPNetwork] {
    instances.all.filter { $0.groups.contains(group) }.map { IPNetwork(address: $0.address, prefix: 32) }
  }

  private func securityRule(_ rule: ECSSecurityRule) -> SecurityRule? {
    let peers =
      switch rule.peer {
      case .block(let block): [block]
      case .group(let id): addresses(of: id)
      }
    return SecurityRule(rule.isAccept ? .accept : .drop, traffic(rule), peers: peers)
  }

  private func traffic(_ rule: ECSSecurityRule) -> SecurityRule.Traffic {
    let ports = rule.ports.split(separator: "/").compactMap { UInt16($0) }
    let range = ports.count == 2 ? ports[0]...max(ports[0], ports[1]) : nil
    return switch rule.transport {
    case "TCP": .tcp(range)
    case "UDP": .udp(range)
    case "ICMP": .icmp
    case "GRE": .ip(47)
    default: .any
    }
  }

  // MARK: Hosts

  private func host(_ instance: ECSInstance) -> WantedHost? {
    let phase = instance.phase.phase(at: core.now)
    guard ![.pending, .starting].contains(phase) || core.startedHosts.contains(instance.id) else { return nil }
    let key = instance.key.flatMap { keys["\(instance.region)/\($0)"]?.publicKey }
    let spec = HostSpec(
      id: instance.id, hostname: instance.hostName, rootKeys: [key].compactMap { $0 }, rootPassword: instance.password,
      userData: instance.userData, system: ImageSystem.named(instance.image))
    let isOpen = instance.publicAddress != nil && SSHDoor.isOpen(filter(instance.groups).inbound)
    return WantedHost(
      spec: spec, isRunning: phase == .running || phase == .stopping, boots: instance.boots,
      door: isOpen ? .open : .silent, address: instance.publicAddress)
  }
}
