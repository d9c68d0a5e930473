import Basics

/// Connections between the transit routers of two regions.
extension AlibabaState {
  mutating func createTransitRouterPeerAttachment(_ call: APICall) throws(ServiceError) -> Value {
    try needService()
    let peer = try activeRouter(call["PeerTransitRouterId"] ?? "")
    let local = try localRouter(call, cen: peer.cen)
    if let region = call["PeerTransitRouterRegionId"], region != peer.region {
      return try refuse("IllegalParam.PeerTransitRouterRegionId", "The peer transit router is in another region.")
    }
    let isThere = attachments.all.contains { row in
      row.router == local.id && row.isPeer(of: peer.id) || row.router == peer.id && row.isPeer(of: local.id)
    }
    if isThere {
      return try refuse(
        "InstanceExist.TransitRouterPeerAttachment", "The transit routers are connected already.", status: 409)
    }
    if call["DefaultLinkType"] ?? "Gold" != "Gold" {
      return try refuse(
        "ParameterIllegal.BandwidthPackageDefaultLinkTypeOnlySupportGold",
        "With a bandwidth package the link type can be Gold only.")
    }
    let bandwidth = try bandwidth(of: call, between: local, and: peer, changing: nil)
    let row = TransitRouterAttachment(
      id: core.ids.alibaba("tr-attach"), cen: local.cen, router: local.id, region: local.region,
      link: .peer(router: peer.id, region: peer.region, bandwidth: bandwidth),
      publishesRoutes: call.flag("AutoPublishRouteEnabled") ?? false,
      name: call["TransitRouterAttachmentName"] ?? "", description: call["TransitRouterAttachmentDescription"] ?? "",
      created: core.now, phase: Timeline(.attaching, then: .attached, after: core.pace.seconds(30), at: core.now),
      tags: tags(of: call))
    attachments[row.id] = row
    core.created("tr-peer-attachment", row.id, name: row.name)
    return ["TransitRouterAttachmentId": .string(row.id)]
  }

  private func localRouter(_ call: APICall, cen: String) throws(ServiceError) -> TransitRouter {
    let found = routers.all.first { $0.cen == call["CenId"] && $0.region == call["RegionId"] }?.id
    let local = try activeRouter(call["TransitRouterId"] ?? found ?? "")
    guard local.kind == .enterprise else {
      return try refuse(
        "OperationUnsupported.TransitRouterType", "The local transit router must be of the Enterprise edition.")
    }
    guard local.cen == cen else {
      return try refuse("IllegalParam.PeerTransitRouterId", "The transit routers belong to different CENs.")
    }
    return local
  }

  /// What the call asks the connection to carry; checked against the plan.
  private func bandwidth(
    of call: APICall, between local: TransitRouter, and peer: TransitRouter, changing id: String?
  ) throws(ServiceError) -> PeerBandwidth {
    let amount = call.number("Bandwidth")
    switch call["BandwidthType"] ?? "BandwidthPackage" {
    case "DataTransfer":
      if peer.kind == .basic {
        return try refuse(
          "OperationUnsupported.CloudDataTransferService", "Billing by data transfer is not supported in a CCN region.")
      }
      guard let amount else { return try refuse("MissingParam.Bandwidth", "The parameter Bandwidth is required.") }
      return .byTraffic(amount)
    case "BandwidthPackage":
      guard let plan = call["CenBandwidthPackageId"], !plan.isEmpty else { return .test }
      guard let amount, amount > 0 else {
        return try refuse("MissingParam.Bandwidth", "The parameter Bandwidth is required.")
      }
      try checkPlan(plan, carries: amount, between: local, and: peer, changing: id)
      return .plan(plan, amount)
    default: return try refuse("OperationUnsupported.BandwidthType", "The specified BandwidthType is not supported.")
    }
  }

  private func checkPlan(
    _ id: String, carries amount: Int, between local: TransitRouter, and peer: TransitRouter, changing own: String?
  ) throws(ServiceError) {
    let plan = try package(id)
    guard plan.cen == local.cen else {
      return try refuse(
        "InvalidOperation.BwpNotAssociated", "The bandwidth package is not bound to the CEN.", status: 409)
    }
    if plan.isLocked {
      return try refuse(
        "InvalidOperation.BwpBusinessStatus", "The business status of the bandwidth package does not allow it.",
        status: 409)
    }
    guard let left = AlibabaCatalogue.area(local.region), let right = AlibabaCatalogue.area(peer.region),
      plan.connects(left, right)
    else {
      return try refuse("ParameterIllegal.BandwidthPackage", "The bandwidth package is for other areas.")
    }
    if used(of: plan, except: own) + amount > plan.bandwidth {
      return try refuse(
        "InvalidOperation.BwpBandwidthExceeded", "The bandwidth exceeds what is left of the package.", status: 409)
    }
  }

