import Basics

extension QingCloudState {
  func router(_ id: String) throws(ServiceError) -> VPC {
    guard let router = here.routers[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return router
  }

  /// An active router that nothing is being done to.
  func settledRouter(_ id: String) throws(ServiceError) -> VPC {
    let router = try router(id)
    try requireSettled(id)
    guard router.status == "active" else { throw QingCloudError.denied("router [\(id)] is \(router.status)") }
    return router
  }

  func describeRouters(_ call: APICall) throws(ServiceError) -> Value {
    let states = call.choices("status")
    let rows = try select(here.routers, call, ids: "routers", name: \.name).filter { router in
      (states.isEmpty || states.contains(router.status))
        && (call["vxnet"].map { here.vxnets[$0]?.membership?.router == router.id } ?? true)
    }
    return try page(call, "router_set", rows.map(row))
  }

  private func row(_ router: VPC) -> Value {
    let members = here.vxnets.all.filter { $0.membership?.router == router.id }
    return [
      "router_id": .string(router.id), "router_name": .string(router.name), "status": .string(router.status),
      "transition_status": .string(transition(of: router.id)), "is_applied": isApplied(router) ? 1 : 0,
      "vpc_network": .string("\(router.network)"), "security_group_id": .string(router.group),
      "router_type": .integer(router.type),
      "private_ip": .string("\(router.network.host(1) ?? router.network.address)"),
      "eip": ["eip_id": "", "eip_addr": ""], "create_time": stamp(router.created), "tags": tagRows(router.id),
      "description": .string(router.description), "owner": .string(core.accountID),
      "vxnets": .list(
        members.map { ["vxnet_id": .string($0.id), "nic_id": .string($0.membership?.nic ?? "")] }),
    ]
  }

  func isApplied(_ router: VPC) -> Bool { statics(of: router.id) == router.applied }

  func statics(of router: String) -> [RouterStatic] { here.statics.all.filter { $0.router == router } }

  /// No two calls are the same: each makes a VPC of its own.
  mutating func createRouters(_ call: APICall) throws(ServiceError) -> Value {
    let network = try call.network(of: "vpc_network")
    guard network.prefix == 16, Self.isPrivate(network) else {
      throw QingCloudError.illegal("vpc network", "\(network)")
    }
    let group = call["security_group"] ?? ""
    if !group.isEmpty { _ = try self.group(group) }
    let ids = try (0..<count(of: call)).map { _ in core.ids.qingCloud("rtr") }
    for id in ids {
      here.routers[id] = VPC(
        id: id, name: call["router_name"] ?? "", network: network, type: call.number("router_type") ?? 1, group: group,
        status: "pending", created: core.now)
      core.created("router", id, name: call["router_name"] ?? "")
    }
    let job = begin(
      call, ids, busy: Set(ids), transition: "creating", seconds: 15,
      giveUp: { state in
        for id in ids { state.remove(router: id) }
      },
      finish: { state in
        for id in ids { state.here.routers.change(id) { $0.status = "active" } }
      })
    return ["routers": .list(ids.map(Value.string)), "job_id": job]
  }

  private static func isPrivate(_ network: IPNetwork) -> Bool {
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { IPNetwork($0) }.contains { $0.contains(network) }
  }

  mutating func modifyRouter(_ call: APICall) throws(ServiceError) -> Value {
    let id = try router(call["router"] ?? "").id
    if let group = call["security_group"] { _ = try self.group(group) }
    here.routers.change(id) {
      $0.name = call["router_name"] ?? $0.name
      $0.description = call["description"] ?? $0.description
      $0.group = call["security_group"] ?? $0.group
    }
    return ["router_id": .string(id)]
  }

  /// What the console calls 应用修改: from then on the statics of this moment are in force.
  mutating func updateRouters(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("routers")
    for id in ids { _ = try settledRouter(id) }
    let job = begin(call, ids, busy: Set(ids), transition: "updating", seconds: 10) { state in
      for id in ids { state.apply(router: id) }
    }
    return ["job_id": job]
  }

  mutating func apply(router id: String) {
    let now = statics(of: id)
    here.routers.change(id) { $0.applied = now }
  }

  mutating func deleteRouters(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("routers")
    for id in ids {
      _ = try router(id)
      try requireSettled(id)
      if here.vxnets.all.contains(where: { $0.membership?.router == id }) { throw QingCloudError.inUse("router", id) }
    }
    let job = begin(call, ids, busy: Set(ids), transition: "deleting", seconds: 10) { state in
      for id in ids { state.remove(router: id) }
    }
    return ["routers": .list(ids.map(Value.string)), "job_id": job]
  }

  private mutating func remove(router id: String) {
    for row in statics(of: id) {
      here.statics[row.id] = nil
      core.deleted(row.id)
    }
    here.routers[id] = nil
    forgetTags(of: id)
    core.deleted(id)
  }
}
