import Basics
import LabFabric

extension PremisesState {
  /// `lab/premises-network`, `lab/premises-host`, `lab/premises-route`; the same twice is the same once.
  mutating func act(_ act: LabAct) throws(ServiceError) -> Value? {
    switch act.action {
    case "premises-network": try addNetwork(act)
    case "premises-host": try addHost(act)
    case "premises-route": try addRoutes(act)
    default: nil
    }
  }

  private mutating func addNetwork(_ act: LabAct) throws(ServiceError) -> Value {
    let id = "premises-\(try act.text("name"))"
    let lan = try act.network("lan")
    if let known = networks[id], known.lan != lan { throw Self.different(id) }
    if networks[id] == nil {
      guard networks.count < 200, let uplink = IPNetwork("198.19.\(networks.count).0/24") else {
        throw ServiceError("TooManyNetworks", "The lab has no room for another data centre.")
      }
      networks[id] = PremisesNetwork(id: id, lan: lan, uplink: uplink)
      core.created("network", id)
    }
    return ["network": .string(id)]
  }

  private mutating func addHost(_ act: LabAct) throws(ServiceError) -> Value {
    let network = try network(act)
    let id = "\(network.id)-\(try act.text("name"))"
    let address = try act.address("address")
    guard network.lan.contains(address) else {
      throw ServiceError("MalformedInput", "\(address) is not an address of \(network.lan).")
    }
    if let known = hosts[id] {
      guard known.address == address else { throw Self.different(id) }
      return outputs(known)
    }
    if hosts.all.contains(where: { $0.network == network.id && $0.address == address }) {
      throw ServiceError("AddressTaken", "\(address) belongs to another host of \(network.id).")
    }
    guard let pair = core.addresses.take() else {
      throw ServiceError("NoAddress", "The lab has no public address left.")
    }
    let count = hosts.all.filter { $0.network == network.id }.count
    let host = PremisesHost(
      id: id, name: try act.text("name"), network: network.id, address: address,
      uplinkAddress: act["uplink"].bool == true ? network.uplink.host(count + 10) : nil, login: pair.outside,
      forwards: act["forwards"].bool == true, publicKey: try act.text("public_key"),
      system: act["system"].string.flatMap(ImageSystem.named))
    hosts[id] = host
    core.created("host", id, name: host.name)
    return outputs(host)
  }

  /// What a person does on a router appliance: static routes of the LAN, each over a host of the LAN.
  private mutating func addRoutes(_ act: LabAct) throws(ServiceError) -> Value {
    let hop = try act.address("next_hop")
    guard let network = networks.all.first(where: { $0.lan.contains(hop) }) else {
      throw ServiceError("NoSuchNetwork", "\(hop) is in no LAN of the lab.", status: 404)
    }
    let blocks = (act["networks"].list ?? []).compactMap { $0.string.flatMap { IPNetwork($0) } }
    guard !blocks.isEmpty else { throw ServiceError("MissingInput", "lab/\(act.action) needs networks.") }
    networks.change(network.id) { row in
      for block in blocks { row.routes[block] = hop }
    }
    return [:]
  }

  private func network(_ act: LabAct) throws(ServiceError) -> PremisesNetwork {
    let id = try act.text("network")
    guard let network = networks[id] else {
      throw ServiceError("NoSuchNetwork", "The lab has no data centre \(id).", status: 404)
    }
    return network
  }

  private func outputs(_ host: PremisesHost) -> Value {
    ["host": .string(host.id), "login": .string(host.login.description), "address": .string(host.address.description)]
  }

  private static func different(_ id: String) -> ServiceError {
    ServiceError("AlreadyExists", "\(id) exists with other values.", status: 409)
  }
}
