/// An IPv4 or IPv6 address as a number of 32 or 128 bits.
package struct IPAddress: Hashable, Sendable, Comparable {
  package enum Family: Int, Hashable, Sendable, Comparable {
    case v4 = 32
    case v6 = 128
    package var bits: Int { rawValue }
    package static func < (left: Family, right: Family) -> Bool { left.rawValue < right.rawValue }
  }

  package let family: Family
  package let number: UInt128

  package init(family: Family, number: UInt128) {
    self.family = family
    self.number = number
  }

  /// Reads dotted decimal (four parts, no leading zeros, RFC 6943 §3.1.1 strict) or RFC 4291 text.
  package init?(_ text: some StringProtocol) {
    if text.contains(":") { self.init(v6: String(text)) } else { self.init(v4: String(text)) }
  }

  private init?(v4 text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var number: UInt128 = 0
    for part in parts {
      guard let octet = Self.octet(part) else { return nil }
      number = number << 8 | UInt128(octet)
    }
    self.init(family: .v4, number: number)
  }

  private static func octet(_ part: Substring) -> UInt8? {
    guard part.utf8.allSatisfy({ (48...57).contains($0) }), part.count == 1 || part.first != "0" else { return nil }
    return UInt8(part)
  }

  private init?(v6 text: String) {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2, let head = Self.groups(halves[0]) else { return nil }
    var groups = head
    if halves.count == 2 {
      guard let tail = Self.groups(halves[1]), head.count + tail.count <= 7 else { return nil }
      groups += Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }
    guard groups.count == 8 else { return nil }
    self.init(family: .v6, number: groups.reduce(0) { $0 << 16 | UInt128($1) })
  }

  private static func groups(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    var result: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, part.contains("."), let v4 = IPAddress(v4: String(part)) {
        result += [UInt16(truncatingIfNeeded: v4.number >> 16), UInt16(truncatingIfNeeded: v4.number)]
      } else {
        guard (1...4).contains(part.count), let group = UInt16(part, radix: 16), part.first != "+" else { return nil }
        result.append(group)
      }
    }
    return result
  }

  package static func < (left: IPAddress, right: IPAddress) -> Bool {
    (left.family, left.number) < (right.family, right.number)
  }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted decimal, or RFC 5952 canonical IPv6 text.
  package var description: String {
    switch family {
    case .v4: (0..<4).map { String(UInt8(truncatingIfNeeded: number >> (24 - 8 * $0))) }.joined(separator: ".")
    case .v6: canonicalV6
    }
  }

  private var canonicalV6: String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: number >> (112 - 16 * $0)) }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > best.count, end - start > 1 { best = start..<end }
      start = max(end, start + 1)
    }
    let hex = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
    return best.isEmpty ? hex(groups[...]) : "\(hex(groups[..<best.lowerBound]))::\(hex(groups[best.upperBound...]))"
  }
}

/// A CIDR block: an address with a prefix length.
///
/// The host bits are kept; `network` clears them.
package struct IPNetwork: Hashable, Sendable {
  package let address: IPAddress
  package let prefix: Int

  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(parts[0]), let prefix = Int(parts[1]),
      parts[1].utf8.allSatisfy({ (48...57).contains($0) }), parts[1].count == 1 || parts[1].first != "0",
      prefix <= address.family.bits
    else { return nil }
    self.init(address: address, prefix: prefix)
  }

  package init(address: IPAddress, prefix: Int) {
    precondition((0...address.family.bits).contains(prefix), "a prefix length fits its address family")
    self.address = address
    self.prefix = prefix
  }

  /// The block with its host bits cleared: `10.1.2.3/24` is `10.1.2.0/24`.
  package var network: IPNetwork {
    IPNetwork(address: IPAddress(family: address.family, number: address.number & mask), prefix: prefix)
  }

  package var isCanonical: Bool { network == self }

  /// The last address of the block.
  package var last: IPAddress { IPAddress(family: address.family, number: network.address.number | hostMask) }

  package func contains(_ other: IPAddress) -> Bool {
    other.family == address.family && other.number & mask == address.number & mask
  }

  package func contains(_ other: IPNetwork) -> Bool { other.prefix >= prefix && contains(other.address) }

  package func overlaps(_ other: IPNetwork) -> Bool {
    contains(other.network.address) || other.contains(network.address)
  }

  /// The address number `index` of the block; a negative index counts from the end (-1 is the last); `nil` outside the block.
  package func host(_ index: Int) -> IPAddress? {
    let magnitude = UInt128(index.magnitude)
    guard magnitude <= hostMask else { return index < 0 && magnitude == hostMask + 1 ? network.address : nil }
    let base = network.address.number
    return IPAddress(
      family: address.family, number: index < 0 ? (base | hostMask) - (magnitude - 1) : base + magnitude)
  }

  private var hostMask: UInt128 {
    let bits = address.family.bits - prefix
    return bits == 128 ? .max : (1 << UInt128(bits)) - 1
  }

  private var mask: UInt128 { (address.family == .v4 ? UInt128(UInt32.max) : .max) & ~hostMask }
}

extension IPNetwork: CustomStringConvertible {
  package var description: String { "\(address)/\(prefix)" }
}
