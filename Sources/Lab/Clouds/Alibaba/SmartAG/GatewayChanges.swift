import Basics

extension AlibabaState {
  mutating func modifySmartAccessGateway(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: call["RegionId"])
    let routing = call["RoutingStrategy"] ?? gateway.routing
    guard ["static", "dynamic"].contains(routing) else {
      return try refuse("InvalidParameter.RoutingStrategy", "The specified RoutingStrategy is not valid.")
    }
    if !isReady(gateway) { return try refuse("SAG.NoActive", "The Smart Access Gateway is not activated.") }
    if gateway.isLocked { return try refuse("SAG.Arrearage", "The Smart Access Gateway is in arrears.") }
    let blocks = try call["CidrBlock"].map { text throws(ServiceError) in try self.blocks(text, of: gateway, routing) }
    if let name = call["Name"], !name.isEmpty, !Self.isGoodName(name) {
      return try refuse("InvalidName", "The specified Name is not valid.")
    }
    gateways.change(gateway.id) { row in
      row.routing = routing
      row.blocks = blocks ?? row.blocks
      row.name = call["Name"] ?? row.name
      row.description = call["Description"] ?? row.description
      row.position = call["Position"] ?? row.position
    }
    return [:]
  }

  private func blocks(
    _ text: String, of gateway: SmartAccessGateway, _ routing: String
  ) throws(ServiceError) -> [IPNetwork] {
    guard routing == "static" else {
      return try refuse("SAG.NotAllowConfigCidr", "CIDR blocks cannot be configured with dynamic routing.")
    }
    var blocks: [IPNetwork] = []
    for part in text.split(separator: ",") {
      guard let block = IPNetwork(part.drop { $0 == " " }), block.address.family == .v4, block.isCanonical else {
        return try refuse("SAG.InvalidCidrFormat", "The CIDR block format is invalid.")
      }
      if blocks.contains(where: { $0.overlaps(block) }) {
        return try refuse("SAG.CidrOverlap", "The CIDR blocks overlap.")
      }
      blocks.append(block)
    }
    if blocks.count > 30 { return try refuse("SAG.CidrAmountLimit", "The number of CIDR blocks exceeds the limit.") }
    let others = gateways.all.filter { $0.id != gateway.id && $0.ccn != nil && $0.ccn == gateway.ccn }
    if others.contains(where: { other in other.blocks.contains { mine in blocks.contains { $0.overlaps(mine) } } }) {
      return try refuse("CidrConflict", "The CIDR block conflicts with another one.")
    }
    return blocks
  }

  /// A prepaid instance stays until its term ends, unless it is locked for arrears and bound to nothing.
  mutating func deleteSmartAccessGateway(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["InstanceId"] ?? "", in: call["RegionId"])
    guard gateway.isLocked, gateway.ccn == nil else {
      return try refuse(
        "SAG.BusinessStateNotSupport", "The business state of the Smart Access Gateway does not support the operation.")
    }
    gateways[gateway.id] = nil
    core.deleted(gateway.id)
    return [:]
  }

  mutating func clearSagCipher(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SagId"] ?? "", in: call["RegionId"])
    guard let index = gateway.devices.firstIndex(where: { $0.serial == call["SnNumber"] }) else {
      return try refuse("InstanceNotExit", "The specified device does not exist.", status: 404)
    }
    let key = core.random.hex(16)
    gateways.change(gateway.id) { ($0.devices[index].key, $0.devices[index].join) = (key, nil) }
    return [:]
  }

  /// Calls that a vCPE answers with success and that change nothing here.
  func touchGateway(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: call["RegionId"])
    if let serial = call["SmartAGSn"] ?? call["SerialNumber"], !gateway.devices.contains(where: { $0.serial == serial })
    {
      return try refuse("InstanceNotExit", "The specified device does not exist.", status: 404)
    }
    return [:]
  }

  mutating func upgradeSmartAccessGateway(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: call["RegionId"])
    guard call.flag("AutoPay") == true else {
      return try refuse("InvalidParameter.AutoPay", "The lab upgrades with AutoPay only.")
    }
    guard let bandwidth = call.number("BandWidthSpec"), (gateway.bandwidth...1000).contains(bandwidth) else {
      return try refuse("InvalidBandWidthSpec", "The specified BandWidthSpec is not valid.")
    }
    let order = core.ids.orderNumber()
    addOrder(order, product: "smartag", region: gateway.region, instance: gateway.id, ends: gateway.ends, pending: nil)
    gateways.change(gateway.id) { $0.bandwidth = bandwidth }
    return ["OrderId": .string(order)]
  }

  mutating func moveResourceGroup(_ call: APICall) throws(ServiceError) -> Value {
    let (id, group) = (call["ResourceId"] ?? "", call["NewResourceGroupId"] ?? "")
    guard call["ResourceType"] == "smartag" else {
      return try refuse("InvalidParameter.ResourceType", "The specified ResourceType is not valid.")
    }
    guard group.hasPrefix("rg-") else {
      return try refuse("ResourceGroupNotExist", "The specified resource group does not exist.", status: 404)
    }
    if ccns[id] != nil {
      ccns.change(id) { $0.resourceGroup = group }
    } else {
      let gateway = try gateway(id, in: call["RegionId"])
      gateways.change(gateway.id) { $0.resourceGroup = group }
    }
    return [:]
  }
}
