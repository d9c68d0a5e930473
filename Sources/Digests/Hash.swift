internal import Crypto

/// Hash functions over bytes and texts (texts as UTF-8).
package enum Hash {
  /// SHA-256 of FIPS 180-4: 32 bytes.
  package static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var hasher = SHA256()
    hasher.update(data: Array(bytes))
    return Array(hasher.finalize())
  }

  package static func sha256(_ text: String) -> [UInt8] { sha256(text.utf8) }

  /// SHA-256 as 64 lower-case hex digits.
  package static func sha256Hex(_ bytes: some Sequence<UInt8>) -> String { Hex.encode(sha256(bytes)) }

  package static func sha256Hex(_ text: String) -> String { sha256Hex(text.utf8) }

  /// SHA-1 of FIPS 180-4: 20 bytes; only where a protocol asks for it, never for trust.
  package static func sha1(_ bytes: some Sequence<UInt8>) -> [UInt8] { Array(Insecure.SHA1.hash(data: Array(bytes))) }

  /// MD5 of RFC 1321: 16 bytes; only where a protocol asks for it, never for trust.
  package static func md5(_ bytes: some Sequence<UInt8>) -> [UInt8] { Array(Insecure.MD5.hash(data: Array(bytes))) }
}

/// SHA-256 over pieces that arrive one after another.
package struct SHA256Stream {
  private var hasher = SHA256()

  package init() {}

  package mutating func update(_ bytes: some Sequence<UInt8>) { hasher.update(data: Array(bytes)) }

  /// The digest of everything so far; more may follow.
  package func digest() -> [UInt8] { Array(hasher.finalize()) }
}
