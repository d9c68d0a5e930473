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
}
