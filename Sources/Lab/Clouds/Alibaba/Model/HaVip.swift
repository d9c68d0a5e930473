import Basics

import struct FoundationEssentials.Date

/// A private address that moves between the instances associated with it: whichever of them announces it last holds it.
struct HaVip: Sendable {
  enum Phase: String, Hashable, Sendable {
    case creating = "Creating", available = "Available", deleting = "Deleting", gone
  }

  /// An instance that may hold the address.
  struct Association: Sendable {
    enum Phase: Hashable, Sendable { case associating, associated, unassociating, gone }

    var instance: String
    var phase: Timeline<Phase>
  }

  var id: String
  var name: String
  var description: String
  var region: String
  var vpc: String
  var vSwitch: String
  var address: IPAddress
  var created: Date
  var phase: Timeline<Phase>
  var tags: [ResourceTag]
  /// `EcsInstance` or `NetworkInterface`, of all its associations; empty while there is none.
  var instanceType = ""
  var associations: [Association] = []
  /// The `ECSInstance.id` that announced the address last.
  var announcer: String?

  func isAssociated(_ instance: String, at now: Date) -> Bool {
    associations.contains { $0.instance == instance && $0.phase.phase(at: now) == .associated }
  }

  /// As `DescribeHaVips` shows it.
  func status(at now: Date) -> String {
    let own = phase.phase(at: now)
    guard own == .available else { return own.rawValue }
    let phases = Set(associations.map { $0.phase.phase(at: now) })
    if phases.contains(.associating) { return "Associating" }
    if phases.contains(.unassociating) { return "Unassociating" }
    return phases.contains(.associated) ? "InUse" : "Available"
  }

  /// When the next state changes by itself.
  func nextChange(after now: Date) -> Date? {
    ([phase.next(after: now)] + associations.map { $0.phase.next(after: now) }).compactMap { $0 }.min()
  }
}
