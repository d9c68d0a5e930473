package import Basics

/// A router between networks: a transit router of a region, a CCN, a transit gateway.
///
/// It forwards only what its routes name.
package struct Router: Hashable, Sendable {
  package var id: String
  package var routes: [Route]
  /// The address to which devices dial.
  ///
  /// `nil`: no way to the internet, and unknown destinations get an ICMP error. Given (CCN): a default route to the internet, and
  /// private ranges are dropped silently unless routed.
  package var publicAddress: IPAddress?

  package init(id: String, routes: [Route] = [], publicAddress: IPAddress? = nil) {
    self.id = id
    self.routes = routes
    self.publicAddress = publicAddress
  }
}

/// A connection between two routing domains.
///
/// It carries only what the routes at both ends send into it.
package struct Link: Hashable, Sendable {
  package enum End: Hashable, Sendable {
    case network(String)
    case router(String)
  }

  package var id: String
  package var from: End
  package var to: End
  /// Both directions; `nil`: not shaped.
  package var bandwidth: Bandwidth?

  package init(id: String, from: End, to: End, bandwidth: Bandwidth? = nil) {
    self.id = id
    self.from = from
    self.to = to
    self.bandwidth = bandwidth
  }
}

/// A rate in bits per second.
///
/// ICMP has a small class of its own beside it, so that a ping crosses even a link of 1 kbit/s, the test bandwidth of a cross-region
/// connection.
package struct Bandwidth: Hashable, Sendable {
  package var bitsPerSecond: Int

  package init(bitsPerSecond: Int) { self.bitsPerSecond = bitsPerSecond }

  package static func kilobits(_ count: Int) -> Bandwidth { Bandwidth(bitsPerSecond: count * 1000) }
  package static func megabits(_ count: Int) -> Bandwidth { Bandwidth(bitsPerSecond: count * 1_000_000) }
}

/// The tunnel of a vCPE device to its cloud connect network; each end exists on its own.
///
/// The machine's end comes with a successful join of the deploy script (`DeviceAPI`), the router's end with the binding of the device's
/// gateway to the CCN. The machine must send first and keep sending (its security group is stateful): the deploy script's keepalive does.
package struct Tunnel: Hashable, Sendable {
  package var id: String
  /// The vCPE.
  package var machine: String
  /// The WAN device inside the machine, `eth0`; its interface needs a public address, and there is no tunnel while it is not configured.
  package var device: String
  /// The CCN; needs a public address.
  package var router: String
  package var isUpAtMachine: Bool
  package var isUpAtRouter: Bool
  /// What the machine sends into the tunnel: the prefixes learned from the cloud.
  package var machineRoutes: [IPNetwork]

  package init(
    id: String, machine: String, device: String = "eth0", router: String, isUpAtMachine: Bool = true,
    isUpAtRouter: Bool = true, machineRoutes: [IPNetwork] = []
  ) {
    self.id = id
    self.machine = machine
    self.device = device
    self.router = router
    self.isUpAtMachine = isUpAtMachine
    self.isUpAtRouter = isUpAtRouter
    self.machineRoutes = machineRoutes
  }
}
