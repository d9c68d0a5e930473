import Basics
import LabFabric

import struct FoundationEssentials.Date

extension AlibabaState {
  func gateway(_ id: String, in region: String?) throws(ServiceError) -> SmartAccessGateway {
    guard let gateway = gateways[id], core.isVisible(id), region == nil || gateway.region == region else {
      return try refuse("SAG.InstanceNoFound", "The Smart Access Gateway does not exist.", status: 404)
    }
    return gateway
  }

  mutating func createSmartAccessGateway(_ call: APICall) throws(ServiceError) -> Value {
    let region = try smartAGRegion(call)
    try checkPurchase(call)
    let gateway = newGateway(call, region: region)
    let isPaid = call.flag("AutoPay") == true
    addOrder(
      gateway.order, product: "smartag", region: region, instance: gateway.id, ends: gateway.ends,
      pending: isPaid ? nil : .gateway(gateway))
    if isPaid { add(gateway) }
    return [
      "SmartAGId": .string(gateway.id), "OrderId": .string(gateway.order), "Name": .string(gateway.name),
      "Description": .string(gateway.description), "ResourceGroupId": .string(gateway.resourceGroup),
    ]
  }

  mutating func add(_ gateway: SmartAccessGateway) {
    gateways[gateway.id] = gateway
    core.created("smart-access-gateway", gateway.id, name: gateway.name, isPaid: true)
  }

  private func smartAGRegion(_ call: APICall) throws(ServiceError) -> String {
    guard let id = call["RegionId"], AlibabaCatalogue.region(id)?.hasSmartAG == true else {
      return try refuse("InvalidRegionId", "The specified RegionId is not supported by Smart Access Gateway.")
    }
    return id
  }

  private func checkPurchase(_ call: APICall) throws(ServiceError) {
    guard call["HardWareSpec"] == "sag-vcpe" else {
      return try refuse("InvalidHardWareSpec", "The lab sells HardWareSpec sag-vcpe only.")
    }
    guard call["HaType"] == "warm_backup" else {
      return try refuse("InvalidHaType", "The specified HaType is not valid.")
    }
    guard call["ChargeType"] == "PREPAY" else {
      return try refuse("InvalidChargeType", "The specified ChargeType is not valid.")
    }
    guard let period = call.number("Period"), (1...9).contains(period) || [12, 24, 36].contains(period) else {
      return try refuse("InvalidPeriod", "The specified Period is not valid.")
    }
    guard (10...1000).contains(call.number("MaxBandWidth") ?? 10) else {
      return try refuse("InvalidMaxBandWidth", "The specified MaxBandWidth is not valid.")
    }
    let name = call["Name"] ?? ""
    if !name.isEmpty, !Self.isGoodName(name) {
      return try refuse("InvalidName", "The specified Name is not valid.")
    }
  }

  /// 2 to 128 characters, first a letter or a Chinese character, then also digits and `.`, `_`, `-`.
  static func isGoodName(_ name: String) -> Bool {
    guard (2...128).contains(name.count), let first = name.first, first.isLetter else { return false }
    return name.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
  }

  private mutating func newGateway(_ call: APICall, region: String) -> SmartAccessGateway {
    let months = call.number("Period") ?? 1
    let devices = [true, false].map { isMain in
      SmartAccessGateway.Device(
        serial: "sage" + core.ids.letters("serial", count: 10), key: core.random.hex(16), isMain: isMain)
    }
    return SmartAccessGateway(
      id: core.ids.alibaba("sag"), name: call["Name"] ?? "", description: call["Description"] ?? "", region: region,
      order: core.ids.orderNumber(), bandwidth: call.number("MaxBandWidth") ?? 10,
      phase: Timeline(.ordered, then: .ready, after: core.pace.seconds(30), at: core.now), created: core.now,
      ends: core.now.addingTimeInterval(Double(months * 30 + 7) * 86400), resourceGroup: Self.resourceGroup,
      devices: devices)
  }

  // MARK: Reading

  func describeSmartAccessGateways(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("SmartAGIds")
    let rows = gateways.all.filter { gateway in
      core.isVisible(gateway.id) && asks(call, "RegionId", gateway.region) && asks(call, "Name", gateway.name)
        && asks(call, "SmartAGId", gateway.id) && (ids.isEmpty || ids.contains(gateway.id))
        && asks(call, "AssociatedCcnId", gateway.ccn) && asks(call, "ResourceGroupId", gateway.resourceGroup)
        && asks(call, "Status", status(of: gateway)) && asks(call, "InstanceType", "software")
        && asks(call, "BusinessState", gateway.isLocked ? "Arrearage" : "Normal") && hasSerial(gateway, call)
    }
    return try pageByNumber(rows.map(gatewayItem), call) { ("SmartAccessGateways", ["SmartAccessGateway": $0]) }
  }

