import Basics

import struct FoundationEssentials.Date

struct EnterpriseNetwork: Sendable {
  enum Phase: Hashable, Sendable { case creating, active, deleting, gone }

  var id: String
  var name: String
  var description: String
  var created: Date
  var phase: Timeline<Phase>
  var tags: [ResourceTag]
}

/// A CCN or a VPC that hangs on a Basic transit router, by the classic calls.
struct ChildAttachment: Sendable {
  enum Phase: String, Hashable, Sendable {
    case attaching = "Attaching", attached = "Attached", detaching = "Detaching", gone
  }

  /// `CEN/CHILD`.
  var id: String
  var cen: String
  var child: String
  /// `CCN` or `VPC`.
  var type: String
  var region: String
  var created: Date
  var phase: Timeline<Phase>
}

struct TransitRouter: Sendable {
  enum Phase: String, Hashable, Sendable { case creating = "Creating", active = "Active", deleting = "Deleting", gone }
  enum Kind: String, Hashable, Sendable { case enterprise = "Enterprise", basic = "Basic" }

  var id: String
  var kind: Kind
  var cen: String
  /// A region's id, or a CCN's on the side of CEN.
  var region: String
  var name: String
  var description: String
  var created: Date
  var phase: Timeline<Phase>
  /// The one route table that an Enterprise router is born with.
  var systemTable: String
  var tags: [ResourceTag]
  /// Came with a classic attachment and goes with the last one.
  var isAutomatic: Bool
}

/// A VPC on an Enterprise transit router, or a connection of it to another region's router.
struct TransitRouterAttachment: Sendable {
  enum Phase: String, Hashable, Sendable {
    case attaching = "Attaching", attached = "Attached", detaching = "Detaching", modifying = "Modifying", gone
  }

  enum Link: Hashable, Sendable {
    case network(vpc: String, zones: [ZoneMapping])
    case peer(router: String, region: String, bandwidth: PeerBandwidth)
  }

  struct ZoneMapping: Hashable, Sendable {
    var zone: String
    var vSwitch: String
    var interface: String
  }

  var id: String
  var cen: String
  var router: String
  var region: String
  var link: Link
  var publishesRoutes: Bool
  var name: String
  var description: String
  var created: Date
  var phase: Timeline<Phase>
  var tags: [ResourceTag]
  var options: [String: String] = [:]
}

/// What a cross-region connection was given to carry.
enum PeerBandwidth: Hashable, Sendable {
  /// 1 kbit/s, free.
  case test
  /// Mbit/s out of a plan.
  case plan(String, Int)
  /// Mbit/s, paid by traffic.
  case byTraffic(Int)
}

/// A route table's tie to an attachment: association (which table routes its packets) or propagation (which table learns from it).
struct RouteTableTie: Sendable {
  enum Phase: Hashable, Sendable { case rising, active, falling, gone }

  /// `TABLE/ATTACHMENT`.
  var id: String
  var table: String
  var attachment: String
  var phase: Timeline<Phase>
}

/// A prepaid bandwidth plan between two areas.
struct BandwidthPackage: Sendable {
  var id: String
  var name: String
  var description: String
  var bandwidth: Int
  var areaA: AlibabaCatalogue.Area
  var areaB: AlibabaCatalogue.Area
  var order: String
  var cen: String?
  var created: Date
  var ends: Date
  var tags: [ResourceTag]
  var isLocked = false

  /// `asia-pacific_china`.
  var span: String { [areaA.rawValue, areaB.rawValue].sorted().joined(separator: "_") }

  func connects(_ left: AlibabaCatalogue.Area, _ right: AlibabaCatalogue.Area) -> Bool {
    Set([areaA, areaB]) == Set([left, right])
  }
}

/// The bandwidth between two Basic transit routers.
struct RegionLimit: Sendable {
  /// `CEN/LOCAL/OPPOSITE`, the two in order of their names.
  var id: String
  var cen: String
  var local: String
  var opposite: String
  var bandwidth: Int
  var package: String
}
