package import Basics

/// Names and numbers that the kernel needs, made from the clouds' ids: always the same for the same id, in every process.
package enum KernelNames {
  package static let internet = "internet"
  /// A router's or a network's device towards the internet.
  package static let uplink = "inet"
  /// The router's address inside every tunnel, `DeviceAPI.peerAddress`.
  package static let tunnelRouter = IPAddress(family: .v4, number: 0xA9FE_FE01)

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

  /// A locally administered hardware address, `02:...`: a machine that is restarted is known to its neighbours.
  package static func hardwareAddress(_ id: String) -> String {
    let number = hash(id)
    return (["02"] + (0..<5).map { pair(UInt8(truncatingIfNeeded: number >> (8 * $0))) }).joined(separator: ":")
  }

  private static func pair(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

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

  /// A number from 1 to 32767 for each tunnel, no two the same: its VXLAN network identifier.
  package static func tunnelNumbers(_ tunnels: [String]) -> [String: Int] {
    var taken: Set<UInt64> = [0]
    return tunnels.sorted().reduce(into: [:]) { result, tunnel in
      var number = hash(tunnel) & 0x7FFF
      while !taken.insert(number).inserted { number = (number + 1) & 0x7FFF }
      result[tunnel] = Int(number)
    }
  }

  /// The machine's address inside the tunnel of this number, out of 169.254.0.0/17.
  package static func tunnelMachine(_ number: Int) -> IPAddress {
    IPAddress(family: .v4, number: 0xA9FE_0000 | UInt128(number))
  }

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
