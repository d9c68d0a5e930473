import Basics

/// The least work that turns one kernel state into another, as text for `ip -batch`, `tc -batch` and `nft -f`.
///
/// Order: devices and namespaces that go; namespaces that come, with their switches set before any device is there; wires; then each
/// namespace on its own, where additions come in the order in which the kernel can accept them.
package struct KernelChange: Hashable, Sendable {
  /// What one namespace is told.
  package struct SpaceChange: Hashable, Sendable {
    /// Devices of a router that were just made: they answer for others (proxy ARP), at once instead of at random within 0.8 s.
    package var newPorts: [String] = []
    /// `ip` lines that may find nothing to remove.
    package var removals: [String] = []
    /// `ip` lines that must all succeed.
    package var additions: [String] = []
    /// `ip` lines that a machine may refuse, because of what its root did to the devices: its routes.
    package var offers: [String] = []
    package var tc: [String] = []
    /// A whole `nft -f` file, or empty.
    package var nft = ""

    package var isEmpty: Bool {
      newPorts.isEmpty && removals.isEmpty && additions.isEmpty && offers.isEmpty && tc.isEmpty && nft.isEmpty
    }
  }

  package private(set) var removedWires: [KernelState.PairEnd] = []
  package private(set) var removedSpaces: [String] = []
  package private(set) var addedSpaces: [(name: String, role: KernelState.Role)] = []
  /// `link add` lines, run outside of any namespace of the fabric.
  package private(set) var addedWires: [String] = []
  /// Ports of bridges that were just connected at both ends, by namespace, sorted.
  package private(set) var newBridgePorts: [(space: String, ports: [String])] = []
  /// Devices of machines that were just plugged into a bridge with an address: their neighbours may know another one by it.
  package private(set) var newNeighbours: [(space: String, device: String, hardwareAddress: String)] = []
  /// By namespace, sorted.
  package private(set) var spaces: [(name: String, change: SpaceChange)] = []

  package var isEmpty: Bool {
    removedWires.isEmpty && removedSpaces.isEmpty && addedSpaces.isEmpty && addedWires.isEmpty && spaces.isEmpty
  }

  package init(from old: KernelState, to new: KernelState) {
    var left = old
    removeWires(&left, wanted: new)
    removeSpaces(&left, wanted: new)
    for (name, space) in new.spaces.sorted(by: { $0.key < $1.key }) where left.spaces[name] == nil {
      addedSpaces.append((name, space.role))
      left.spaces[name] = KernelState.Space(space.role)
    }
    var newDevices: [String: [String]] = [:]
    for (name, pair) in new.pairs.sorted(by: { $0.key < $1.key }) where left.pairs[name] == nil {
      addedWires.append("link add name \(Self.end(pair.first)) type veth peer name \(Self.end(pair.second))")
      for end in [pair.first, pair.second] { newDevices[end.space, default: []].append(end.device) }
      noteNeighbour(pair, in: new)
    }
    for (name, space) in new.spaces.sorted(by: { $0.key < $1.key }) {
      let isNew = old.spaces[name] == nil || addedSpaces.contains { $0.name == name }
      let ups = (isNew ? ["lo"] : []) + newDevices[name, default: []]
      let change = SpaceChange(from: left.spaces[name] ?? KernelState.Space(space.role), to: space, newDevices: ups)
      if !change.isEmpty { spaces.append((name, change)) }
      if space.role == .bridge, let ports = newDevices[name] { newBridgePorts.append((name, ports.sorted())) }
    }
  }

  private mutating func removeWires(_ left: inout KernelState, wanted: KernelState) {
    for (name, pair) in left.pairs.sorted(by: { $0.key < $1.key }) where wanted.pairs[name] != pair {
      left.pairs[name] = nil
      for end in [pair.first, pair.second] { left.spaces[end.space]?.lose(end.device) }
      // With its namespace the device goes anyway; one end is enough.
      removedWires.append(pair.first)
    }
  }

  private mutating func removeSpaces(_ left: inout KernelState, wanted: KernelState) {
    for (name, space) in left.spaces.sorted(by: { $0.key < $1.key }) where wanted.spaces[name]?.role != space.role {
      left.spaces[name] = nil
      removedSpaces.append(name)
    }
  }

  private mutating func noteNeighbour(_ pair: KernelState.Pair, in new: KernelState) {
    let end = pair.second
    guard new.spaces[pair.first.space]?.role == .bridge, let address = end.hardwareAddress,
      new.spaces[end.space]?.addresses.contains(where: { $0.device == end.device }) == true
    else { return }
    newNeighbours.append((end.space, end.device, address))
  }

  private static func end(_ end: KernelState.PairEnd) -> String {
    let address = end.hardwareAddress.map { " address \($0)" } ?? ""
    return "\(end.device)\(address) netns \(end.space)"
  }

  package static func == (left: KernelChange, right: KernelChange) -> Bool { left.script == right.script }
  package func hash(into hasher: inout Hasher) { hasher.combine(script) }
}
