import Basics

/// Vxnets at a VPC's router.
extension QingCloudState {
  mutating func joinRouter(_ call: APICall) throws(ServiceError) -> Value {
    let vxnet = try vxnet(call["vxnet"] ?? "")
    let router = try settledRouter(call["router"] ?? "")
    let network = try call.network(of: "ip_network")
    try requireSettled(vxnet.id)
    guard vxnet.isManaged, vxnet.membership == nil else {
      throw QingCloudError.denied("vxnet [\(vxnet.id)] can not join router [\(router.id)]")
    }
    guard router.network.contains(network), network.prefix <= 30 else {
      throw QingCloudError.illegal("ip network", "\(network)")
    }
    let others = here.vxnets.all.compactMap(\.membership).filter { $0.router == router.id }
    if let other = others.first(where: { $0.network.overlaps(network) }) {
      throw QingCloudError.denied("ip network [\(network)] overlaps [\(other.network)]")
    }
    let place = Vxnet.Membership(
      router: router.id, network: network, gateway: try inside(network, call, "manager_ip", number: 1),
      first: try inside(network, call, "dyn_ip_start", number: 2),
      last: try inside(network, call, "dyn_ip_end", number: -2), features: call.number("features") ?? 1,
      since: core.now, nic: core.ids.hardwareAddress())
    let job = begin(
      call, [router.id, vxnet.id], busy: [router.id, vxnet.id], transition: "updating", seconds: 8
    ) { state in
      state.here.vxnets.change(vxnet.id) { $0.membership = place }
    }
    return ["job_id": job, "router_id": .string(router.id)]
  }

  /// An address of the network as the call gives it, else the one of this number, counted from the end when negative.
  private func inside(
    _ network: IPNetwork, _ call: APICall, _ name: String, number: Int
  ) throws(ServiceError) -> IPAddress {
    let size = 1 << (32 - network.prefix)
    guard let address = try call.address(name) ?? network.host(number < 0 ? size + number : number),
      network.contains(address)
    else { throw QingCloudError.illegal("ip address", call[name] ?? "") }
    return address
  }

  mutating func leaveRouter(_ call: APICall) throws(ServiceError) -> Value {
    let router = try settledRouter(call["router"] ?? "")
    let ids = call.parameters.list("vxnets")
    for id in ids {
      guard try vxnet(id).membership?.router == router.id else {
        throw QingCloudError.denied("vxnet [\(id)] has not joined router [\(router.id)]")
      }
      try requireSettled(id)
      if here.nics.all.contains(where: { $0.vxnet == id })
        || here.routingTables.all.contains(where: { $0.vxnets.contains(id) })
      {
        throw QingCloudError.inUse("vxnet", id)
      }
    }
    let job = begin(
      call, [router.id] + ids, busy: Set([router.id] + ids), transition: "updating", seconds: 8
    ) { state in
      for id in ids { state.here.vxnets.change(id) { $0.membership = nil } }
    }
    return ["job_id": job]
  }

  func describeRouterVxnets(_ call: APICall) throws(ServiceError) -> Value {
    if let id = call["router"] { _ = try router(id) }
    let rows = here.vxnets.all.filter { vxnet in
      guard let place = vxnet.membership else { return false }
      return call["router"] ?? place.router == place.router && call["vxnet"] ?? vxnet.id == vxnet.id
    }
    return try page(call, "router_vxnet_set", rows.compactMap(row))
  }

  private func row(_ vxnet: Vxnet) -> Value? {
    guard let place = vxnet.membership else { return nil }
    return [
      "router_id": .string(place.router), "vxnet_id": .string(vxnet.id), "vxnet_name": .string(vxnet.name),
      "ip_network": .string("\(place.network)"), "manager_ip": .string("\(place.gateway)"),
      "dyn_ip_start": .string("\(place.first)"), "dyn_ip_end": .string("\(place.last)"),
      "features": .integer(place.features), "create_time": stamp(place.since),
    ]
  }
}
