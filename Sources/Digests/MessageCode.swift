internal import Crypto

/// Message authentication codes of RFC 2104.
package enum MessageCode {
  /// HMAC-SHA256: 32 bytes.
  package static func sha256(key: [UInt8], _ message: some Sequence<UInt8>) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(message), using: SymmetricKey(data: key)))
  }

  package static func sha256(key: [UInt8], _ message: String) -> [UInt8] { sha256(key: key, message.utf8) }

  /// HMAC-SHA1: 20 bytes, for signatures of older cloud protocols.
  package static func sha1(key: [UInt8], _ message: some Sequence<UInt8>) -> [UInt8] {
    Array(HMAC<Insecure.SHA1>.authenticationCode(for: Array(message), using: SymmetricKey(data: key)))
  }

  package static func sha1(key: [UInt8], _ message: String) -> [UInt8] { sha1(key: key, message.utf8) }
}
