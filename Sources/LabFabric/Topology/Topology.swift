package import Basics

/// Everything that the lab's network should be right now: a plain value that the emulated clouds compute and `Fabric.apply` makes real.
///
/// Ids are the clouds' own (`vpc-0a1b`, `eni-7`, `/subscriptions/...`) and only need to be unique within their list. A change is made by
/// handing in the whole new value; the fabric finds the difference. References to things that are not there are errors
/// (`Topology.problems`), never ignored, except that a route to a missing or detached interface is a blackhole, as in the clouds.
/// Packets are IPv4; IPv6 blocks, routes and peers may be given and have no effect.
package struct Topology: Hashable, Sendable {
  /// Virtual networks, each a router of its own: VPC, VNet, vxnet, the public network of an edge cloud.
  package var networks: [VirtualNetwork]
  /// Network interfaces: ENI, NIC.
  package var interfaces: [NetworkInterface]
  /// The network side of every machine; a machine can have its network long before or after it runs (`Fabric.startHost`).
  package var machines: [Machine]
  /// Routers between networks: transit routers, CCNs, transit gateways, hubs.
  package var routers: [Router]
  /// Attachments and connections: network-router, router-router, network-network.
  package var links: [Link]
  /// Tunnels from a machine (vCPE) to a router (CCN).
  package var tunnels: [Tunnel]

  package init(
    networks: [VirtualNetwork] = [], interfaces: [NetworkInterface] = [], machines: [Machine] = [],
    routers: [Router] = [],
    links: [Link] = [], tunnels: [Tunnel] = []
  ) {
    self.networks = networks
    self.interfaces = interfaces
    self.machines = machines
    self.routers = routers
    self.links = links
    self.tunnels = tunnels
  }
}

/// A machine's place in the network: its interfaces in the order of its devices.
///
/// What root of the machine adds to it (addresses, routes, rules) is left alone by later changes of the topology.
package struct Machine: Hashable, Sendable {
  package var id: String
  /// Devices inside the machine; `eth0` first: it gets the default route.
  package var devices: [Device]
  /// Routes that the network gives to the machine, as by DHCP; those that lead to no subnet of a configured device have no effect.
  package var pushedRoutes: [PushedRoute]

  package struct Device: Hashable, Sendable {
    /// At most 15 characters: `eth0`.
    package var name: String
    /// The `NetworkInterface.id` that is plugged in.
    package var interface: String
    /// Whether the machine's default route goes this way (by DHCP, in a cloud).
    package var hasDefaultRoute: Bool
    /// `false`: plugged in, but down and without an address until root of the machine brings it up.
    package var isConfigured: Bool

    package init(
      name: String = "eth0", interface: String, hasDefaultRoute: Bool = true, isConfigured: Bool = true
    ) {
      self.name = name
      self.interface = interface
      self.hasDefaultRoute = hasDefaultRoute
      self.isConfigured = isConfigured
    }
  }

  /// A route by DHCP (RFC 3442).
  package struct PushedRoute: Hashable, Sendable {
    package var destination: IPNetwork
    package var gateway: IPAddress

    package init(_ destination: IPNetwork, via gateway: IPAddress) {
      self.destination = destination
      self.gateway = gateway
    }
  }

  package init(id: String, devices: [Device], pushedRoutes: [PushedRoute] = []) {
    self.id = id
    self.devices = devices
    self.pushedRoutes = pushedRoutes
  }
}
