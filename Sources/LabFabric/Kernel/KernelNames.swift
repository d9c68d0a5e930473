package import Basics

/// Names and numbers that the kernel needs, made from the clouds' ids: always the same for the same id, in every process.
package enum KernelNames {
  package static let internet = "internet"
  /// A router's or a network's device towards the internet.
  package static let uplink = "inet"
  /// The two addresses inside every tunnel: the router's and the machine's.
  package static let tunnelRouter = IPAddress(family: .v4, number: 0xA9FE_FE01)
  package static let tunnelMachine = IPAddress(family: .v4, number: 0xA9FE_FE02)

  /// `vpc.vpc-0a1b`, or with a digest for an id that is no file name.
  package static func space(_ kind: String, _ id: String) -> String {
    let isPlain =
      id.utf8.count <= 60 && !id.isEmpty
      && id.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
      }
    return isPlain ? "\(kind).\(id)" : "\(kind)..\(digest(id))"
  }

  /// At most 12 characters, as an interface name allows 15.
  package static func device(_ letter: String, _ id: String) -> String { letter + digest(id) }

  /// A routing table's number, above those that mean something to the kernel.
  package static func table(_ id: String) -> UInt32 { 1000 + UInt32(truncatingIfNeeded: hash(id) & 0x3FFF_FFFF) }

  /// An address for each namespace that routes, out of 100.64.0.0/10 (RFC 6598), no two the same.
  ///
  /// Neighbours use it as next hop, and ICMP errors carry it, so that a traceroute tells the routers apart.
  package static func routerAddresses(_ spaces: [String]) -> [String: IPAddress] {
    var taken = Set<UInt64>()
    return spaces.sorted().reduce(into: [:]) { result, space in
      var number = hash(space) & 0x3F_FFFF
      while !taken.insert(number).inserted { number = (number + 1) & 0x3F_FFFF }
      result[space] = IPAddress(family: .v4, number: 0x6440_0000 | UInt128(number))
    }
  }

  /// A VXLAN network identifier.
  package static func vxlanNumber(_ id: String) -> Int { Int(hash(id) & 0xFF_FFFF) }

  /// Eleven characters of base 32.
  static func digest(_ id: String) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    var rest = hash(id)
    return String(
      (0..<11).map { _ in
        defer { rest >>= 5 }
        return alphabet[Int(rest & 31)]
      })
  }

  /// FNV-1a with the final mix of SplitMix64, so that short ids that differ in their last digit differ everywhere.
  static func hash(_ text: String) -> UInt64 {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
