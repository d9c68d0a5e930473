import Basics
import LabFabric

extension PremisesState {
  func world() -> WantedWorld {
    var world = WantedWorld()
    world.topology.networks = networks.all.map(network)
    for host in hosts.all {
      world.topology.interfaces += interfaces(host)
      world.topology.machines.append(machine(host))
      world.hosts[host.id] = wanted(host)
    }
    return world
  }

  private func gateway(of network: PremisesNetwork) -> PremisesHost? {
    hosts.all.first { $0.network == network.id && $0.forwards }
  }

  private func network(_ row: PremisesNetwork) -> VirtualNetwork {
    let gateway = gateway(of: row)
    let typed = row.routes.map { destination, hop in
      Route(destination, to: interface(of: hop, in: row).map(RouteTarget.interface) ?? .blackhole)
    }
    let everywhere = IPNetwork(address: IPAddress(family: .v4, number: 0), prefix: 0)
    let tables = [
      RouteTable(id: "\(row.id)-uplink", routes: [Route(everywhere, to: .internet)]),
      RouteTable(id: "\(row.id)-lan", routes: [Route(everywhere, to: .internet)] + typed),
    ]
    return VirtualNetwork(
      id: row.id, blocks: [row.lan, row.uplink],
      subnets: [
        Subnet(id: "\(row.id)-uplink", block: row.uplink, routeTable: "\(row.id)-uplink"),
        Subnet(
          id: "\(row.id)-lan", block: row.lan, gateway: gateway?.address, routeTable: "\(row.id)-lan", isSwitched: true),
      ],
      routeTables: tables, mainRouteTable: "\(row.id)-uplink", hasInternetGateway: true)
  }

  private func interface(of address: IPAddress, in network: PremisesNetwork) -> String? {
    hosts.all.first { $0.network == network.id && $0.address == address }.map { "\($0.id)-lan" }
  }

  private func interfaces(_ host: PremisesHost) -> [NetworkInterface] {
    let lan = NetworkInterface(
      id: "\(host.id)-lan", network: host.network, subnet: "\(host.network)-lan", address: host.address)
    guard let address = host.uplinkAddress else { return [lan] }
    let uplink = NetworkInterface(
      id: "\(host.id)-uplink", network: host.network, subnet: "\(host.network)-uplink", address: address,
      publicAddress: core.addresses.inside(of: host.login).map(PublicAddress.mapped) ?? .none)
    return [uplink, lan]
  }

  private func machine(_ host: PremisesHost) -> Machine {
    let devices = interfaces(host).enumerated().map { index, interface in
      Machine.Device(name: "eth\(index)", interface: interface.id, hasDefaultRoute: index == 0)
    }
    return Machine(id: host.id, devices: devices)
  }

  private func wanted(_ host: PremisesHost) -> WantedHost {
    // A gateway forwards from its first boot on.
    let start = "#!/bin/sh\necho 1 >/proc/sys/net/ipv4/ip_forward\n"
    let spec = HostSpec(
      id: host.id, hostname: host.name, users: [HostUser("admin", keys: [host.publicKey])],
      userData: host.forwards ? start : nil, system: host.system)
    return WantedHost(spec: spec, isRunning: true, boots: 0, door: .open, address: host.login)
  }
}
