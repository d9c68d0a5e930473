import Basics
import FlyingSocks
import Glibc

/// A part of 127.0.0.0/8 that this lab alone uses for public addresses: claimed by a bound socket, free again when the process ends.
final class LoopbackNetwork: Sendable {
  /// `127.X.0.0/16`.
  let block: IPNetwork
  private let claim: Socket

  private static let claimPort: UInt16 = 47117

  /// Takes a block, beginning with the one that the name suggests; 127.64 to 127.191 belong to hosts without a public address.
  init(name: String) throws(LabFailure) {
    let hash = name.utf8.reduce(UInt32(5381)) { ($0 &* 33) ^ UInt32($1) }
    for offset in 0..<63 {
      let octet = 192 + (hash &+ UInt32(offset)) % 63
      if let socket = Self.claim("127.\(octet).255.254") {
        block = IPNetwork(address: IPAddress(family: .v4, number: UInt128(0x7F00_0000 | octet << 16)), prefix: 16)
        claim = socket
        return
      }
    }
    throw .noLoopbackNetwork
  }

  private static func claim(_ address: String) -> Socket? {
    guard let socket = try? Socket(domain: AF_INET, type: .stream) else { return nil }
    do {
      try socket.bind(to: .inet(ip4: address, port: claimPort))
      return socket
    } catch {
      try? socket.close()
      return nil
    }
  }

  func release() { try? claim.close() }

  /// Addresses `127.X.N.1` and on, with documentation addresses inside the fabric.
  func pool(_ number: Int, inside text: String) -> AddressPool {
    guard let outside = block.host(number << 8), let inside = IPNetwork(text) else {
      preconditionFailure("a pool's addresses are written right")
    }
    return AddressPool(outside: IPNetwork(address: outside, prefix: 24), inside: inside)
  }
}
