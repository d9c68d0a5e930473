import Basics
import Digests

/// A public host key: its type and its blob in SSH wire form (RFC 4253 §6.6).
package struct HostKey: Hashable, Sendable {
  package var type: String
  package var blob: [UInt8]

  package init(type: String, blob: [UInt8]) {
    self.type = type
    self.blob = blob
  }

  /// Reads `ssh-ed25519 AAAA... comment`; `nil` when it is no such line or the blob is of another type than it says.
  package init?(line: some StringProtocol) {
    let words = line.split { $0 == " " || $0 == "\t" || $0.isNewline }
    guard words.count >= 2, let blob = Base64.decode(words[1]), let type = Self.type(of: blob), type == words[0] else {
      return nil
    }
    self.init(type: type, blob: blob)
  }

  /// Every key of a text with one key a line, other lines aside.
  package static func list(_ text: String) -> [HostKey] {
    text.split(whereSeparator: \.isNewline).compactMap { HostKey(line: $0) }
  }

  /// The keys that cloud-init printed on the console, between `BEGIN SSH HOST KEY KEYS` and `END SSH HOST KEY KEYS`.
  ///
  /// The last such block counts: a console log may hold several boots.
  package static func console(_ text: String) -> [HostKey] {
    guard let begin = text.lastIndex(of: "BEGIN SSH HOST KEY KEYS") else { return [] }
    let block = text[begin...]
    let end = block.firstRange(of: "END SSH HOST KEY KEYS")?.lowerBound ?? block.endIndex
    return block[..<end].split(whereSeparator: \.isNewline).compactMap { line in
      // A console line may begin with a time stamp or a kernel prefix.
      line.firstRange(of: "ssh-ed25519 ").flatMap { HostKey(line: line[$0.lowerBound...]) }
        ?? line.firstRange(of: "ecdsa-sha2-").flatMap { HostKey(line: line[$0.lowerBound...]) }
    }
  }

  /// `SHA256:` and the unpadded base64 of the blob's digest, as OpenSSH prints it.
  package var fingerprint: String { OpenSSHKey.fingerprint(blob: blob) }

  /// The `type base64` form of known_hosts and authorized_keys.
  package var line: String { "\(type) \(Base64.encode(blob))" }

  /// The first string of a key blob, which names its type.
  static func type(of blob: some Collection<UInt8>) -> String? {
    var reader = WireReader(blob)
    return reader.string().map { String(decoding: $0, as: UTF8.self) }
  }
}

extension StringProtocol {
  /// The start of the last occurrence of `text`.
  fileprivate func lastIndex(of text: String) -> Index? {
    var last: Index?
    var rest = self[startIndex...]
    while let range = rest.firstRange(of: text) {
      last = range.lowerBound
      rest = rest[range.upperBound...]
    }
    return last
  }
}
