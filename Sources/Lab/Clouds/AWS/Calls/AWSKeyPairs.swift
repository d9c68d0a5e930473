import Basics
import Digests

extension AWSState {
  static func noKey(_ name: String) -> ServiceError {
    ServiceError("InvalidKeyPair.NotFound", "The key pair '\(name)' does not exist")
  }

  /// Makes an ed25519 pair; EC2's other kind, RSA, is not emulated and says so.
  mutating func createKeyPair(_ call: APICall) throws(ServiceError) -> XMLValue {
    guard call["KeyType"] == "ed25519", call["KeyFormat"] ?? "pem" == "pem" else {
      throw ServiceError(
        "UnsupportedOperation", "The lab makes key pairs of KeyType ed25519 and KeyFormat pem only; import an RSA key.")
    }
    let name = call["KeyName"] ?? ""
    let key = Ed25519Key.generate(random: core.random)
    let pair = try addKey(
      name: name, line: OpenSSHKey.publicLine(key.publicKey, comment: name),
      fingerprint: Base64.encode(Hash.sha256(OpenSSHKey.publicBlob(key.publicKey))), type: "ed25519", call)
    return keyItem(pair, material: OpenSSHKey.privateKey(key, comment: name)).adding(["tagSet": tagSet(pair.id)])
  }

  mutating func importKeyPair(_ call: APICall) throws(ServiceError) -> XMLValue {
    let line = Base64.decode(call["PublicKeyMaterial"] ?? "").map { String(decoding: $0, as: UTF8.self) } ?? ""
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, let blob = Base64.decode(words[1]), !blob.isEmpty,
      ["ssh-ed25519", "ssh-rsa"].contains(words[0])
    else { throw ServiceError("InvalidKey.Format", "Key is not in valid OpenSSH public key format") }
    let type = words[0] == "ssh-rsa" ? "rsa" : "ed25519"
    let fingerprint =
      type == "rsa"
      ? Hash.md5(blob).map { Hex.encode([$0]) }.joined(separator: ":") : Base64.encode(Hash.sha256(blob))
    let pair = try addKey(
      name: call["KeyName"] ?? "", line: words.joined(separator: " "), fingerprint: fingerprint, type: type, call)
    return [
      "keyFingerprint": .text(pair.fingerprint), "keyName": .text(pair.name), "keyPairId": .text(pair.id),
      "tagSet": tagSet(pair.id),
    ]
  }

  private mutating func addKey(
    name: String, line: String, fingerprint: String, type: String, _ call: APICall
  ) throws(ServiceError) -> AWSKeyPair {
    if here.keys[name] != nil {
      throw ServiceError("InvalidKeyPair.Duplicate", "The keypair already exists")
    }
    let pair = AWSKeyPair(
      id: core.ids.amazon("key"), name: name, publicKey: line, fingerprint: fingerprint, type: type)
    here.keys[name] = pair
    tag(pair.id, as: "key-pair", from: call)
    core.created("key-pair", pair.id, name: name)
    return pair
  }

  func describeKeyPairs(_ call: APICall) throws(ServiceError) -> XMLValue {
    let ids = call.parameters.list("KeyPairId")
    for id in ids where !here.keys.all.contains(where: { $0.id == id }) { throw Self.noKey(id) }
    for name in call.parameters.list("KeyName") where !isVisibleKey(name) { throw Self.noKey(name) }
    let names = call.parameters.list("KeyName")
    var rows: [AWSKeyPair] = []
    for pair in here.keys.all
    where isVisibleKey(pair.name) && (names.isEmpty || names.contains(pair.name))
      && (ids.isEmpty || ids.contains(pair.id))
    {
      let isMet = try matches(pair, id: pair.id, call) { pair, filter in
        switch filter {
        case "key-name": [pair.name]
        case "key-pair-id": [pair.id]
        case "fingerprint": [pair.fingerprint]
        default: nil
        }
      }
      if isMet { rows.append(pair) }
    }
    let withKey = call.flag("IncludePublicKey") == true
    return [
      "keySet": .items(
        rows.map {
          keyItem($0, material: nil).adding([
            "keyType": .text($0.type), "publicKey": withKey ? .text($0.publicKey) : .nothing, "tagSet": tagSet($0.id),
          ])
        })
    ]
  }

  private func isVisibleKey(_ name: String) -> Bool { here.keys[name].map { core.isVisible($0.id) } ?? false }

  private func keyItem(_ pair: AWSKeyPair, material: String?) -> XMLValue {
    [
      "keyPairId": .text(pair.id), "keyName": .text(pair.name), "keyFingerprint": .text(pair.fingerprint),
      "keyMaterial": .optional(material),
    ]
  }

  mutating func deleteKeyPair(_ call: APICall) throws(ServiceError) -> XMLValue {
    let found = here.keys.all.first { $0.name == call["KeyName"] || $0.id == call["KeyPairId"] }
    guard let found else { return ["return": true] }
    here.keys[found.name] = nil
    core.deleted(found.id)
    return ["return": true, "keyPairId": .text(found.id)]
  }
}
