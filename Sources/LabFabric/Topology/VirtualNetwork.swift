package import Basics

/// A VPC, a VNet or any other private network: subnets, route tables and a router.
///
/// The router sees every packet, also within one subnet, unless the subnet is switched.
package struct VirtualNetwork: Hashable, Sendable {
  package var id: String
  /// The network's own address blocks; an address inside them that nobody has is dropped, whatever the route tables say.
  package var blocks: [IPNetwork]
  package var subnets: [Subnet]
  package var routeTables: [RouteTable]
  /// The table of subnets and links that name none.
  package var mainRouteTable: String?
  /// Whether the network is attached to the internet: needed for `RouteTarget.internet` and public addresses.
  package var hasInternetGateway: Bool
  /// Addresses that can move between interfaces (HaVip, secondary addresses): each is a /32 route to its present holder.
  package var floatingAddresses: [FloatingAddress]

  package init(
    id: String, blocks: [IPNetwork], subnets: [Subnet], routeTables: [RouteTable] = [], mainRouteTable: String? = nil,
    hasInternetGateway: Bool = false, floatingAddresses: [FloatingAddress] = []
  ) {
    self.id = id
    self.blocks = blocks
    self.subnets = subnets
    self.routeTables = routeTables
    self.mainRouteTable = mainRouteTable
    self.hasInternetGateway = hasInternetGateway
    self.floatingAddresses = floatingAddresses
  }
}

/// An address block within a network; its first host address is the gateway unless one is given.
package struct Subnet: Hashable, Sendable {
  package var id: String
  package var block: IPNetwork
  /// The router's address, or, in a switched subnet, also a machine's own or a floating one: then the router is not in the subnet.
  package var gateway: IPAddress?
  /// `nil`: the network's main table.
  package var routeTable: String?
  /// Whether machines reach each other directly, as in a LAN: a route inside a machine may lead over a neighbour's address.
  ///
  /// Filters and checks hold for direct packets too. An address that nobody has does not answer, as in a LAN.
  package var isSwitched: Bool

  package init(
    id: String, block: IPNetwork, gateway: IPAddress? = nil, routeTable: String? = nil, isSwitched: Bool = false
  ) {
    self.id = id
    self.block = block
    self.gateway = gateway
    self.routeTable = routeTable
    self.isSwitched = isSwitched
  }
}

extension VirtualNetwork {
  /// Whether the network's router is in a subnet: always, except where a machine is the gateway of a switched one.
  func hasRouter(in subnet: Subnet, among interfaces: some Sequence<NetworkInterface>) -> Bool {
    guard subnet.isSwitched, let gateway = subnet.gateway else { return true }
    return !floatingAddresses.contains { $0.address == gateway }
      && !interfaces.contains { $0.network == id && $0.subnet == subnet.id && $0.address == gateway }
  }
}

/// A route table of a network: the network's own blocks are always local and need no entry.
package struct RouteTable: Hashable, Sendable {
  package var id: String
  package var routes: [Route]

  package init(id: String, routes: [Route] = []) {
    self.id = id
    self.routes = routes
  }
}

/// One entry of a route table of a network or a router; of two with the same destination the later one holds.
package struct Route: Hashable, Sendable {
  package var destination: IPNetwork
  package var target: RouteTarget

  package init(_ destination: IPNetwork, to target: RouteTarget) {
    self.destination = destination
    self.target = target
  }
}

/// Where a route leads.
package enum RouteTarget: Hashable, Sendable {
  /// A network interface of the same network, by id; a blackhole while it is missing or plugged into nothing. Networks only.
  case interface(String)
  /// The other end of a link of this network or router, by `Link.id`; a blackhole while the link is missing.
  case link(String)
  /// The machine at the other end of a tunnel, by `Tunnel.id`; a blackhole while the router's end is down. Routers only.
  case tunnel(String)
  /// The internet gateway; a blackhole while the network has none.
  case internet
  case blackhole
}

/// An address held by one of several interfaces of a network, and movable without the machines' help.
package struct FloatingAddress: Hashable, Sendable {
  package var address: IPAddress
  /// The holder's `NetworkInterface.id`; `nil`: nobody, packets to it are dropped.
  package var holder: String?

  package init(_ address: IPAddress, holder: String?) {
    self.address = address
    self.holder = holder
  }
}
