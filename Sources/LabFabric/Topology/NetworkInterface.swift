package import Basics

/// A network interface of a cloud (ENI, NIC): the only way from a machine into a network, and the place of every check.
package struct NetworkInterface: Hashable, Sendable {
  package var id: String
  /// `VirtualNetwork.id` and, in it, `Subnet.id`.
  package var network: String
  package var subnet: String
  package var address: IPAddress
  /// `nil`: one that is made from the id, `02:...`.
  package var hardwareAddress: String?
  /// Drops packets from the machine with a foreign source, and to the machine with a foreign destination: AWS source/destination check,
  /// Azure without IP forwarding.
  package var checksSourceAndDestination: Bool
  /// Each must let a packet pass; none at all: everything passes; several: Azure, subnet and NIC.
  package var filters: [SecurityFilter]
  package var publicAddress: PublicAddress

  package init(
    id: String, network: String, subnet: String, address: IPAddress, hardwareAddress: String? = nil,
    checksSourceAndDestination: Bool = false, filters: [SecurityFilter] = [], publicAddress: PublicAddress = .none
  ) {
    self.id = id
    self.network = network
    self.subnet = subnet
    self.address = address
    self.hardwareAddress = hardwareAddress
    self.checksSourceAndDestination = checksSourceAndDestination
    self.filters = filters
    self.publicAddress = publicAddress
  }
}

/// How an interface is known on the internet; takes effect only while its network has an internet gateway.
package enum PublicAddress: Hashable, Sendable {
  case none
  /// One-to-one NAT: EIP, Elastic IP, Azure public IP.
  case mapped(IPAddress)
  /// `NetworkInterface.address` is itself public: the public NIC of an edge node.
  case direct
}

/// The rules of one security group (or several, merged) or network security group, in the order in which they are tried.
///
/// Stateful: answers to what was let through pass. What no rule names is dropped.
package struct SecurityFilter: Hashable, Sendable {
  /// From the network to the machine; `peer` is the source.
  package var inbound: [SecurityRule]
  /// From the machine to the network; `peer` is the destination.
  package var outbound: [SecurityRule]

  package init(inbound: [SecurityRule], outbound: [SecurityRule]) {
    self.inbound = inbound
    self.outbound = outbound
  }
}

/// One rule: the first that matches decides.
package struct SecurityRule: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable { case accept, drop }

  package enum Traffic: Hashable, Sendable {
    case any
    /// `nil`: every port. Ports are destination ports.
    case tcp(ClosedRange<UInt16>?)
    case udp(ClosedRange<UInt16>?)
    case icmp
    /// Another protocol by number, 47 for GRE.
    case ip(UInt8)
  }

  package var verdict: Verdict
  package var traffic: Traffic
  /// Any of these; empty: nobody (a group without members); everybody is `0.0.0.0/0`.
  package var peers: [IPNetwork]
  /// What stands on the machine's side: its own address, or another for which it forwards; `nil`: anything.
  package var near: [IPNetwork]?

  package init(_ verdict: Verdict, _ traffic: Traffic, peers: [IPNetwork], near: [IPNetwork]? = nil) {
    self.verdict = verdict
    self.traffic = traffic
    self.peers = peers
    self.near = near
  }
}
