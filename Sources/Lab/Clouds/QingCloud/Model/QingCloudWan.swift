import Basics

import struct FoundationEssentials.Date

extension QingCloudState {
  /// An SD-WAN network (连接云网): carries what its access points announce, and nothing else.
  struct WanNet: Sendable {
    var id: String
    var name: String
    /// Where the vCPEs dial to.
    var address: AddressPool.Pair
  }

  /// An access point (接入点) with its vCPE on a host, which may stand in any cloud.
  struct WanAccess: Sendable {
    var id: String
    var name: String
    var net: String
    var serial: String
    var machine: String
    var device: String
    var created: Date
    var routes: [WanRoute] = []
    /// The routes in force: those at the last application.
    var applied: [WanRoute] = []
    /// What the host was told last, and what it has done.
    var told: Setting?
    var done: Setting?

    /// What the vCPE has to set up, for one boot of its host.
    struct Setting: Hashable, Sendable {
      var boot: Int32
      var hops: [IPNetwork: IPAddress]
    }
  }

  /// A static route of an access point.
  struct WanRoute: Hashable, Sendable {
    var id: String
    var name: String
    var network: IPNetwork
    /// A router behind the vCPE; `nil`: the network is the vCPE's own.
    var hop: IPAddress?
    var isAnnounced: Bool
  }
}
