import Basics

/// What a person does in the console; the same thing twice is the same thing once, as a person looks first.
extension QingCloudState {
  mutating func act(_ act: LabAct) throws(ServiceError) -> Value? {
    guard let kind = try QingCloudAct(act) else { return nil }
    core.begin(
      APICall(product: "console", action: act.action, region: "", parameters: Parameters(), requestID: ""), at: core.now
    )
    switch kind {
    case .vcpe: return try deployVCPE(act)
    case .advertise:
      let outputs = act["undo"] == true ? try withdrawWanRoute(act) : try addWanRoute(act)
      if act["apply"] == true { try apply(act.text("access_point")) }
      return outputs
    case .routePush:
      let outputs = act["undo"] == true ? try withdrawPush(act) : try pushRoute(act)
      if act["apply"] == true { try apply(act.text("vpc")) }
      return outputs
    case .apply:
      try apply(act.text("resource"))
      return [:]
    case .remove: return try remove(act)
    }
  }

  // MARK: SD-WAN

  private mutating func deployVCPE(_ act: LabAct) throws(ServiceError) -> Value {
    let (name, machine) = (try act.text("name"), try act.text("machine"))
    let device = act["device"].string ?? "eth0"
    guard core.hosts[machine] != nil else { throw ServiceError("NoSuchMachine", "No host \(machine) runs in the lab.") }
    let net = try wanNet(named: act.text("network"))
    if let known = wanAccesses.all.first(where: { $0.net == net.id && $0.name == name || $0.machine == machine }) {
      guard known.net == net.id, known.name == name, known.machine == machine, known.device == device else {
        throw ServiceError("Conflict", "Access point \(known.name) is on \(known.machine) \(known.device).")
      }
      return outputs(of: known)
    }
    let access = WanAccess(
      id: core.ids.qingCloud("wacc"), name: name, net: net.id, serial: core.ids.letters("vcpe", count: 12).uppercased(),
      machine: machine, device: device, created: core.now)
    wanAccesses[access.id] = access
    core.created("wan-access", access.id, name: name)
    return outputs(of: access)
  }

  private func outputs(of access: WanAccess) -> Value {
    [
      "access_point": .string(access.id), "network_id": .string(access.net), "serial": .string(access.serial),
    ]
  }

  private mutating func wanNet(named name: String) throws(ServiceError) -> WanNet {
    if let net = wanNets.all.first(where: { $0.name == name }) { return net }
    guard let address = core.addresses.take() else { throw QingCloudError.quota }
    let net = WanNet(id: core.ids.qingCloud("wnet"), name: name, address: address)
    wanNets[net.id] = net
    core.created("wan-net", net.id, name: name)
    return net
  }

  /// Any network is taken: whether the vCPE reaches it is for the packets to find out.
  private mutating func addWanRoute(_ act: LabAct) throws(ServiceError) -> Value {
    let access = try wanAccess(act.text("access_point"))
    let network = try act.network("network")
    guard network.isCanonical else { throw ServiceError("MalformedInput", "\(network) has host bits.") }
    guard let isAnnounced = act["announced"].bool else {
      throw ServiceError("MissingInput", "lab/\(act.action) needs announced: true or false.")
    }
    let hop: IPAddress? = act["next_hop"].isNull ? nil : try act.address("next_hop")
    let route = WanRoute(
      id: core.ids.qingCloud("wsr"), name: try act.text("name"), network: network, hop: hop, isAnnounced: isAnnounced)
    if let known = access.routes.first(where: { $0.network == network }) {
      guard known.hop == hop, known.isAnnounced == isAnnounced, known.name == route.name else {
        throw ServiceError("Conflict", "\(network) is a static route of \(access.name) already.")
      }
      return ["route": .string(known.id)]
    }
    wanAccesses.change(access.id) { $0.routes.append(route) }
    core.created("wan-route", route.id, name: route.name)
    return ["route": .string(route.id)]
  }

  func wanAccess(_ text: String) throws(ServiceError) -> WanAccess {
    try only(wanAccesses.all.filter { $0.id == text || $0.name == text }, text)
  }

  // MARK: VPC

  private mutating func pushRoute(_ act: LabAct) throws(ServiceError) -> Value {
    let router = try findRouter(act.text("vpc"))
    var values = ["", "\(try act.network("network"))", "\(try act.address("gateway"))", "", "", ""]
    if let text = act["instance"].string {
      values[0] = try only(here.instances.all.filter { $0.isThere && ($0.id == text || $0.name == text) }, text).id
    }
    var vxnet = ""
    if let text = act["vxnet"].string {
      vxnet = try only(here.vxnets.all.filter { $0.id == text || $0.name == text }, text).id
    }
    let same = statics(of: router.id).first {
      $0.type == RouterStatic.routePush && $0.vxnet == vxnet && $0.values.prefix(2) == values.prefix(2)
    }
    if let same {
      guard same.values == values else {
        throw ServiceError("Conflict", "\(values[1]) is pushed already, over \(same.values[2]).")
      }
      return ["route": .string(same.id)]
    }
    let id = try add(
      static: RouterStatic.routePush, name: act["name"].string ?? "", to: router, vxnet: vxnet, values)
    return ["route": .string(id)]
  }

  /// The zone of what is found becomes the present one.
  mutating func findRouter(_ text: String) throws(ServiceError) -> VPC {
    let found = zones.flatMap { zone, state in
      state.routers.all.filter { $0.id == text || $0.name == text }.map { (zone, $0) }
    }
    let (zone, router) = try only(found, text)
    self.zone = zone
    return router
  }

  private func only<Row>(_ rows: [Row], _ text: String) throws(ServiceError) -> Row {
    guard let row = rows.first else { throw ServiceError("NotFound", "There is no \(text).") }
    guard rows.count == 1 else { throw ServiceError("Ambiguous", "More than one is called \(text): give the id.") }
    return row
  }

  // MARK: Both

  /// 应用修改; what is under way ends first, as a person waits for it.
  private mutating func apply(_ text: String) throws(ServiceError) {
    if wanAccesses.all.contains(where: { $0.id == text || $0.name == text }) {
      wanAccesses.change(try wanAccess(text).id) { $0.applied = $0.routes }
    } else {
      apply(router: try findRouter(text).id)
    }
  }

  private mutating func remove(_ act: LabAct) throws(ServiceError) -> Value {
    let text = try act.text("resource")
    if let access = wanAccesses.all.first(where: { $0.routes.contains { $0.id == text } }) {
      wanAccesses.change(access.id) { $0.routes.removeAll { $0.id == text } }
      core.deleted(text)
      return [:]
    }
    if let (zone, _) = zones.first(where: { $0.value.statics[text] != nil }) {
      self.zone = zone
      remove(static: text)
      return [:]
    }
    removeAccess(try wanAccess(text))
    return [:]
  }

  /// With the last access point goes the network.
  private mutating func removeAccess(_ access: WanAccess) {
    for route in access.routes { core.deleted(route.id) }
    wanAccesses[access.id] = nil
    core.deleted(access.id)
    guard let net = wanNets[access.net], !wanAccesses.all.contains(where: { $0.net == net.id }) else { return }
    core.addresses.release(net.address.outside)
    wanNets[net.id] = nil
    core.deleted(net.id)
  }
}
