import Basics
import LabFabric

/// Access points as the API shows them, and as the data plane has them.
extension QingCloudState {
  func describeWanAccesses(_ call: APICall) throws(ServiceError) -> Value {
    let (states, kinds) = (call.choices("status"), call.choices("access_type"))
    let nets = call.parameters.list("wan_nets")
    let rows = try select(wanAccesses, call, ids: "wan_accesss", name: \.name).filter { row in
      (call["wan_access_name"].map { row.name.contains($0) } ?? true) && (nets.isEmpty || nets.contains(row.net))
        && (states.isEmpty || states.contains("active")) && (kinds.isEmpty || kinds.contains("cpe"))
        && call.parameters.list("wan_pops").isEmpty
    }
    return try page(call, "wan_access_set", rows.map(row))
  }

  private func row(_ access: WanAccess) -> Value {
    [
      "wan_access_id": .string(access.id), "wan_access_name": .string(access.name), "status": "active",
      "transition_status": "", "wan_net_id": .string(access.net), "access_type": "cpe",
      "is_applied": access.routes == access.applied ? 1 : 0, "create_time": stamp(access.created),
      "owner": .string(core.accountID),
      "wan_cpe": ["cpe_sn": .string(access.serial), "tunnel_status": isDeployed(access) ? "up" : "down"],
    ]
  }

  // MARK: Data plane

  /// Each network a router that knows what was announced, and a tunnel to each vCPE.
  func addWan(to world: inout WantedWorld) {
    for net in wanNets.all {
      let members = wanAccesses.all.filter { $0.net == net.id }
      world.topology.routers.append(
        Router(
          id: net.id,
          routes: members.flatMap { member in announced(by: member).map { Route($0, to: .tunnel(member.id)) } },
          publicAddress: net.address.inside))
      for member in members {
        let own = announced(by: member)
        let others = members.filter { $0.id != member.id }.flatMap(announced)
        world.topology.tunnels.append(
          Tunnel(
            id: member.id, machine: member.machine, device: member.device, router: net.id,
            isUpAtMachine: isDeployed(member), isUpAtRouter: true,
            machineRoutes: others.filter { !own.contains($0) }))
      }
    }
  }

  private func announced(by access: WanAccess) -> [IPNetwork] { access.applied.filter(\.isAnnounced).map(\.network) }
}
