import Basics
import JSONText

import struct FoundationEssentials.Date

/// `RunInstances` of ENS: it takes no client token, so the same request again is another order.
extension AlibabaState {
  mutating func runEdgeInstances(_ call: APICall) throws(ServiceError) -> Value {
    let order = try edgeOrder(call)
    var ids: [Value] = []
    for number in 1...order.count {
      let node = order.node ?? scheduled(order)
      let row = try newEdgeInstance(call, order, on: node, number: order.count == 1 ? nil : number)
      edge.instances[row.id] = row
      core.created("edge-instance", row.id, name: row.name, isPaid: row.isPrepaid)
      ids.append(.string(row.id))
    }
    return ["InstanceIds": .list(ids), "OrderId": .string(core.ids.orderNumber())]
  }

  /// What is ordered, as far as it is the same for every instance.
  private struct EdgeOrder {
    var count: Int
    var type: String
    var image: String
    var carrier: String
    /// `nil`: the platform chooses among `area`.
    var node: EdgeCatalogue.Node?
    var area: [EdgeCatalogue.Node] = []
    var isDispersed = false
    var vSwitch: EdgeSwitch?
    var privateAddress: IPAddress?
    var bandwidth: Int
    var diskSize: Int
    var isPrepaid: Bool

    /// Where the private interface is to stand; `nil`: where the node's range is, or nowhere.
    var place: EdgeInstance.Place? { vSwitch.map { .vSwitch($0.id) } }
  }

  private func edgeOrder(_ call: APICall) throws(ServiceError) -> EdgeOrder {
    let type = call["InstanceType"] ?? ""
    guard EdgeCatalogue.instanceType(type) != nil else {
      return try refuse("InvalidInstanceType.NotSupported", "The specified InstanceType is not supported.")
    }
    guard let image = EdgeCatalogue.images.first(where: { $0.id == call["ImageId"] }) else {
      return try refuse("InvalidImageId.NotFound", "The specified ImageId does not exist.", status: 404)
    }
    let count = call.number("Amount") ?? 0
    guard (1...100).contains(count) else { return try refuse("InvalidAmount", "The specified Amount is not valid.") }
    var order = EdgeOrder(
      count: count, type: type, image: image.id, carrier: call["Carrier"] ?? "", bandwidth: try edgeBandwidth(call),
      diskSize: try edgeDisk(call), isPrepaid: try isEdgePrepaid(call))
    try checkEdgeLogin(call)
    for id in [call["SecurityId"]].compactMap({ $0 }) { _ = try edgeGroup(id) }
    if call["ScheduleAreaLevel"] == "Region" { try placeOnNode(&order, call) } else { try placeInArea(&order, call) }
    return order
  }

  // MARK: Where

  private func placeOnNode(_ order: inout EdgeOrder, _ call: APICall) throws(ServiceError) {
    guard let id = call["EnsRegionId"] else {
      return try refuse("MissingEnsRegionId", "EnsRegionId is mandatory for node-level scheduling.")
    }
    let node = try edgeNode(id)
    guard call["SchedulingStrategy"] ?? "Concentrate" == "Concentrate" else {
      return try refuse("InvalidSchedulingStrategy", "Node-level scheduling supports Concentrate only.")
    }
    if order.carrier.isEmpty { order.carrier = node.carriers[0] }
    guard node.carriers.contains(order.carrier) else { throw Self.notOnSale }
    order.node = node
    if let id = call["NetWorkId"], try edgeNetwork(id).node != node.id { throw Self.elsewhere }
    if let id = call["VSwitchId"] {
      let row = try edgeSwitch(id)
      guard row.node == node.id, call["NetWorkId"] ?? row.network == row.network else { throw Self.elsewhere }
      order.vSwitch = row
    }
    order.privateAddress = try wantedAddress(call, order)
  }

  /// Takes effect only in a vSwitch, and for one instance.
  private func wantedAddress(_ call: APICall, _ order: EdgeOrder) throws(ServiceError) -> IPAddress? {
    guard let text = call["PrivateIpAddress"] else { return nil }
    guard let address = IPAddress(text), order.count == 1, order.vSwitch?.block.contains(address) ?? true else {
      return try refuse("InvalidPrivateIpAddress", "The specified PrivateIpAddress is not valid.")
    }
    if edge.instances.all.contains(where: { $0.privateAddress == address && $0.place == order.place }) {
      return try refuse("InvalidPrivateIpAddress.Duplicated", "The specified PrivateIpAddress is in use.")
    }
    return order.vSwitch == nil ? nil : address
  }

