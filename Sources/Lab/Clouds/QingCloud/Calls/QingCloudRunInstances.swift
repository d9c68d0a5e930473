import Basics

import struct FoundationEssentials.Date

extension QingCloudState {
  /// What the instances of one call have in common.
  private struct Launch {
    var image: Image
    var type: String
    var cores: Int
    var memory: Int
    var keys: [String]
    var password: String?
    var userData: String?
    var place: (vxnet: Vxnet, address: IPAddress?)?
  }

  /// No two calls are the same: each starts instances of its own.
  mutating func runInstances(_ call: APICall) throws(ServiceError) -> Value {
    let launch = try launch(of: call)
    let count = try count(of: call)
    if count > 1, launch.place?.address != nil { throw QingCloudError.illegal("count", String(count)) }
    if let group = call["security_group"] { _ = try self.group(group) }
    if here.instances.all.count(where: \.isThere) + count > 64 { throw QingCloudError.quota }
    var ids: [String] = []
    for _ in 0..<count { ids.append(try add(launch, call)) }
    let group = call["security_group"]
    let job = begin(
      call, ids, busy: Set(ids), transition: "creating", seconds: 20,
      giveUp: { [ids] state in
        for id in ids { state.end(id, as: .ceased) }
      },
      finish: { [ids] state in
        for id in ids { state.run(id, group: group) }
      })
    return ["instances": .list(ids.map(Value.string)), "job_id": job]
  }

  private func launch(of call: APICall) throws(ServiceError) -> Launch {
    let id = call["image_id"] ?? ""
    guard let image = images.first(where: { $0.id == id }) else { throw QingCloudError.notFound(id) }
    let (type, cores, memory) = try size(of: call)
    let (keys, password) = try login(of: call)
    return Launch(
      image: image, type: type, cores: cores, memory: memory, keys: keys, password: password,
      userData: try userData(of: call), place: try place(of: call))
  }

  /// `cpu` and `memory` win over a type.
  private func size(of call: APICall) throws(ServiceError) -> (String, Int, Int) {
    if let cores = call.number("cpu"), let memory = call.number("memory") {
      guard QingCloudCatalogue.cores.contains(cores), QingCloudCatalogue.memories.contains(memory) else {
        throw QingCloudError.illegal("cpu or memory", "\(cores), \(memory)")
      }
      return ("c\(cores)m\(memory / 1024)", cores, memory)
    }
    guard let type = call["instance_type"] else { throw QingCloudError.missing("instance_type") }
    guard let size = QingCloudCatalogue.types[type] else { throw QingCloudError.illegal("instance type", type) }
    return (type, size.cores, size.memory)
  }

  private func login(of call: APICall) throws(ServiceError) -> (keys: [String], password: String?) {
    switch call["login_mode"] ?? "" {
    case "keypair":
      guard let id = call["login_keypair"] else { throw QingCloudError.missing("login_keypair") }
      return ([try keyPair(id).id], nil)
    case "passwd":
      guard let password = call["login_passwd"] else { throw QingCloudError.missing("login_passwd") }
      let kinds: [(Character) -> Bool] = [\.isUppercase, \.isLowercase, \.isNumber]
      guard password.count >= 8, kinds.allSatisfy({ password.contains(where: $0) }) else {
        throw QingCloudError.illegal("login password", "too weak")
      }
      return ([], password)
    case let mode: throw QingCloudError.illegal("login mode", mode)
    }
  }

  private func userData(of call: APICall) throws(ServiceError) -> String? {
    guard call.number("need_userdata") == 1 else { return nil }
    guard call["userdata_type"] == "plain" else {
      throw QingCloudError.illegal("userdata type", call["userdata_type"] ?? "")
    }
    guard let bytes = Base64.decode(call["userdata_value"] ?? "") else {
      throw QingCloudError.illegal("userdata value", "no base64")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// One vxnet: an instance is in at most one managed one by itself.
  private func place(of call: APICall) throws(ServiceError) -> (Vxnet, IPAddress?)? {
    let texts = call.parameters.list("vxnets")
    if texts.count > 1 { throw QingCloudError.denied("an instance can join only one managed vxnet") }
    return try texts.first.map(place)
  }

  private mutating func add(_ launch: Launch, _ call: APICall) throws(ServiceError) -> String {
    let id = core.ids.qingCloud("i")
    if let place = launch.place {
      let nic = try addNic(name: "", place.vxnet, wanted: place.address, besides: [])
      here.nics.change(nic) { ($0.instance, $0.isPrimary) = (id, true) }
    }
    here.instances[id] = Instance(
      id: id, name: call["instance_name"] ?? "", hostName: call["hostname"] ?? id, image: launch.image.id,
      type: launch.type, cores: launch.cores, memory: launch.memory, keys: launch.keys, password: launch.password,
      userData: launch.userData, kind: call.number("instance_class") ?? 0, created: core.now, since: core.now)
    core.created("instance", id, name: call["instance_name"] ?? "")
    return id
  }

  private mutating func run(_ id: String, group: String?) {
    let now = core.now
    let told = now.addingTimeInterval(core.pace.seconds(3))
    here.instances.change(id) {
      ($0.status, $0.since, $0.addressesSince) = (.running, now, told)
      $0.group = group
    }
    // A group that is given at the start is in force from the start.
    if let group { apply(group: group) }
  }
}