  private func hasSerial(_ gateway: SmartAccessGateway, _ call: APICall) -> Bool {
    guard let serial = call["SerialNumber"] else { return true }
    return gateway.devices.contains { $0.serial == serial }
  }

  private func isReady(_ gateway: SmartAccessGateway) -> Bool { gateway.phase.phase(at: core.now) == .ready }

  func status(of gateway: SmartAccessGateway) -> String {
    if gateway.isLocked { return "Arrearage" }
    if !isReady(gateway) { return "Ordered" }
    return gateway.devices.contains(where: isOnline) ? "Active" : "Offline"
  }

  /// A device is on line from its join until the host stops or boots again.
  func isOnline(_ device: SmartAccessGateway.Device) -> Bool {
    guard let join = device.join, let host = core.hosts[join.machine] else { return false }
    return host.processID == join.boot
  }

  private func hasTunnel(_ gateway: SmartAccessGateway) -> Bool {
    gateway.ccn != nil && gateway.devices.contains(where: isOnline)
  }

  /// What both reading calls show.
  private func commonItem(_ gateway: SmartAccessGateway) -> [String: Value] {
    let serials = isReady(gateway) ? gateway.devices.map(\.serial).joined(separator: ",") : ""
    return [
      "SmartAGId": .string(gateway.id), "Name": .string(gateway.name), "Description": .string(gateway.description),
      "Status": .string(status(of: gateway)), "SerialNumber": .string(serials),
      "CidrBlock": .string(gateway.blocks.map(\.description).joined(separator: ",")),
      "RoutingStrategy": .string(gateway.routing), "AssociatedCcnId": .string(gateway.ccn ?? ""),
      "AssociatedCcnName": .string(gateway.ccn.flatMap { ccns[$0]?.name } ?? ""),
      "VpnStatus": .string(hasTunnel(gateway) ? "up" : "down"), "MaxBandwidth": .string("\(gateway.bandwidth)M"),
      "CreateTime": milliseconds(gateway.created), "EndTime": milliseconds(gateway.ends),
      "ResourceGroupId": .string(gateway.resourceGroup), "Position": .string(gateway.position),
      "Links": ["Link": []],
    ]
  }

  private func gatewayItem(_ gateway: SmartAccessGateway) -> Value {
    var item = commonItem(gateway)
    item["HardwareVersion"] = "sag-vcpe"
    item["SoftwareVersion"] = .string(gateway.devices.compactMap { $0.join?.version }.first ?? "")
    return .object(item)
  }

  func describeSmartAccessGatewayAttribute(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: call["RegionId"])
    var item = commonItem(gateway)
    item["InstanceType"] = "sag-vcpe"
    item["TrafficMasterSn"] = .string(hasTunnel(gateway) ? gateway.devices.first(where: isOnline)?.serial ?? "" : "")
    item["Devices"] = ["Device": .list(isReady(gateway) ? gateway.devices.map(deviceItem) : [])]
    return .object(item)
  }

  private func deviceItem(_ device: SmartAccessGateway.Device) -> Value {
    [
      "SerialNumber": .string(device.serial), "SecretKey": .string(device.key),
      "HaState": device.isMain ? "Active" : "Standby", "HcState": isOnline(device) ? "online" : "offline",
      "DistributeSkStatus": device.join == nil ? 0 : 1, "SoftwareVersion": .string(device.join?.version ?? ""),
    ]
  }

  func describeSmartAccessGatewayHa(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: call["RegionId"])
    let online = gateway.devices.count(where: isOnline)
    return [
      "SmartAGId": .string(gateway.id), "MainDeviceId": .string(gateway.devices[0].serial),
      "BackupDeviceId": .string(gateway.devices[1].serial), "DeviceLevelBackupType": "warm_backup",
      "DeviceLevelBackupState": online == 2 ? "NORMAL" : "NOT_AVAILABLE",
      "LinkBackupInfoList": ["LinkBackupInfoList": []],
    ]
  }

  /// Only of a device that has called home.
  func describeSAGDeviceInfo(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: call["RegionId"])
    guard let device = gateway.devices.first(where: { $0.serial == call["SmartAGSn"] }), isReady(gateway) else {
      return try refuse("InstanceNotExit", "The specified device does not exist.", status: 404)
    }
    guard let join = device.join, isOnline(device) else {
      return try refuse("SmartAccessGatewayOffline", "The Smart Access Gateway is offline.")
    }
    return [
      "ControllerState": "Normal", "VpnState": gateway.ccn == nil ? "Abnormal" : "Normal",
      "SynStatus": "Synchronized", "SmartAGType": "sag-vcpe", "Version": .string(join.version),
      "StartupTime": stamp(join.since), "LastConnectedControllerTime": stamp(core.now),
    ]
  }

  // MARK: Changing

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
