package import Basics
internal import Crypto

/// Authenticated encryption with AES-256-GCM (NIST SP 800-38D).
package struct SealingKey: Sendable {
  /// The length of a key in bytes.
  package static let length = 32
  /// The length of a nonce in bytes.
  package static let nonceLength = 12
  private static let tagLength = 16

  private let key: SymmetricKey

  /// A key of 32 bytes; `nil` for any other length.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    key = SymmetricKey(data: bytes)
  }

  /// Encrypts under a fresh nonce.
  ///
  /// `context` is authenticated but not part of the result: what was sealed for one place cannot be moved to another.
  /// - Returns: nonce (12 bytes), ciphertext, tag (16 bytes), one behind the other.
  package func seal(_ message: [UInt8], context: [UInt8] = [], random: some RandomSource) throws(SealingError)
    -> [UInt8]
  {
    try seal(message, context: context, nonce: random.bytes(Self.nonceLength))
  }

  /// Encrypts under a given nonce, which must never be used twice with one key.
  package func seal(_ message: [UInt8], context: [UInt8] = [], nonce: [UInt8]) throws(SealingError) -> [UInt8] {
    do {
      let box = try AES.GCM.seal(
        message, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: context)
      return nonce + Array(box.ciphertext) + Array(box.tag)
    } catch { throw .badNonce }
  }

  /// Decrypts what `seal` gave; fails when the key, the context or a single bit differs.
  package func open(_ sealed: [UInt8], context: [UInt8] = []) throws(SealingError) -> [UInt8] {
    guard sealed.count >= Self.nonceLength + Self.tagLength else { throw .notAuthentic }
    do {
      let box = try AES.GCM.SealedBox(combined: sealed)
      return Array(try AES.GCM.open(box, using: key, authenticating: context))
    } catch { throw .notAuthentic }
  }
}

package enum SealingError: Error, Sendable, Hashable {
  /// The nonce does not have 12 bytes.
  case badNonce
  /// Another key or context, or the sealed bytes were changed.
  case notAuthentic
}
