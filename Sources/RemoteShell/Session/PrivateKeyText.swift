import Basics

/// What can be told of a private key by its text, without decrypting it.
package struct PrivateKeyText: Hashable, Sendable {
  /// The SSH name of the key's type (`ssh-ed25519`, `ssh-rsa`); empty when the text does not tell.
  package var type: String
  package var isEncrypted: Bool

  /// `nil` when the text is no private key.
  package init?(_ text: String) {
    guard let begin = text.firstRange(of: "-----BEGIN "), let end = text[begin.upperBound...].firstRange(of: "-----")
    else {
      return nil
    }
    switch text[begin.upperBound..<end.lowerBound] {
    case "OPENSSH PRIVATE KEY":
      guard let content = Self.openSSH(text[end.upperBound...]) else { return nil }
      self = content
    case "RSA PRIVATE KEY": self.init(type: "ssh-rsa", isEncrypted: text.contains("ENCRYPTED"))
    case "EC PRIVATE KEY": self.init(type: "ecdsa", isEncrypted: text.contains("ENCRYPTED"))
    case "DSA PRIVATE KEY": self.init(type: "ssh-dss", isEncrypted: text.contains("ENCRYPTED"))
    case "ENCRYPTED PRIVATE KEY": self.init(type: "", isEncrypted: true)
    case "PRIVATE KEY": self.init(type: Self.pkcs8(text[end.upperBound...]), isEncrypted: false)
    default: return nil
    }
  }

  private init(type: String, isEncrypted: Bool) {
    self.type = type
    self.isEncrypted = isEncrypted
  }

  /// `openssh-key-v1`: cipher, key derivation, its options, number of keys, public keys (PROTOCOL.key of OpenSSH).
  private static func openSSH(_ rest: Substring) -> PrivateKeyText? {
    guard let bytes = body(rest) else { return nil }
    let magic = Array("openssh-key-v1\0".utf8)
    guard bytes.starts(with: magic) else { return nil }
    var reader = WireReader(bytes.dropFirst(magic.count))
    guard let cipher = reader.string(), reader.string() != nil, reader.string() != nil, reader.number() != nil,
      let blob = reader.string(), let type = HostKey.type(of: blob)
    else { return nil }
    return PrivateKeyText(type: type, isEncrypted: !cipher.elementsEqual("none".utf8))
  }

  /// The algorithm's object identifier stands near the beginning (RFC 5958).
  private static func pkcs8(_ rest: Substring) -> String {
    guard let bytes = body(rest)?.prefix(32) else { return "" }
    let rsaEncryption: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
    return bytes.firstRange(of: rsaEncryption) == nil ? "" : "ssh-rsa"
  }

  private static func body(_ rest: Substring) -> [UInt8]? {
    Base64.decode(rest.prefix { $0 != "-" }.filter { !$0.isWhitespace })
  }
}
