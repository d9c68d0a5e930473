import Basics

/// The classic calls: what hangs on Basic transit routers.
extension AlibabaState {
  mutating func attachCenChildInstance(_ call: APICall) throws(ServiceError) -> Value {
    let (id, region) = (call["ChildInstanceId"] ?? "", call["ChildInstanceRegionId"] ?? "")
    switch call["ChildInstanceType"] {
    case "CCN":
      let ccn = try ccn(id)
      guard AlibabaCatalogue.region(ccn.region)?.ccn == region else {
        return try refuse("ParameterIllegal.ChildInstanceRegionId", "The specified ChildInstanceRegionId is illegal.")
      }
      return try attach(ccn, to: call["CenId"] ?? "")
    case "VPC":
      let vpc = try vpc(id)
      guard vpc.region == region else {
        return try refuse("ParameterIllegal.ChildInstanceRegionId", "The specified ChildInstanceRegionId is illegal.")
      }
      if attachments.all.contains(where: { $0.vpc == id }) { return try refuseAttached() }
      return try attachChild(id, type: "VPC", region: region, to: call["CenId"] ?? "")
    default: return try refuse("Forbidden.TypeInvalid", "The specified ChildInstanceType is not supported by the lab.")
    }
  }

  mutating func attach(_ ccn: CloudConnectNetwork, to cen: String) throws(ServiceError) -> Value {
    guard let region = AlibabaCatalogue.region(ccn.region)?.ccn else {
      return try refuse("ParameterIllegal.ChildInstanceRegionId", "The specified ChildInstanceRegionId is illegal.")
    }
    return try attachChild(ccn.id, type: "CCN", region: region, to: cen)
  }

  private func refuseAttached() throws(ServiceError) -> Value {
    try refuse(
      "InvalidOperation.ChildInstanceAlreadyAttached", "The child instance is already attached.", status: 409)
  }

  private mutating func attachChild(
    _ child: String, type: String, region: String, to cenID: String
  ) throws(ServiceError) -> Value {
    let cen = try activeCen(cenID)
    if children.all.contains(where: { $0.child == child }) { return try refuseAttached() }
    try haveBasicRouter(in: region, of: cen.id)
    let row = ChildAttachment(
      id: "\(cen.id)/\(child)", cen: cen.id, child: child, type: type, region: region, created: core.now,
      phase: Timeline(.attaching, then: .attached, after: core.pace.seconds(30), at: core.now))
    children[row.id] = row
    core.created("cen-attachment", row.id)
    return [:]
  }

  /// The attachment makes the Basic router of its region; where there is an Enterprise one, or can be no Basic one, it fails.
  private mutating func haveBasicRouter(in region: String, of cen: String) throws(ServiceError) {
    if let router = routers.all.first(where: { $0.cen == cen && $0.region == region }) {
      guard router.kind == .basic else {
        return try refuse(
          "OperationFailed.InvalidTransitRouter", "The transit router of the region is not of the Basic edition.")
      }
      return
    }
    guard AlibabaCatalogue.isCCNRegion(region) else {
      return try refuse(
        "OperationFailed.InvalidTransitRouter", "The region has transit routers of the Enterprise edition only.")
    }
    addRouter(cen: cen, region: region, isAutomatic: true)
  }

  mutating func detachCenChildInstance(_ call: APICall) throws(ServiceError) -> Value {
    try detachChild(call["ChildInstanceId"] ?? "", from: call["CenId"] ?? "")
  }

  mutating func detachChild(_ child: String, from cenID: String) throws(ServiceError) -> Value {
    let cen = try cen(cenID)
    guard let row = children["\(cen.id)/\(child)"] else { return try refuseUnattached() }
    guard row.phase.phase(at: core.now) == .attached else {
      return try refuse(
        "InvalidOperation.ChildInstanceStatus", "The child instance status does not support the operation.",
        status: 409)
    }
    children.change(row.id) { $0.phase.turn(.detaching, then: .gone, after: core.pace.seconds(30), at: core.now) }
    return [:]
  }