  private func placeInArea(_ order: inout EdgeOrder, _ call: APICall) throws(ServiceError) {
    guard ["Big", "Middle", "Small"].contains(call["ScheduleAreaLevel"]) else {
      return try refuse("InvalidScheduleAreaLevel", "The specified ScheduleAreaLevel is not valid.")
    }
    for name in ["NetWorkId", "VSwitchId", "PrivateIpAddress"] where call[name] != nil {
      return try refuse("Invalid\(name)", "\(name) can be used for node-level scheduling only.")
    }
    guard let code = call["NetDistrictCode"], !order.carrier.isEmpty else {
      return try refuse("MissingNetDistrictCode", "NetDistrictCode and Carrier are mandatory in an area.")
    }
    guard ["Concentrate", "Disperse"].contains(call["SchedulingStrategy"] ?? "Concentrate"),
      ["PriceHighPriority", "PriceLowPriority"].contains(call["SchedulingPriceStrategy"] ?? "PriceHighPriority")
    else { return try refuse("InvalidSchedulingStrategy", "The specified scheduling strategy is not valid.") }
    guard EdgeCatalogue.districts.contains(where: { $0.code == code && $0.level == call["ScheduleAreaLevel"] }) else {
      return try refuse("InvalidNetDistrictCode", "The specified NetDistrictCode is not of that level.")
    }
    order.area = EdgeCatalogue.nodes(in: code, carrier: order.carrier)
    order.isDispersed = call["SchedulingStrategy"] == "Disperse"
    if order.area.isEmpty { throw Self.notOnSale }
  }

  /// Together where most are already, or apart where fewest are, so that a second order lands on another node.
  private func scheduled(_ order: EdgeOrder) -> EdgeCatalogue.Node {
    let counts = order.area.map { node in edge.instances.all.count { $0.node == node.id } }
    let wanted = order.isDispersed ? counts.min() : counts.max()
    return order.area[counts.firstIndex { $0 == wanted } ?? 0]
  }

  private static let notOnSale = ServiceError(
    "SaleControlVerificationFailedInstanceDistrict", "The carrier is not on sale in the specified area.", status: 403)

  private static let elsewhere = ServiceError(
    "InvalidVSwitchId.Mismatch", "The network or the vSwitch is not on the specified node.")

  // MARK: What

  private func isEdgePrepaid(_ call: APICall) throws(ServiceError) -> Bool {
    switch call["InstanceChargeType"] {
    case "PostPaid": return false
    case "PrePaid":
      if call.number("Period") == nil { return try refuse("MissingPeriod", "Period is mandatory for PrePaid.") }
      return true
    default: return try refuse("InvalidInstanceChargeType", "The specified InstanceChargeType is not valid.")
    }
  }

  private func edgeBandwidth(_ call: APICall) throws(ServiceError) -> Int {
    guard let bandwidth = call.number("InternetMaxBandwidthOut"), bandwidth >= 0 else {
      return try refuse("InvalidInternetMaxBandwidthOut", "The bandwidth is not valid.")
    }
    guard ["BandwidthByDay", "95BandwidthByMonth"].contains(call["InternetChargeType"] ?? "BandwidthByDay") else {
      return try refuse("InvalidInternetChargeType", "The specified InternetChargeType is not valid.")
    }
    return bandwidth
  }

  /// Tens of GiB, 20 at least.
  private func edgeDisk(_ call: APICall) throws(ServiceError) -> Int {
    guard let text = call["SystemDisk"] else { return 20 }
    guard let size = (try? JSON.parse(text))?["Size"].integer, size >= 20, size % 10 == 0 else {
      return try refuse("InvalidSystemDisk", "The specified SystemDisk is not valid.")
    }
    return size
  }

