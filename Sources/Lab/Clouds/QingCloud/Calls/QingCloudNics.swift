import Basics

extension QingCloudState {
  func nic(_ id: String) throws(ServiceError) -> NIC {
    guard let nic = here.nics[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return nic
  }

  func describeNics(_ call: APICall) throws(ServiceError) -> Value {
    let (states, vxnets) = (call.choices("status"), call.parameters.list("vxnets"))
    let (kinds, instances) = (call.choices("vxnet_type"), call.parameters.list("instances"))
    let rows = try select(here.nics, call, ids: "nics", name: \.name).filter { nic in
      (call["nic_name"].map { nic.name.contains($0) } ?? true) && (vxnets.isEmpty || vxnets.contains(nic.vxnet))
        && (states.isEmpty || states.contains(status(of: nic)))
        && (instances.isEmpty || nic.instance.map { instances.contains($0) } ?? false)
        && (kinds.isEmpty || kinds.contains(here.vxnets[nic.vxnet]?.isManaged == true ? "1" : "0"))
    }
    return try page(call, "nic_set", rows.map(row))
  }

  private func status(of nic: NIC) -> String { nic.instance == nil ? "available" : "in-use" }

  private func row(_ nic: NIC) -> Value {
    [
      "nic_id": .string(nic.id), "nic_name": .string(nic.name), "status": .string(status(of: nic)),
      "instance_id": .string(nic.instance ?? ""), "vxnet_id": .string(nic.vxnet),
      "private_ip": .string(nic.address?.description ?? ""), "role": nic.isPrimary ? 1 : 0,
      "sequence": .integer(nic.sequence), "security_group": "", "eip": [:], "create_time": stamp(nic.created),
      "status_time": stamp(nic.since), "owner": .string(core.accountID),
    ]
  }

  /// No two calls are the same: each makes NICs of its own, unless an address is taken.
  mutating func createNics(_ call: APICall) throws(ServiceError) -> Value {
    let vxnet = try vxnet(call["vxnet"] ?? "")
    let count = try count(of: call, atMost: 252)
    let wanted = try call.parameters.list("private_ips").map { text throws(ServiceError) in
      guard let address = IPAddress(text), address.family == .v4 else {
        throw QingCloudError.illegal("ip address", text)
      }
      return address
    }
    if !wanted.isEmpty, wanted.count != count { throw QingCloudError.illegal("count", String(count)) }
    var rows: [Value] = []
    for index in 0..<count {
      let id = try addNic(
        name: call["nic_name"] ?? "", vxnet, wanted: wanted.isEmpty ? nil : wanted[index], besides: [])
      core.created("nic", id, name: call["nic_name"] ?? "")
      rows.append([
        "nic_id": .string(id), "private_ip": .string(here.nics[id]?.address?.description ?? ""),
      ])
    }
    return ["nics": .list(rows)]
  }

  /// A new NIC with the address that is wanted, else the lowest free one of the vxnet's range; its id.
  mutating func addNic(
    name: String, _ vxnet: Vxnet, wanted: IPAddress?, besides taken: Set<IPAddress>
  ) throws(ServiceError) -> String {
    let address = try freeAddress(in: vxnet, wanted: wanted, besides: taken)
    let id = core.ids.hardwareAddress()
    here.nics[id] = NIC(
      id: id, name: name, vxnet: vxnet.id, address: address, created: core.now, since: core.now)
    return id
  }

  private func freeAddress(
    in vxnet: Vxnet, wanted: IPAddress?, besides: Set<IPAddress>
  ) throws(ServiceError) -> IPAddress? {
    guard vxnet.isManaged else { return nil }
    guard let place = vxnet.membership else {
      throw QingCloudError.denied("vxnet [\(vxnet.id)] has not joined a router")
    }
    let taken = besides.union(here.nics.all.filter { $0.vxnet == vxnet.id }.compactMap(\.address))
    if let wanted {
      guard place.network.contains(wanted), wanted != place.network.network.address, wanted != place.network.last else {
        throw QingCloudError.illegal("ip address", "\(wanted)")
      }
      if taken.contains(wanted) || wanted == place.gateway {
        throw QingCloudError.denied("private ip [\(wanted)] is already in use")
      }
      return wanted
    }
    var number = place.first.number
    while number <= place.last.number {
      let address = IPAddress(family: .v4, number: number)
      if !taken.contains(address), address != place.gateway { return address }
      number += 1
    }
    throw ServiceError("5200", "InsufficientResources, no free private ip in vxnet [\(vxnet.id)]")
  }

  mutating func modifyNic(_ call: APICall) throws(ServiceError) -> Value {
    let nic = try nic(call["nic"] ?? "")
    var changed = nic
    changed.name = call["nic_name"] ?? nic.name
    if call["private_ip"] != nil || call["vxnet"] != nil {
      if nic.instance != nil || isBusy(nic.id) { throw QingCloudError.denied("nic [\(nic.id)] is not available") }
      let vxnet = try vxnet(call["vxnet"] ?? nic.vxnet)
      (changed.vxnet, changed.address) = (vxnet.id, nil)
      here.nics[nic.id] = changed
      changed.address = try freeAddress(in: vxnet, wanted: call.address("private_ip"), besides: [])
    }
    here.nics[nic.id] = changed
    return ["nic_id": .string(nic.id)]
  }

  mutating func deleteNics(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("nics")
    for id in ids where try nic(id).instance != nil || isBusy(id) { throw QingCloudError.inUse("nic", id) }
    for id in ids { removeNic(id) }
    return ["nics": .list(ids.map(Value.string))]
  }

  mutating func removeNic(_ id: String) {
    here.nics[id] = nil
    core.deleted(id)
  }

  // MARK: Attachment

  private func isBusy(_ nic: String) -> Bool { !transition(of: nic).isEmpty }

  /// To a running instance; inside it somebody has to bring the new device up.
  mutating func attachNics(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("nics")
    let instance = try settledInstance(call["instance"] ?? "")
    for id in ids where try nic(id).instance != nil || isBusy(id) {
      throw QingCloudError.denied("nic [\(id)] is not available")
    }
    guard instance.status == .running else {
      throw QingCloudError.denied("instance [\(instance.id)] is not running")
    }
    let job = begin(call, [instance.id] + ids, busy: Set(ids), transition: "attaching", seconds: 5) { state in
      for id in ids { state.plug(id, into: instance.id, isPrimary: false) }
    }
    return ["job_id": job]
  }

  /// Plugs a NIC into an instance as the first free device.
  mutating func plug(_ nic: String, into instance: String, isPrimary: Bool) {
    guard here.instances[instance]?.isThere == true else { return }
    let used = Set(here.nics.all.filter { $0.instance == instance }.map(\.sequence))
    let sequence = ((isPrimary ? 0 : 1)..<64).first { !used.contains($0) } ?? 0
    let now = core.now
    here.nics.change(nic) {
      ($0.instance, $0.sequence, $0.isPrimary, $0.since) = (instance, sequence, isPrimary, now)
    }
  }

  mutating func detachNics(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("nics")
    var instances: Set<String> = []
    for id in ids {
      let nic = try nic(id)
      guard let instance = nic.instance, !nic.isPrimary, !isBusy(id) else {
        throw QingCloudError.denied("nic [\(id)] can not be detached")
      }
      instances.insert(instance)
    }
    let job = begin(
      call, instances.sorted() + ids, busy: Set(ids), transition: "detaching", seconds: 5
    ) { state in
      for id in ids { state.unplug(id) }
    }
    return ["job_id": job]
  }

  mutating func unplug(_ nic: String) {
    let now = core.now
    here.nics.change(nic) { ($0.instance, $0.sequence, $0.isPrimary, $0.since) = (nil, 0, false, now) }
  }
}
