import Basics
import CloudWire

import struct FoundationEssentials.Date

extension AlibabaState {
  func package(_ id: String) throws(ServiceError) -> BandwidthPackage {
    guard let package = packages[id], core.isVisible(id) else {
      return try refuse(
        "ParameterCenBandwidthPackageId", "The specified bandwidth package does not exist.", status: 404)
    }
    return package
  }

  mutating func createCenBandwidthPackage(_ call: APICall) throws(ServiceError) -> Value {
    let package = try newPackage(call)
    let isPaid = call.flag("AutoPay") == true
    addOrder(
      package.order, product: "cbn", region: "", instance: package.id, ends: package.ends,
      pending: isPaid ? nil : .package(package))
    if call.flag("AutoRenew") == true {
      orders.change(package.order) {
        ($0.renewal, $0.renewalMonths) = ("AutoRenewal", call.number("AutoRenewDuration") ?? 1)
      }
    }
    if isPaid { add(package) }
    return [
      "CenBandwidthPackageId": .string(package.id), "CenBandwidthPackageOrderId": .string(package.order),
    ]
  }

  mutating func add(_ package: BandwidthPackage) {
    packages[package.id] = package
    core.created("bandwidth-package", package.id, name: package.name, isPaid: true)
  }

  private mutating func newPackage(_ call: APICall) throws(ServiceError) -> BandwidthPackage {
    guard let a = AlibabaCatalogue.Area(purchase: call["GeographicRegionAId"] ?? ""),
      let b = AlibabaCatalogue.Area(purchase: call["GeographicRegionBId"] ?? "")
    else { return try refuse("GeographicSpan.NotFound", "The specified geographic span is not found.", status: 404) }
    guard let bandwidth = call.number("Bandwidth"), (2...10000).contains(bandwidth) else {
      return try refuse("ParameterIllegal.BandwidthPackage", "The bandwidth package is illegal.")
    }
    guard call["BandwidthPackageChargeType"] ?? "PREPAY" == "PREPAY" else {
      return try refuse("UnSupported.ChargeType", "The specified charge type is not supported.")
    }
    let name = call["Name"] ?? ""
    guard name.isEmpty || (2...128).contains(name.count) else {
      return try refuse("ParameterIllegal.Name", "The specified Name is illegal.")
    }
    let days = try term(of: call)
    return BandwidthPackage(
      id: core.ids.alibaba("cenbwp"), name: name, description: call["Description"] ?? "", bandwidth: bandwidth,
      areaA: a, areaB: b, order: core.ids.orderNumber(), created: core.now,
      ends: core.now.addingTimeInterval(Double(days) * 86400), tags: tags(of: call))
  }

  private func term(of call: APICall) throws(ServiceError) -> Int {
    let period = call.number("Period") ?? 1
    switch call["PricingCycle"] ?? "Month" {
    case "Month" where [1, 2, 3, 6].contains(period): return period * 30
    case "Year" where [1, 2, 3].contains(period): return period * 365
    default: return try refuse("ParameterIllegal.Period", "The specified Period or PricingCycle is illegal.")
    }
  }

  func describeCenBandwidthPackages(_ call: APICall) throws(ServiceError) -> Value {
    var rows: [BandwidthPackage] = []
    for row in packages.all where core.isVisible(row.id) && bears(row.tags, call) {
      let values = [
        "CenId": [row.cen].compactMap { $0 }, "Status": [status(of: row)], "CenBandwidthPackageId": [row.id],
        "Name": [row.name],
      ]
      if try meets(call, isAny: call.flag("IsOrKey") == true, values) { rows.append(row) }
    }
    return try pageByNumber(rows.map(packageItem), call) {
      ("CenBandwidthPackages", ["CenBandwidthPackage": $0])
    }
  }

  private func status(of row: BandwidthPackage) -> String { row.cen == nil ? "Idle" : "InUse" }

  private func packageItem(_ row: BandwidthPackage) -> Value {
    [
      "CenBandwidthPackageId": .string(row.id), "Name": .string(row.name), "Description": .string(row.description),
      "Status": .string(status(of: row)), "BusinessStatus": .string(row.isLocked ? "FinancialLocked" : "Normal"),
      "Bandwidth": .integer(row.bandwidth), "BandwidthPackageChargeType": "PREPAY",
      "GeographicRegionAId": .string(row.areaA.rawValue), "GeographicRegionBId": .string(row.areaB.rawValue),
      "GeographicSpanId": .string(row.span),
      "IsCrossBorder": .bool((row.areaA == .china) != (row.areaB == .china)), "HasReservationData": "False",
      "CenIds": ["CenId": .list([row.cen].compactMap { $0 }.map(Value.string))], "CreationTime": stamp(row.created),
      "ExpiredTime": .string(Timestamp.extended(row.ends).prefix(16) + "Z"), "Tags": ["Tag": Self.tagList(row.tags)],
      "ResourceGroupId": .string(Self.resourceGroup),
      "OrginInterRegionBandwidthLimits": ["OrginInterRegionBandwidthLimit": .list(connections(of: row))],
    ]
  }

  private func connections(of plan: BandwidthPackage) -> [Value] {
    attachments.all.compactMap { row in
      guard case .peer(_, let region, .plan(plan.id, let amount)) = row.link else { return nil }
      return [
        "LocalRegionId": .string(row.region), "OppositeRegionId": .string(region),
        "BandwidthLimit": .string(String(amount)), "GeographicSpanId": .string(plan.span),
      ]
    }
  }

