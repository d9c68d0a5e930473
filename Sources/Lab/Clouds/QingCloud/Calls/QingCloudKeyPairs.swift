import Basics

extension QingCloudState {
  func keyPair(_ id: String) throws(ServiceError) -> KeyPair {
    guard let key = here.keys[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return key
  }

  func describeKeyPairs(_ call: APICall) throws(ServiceError) -> Value {
    let rows = try select(here.keys, call, ids: "keypairs", name: \.name).filter {
      call["encrypt_method"] ?? $0.method == $0.method
    }
    return try page(call, "keypair_set", rows.map { row($0, isVerbose: call.number("verbose") == 1) })
  }

  private func row(_ key: KeyPair, isVerbose: Bool) -> Value {
    var row: [String: Value] = [
      "keypair_id": .string(key.id), "keypair_name": .string(key.name), "encrypt_method": .string(key.method),
      "pub_key": .string(key.publicKey), "description": .string(key.description), "create_time": stamp(key.created),
      "tags": tagRows(key.id), "owner": .string(core.accountID),
    ]
    if isVerbose { row["instance_ids"] = .list(users(of: key.id).map(Value.string)) }
    return .object(row)
  }

  private func users(of key: String) -> [String] {
    here.instances.all.filter { $0.isThere && $0.keys.contains(key) }.map(\.id)
  }

  /// Takes over a public key; the vendor's own keys are RSA and DSA, which the lab does not make.
  mutating func createKeyPair(_ call: APICall) throws(ServiceError) -> Value {
    let method = call["encrypt_method"] ?? "ssh-rsa"
    guard ["ssh-rsa", "ssh-dss"].contains(method) else { throw QingCloudError.illegal("encrypt method", method) }
    switch call["mode"] ?? "system" {
    case "user": break
    case "system": throw QingCloudError.denied("the lab makes no keys of its own: give a public key with mode user")
    case let mode: throw QingCloudError.illegal("mode", mode)
    }
    guard let line = call["public_key"] else { throw QingCloudError.missing("public_key") }
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, words[0].hasPrefix("ssh-") || words[0].hasPrefix("ecdsa-"),
      Base64.decode(words[1]).map({ !$0.isEmpty }) == true
    else { throw QingCloudError.illegal("public key", line) }
    let id = core.ids.qingCloud("kp")
    let name = call["keypair_name"] ?? ""
    here.keys[id] = KeyPair(
      id: id, name: name, method: method, publicKey: words.joined(separator: " "), created: core.now)
    core.created("keypair", id, name: name)
    return ["keypair_id": .string(id)]
  }

  mutating func modifyKeyPair(_ call: APICall) throws(ServiceError) -> Value {
    let id = try keyPair(call["keypair"] ?? "").id
    here.keys.change(id) {
      $0.name = call["keypair_name"] ?? $0.name
      $0.description = call["description"] ?? $0.description
    }
    return ["keypair_id": .string(id)]
  }

  mutating func deleteKeyPairs(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("keypairs")
    for id in ids where try !users(of: keyPair(id).id).isEmpty { throw QingCloudError.inUse("keypair", id) }
    for id in ids {
      here.keys[id] = nil
      forgetTags(of: id)
      core.deleted(id)
    }
    return ["keypairs": .list(ids.map(Value.string))]
  }
}
