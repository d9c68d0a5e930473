import Basics

import struct FoundationEssentials.Date

struct AlibabaVpc: Sendable {
  enum Phase: String, Hashable, Sendable { case pending = "Pending", available = "Available", gone }

  var id: String
  var name: String
  var description: String
  var region: String
  var block: IPNetwork
  var router: String
  var table: String
  var created: Date
  var phase: Timeline<Phase>
  var tags: [ResourceTag]
  var entries: [RouteEntry] = []

  struct RouteEntry: Hashable, Sendable {
    enum Hop: Hashable, Sendable {
      case instance(String)
      case interface(String)
      /// A `TransitRouterAttachment.id`.
      case attachment(String)
      case haVip(String)
    }

    var id: String
    var destination: IPNetwork
    var hop: Hop
    var name: String
    var description: String
    var created: Date
  }
}

struct VSwitch: Sendable {
  var id: String
  var name: String
  var description: String
  var vpc: String
  var zone: String
  var block: IPNetwork
  var created: Date
  var phase: Timeline<AlibabaVpc.Phase>
  var tags: [ResourceTag]
}

struct ECSSecurityGroup: Sendable {
  var id: String
  var name: String
  var description: String
  var type: String
  var vpc: String
  var region: String
  var created: Date
  var tags: [ResourceTag]
  var rules: [ECSSecurityRule] = []
}

struct ECSSecurityRule: Hashable, Sendable {
  enum Peer: Hashable, Sendable {
    case block(IPNetwork)
    case group(String)
  }

  var id: String
  var isEgress: Bool
  /// `TCP`, `UDP`, `ICMP`, `GRE`, `ALL`.
  var transport: String
  /// `22/22`, `-1/-1`.
  var ports: String
  var peer: Peer
  var isAccept: Bool
  var priority: Int
  var nic: String
  var description: String
  var created: Date

  func isSame(as other: ECSSecurityRule) -> Bool {
    isEgress == other.isEgress && transport == other.transport && ports == other.ports && peer == other.peer
      && isAccept == other.isAccept && priority == other.priority
  }
}

struct ECSInstance: Sendable {
  enum Phase: String, Hashable, Sendable {
    case pending = "Pending", starting = "Starting", running = "Running", stopping = "Stopping", stopped = "Stopped"
  }

  var id: String
  var name: String
  var hostName: String
  var description: String
  var region: String
  var zone: String
  var image: String
  var type: String
  var vpc: String
  var vSwitch: String
  var groups: [String]
  var interface: String
  var address: IPAddress
  var publicAddress: IPAddress?
  var bandwidthOut: Int
  var chargeType: String
  var key: String?
  var password: String?
  var userData: String?
  var created: Date
  var ends: Date?
  var phase: Timeline<Phase>
  var tags: [ResourceTag]
  var boots = 1
  var isProtected: Bool
  var stoppedMode = ""
}

struct ECSKeyPair: Sendable {
  var name: String
  var region: String
  var publicKey: String
  var fingerprint: String
  var created: Date
  var tags: [ResourceTag]
}

/// One `RunCommand` with its outcome on each instance.
struct Invocation: Sendable {
  struct Outcome: Sendable {
    var instance: String
    /// `Running`, `Success`, `Failed`, `Timeout`, `Terminated`.
    var status = "Running"
    var exitCode = 0
    var output: [UInt8] = []
    var dropped = 0
    var errorCode = ""
    var errorInfo = ""
    var finished: Date?
  }

  var id: String
  var command: String
  var name: String
  var description: String
  var type: String
  var content: String
  var parameters: String
  var region: String
  var user: String
  var folder: String
  var timeout: Int
  var created: Date
  var tags: [ResourceTag]
  var outcomes: [Outcome]

  var status: String {
    if outcomes.contains(where: { $0.status == "Running" }) { return "Running" }
    if outcomes.allSatisfy({ $0.status == "Success" }) { return "Success" }
    return outcomes.allSatisfy { $0.status != "Success" } ? "Failed" : "PartialFailed"
  }
}

/// A purchase.
struct AlibabaOrder: Sendable {
  var id: String
  var product: String
  var region: String
  /// `Paid`, `Unpaid`, `Cancelled`.
  var payment: String
  var created: Date
  var paid: Date?
  var instance: String
  var ends: Date
  /// `ManualRenewal`, `AutoRenewal`, `NotRenewal`.
  var renewal = "ManualRenewal"
  var renewalMonths = 0
  /// Made when the order is paid.
  var pending: Purchase?

  enum Purchase: Sendable {
    case gateway(SmartAccessGateway)
    case package(BandwidthPackage)
  }
}
