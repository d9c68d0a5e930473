package import Basics

/// The lab's public addresses: each is one loopback address outside and one documentation address (RFC 5737) inside the fabric.
package struct AddressPool: Hashable, Sendable {
  /// A public address as the API reports it and as the fabric's internet knows it.
  package struct Pair: Hashable, Sendable {
    /// `127.x.y.z`: where the host's SSH answers on this machine.
    package var outside: IPAddress
    package var inside: IPAddress
  }

  private let outside: IPNetwork
  private let inside: IPNetwork
  private let last: Int
  private var taken: Set<Int> = []

  init(outside: IPNetwork, inside: IPNetwork, last: Int = 254) {
    self.outside = outside
    self.inside = inside
    self.last = last
  }

  /// The block in which the addresses are inside the fabric.
  var insideBlock: IPNetwork { inside }

  /// The `number`-th part of it with that prefix, for machines that stand in one network; its first address is left to the router.
  func part(_ number: Int, prefix: Int) -> AddressPool {
    let size = 1 << (32 - prefix)
    guard let outer = outside.host(number * size), let inner = inside.host(number * size) else {
      preconditionFailure("a pool has room for its parts")
    }
    var part = AddressPool(
      outside: IPNetwork(address: outer, prefix: prefix), inside: IPNetwork(address: inner, prefix: prefix),
      last: size - 2)
    part.taken = [1]
    return part
  }

  /// The lowest free address; `nil` when all are taken.
  mutating func take() -> Pair? {
    guard let index = (1...last).first(where: { !taken.contains($0) }) else { return nil }
    taken.insert(index)
    return pair(index)
  }

  /// Frees an address, by either of its sides.
  mutating func release(_ address: IPAddress) {
    guard
      let index = taken.first(where: { index in
        pair(index).map { $0.outside == address || $0.inside == address } ?? false
      })
    else { return }
    taken.remove(index)
  }

  func inside(of address: IPAddress) -> IPAddress? {
    taken.lazy.compactMap { pair($0) }.first { $0.outside == address }?.inside
  }

  private func pair(_ index: Int) -> Pair? {
    guard let out = outside.host(index), let inner = inside.host(index) else { return nil }
    return Pair(outside: out, inside: inner)
  }
}
