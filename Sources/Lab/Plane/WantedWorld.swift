import Basics
import LabFabric

/// What the data plane has to be: the network, and the hosts with their power; computed from the clouds' states, never kept.
struct WantedWorld: Hashable, Sendable {
  var topology = Topology()
  var hosts: [String: WantedHost] = [:]

  mutating func add(_ other: WantedWorld) {
    topology.networks += other.topology.networks
    topology.interfaces += other.topology.interfaces
    topology.machines += other.topology.machines
    topology.routers += other.topology.routers
    topology.links += other.topology.links
    topology.tunnels += other.topology.tunnels
    hosts.merge(other.hosts) { _, new in new }
  }

  /// Leaves out tunnels of machines or devices that are not there (any more): a host may say what it likes when it joins.
  mutating func dropDanglingTunnels() {
    let devices = Dictionary(topology.machines.map { ($0.id, Set($0.devices.map(\.name))) }) { first, _ in first }
    topology.tunnels.removeAll { devices[$0.machine]?.contains($0.device) != true }
  }
}

/// A host as a cloud wants it now.
struct WantedHost: Hashable, Sendable {
  /// Without names, login address and door, which the plane fills in.
  var spec: HostSpec
  var isRunning: Bool
  /// Grows with each reboot.
  var boots: Int
  var door: LoginBehaviour.Door
  /// Where SSH answers: the public address as the API reports it; `nil` without one.
  var address: IPAddress?
}

/// Whether a security group lets in SSH from the operator, whose packets come from loopback in the lab.
enum SSHDoor {
  private static let client = IPAddress(family: .v4, number: 0x7F00_0001)

  /// - Parameter address: the interface's own, for rules that name it.
  static func isOpen(_ rules: [SecurityRule], at address: IPAddress? = nil) -> Bool {
    let first = rules.first { rule in
      covers(rule.traffic) && rule.peers.contains { $0.contains(client) } && isFor(address, rule)
    }
    return first?.verdict == .accept
  }

  private static func isFor(_ address: IPAddress?, _ rule: SecurityRule) -> Bool {
    guard let near = rule.near else { return true }
    return near.contains { block in address.map { block.contains($0) } ?? false }
  }

  private static func covers(_ traffic: SecurityRule.Traffic) -> Bool {
    switch traffic {
    case .any: true
    case .tcp(let ports): ports?.contains(22) ?? true
    case .udp, .icmp, .ip: false
    }
  }
}
