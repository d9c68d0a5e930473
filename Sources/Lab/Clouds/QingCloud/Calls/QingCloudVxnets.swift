import Basics

extension QingCloudState {
  func vxnet(_ id: String) throws(ServiceError) -> Vxnet {
    guard let vxnet = here.vxnets[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return vxnet
  }

  func describeVxnets(_ call: APICall) throws(ServiceError) -> Value {
    let kinds = call.choices("vxnet_type")
    let rows = try select(here.vxnets, call, ids: "vxnets", name: \.name).filter {
      (kinds.isEmpty || kinds.contains($0.isManaged ? "1" : "0")) && call.number("mode") ?? $0.mode == $0.mode
    }
    return try page(call, "vxnet_set", rows.map { row($0, isVerbose: call.number("verbose") == 1) })
  }

  private func row(_ vxnet: Vxnet, isVerbose: Bool) -> Value {
    var row: [String: Value] = [
      "vxnet_id": .string(vxnet.id), "vxnet_name": .string(vxnet.name), "vxnet_type": vxnet.isManaged ? 1 : 0,
      "vpc_router_id": .string(vxnet.membership?.router ?? ""), "description": .string(vxnet.description),
      "create_time": stamp(vxnet.created), "owner": .string(core.accountID), "mode": .integer(vxnet.mode),
      "router": vxnet.membership.map(row) ?? [:], "tags": tagRows(vxnet.id),
    ]
    if isVerbose {
      let members = here.nics.all.filter { $0.vxnet == vxnet.id }.compactMap(\.instance)
      row["instance_ids"] = .list(members.map(Value.string))
    }
    return .object(row)
  }

  private func row(_ membership: Vxnet.Membership) -> Value {
    [
      "router_id": .string(membership.router), "router_name": .string(here.routers[membership.router]?.name ?? ""),
      "ip_network": .string("\(membership.network)"), "manager_ip": .string("\(membership.gateway)"),
      "dyn_ip_start": .string("\(membership.first)"), "dyn_ip_end": .string("\(membership.last)"),
    ]
  }

  /// No two calls are the same: each makes a vxnet of its own.
  mutating func createVxnets(_ call: APICall) throws(ServiceError) -> Value {
    guard let kind = call.number("vxnet_type"), [0, 1].contains(kind) else {
      throw QingCloudError.illegal("vxnet type", call["vxnet_type"] ?? "")
    }
    let ids = try (0..<count(of: call)).map { _ in core.ids.qingCloud("vxnet") }
    for id in ids {
      here.vxnets[id] = Vxnet(
        id: id, name: call["vxnet_name"] ?? "", isManaged: kind == 1, mode: call.number("mode") ?? 0, created: core.now)
      core.created("vxnet", id, name: call["vxnet_name"] ?? "")
    }
    return ["vxnets": .list(ids.map(Value.string))]
  }

  mutating func modifyVxnet(_ call: APICall) throws(ServiceError) -> Value {
    let id = try vxnet(call["vxnet"] ?? "").id
    here.vxnets.change(id) {
      $0.name = call["vxnet_name"] ?? $0.name
      $0.description = call["description"] ?? $0.description
    }
    return ["vxnet_id": .string(id)]
  }

  mutating func deleteVxnets(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("vxnets")
    for id in ids {
      let row = try vxnet(id)
      try requireSettled(id)
      if row.membership != nil || here.nics.all.contains(where: { $0.vxnet == id }) {
        throw QingCloudError.inUse("vxnet", id)
      }
    }
    for id in ids {
      here.vxnets[id] = nil
      forgetTags(of: id)
      core.deleted(id)
    }
    return ["vxnets": .list(ids.map(Value.string))]
  }

  func describeVxnetInstances(_ call: APICall) throws(ServiceError) -> Value {
    let id = try vxnet(call["vxnet"] ?? "").id
    let (ids, states) = (call.parameters.list("instances"), call.choices("status"))
    let rows = here.nics.all.filter { $0.vxnet == id }.compactMap { $0.instance.flatMap { here.instances[$0] } }.filter
    {
      (ids.isEmpty || ids.contains($0.id)) && (states.isEmpty || states.contains($0.status.rawValue))
        && call["image"] ?? $0.image == $0.image && call["instance_type"] ?? $0.type == $0.type
    }
    return try page(call, "instance_set", rows.map { instanceRow($0, isVerbose: true) })
  }

  // MARK: Members

  /// A managed vxnet without a managed one before, at most; the NIC is set up by DHCP.
  mutating func joinVxnet(_ call: APICall) throws(ServiceError) -> Value {
    let (vxnet, wanted) = try place(call["vxnet"] ?? "")
    let ids = call.parameters.list("instances")
    if wanted != nil, ids.count > 1 { throw QingCloudError.illegal("vxnet", call["vxnet"] ?? "") }
    var nics: [String] = []
    for id in ids {
      let instance = try settledInstance(id)
      guard instance.isThere else { throw QingCloudError.denied("instance [\(id)] is \(instance.status.rawValue)") }
      if vxnet.isManaged, isInManagedVxnet(id) {
        throw QingCloudError.denied("instance [\(id)] has already joined a managed vxnet")
      }
      nics.append(try addNic(name: "", vxnet, wanted: wanted, besides: []))
    }
    let pairs = Array(zip(nics, ids))
    let job = begin(
      call, [vxnet.id] + ids, seconds: 5,
      giveUp: { state in
        for (nic, _) in pairs { state.removeNic(nic) }
      },
      finish: { state in
        for (nic, instance) in pairs { state.plug(nic, into: instance, isPrimary: true) }
      })
    return ["job_id": job]
  }

  private func isInManagedVxnet(_ instance: String) -> Bool {
    here.nics.all.contains { $0.instance == instance && $0.isPrimary && here.vxnets[$0.vxnet]?.isManaged == true }
  }

  mutating func leaveVxnet(_ call: APICall) throws(ServiceError) -> Value {
    let vxnet = try vxnet(call["vxnet"] ?? "")
    let ids = call.parameters.list("instances")
    var nics: [String] = []
    for id in ids {
      _ = try settledInstance(id)
      guard let nic = here.nics.all.first(where: { $0.instance == id && $0.vxnet == vxnet.id && $0.isPrimary }) else {
        throw QingCloudError.denied("instance [\(id)] is not in vxnet [\(vxnet.id)]")
      }
      nics.append(nic.id)
    }
    let job = begin(call, [vxnet.id] + ids, seconds: 5) { [nics] state in
      for nic in nics { state.removeNic(nic) }
    }
    return ["job_id": job]
  }

  /// `vxnet-ID` or `vxnet-ID|ADDRESS`.
  func place(_ text: String) throws(ServiceError) -> (Vxnet, IPAddress?) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let vxnet = try vxnet(parts[0])
    if parts.count == 1 { return (vxnet, nil) }
    guard parts.count == 2, let address = IPAddress(parts[1]) else {
      throw QingCloudError.illegal("ip address", text)
    }
    return (vxnet, address)
  }
}