  /// At least one way to log in.
  private func checkEdgeLogin(_ call: APICall) throws(ServiceError) {
    if call["Password"] == nil, call["KeyPairName"] == nil, call.flag("PasswordInherit") != true {
      return try refuse("MissingPassword", "Password, KeyPairName or PasswordInherit is mandatory for this action.")
    }
    if let password = call["Password"], !isGood(password: password) {
      return try refuse("InvalidPassword", "The specified Password is not valid.")
    }
    if let name = call["KeyPairName"], edge.keys[name] == nil {
      return try refuse("InvalidKeyPairName.NotFound", "The specified KeyPairName does not exist.", status: 404)
    }
    if let data = call["UserData"] {
      guard let bytes = Base64.decode(data), bytes.count <= 16 << 10 else {
        return try refuse("InvalidUserData", "The specified UserData is not valid.")
      }
    }
  }

  /// 8 to 30 characters with three of: capitals, small letters, digits, others.
  func isGood(password: String) -> Bool {
    let kinds: [(Character) -> Bool] = [
      { $0.isASCII && $0.isUppercase }, { $0.isASCII && $0.isLowercase }, { $0.isASCII && $0.isNumber },
      { $0.isASCII && !$0.isLetter && !$0.isNumber },
    ]
    return (8...30).contains(password.count) && kinds.count { password.contains(where: $0) } >= 3
  }

  // MARK: One instance

  private mutating func newEdgeInstance(
    _ call: APICall, _ order: EdgeOrder, on node: EdgeCatalogue.Node, number: Int?
  ) throws(ServiceError) -> EdgeInstance {
    let place = order.place ?? edge.prepared(on: node.id).map(EdgeInstance.Place.range) ?? .alone
    let id = core.ids.alibaba("i")
    let publicAddress = order.bandwidth > 0 ? edge.addresses[node.id]?.take()?.outside : nil
    if order.bandwidth > 0, publicAddress == nil {
      return try refuse("StockNotEnough", "The node has no address left.")
    }
    let address = if let wanted = order.privateAddress { wanted } else { try freeEdgeAddress(place, on: node.id) }
    let months = call.number("Period") ?? 1
    return EdgeInstance(
      id: id, name: edgeText(call["InstanceName"], call, number) ?? id,
      hostName: edgeText(call["HostName"], call, number) ?? "iz\(id.dropFirst(2).prefix(12))z", node: node.id,
      carrier: order.carrier, image: order.image, type: order.type, place: place,
      privateAddress: address, publicAddress: publicAddress,
      privateInterface: core.ids.alibaba("eni"), publicInterface: core.ids.alibaba("eni"), bandwidth: order.bandwidth,
      diskSize: order.diskSize, groups: [call["SecurityId"]].compactMap { $0 }, isPrepaid: order.isPrepaid,
      key: call["KeyPairName"], password: call["Password"],
      userData: call["UserData"].flatMap { Base64.decode($0) }.map { String(decoding: $0, as: UTF8.self) },
      isProtected: call.flag("DeletionProtection") ?? false, tags: tags(of: call), created: core.now,
      listed: core.now.addingTimeInterval(core.pace.seconds(10)),
      ends: order.isPrepaid ? core.now.addingTimeInterval(Double(months * 30) * 86400) : nil,
      phase: Timeline(.pending, then: .running, after: core.pace.seconds(60), at: core.now))
  }

  /// `UniqueSuffix` numbers the names from 001; without it all bear the same one.
  private func edgeText(_ name: String?, _ call: APICall, _ number: Int?) -> String? {
    guard let name else { return nil }
    guard call.flag("UniqueSuffix") == true else { return name }
    return name + String(1000 + (number ?? 1)).dropFirst()
  }

  private func freeEdgeAddress(_ place: EdgeInstance.Place, on node: String) throws(ServiceError) -> IPAddress {
    let block = edgeBlock(of: place, on: node)
    let taken = Set(edge.instances.all.filter { $0.place == place && $0.node == node }.map(\.privateAddress))
    let last = (1 << (32 - block.prefix)) - 4
    guard let free = (1...last).lazy.compactMap({ block.host($0 + 1) }).first(where: { !taken.contains($0) }) else {
      return try refuse("StockNotEnough", "The private network has no address left.")
    }
    return free
  }

  /// The private network in which an instance stands.
  func edgeBlock(of place: EdgeInstance.Place, on node: String) -> IPNetwork {
    let alone = IPNetwork(
      address: IPAddress(family: .v4, number: UInt128(0xC0A8_C800 + EdgeCatalogue.number(of: node) << 8)), prefix: 24)
    return switch place {
    case .vSwitch(let id): edge.switches[id]?.block ?? alone
    case .range(let block): block
    case .alone: alone
    }
  }
}
