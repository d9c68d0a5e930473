import Basics
import LabFabric

/// The data plane: what has been written and has ended well, never what is still under way.
extension AzureState {
  func buildWorld() -> WantedWorld {
    var world = WantedWorld()
    for resource in all(.virtualNetworks) {
      guard let applied = resource.applied else { continue }
      world.topology.networks.append(network(resource.id, applied))
    }
    let places = Set(world.topology.networks.flatMap { network in network.subnets.map { "\(network.id) \($0.id)" } })
    for resource in all(.networkInterfaces) {
      guard let plug = plug(resource), places.contains("\(plug.network) \(plug.subnet)") else { continue }
      world.topology.interfaces.append(plug)
    }
    let plugs = Set(world.topology.interfaces.map(\.id))
    for resource in all(.virtualMachines) {
      guard let applied = resource.applied, let machine = machines[resource.id.key] else { continue }
      let own = interfaces(of: applied).map(\.key).filter { plugs.contains($0) }
      guard !own.isEmpty else { continue }
      world.topology.machines.append(Self.machine(machine.id, own))
      if let host = host(machine, applied) { world.hosts[machine.id] = host }
    }
    return world
  }

  // MARK: Network

  private func network(_ id: ARMID, _ applied: [String: Value]) -> VirtualNetwork {
    let blocks = (applied["addressSpace"]?["addressPrefixes"].texts ?? []).compactMap { IPNetwork($0) }
    let own = children(of: id).filter { $0.applied != nil }
    let plain = RouteTable(id: "\(id.key)#system", routes: routes(AzureRouting(blocks: blocks, user: []), in: id))
    let tables = own.filter { $0.applied?["routeTable"]?.reference != nil }.map { subnet in
      RouteTable(id: Self.table(of: subnet), routes: routes(routing(of: subnet, blocks), in: id))
    }
    return VirtualNetwork(
      id: id.key, blocks: blocks, subnets: own.flatMap(places), routeTables: [plain] + tables,
      mainRouteTable: plain.id, hasInternetGateway: true)
  }

  private static func table(of subnet: ARMResource) -> String { "\(subnet.id.key)#routes" }

  /// One place in the fabric for each prefix of a subnet.
  private func places(of subnet: ARMResource) -> [Subnet] {
    let table = subnet.applied?["routeTable"]?.reference == nil ? nil : Self.table(of: subnet)
    return blocks(of: subnet.applied ?? [:]).filter { $0.address.family == .v4 }.map {
      Subnet(id: Self.place(subnet.id, $0), block: $0, routeTable: table)
    }
  }

  private static func place(_ subnet: ARMID, _ block: IPNetwork) -> String { "\(subnet.key)#\(block)" }

  private func routing(of subnet: ARMResource, _ blocks: [IPNetwork]) -> AzureRouting {
    AzureRouting(blocks: blocks, user: userRoutes(subnet.applied?["routeTable"]?.reference) { $0.applied })
  }

  private func routes(_ routing: AzureRouting, in network: ARMID) -> [Route] {
    routing.entries.filter { routing.isActive($0) }.compactMap { entry in
      switch entry.hopType {
      case "VnetLocal": entry.isUser ? Route(entry.block, to: .blackhole) : nil
      case "Internet": Route(entry.block, to: .internet)
      case "VirtualAppliance": Route(entry.block, to: appliance(entry.hop, in: network))
      default: Route(entry.block, to: .blackhole)
      }
    }
  }

  /// The interface with the private address of a next hop; nobody has it: packets are lost.
  private func appliance(_ address: IPAddress?, in network: ARMID) -> RouteTarget {
    let found = all(.networkInterfaces).first { interface in
      let configuration = interface.applied?["ipConfigurations"]?[0]["properties"] ?? .null
      return configuration["subnet"].reference?.parent?.key == network.key && address != nil
        && configuration["privateIPAddress"].string.flatMap { IPAddress($0) } == address
    }
    return found.map { .interface($0.id.key) } ?? .blackhole
  }

  // MARK: Interfaces

