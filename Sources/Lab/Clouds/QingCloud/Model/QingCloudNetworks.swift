import Basics

import struct FoundationEssentials.Date

extension QingCloudState {
  /// A private network: a switch, with addresses once it has joined a VPC's router.
  struct Vxnet: Sendable {
    var id: String
    var name: String
    var isManaged: Bool
    var mode: Int
    var created: Date
    var description = ""
    var membership: Membership?

    /// Its place at a router.
    struct Membership: Hashable, Sendable {
      var router: String
      var network: IPNetwork
      var gateway: IPAddress
      var first: IPAddress
      var last: IPAddress
      var features: Int
      var since: Date
      /// The router's own NIC in it.
      var nic: String
    }
  }

  /// A VPC, which this cloud calls a router.
  struct VPC: Sendable {
    var id: String
    var name: String
    var network: IPNetwork
    var type: Int
    var group: String
    var status: String
    var created: Date
    var description = ""
    /// The statics in force: those at the last update.
    var applied: [RouterStatic] = []
  }

  /// A rule of a VPC's router, in force after an update.
  struct RouterStatic: Hashable, Sendable {
    /// The console's route push: no published number; this one is the lab's own.
    static let routePush = 11
    static let portForwarding = 1
    static let dhcpOption = 3

    var id: String
    var name: String
    var type: Int
    var router: String
    var vxnet: String
    /// `val1` first; for route push: instance or nothing, target network, route IP.
    var values: [String]
    var isDisabled = false
    var created: Date
  }

  /// A routing table of vxnets, in force after an update.
  struct RoutingTable: Sendable {
    var id: String
    var name: String
    var kind: Int
    var created: Date
    var vxnets: [String] = []
    var rules: [RoutingRule] = []
    var applied: [RoutingRule] = []
  }

  struct RoutingRule: Hashable, Sendable {
    var id: String
    var name: String
    var network: IPNetwork
    /// An id, or an address.
    var hop: String
    /// 2: router, 3: address.
    var hopType: Int
    var isDisabled = false
    /// Came with a vxnet of this id, and goes with it.
    var ownOf: String?
  }

  /// A network interface; its id is its hardware address.
  struct NIC: Sendable {
    var id: String
    var name: String
    var vxnet: String
    var address: IPAddress?
    var instance: String?
    /// Came with the instance, by `RunInstances` or `JoinVxnet`: set up by DHCP, and goes with it.
    var isPrimary = false
    /// The number of its device in the guest.
    var sequence = 0
    var created: Date
    var since: Date
  }

  /// A public address.
  struct EIP: Sendable {
    var id: String
    var name: String
    var address: IPAddress
    var bandwidth: Int
    var billing: String
    var instance: String?
    var created: Date
    var description = ""
  }
}
