import Basics
import LabFabric

extension AlibabaState {
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

  func hasSerial(_ gateway: SmartAccessGateway, _ call: APICall) -> Bool {
    guard let serial = call["SerialNumber"] else { return true }
    return gateway.devices.contains { $0.serial == serial }
  }

  func isReady(_ gateway: SmartAccessGateway) -> Bool { gateway.phase.phase(at: core.now) == .ready }

  func status(of gateway: SmartAccessGateway) -> String {
    if gateway.isLocked { return "Arrearage" }
    if !isReady(gateway) { return "Ordered" }
    return gateway.devices.contains(where: isOnline) ? "Active" : "Offline"
  }

  private func hasTunnel(_ gateway: SmartAccessGateway) -> Bool {
    gateway.ccn != nil && gateway.devices.contains(where: isDialling)
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
    item["TrafficMasterSn"] = .string(hasTunnel(gateway) ? activeDevice(of: gateway)?.serial ?? "" : "")
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
      "ControllerState": "Normal", "VpnState": gateway.ccn != nil && isDialling(device) ? "Normal" : "Abnormal",
      "SynStatus": "Synchronized", "SmartAGType": "sag-vcpe", "Version": .string(join.version),
      "StartupTime": stamp(join.since), "LastConnectedControllerTime": stamp(core.now),
    ]
  }
}
