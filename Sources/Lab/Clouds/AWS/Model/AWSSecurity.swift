import Basics

struct AWSSecurityGroup: Sendable {
  var id: String
  var name: String
  var description: String
  var vpc: String
  var rules: [AWSSecurityRule]

  var isDefault: Bool { name == "default" }
}

/// One rule with one peer: what `DescribeSecurityGroupRules` lists.
struct AWSSecurityRule: Hashable, Sendable {
  enum Peer: Hashable, Sendable {
    case v4(IPNetwork)
    case v6(IPNetwork)
    case group(String)
  }

  var id: String
  var isEgress: Bool
  /// `tcp`, `udp`, `icmp`, `-1`, or a protocol number.
  var transport: String
  var fromPort: Int
  var toPort: Int
  var peer: Peer
  var description: String?

  /// Equal but for id and description: a duplicate.
  func isSame(as other: AWSSecurityRule) -> Bool {
    isEgress == other.isEgress && transport == other.transport && fromPort == other.fromPort
      && toPort == other.toPort && peer == other.peer
  }
}

struct AWSKeyPair: Sendable {
  var id: String
  var name: String
  /// The OpenSSH line, `ssh-ed25519 AAAA...`.
  var publicKey: String
  var fingerprint: String
  var type: String
}
