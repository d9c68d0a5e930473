import Basics

/// What a person takes back in the console; what is gone already is gone.
extension QingCloudState {
  /// The static route to a network, of an access point.
  mutating func withdrawWanRoute(_ act: LabAct) throws(ServiceError) -> Value {
    let access = try wanAccess(act.text("access_point"))
    let network = try act.network("network")
    for route in access.routes where route.network == network { core.deleted(route.id) }
    wanAccesses.change(access.id) { $0.routes.removeAll { $0.network == network } }
    return [:]
  }

  /// The pushed route to a network, of a server or of a vxnet.
  mutating func withdrawPush(_ act: LabAct) throws(ServiceError) -> Value {
    let router = try findRouter(act.text("vpc"))
    let network = "\(try act.network("network"))"
    let names = [act["instance"].string, act["vxnet"].string].compactMap { $0 }
    let pushed = statics(of: router.id).filter { row in
      row.type == RouterStatic.routePush && row.values[1] == network && isOf(row, names)
    }
    for row in pushed { remove(static: row.id) }
    return [:]
  }

  /// Whether a rule is for the server, or, without one, for the vxnet.
  private func isOf(_ row: RouterStatic, _ names: [String]) -> Bool {
    let server = here.instances[row.values[0]]
    let place = here.vxnets[row.vxnet]
    return names.contains { name in
      name == server?.id || name == server?.name || (server == nil && (name == place?.id || name == place?.name))
    }
  }
}