  private func plug(_ resource: ARMResource) -> NetworkInterface? {
    guard let applied = resource.applied, let place = place(of: applied) else { return nil }
    return NetworkInterface(
      id: resource.id.key, network: place.network.key, subnet: Self.place(place.subnet.id, place.block),
      address: place.address, checksSourceAndDestination: applied["enableIPForwarding"]?.bool != true,
      filters: filters(of: applied, at: place),
      publicAddress: publicAddress(of: applied).flatMap { core.addresses.inside(of: $0) }.map(PublicAddress.mapped)
        ?? .none)
  }

  private struct Place {
    var network: ARMID
    var blocks: [IPNetwork]
    var subnet: ARMResource
    var block: IPNetwork
    var address: IPAddress
  }

  private func place(of interface: [String: Value]) -> Place? {
    let configuration = interface["ipConfigurations"]?[0]["properties"] ?? .null
    guard let address = configuration["privateIPAddress"].string.flatMap({ IPAddress($0) }),
      let subnet = configuration["subnet"].reference.flatMap({ resources[$0.key] }), let applied = subnet.applied,
      let block = blocks(of: applied).first(where: { $0.contains(address) }), let network = subnet.id.parent
    else { return nil }
    let space = resources[network.key]?.applied?["addressSpace"]?["addressPrefixes"].texts ?? []
    return Place(
      network: network, blocks: space.compactMap { IPNetwork($0) }, subnet: subnet, block: block, address: address)
  }

  private func publicAddress(of interface: [String: Value]) -> IPAddress? {
    let reference = interface["ipConfigurations"]?[0]["properties"]["publicIPAddress"].reference
    return reference.flatMap { resources[$0.key]?.applied?["ipAddress"]?.string }.flatMap { IPAddress($0) }
  }

  /// The group of the subnet and the group of the interface must both agree.
  private func filters(of interface: [String: Value], at place: Place) -> [SecurityFilter] {
    let routed = routing(of: place.subnet, place.blocks).entries.filter(\.isUser).map(\.block)
    let filtering = AzureFiltering(state: self, network: place.blocks + routed)
    let groups = [place.subnet.applied?["networkSecurityGroup"], interface["networkSecurityGroup"]]
    let filters = groups.compactMap { $0?.reference }.map(filtering.filter)
    if filters.isEmpty, publicAddress(of: interface) != nil { return [filtering.closedToInternet] }
    return filters
  }

  // MARK: Hosts

  private static func machine(_ id: String, _ interfaces: [String]) -> Machine {
    Machine(
      id: id,
      devices: interfaces.enumerated().map { index, interface in
        Machine.Device(name: "eth\(index)", interface: interface, hasDefaultRoute: index == 0)
      })
  }

  private func host(_ machine: AzureMachine, _ applied: [String: Value]) -> WantedHost? {
    let power = machine.power.phase(at: core.now)
    guard power != .creating else { return nil }
    let profile = applied["osProfile"] ?? .null
    let keys = (profile["linuxConfiguration"]["ssh"]["publicKeys"].list ?? []).compactMap { $0["keyData"].string }
    let spec = HostSpec(
      id: machine.id, hostname: profile["computerName"].string ?? "vm",
      users: [HostUser(profile["adminUsername"].string ?? "azureuser", keys: keys, password: machine.password)],
      userData: machine.customData, system: catalogueImage(of: applied)?.system)
    let interface = primaryInterface(of: applied).flatMap { resources[$0.key]?.applied }
    return WantedHost(
      spec: spec, isRunning: power == .running, boots: machine.boots,
      door: interface.map(door) ?? .silent, address: interface.flatMap(publicAddress))
  }

  /// SSH from the operator's machine goes the way of any packet from the internet: public address, groups, and a route back.
  private func door(_ interface: [String: Value]) -> LoginBehaviour.Door {
    guard publicAddress(of: interface) != nil, let place = place(of: interface),
      routing(of: place.subnet, place.blocks).leadsToInternet
    else { return .silent }
    return filters(of: interface, at: place).allSatisfy { SSHDoor.isOpen($0.inbound, at: place.address) }
      ? .open : .silent
  }
}
