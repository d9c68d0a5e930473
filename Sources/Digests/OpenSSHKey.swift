internal import Basics

/// The texts in which OpenSSH keeps ed25519 keys (`PROTOCOL.key` and `sshd(8)` of OpenSSH; RFC 4251, RFC 8709).
package enum OpenSSHKey {
  private static let kind = "ssh-ed25519"

  /// The private key file, not encrypted, as `ssh-keygen -t ed25519 -N ''` writes it.
  ///
  /// The same key and comment give the same text: the check number, random in `ssh-keygen`, comes from the public key.
  package static func privateKey(_ key: Ed25519Key, comment: String) -> String {
    let check = Array(Hash.sha256(key.publicKey).prefix(4))
    var secret = check + check + wire(kind) + wire(key.publicKey) + wire(key.seed + key.publicKey) + wire(comment)
    var padding: UInt8 = 1
    while secret.count % 8 != 0 {
      secret.append(padding)
      padding += 1
    }
    let content =
      Array("openssh-key-v1\0".utf8) + wire("none") + wire("none") + wire("") + number(1)
      + wire(publicBlob(key.publicKey)) + wire(secret)
    let lines =
      ["-----BEGIN OPENSSH PRIVATE KEY-----"] + folded(Base64.encode(content)) + ["-----END OPENSSH PRIVATE KEY-----"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The public line `ssh-ed25519 AAAA... comment`, without a line break.
  package static func publicLine(_ publicKey: [UInt8], comment: String = "") -> String {
    let line = "\(kind) \(Base64.encode(publicBlob(publicKey)))"
    return comment.isEmpty ? line : "\(line) \(comment)"
  }

  /// `SHA256:` and the unpadded base64 of a public key blob's SHA-256, as `ssh-keygen -l` shows it for a key of any kind.
  package static func fingerprint(blob: [UInt8]) -> String {
    "SHA256:" + String(Base64.encode(Hash.sha256(blob)).prefix { $0 != "=" })
  }

  package static func fingerprint(_ publicKey: [UInt8]) -> String { fingerprint(blob: publicBlob(publicKey)) }

  /// The public key as it travels in the SSH protocol (RFC 8709 §4).
  package static func publicBlob(_ publicKey: [UInt8]) -> [UInt8] { wire(kind) + wire(publicKey) }

  private static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func wire(_ bytes: [UInt8]) -> [UInt8] { number(bytes.count) + bytes }

  private static func wire(_ text: String) -> [UInt8] { wire(Array(text.utf8)) }

  private static func folded(_ text: String) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      lines.append(String(rest.prefix(70)))
      rest = rest.dropFirst(70)
    }
    return lines
  }
}
