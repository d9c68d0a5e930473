package import Basics
internal import Crypto

/// An ed25519 key pair (RFC 8032), for SSH host keys.
package struct Ed25519Key: Sendable {
  /// The length of the seed, which is the private key, in bytes.
  package static let seedLength = 32

  /// The private key of RFC 8032 §5.1.5.
  package let seed: [UInt8]
  /// 32 bytes.
  package let publicKey: [UInt8]

  /// The pair that belongs to a seed; `nil` unless it has 32 bytes.
  package init?(seed: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
    self.seed = seed
    publicKey = Array(key.publicKey.rawRepresentation)
  }

  /// A new pair.
  package static func generate(random: some RandomSource) -> Ed25519Key {
    guard let key = Ed25519Key(seed: random.bytes(seedLength)) else {
      preconditionFailure("every 32 bytes are an ed25519 seed")
    }
    return key
  }

  /// A signature of 64 bytes; `Crypto` may add randomness, so that two signatures of one message may differ.
  package func signature(for message: [UInt8]) -> [UInt8] {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
      let signature = try? key.signature(for: message)
    else { preconditionFailure("a key that was read once signs every message") }
    return Array(signature)
  }

  /// Whether `signature` was made over `message` by the owner of `publicKey`.
  package static func isValid(_ signature: [UInt8], for message: [UInt8], publicKey: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
    return key.isValidSignature(signature, for: message)
  }
}
