import Basics
import LabFabric

import struct FoundationEssentials.Date

/// What exists in Edge Node Service: small data centres (nodes) of the carriers, each with instances that stand directly on the internet.
///
/// An instance has two interfaces: `eth0` in the node's public network, with a public address of its own and the default route, and `eth1` in a
/// private network. Both are switched: machines of one node reach each other directly.
struct EdgeCloud: Sendable {
  var networks = Table<EdgeNetwork>()
  var switches = Table<EdgeSwitch>()
  var groups = Table<EdgeSecurityGroup>()
  var instances = Table<EdgeInstance>()
  var keys = Table<EdgeKeyPair>()
  /// What the ENS team has prepared by ticket.
  var ranges: [EdgeRange] = []
  /// The public addresses of each node, by its id.
  var addresses: [String: AddressPool]

  init(addresses: AddressPool) {
    self.addresses = Dictionary(
      EdgeCatalogue.nodes.enumerated().map { ($1.id, addresses.part($0, prefix: EdgeCatalogue.publicPrefix)) }
    ) { first, _ in first }
  }

  /// The node's part of the range that was prepared last; `nil` where none is prepared.
  func prepared(on node: String) -> IPNetwork? { ranges.reversed().lazy.compactMap { $0.parts[node] }.first }

  /// Whether that network is the node's part of some range: one that was given back reaches nobody.
  func isPrepared(_ block: IPNetwork, on node: String) -> Bool { ranges.contains { $0.parts[node] == block } }

  func nextChange(after now: Date) -> Date? {
    var dates = networks.all.map { $0.phase.next(after: now) } + switches.all.map { $0.phase.next(after: now) }
    dates += instances.all.map { $0.phase.next(after: now) }
    return dates.compactMap { $0 }.min()
  }
}

/// A private network on one node, made by `CreateNetwork`.
struct EdgeNetwork: Sendable {
  var id: String
  var name: String
  var description: String
  var node: String
  var block: IPNetwork
  var table: String
  var created: Date
  var phase: Timeline<AlibabaVpc.Phase>
  var tags: [ResourceTag]
}

struct EdgeSwitch: Sendable {
  var id: String
  var name: String
  var description: String
  /// `EdgeNetwork.id`.
  var network: String
  var node: String
  var block: IPNetwork
  var created: Date
  var phase: Timeline<AlibabaVpc.Phase>
  var tags: [ResourceTag]
}

/// A firewall for instances of any node.
struct EdgeSecurityGroup: Sendable {
  var id: String
  var name: String
  var description: String
  var created: Date
  var rules: [ECSSecurityRule] = []
}

struct EdgeKeyPair: Sendable {
  var name: String
  var id: String
  var publicKey: String
  var fingerprint: String
  var created: Date
}

/// A big private range that the ENS team split among nodes, after a ticket: no two nodes share an address.
struct EdgeRange: Hashable, Sendable {
  var block: IPNetwork
  /// By node.
  var parts: [String: IPNetwork]
}

struct EdgeInstance: Sendable {
  /// Where its private interface stands.
  enum Place: Hashable, Sendable {
    /// A vSwitch of a network of the account's own.
    case vSwitch(String)
    /// The node's part of a prepared range, as it was when the instance was made.
    case range(IPNetwork)
    /// Neither: an address that reaches nobody.
    case alone
  }

  var id: String
  var name: String
  var hostName: String
  var node: String
  var carrier: String
  var image: String
  var type: String
  var place: Place
  var privateAddress: IPAddress
  /// As the API reports it; a loopback address of this machine.
  var publicAddress: IPAddress?
  var privateInterface: String
  var publicInterface: String
  var bandwidth: Int
  var diskSize: Int
  var groups: [String]
  var isPrepaid: Bool
  var key: String?
  var password: String?
  var userData: String?
  var isProtected: Bool
  var tags: [ResourceTag]
  var created: Date
  /// An order is taken before its instances are listed.
  var listed: Date
  var ends: Date?
  var phase: Timeline<ECSInstance.Phase>
  var boots = 1
}