  private func refuseUnattached() throws(ServiceError) -> Value {
    try refuse("ParameterError", "The child instance is not attached.", status: 404)
  }

  func describeCenAttachedChildInstances(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try cen(call["CenId"] ?? "")
    let rows = allChildren.filter {
      $0.cen == cen.id && core.isVisible($0.id) && asks(call, "ChildInstanceType", $0.type)
        && asks(call, "ChildInstanceRegionId", $0.region)
    }
    return try pageByNumber(rows.map(childItem), call) { ("ChildInstances", ["ChildInstance": $0]) }
  }

  /// VPCs on Enterprise routers are listed among the child instances too.
  private var allChildren: [ChildAttachment] {
    children.all
      + attachments.all.compactMap { row in
        guard let vpc = row.vpc else { return nil }
        let phase = ChildAttachment.Phase(rawValue: row.phase.phase(at: core.now).rawValue) ?? .attached
        return ChildAttachment(
          id: row.id, cen: row.cen, child: vpc, type: "VPC", region: row.region, created: row.created,
          phase: Timeline(phase, at: core.now))
      }
  }

  private func childItem(_ row: ChildAttachment) -> Value {
    [
      "CenId": .string(row.cen), "ChildInstanceId": .string(row.child), "ChildInstanceType": .string(row.type),
      "ChildInstanceRegionId": .string(row.region), "ChildInstanceOwnerId": owner,
      "ChildInstanceAttachTime": stamp(row.created), "Status": .string(row.phase.phase(at: core.now).rawValue),
    ]
  }

  func describeCenAttachedChildInstanceAttribute(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try cen(call["CenId"] ?? "")
    let found = allChildren.first {
      $0.cen == cen.id && $0.child == call["ChildInstanceId"] && $0.type == call["ChildInstanceType"]
        && $0.region == call["ChildInstanceRegionId"] && core.isVisible($0.id)
    }
    guard let found, var item = childItem(found).object else { return try refuseUnattached() }
    let name = ccns[found.child]?.name ?? vpcs[found.child]?.name ?? ""
    item["ChildInstanceName"] = .string(name)
    item["ChildInstanceAttributes"] = ["CidrBlock": .string(vpcs[found.child]?.block.description ?? "")]
    return .object(item)
  }

  func describeChildInstanceRegions(_ call: APICall) throws(ServiceError) -> Value {
    let rows: [(String, String)]
    switch call["ProductType"] ?? "VPC" {
    case "VPC": rows = AlibabaCatalogue.regions.map { ($0.id, $0.name) }
    case "VBR": rows = AlibabaCatalogue.regions.map { ($0.id, $0.name) }
    case "CCN":
      rows = AlibabaCatalogue.regions.compactMap { region in
        region.ccn.map { ($0, region.area == .china ? "中国内地" : region.name) }
      }
    default: return try refuse("ParameterIllegal.ProductType", "The specified ProductType is illegal.")
    }
    return ["Regions": ["Region": .list(rows.map { ["RegionId": .string($0.0), "LocalName": .string($0.1)] })]]
  }

  func describeGeographicRegionMembership(_ call: APICall) throws(ServiceError) -> Value {
    guard let area = AlibabaCatalogue.Area(rawValue: call["GeographicRegionId"] ?? "") else {
      return try refuse("ParameterIllegal.GeographicRegionId", "The specified GeographicRegionId is illegal.")
    }
    let ids = AlibabaCatalogue.regions.filter { $0.area == area }.flatMap { region in
      [region.id] + [region.ccn].compactMap { $0 }.filter { $0 != region.id }
    }
    return try pageByNumber(ids.map { ["RegionId": .string($0)] }, call) { ("RegionIds", ["RegionId": $0]) }
  }
}