  mutating func associateCenBandwidthPackage(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try activeCen(call["CenId"] ?? "")
    let row = try package(call["CenBandwidthPackageId"] ?? "")
    guard row.cen == nil else {
      return try refuse(
        "InvalidOperation.BwpInstanceStatus", "The bandwidth package status does not support the operation.",
        status: 409)
    }
    if packages.all.contains(where: { $0.cen == cen.id && $0.span == row.span }) {
      return try refuse(
        "OperationInvalid.UserCanNotUseBwp", "The CEN already has a bandwidth package for these areas.", status: 409)
    }
    packages.change(row.id) { $0.cen = cen.id }
    core.created("bandwidth-package-binding", "\(cen.id)/\(row.id)")
    return [:]
  }

  mutating func unassociateCenBandwidthPackage(_ call: APICall) throws(ServiceError) -> Value {
    let row = try package(call["CenBandwidthPackageId"] ?? "")
    guard row.cen == call["CenId"] else {
      return try refuse(
        "InvalidOperation.BwpNotAssociated", "The bandwidth package is not bound to the CEN.", status: 409)
    }
    if used(of: row) > 0 {
      return try refuse(
        "InvalidOperation.CenBandwidthLimitsNotZero", "Remove the inter-region connections first.", status: 409)
    }
    packages.change(row.id) { $0.cen = nil }
    core.deleted("\(call["CenId"] ?? "")/\(row.id)")
    return [:]
  }

  mutating func modifyCenBandwidthPackageSpec(_ call: APICall) throws(ServiceError) -> Value {
    let row = try package(call["CenBandwidthPackageId"] ?? "")
    guard let bandwidth = call.number("Bandwidth"), (2...10000).contains(bandwidth), bandwidth >= used(of: row) else {
      return try refuse("ParameterIllegal.BandwidthPackage", "The bandwidth package is illegal.")
    }
    let order = core.ids.orderNumber()
    addOrder(order, product: "cbn", region: "", instance: row.id, ends: row.ends, pending: nil)
    packages.change(row.id) { $0.bandwidth = bandwidth }
    return [:]
  }

  /// Prepaid: not before its term has ended.
  mutating func deleteCenBandwidthPackage(_ call: APICall) throws(ServiceError) -> Value {
    let row = try package(call["CenBandwidthPackageId"] ?? "")
    guard row.ends <= core.now, row.cen == nil else {
      return try refuse(
        "Forbidden.Release", "The prepaid bandwidth package cannot be released before it expires.", status: 403)
    }
    packages[row.id] = nil
    core.deleted(row.id)
    return [:]
  }

  func remainingBandwidth(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try cen(call["CenId"] ?? "")
    guard let a = AlibabaCatalogue.Area(purchase: call["GeographicRegionAId"] ?? ""),
      let b = AlibabaCatalogue.Area(purchase: call["GeographicRegionBId"] ?? "")
    else { return try refuse("GeographicSpan.NotFound", "The specified geographic span is not found.", status: 404) }
    let rest = packages.all.filter { $0.cen == cen.id && $0.connects(a, b) }.map { $0.bandwidth - used(of: $0) }
    return ["RemainingBandwidth": .integer(rest.reduce(0, +))]
  }

  // MARK: Between two Basic routers

  mutating func setInterRegionBandwidthLimit(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try activeCen(call["CenId"] ?? "")
    let pair = [call["LocalRegionId"] ?? "", call["OppositeRegionId"] ?? ""].sorted()
    for region in pair {
      guard routers.all.contains(where: { $0.cen == cen.id && $0.region == region && $0.kind == .basic }) else {
        return try refuse(
          "OperationUnsupported.Attachment", "Inter-region bandwidth is set between two Basic transit routers only.")
      }
    }
    let id = "\(cen.id)/\(pair[0])/\(pair[1])"
    let amount = call.number("BandwidthLimit") ?? 0
    if amount == 0 {
      limits[id] = nil
      core.deleted(id)
      return [:]
    }
    let left = AlibabaCatalogue.area(pair[0]) ?? .china
    let right = AlibabaCatalogue.area(pair[1]) ?? .china
    guard let plan = packages.all.first(where: { $0.cen == cen.id && $0.connects(left, right) }) else {
      return try refuse(
        "InvalidOperation.BwpForGeoSpanNotAssociated", "No bandwidth package for the areas is bound.", status: 409)
    }
    if used(of: plan) - (limits[id]?.bandwidth ?? 0) + amount > plan.bandwidth {
      return try refuse(
        "InvalidOperation.BwpBandwidthExceeded", "The bandwidth exceeds what is left of the package.", status: 409)
    }
    if limits[id] == nil { core.created("inter-region-limit", id) }
    limits[id] = RegionLimit(
      id: id, cen: cen.id, local: pair[0], opposite: pair[1], bandwidth: amount, package: plan.id)
    return [:]
  }

  func describeInterRegionBandwidthLimits(_ call: APICall) throws(ServiceError) -> Value {
    let rows = limits.all.filter { row in
      asks(call, "CenId", row.cen) && (asks(call, "TrRegionId", row.local) || asks(call, "TrRegionId", row.opposite))
    }
    let items: [Value] = rows.map { row in
      [
        "CenId": .string(row.cen), "LocalRegionId": .string(row.local), "OppositeRegionId": .string(row.opposite),
        "BandwidthLimit": .integer(row.bandwidth), "BandwidthPackageId": .string(row.package), "Status": "Active",
        "BandwidthType": "BandwidthPackage", "GeographicSpanId": .string(packages[row.package]?.span ?? ""),
      ]
    }
    return try pageByNumber(items, call) {
      ("CenInterRegionBandwidthLimits", ["CenInterRegionBandwidthLimit": $0])
    }
  }
}
