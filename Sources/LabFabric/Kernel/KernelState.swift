package import Basics

/// What the kernel should hold: namespaces with their links, addresses, routes, rules, firewall and shapers.
///
/// A pure value between `Topology` and the commands: compiled from the one, compared by `KernelChange` to make the other. Each value
/// knows what disappears with what: a link takes its addresses and routes at both ends with it.
package struct KernelState: Hashable, Sendable {
  /// By namespace name.
  package var spaces: [String: Space] = [:]
  /// Pairs of virtual Ethernet devices, by a name of their own.
  package var pairs: [String: Pair] = [:]

  package init() {}

  package struct Pair: Hashable, Sendable {
    package var first: PairEnd
    package var second: PairEnd
  }

  package struct PairEnd: Hashable, Sendable {
    package var space: String
    package var device: String
    package var hardwareAddress: String?

    package init(_ space: String, _ device: String, hardwareAddress: String? = nil) {
      self.space = space
      self.device = device
      self.hardwareAddress = hardwareAddress
    }
  }

  /// Which kernel switches a namespace starts with.
  package enum Role: String, Hashable, Sendable {
    case router, machine
    /// One bridge, with every device of the namespace as its port.
    case bridge
  }

  package struct Space: Hashable, Sendable {
    package var role: Role
    /// By device name.
    package var vxlans: [String: Vxlan] = [:]
    package var addresses: Set<Address> = []
    package var routes: [RouteKey: RouteWay] = [:]
    package var rules: Set<Rule> = []
    /// The ruleset of the table `ip lab`; empty: no table.
    package var firewall = ""
    /// By device name.
    package var shapers: [String: Bandwidth] = [:]
    /// Devices that are left as they are plugged in: down.
    package var idle: Set<String> = []

    package init(_ role: Role) { self.role = role }
  }

  package struct Vxlan: Hashable, Sendable {
    package var number: Int
    package var local: IPAddress
    package var remote: IPAddress
    package var device: String
  }

  package struct Address: Hashable, Sendable {
    package var device: String
    package var network: IPNetwork
    package var isLinkScope: Bool

    package init(_ network: IPNetwork, on device: String, isLinkScope: Bool = false) {
      self.device = device
      self.network = network
      self.isLinkScope = isLinkScope
    }
  }

  package struct RouteKey: Hashable, Sendable {
    /// 254: the main table.
    package var table: UInt32
    package var destination: IPNetwork

    package init(table: UInt32, destination: IPNetwork) {
      self.table = table
      self.destination = destination
    }
  }

  package enum RouteWay: Hashable, Sendable {
    case device(String)
    case gateway(IPAddress, device: String, source: IPAddress?)
    case blackhole

    package var device: String? {
      switch self {
      case .device(let name), .gateway(_, let name, _): name
      case .blackhole: nil
      }
    }
  }

  /// Packets that come in by a device look into a table of their own.
  package struct Rule: Hashable, Sendable {
    package var device: String
    package var table: UInt32

    package init(device: String, table: UInt32) {
      self.device = device
      self.table = table
    }
  }

  package static let mainTable: UInt32 = 254
  /// The bridge's own device in a namespace of this role.
  package static let bridge = "br0"
}

extension KernelState.Space {
  /// Sets a route; one for IPv6 is left out, since the lab's packets are IPv4.
  package mutating func route(
    _ destination: IPNetwork, _ way: KernelState.RouteWay, table: UInt32 = KernelState.mainTable
  ) {
    guard destination.address.family == .v4 else { return }
    routes[KernelState.RouteKey(table: table, destination: destination.network)] = way
  }

  /// What is left when the kernel has taken away a device.
  package mutating func lose(_ device: String) {
    vxlans[device] = nil
    for (name, vxlan) in vxlans where vxlan.device == device { lose(name) }
    addresses = addresses.filter { $0.device != device }
    routes = routes.filter { $0.value.device != device }
    shapers[device] = nil
    idle.remove(device)
  }
}