  /// Mbit/s of a plan that connections and limits have taken.
  func used(of plan: BandwidthPackage, except own: String? = nil) -> Int {
    let connections = attachments.all.filter { $0.id != own }.map { row in
      if case .peer(_, _, .plan(plan.id, let amount)) = row.link { amount } else { 0 }
    }
    return connections.reduce(0, +) + limits.all.filter { $0.package == plan.id }.map(\.bandwidth).reduce(0, +)
  }

  func listTransitRouterPeerAttachments(_ call: APICall) throws(ServiceError) -> Value {
    let rows = attachments.all.filter { row in
      row.vpc == nil && core.isVisible(row.id) && asks(call, "CenId", row.cen)
        && (asks(call, "RegionId", row.region) || isAtOtherEnd(row, call))
        && (asks(call, "TransitRouterId", row.router) || row.isPeer(of: call["TransitRouterId"] ?? ""))
        && asks(call, "TransitRouterAttachmentId", row.id) && bears(row.tags, call)
    }
    return try flatPage(rows.map(peerItem), call, name: "TransitRouterAttachments")
  }

  private func isAtOtherEnd(_ row: TransitRouterAttachment, _ call: APICall) -> Bool {
    if case .peer(_, let region, _) = row.link { region == call["RegionId"] } else { false }
  }

  private func peerItem(_ row: TransitRouterAttachment) -> Value {
    guard case .peer(let peer, let region, let bandwidth) = row.link else { return .null }
    var item: [String: Value] = [
      "TransitRouterAttachmentId": .string(row.id), "TransitRouterId": .string(row.router), "CenId": .string(row.cen),
      "RegionId": .string(row.region), "PeerTransitRouterId": .string(peer),
      "PeerTransitRouterRegionId": .string(region), "PeerTransitRouterOwnerId": owner, "ResourceType": "TR",
      "Status": .string(row.phase.phase(at: core.now).rawValue), "AutoPublishRouteEnabled": .bool(row.publishesRoutes),
      "TransitRouterAttachmentName": .string(row.name), "TransitRouterAttachmentDescription": .string(row.description),
      "CreationTime": stamp(row.created), "DefaultLinkType": "Gold", "Tags": Self.tagList(row.tags),
      "BandwidthType": "BandwidthPackage",
    ]
    switch bandwidth {
    case .test: item["Bandwidth"] = 0
    case .byTraffic(let amount): (item["Bandwidth"], item["BandwidthType"]) = (.integer(amount), "DataTransfer")
    case .plan(let id, let amount):
      item["Bandwidth"] = .integer(amount)
      item["CenBandwidthPackageId"] = .string(id)
      item["GeographicSpanId"] = .string(packages[id]?.span ?? "")
    }
    return .object(item)
  }

  mutating func updateTransitRouterPeerAttachment(_ call: APICall) throws(ServiceError) -> Value {
    let row = try attachedOne(call["TransitRouterAttachmentId"] ?? "")
    guard case .peer(let peerID, let region, var bandwidth) = row.link else {
      return try refuse("IllegalParam.TransitRouterAttachmentId", "Not a peer attachment.")
    }
    if call["Bandwidth"] != nil || call["CenBandwidthPackageId"] != nil || call["BandwidthType"] != nil {
      bandwidth = try self.bandwidth(
        of: withPlan(call, bandwidth), between: router(row.router), and: router(peerID), changing: row.id)
    }
    attachments.change(row.id) { row in
      row.link = .peer(router: peerID, region: region, bandwidth: bandwidth)
      row.publishesRoutes = call.flag("AutoPublishRouteEnabled") ?? row.publishesRoutes
      row.name = call["TransitRouterAttachmentName"] ?? row.name
      row.description = call["TransitRouterAttachmentDescription"] ?? row.description
      row.phase.turn(.modifying, then: .attached, after: core.pace.seconds(5), at: core.now)
    }
    return [:]
  }

  /// What the call leaves out stays as it is.
  private func withPlan(_ call: APICall, _ bandwidth: PeerBandwidth) -> APICall {
    guard case .plan(let id, let amount) = bandwidth else { return call }
    var flat = call.parameters.flat
    if flat["CenBandwidthPackageId"] == nil { flat["CenBandwidthPackageId"] = id }
    if flat["Bandwidth"] == nil { flat["Bandwidth"] = String(amount) }
    var whole = call
    whole.parameters = Parameters(flat)
    return whole
  }
}
