import Basics

extension QingCloudState {
  func eip(_ id: String) throws(ServiceError) -> EIP {
    guard let eip = here.eips[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return eip
  }

  func describeEips(_ call: APICall) throws(ServiceError) -> Value {
    let states = call.choices("status")
    let rows = try select(here.eips, call, ids: "eips", name: { "\($0.name) \($0.address)" }).filter { row in
      (states.isEmpty || states.contains(status(of: row))) && call["instance_id"] ?? row.instance == row.instance
    }
    return try page(call, "eip_set", rows.map(row))
  }

  private func status(of eip: EIP) -> String { eip.instance == nil ? "available" : "associated" }

  private func row(_ eip: EIP) -> Value {
    let resource: Value =
      eip.instance.map {
        [
          "resource_id": .string($0), "resource_type": "instance",
          "resource_name": .string(here.instances[$0]?.name ?? ""),
        ]
      } ?? [:]
    return [
      "eip_id": .string(eip.id), "eip_name": .string(eip.name), "eip_addr": .string("\(eip.address)"),
      "status": .string(status(of: eip)), "transition_status": .string(transition(of: eip.id)),
      "bandwidth": .integer(eip.bandwidth), "billing_mode": .string(eip.billing), "create_time": stamp(eip.created),
      "description": .string(eip.description), "resource": resource, "tags": tagRows(eip.id),
      "owner": .string(core.accountID),
    ]
  }

  /// No two calls are the same: each allocates addresses of its own.
  mutating func allocateEips(_ call: APICall) throws(ServiceError) -> Value {
    let (bandwidth, billing) = (call.number("bandwidth") ?? 0, call["billing_mode"] ?? "bandwidth")
    if !(1...1000).contains(bandwidth) { throw QingCloudError.illegal("bandwidth", String(bandwidth)) }
    if !["bandwidth", "traffic"].contains(billing) { throw QingCloudError.illegal("billing mode", billing) }
    var ids: [String] = []
    for _ in 0..<(try count(of: call)) {
      guard let pair = core.addresses.take() else { throw QingCloudError.quota }
      let id = core.ids.qingCloud("eip")
      here.eips[id] = EIP(
        id: id, name: call["eip_name"] ?? "", address: pair.outside, bandwidth: bandwidth, billing: billing,
        created: core.now)
      core.created("eip", id, name: call["eip_name"] ?? "")
      ids.append(id)
    }
    return ["eips": .list(ids.map(Value.string))]
  }

  mutating func associateEip(_ call: APICall) throws(ServiceError) -> Value {
    let eip = try eip(call["eip"] ?? "")
    let instance = try settledInstance(call["instance"] ?? "")
    try requireSettled(eip.id)
    guard eip.instance == nil else { throw QingCloudError.denied("eip [\(eip.id)] is not available") }
    guard instance.isThere, !here.eips.all.contains(where: { $0.instance == instance.id }) else {
      throw QingCloudError.denied("instance [\(instance.id)] can not be associated with an eip")
    }
    let job = begin(
      call, [eip.id, instance.id], busy: [eip.id], transition: "associating", seconds: 4
    ) { state in
      guard state.here.instances[instance.id]?.isThere == true else { return }
      state.here.eips.change(eip.id) { $0.instance = instance.id }
    }
    return ["job_id": job]
  }

  mutating func dissociateEips(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("eips")
    for id in ids {
      try requireSettled(id)
      if try eip(id).instance == nil { throw QingCloudError.denied("eip [\(id)] is not associated") }
    }
    let job = begin(call, ids, busy: Set(ids), transition: "dissociating", seconds: 4) { state in
      for id in ids { state.here.eips.change(id) { $0.instance = nil } }
    }
    return ["job_id": job]
  }

  mutating func releaseEips(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("eips")
    for id in ids {
      try requireSettled(id)
      if try eip(id).instance != nil { throw QingCloudError.inUse("eip", id) }
    }
    let job = begin(call, ids, busy: Set(ids), transition: "releasing", seconds: 3) { state in
      for id in ids { state.release(eip: id) }
    }
    return ["job_id": job]
  }

  private mutating func release(eip id: String) {
    guard let eip = here.eips[id] else { return }
    core.addresses.release(eip.address)
    here.eips[id] = nil
    forgetTags(of: id)
    core.deleted(id)
  }

  mutating func modifyEip(_ call: APICall) throws(ServiceError) -> Value {
    let id = try eip(call["eip"] ?? "").id
    here.eips.change(id) {
      $0.name = call["eip_name"] ?? $0.name
      $0.description = call["description"] ?? $0.description
    }
    return ["eip_id": .string(id)]
  }
}
