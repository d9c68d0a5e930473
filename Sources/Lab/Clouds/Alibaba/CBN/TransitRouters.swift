import Basics
import JSONText

extension AlibabaState {
  func router(_ id: String) throws(ServiceError) -> TransitRouter {
    guard let router = routers[id], core.isVisible(id) else {
      return try refuse(
        "IllegalParam.TransitRouterId", "The specified transit router does not exist.", status: 404)
    }
    return router
  }

  func activeRouter(_ id: String) throws(ServiceError) -> TransitRouter {
    let router = try router(id)
    guard router.phase.phase(at: core.now) == .active else {
      return try refuse(
        "IncorrectStatus.TransitRouterInstance", "The status of TransitRouter is incorrect.", status: 409)
    }
    return router
  }

  /// Refuses while the transit router service is not open.
  func needService() throws(ServiceError) {
    guard !isTransitRouterServiceOpen else { return }
    return try refuse("Forbbiden.TransitRouterServiceNotOpen", "The TransitRouter service is not open.")
  }

  func checkTransitRouterService() -> Value { ["Enabled": isTransitRouterServiceOpen ? "true" : "false"] }

  mutating func openTransitRouterService() throws(ServiceError) -> Value {
    if isTransitRouterServiceOpen { return try refuse("Order.Opened", "The service is already open.") }
    isTransitRouterServiceOpen = true
    return ["OrderId": .string(core.ids.orderNumber())]
  }

  mutating func createTransitRouter(_ call: APICall) throws(ServiceError) -> Value {
    try needService()
    let cen = try activeCen(call["CenId"] ?? "")
    let region = call["RegionId"] ?? ""
    guard AlibabaCatalogue.area(region) != nil else {
      return try refuse("OperationUnsupported.RegionId", "The specified region does not support transit routers.")
    }
    if routers.all.contains(where: { $0.cen == cen.id && $0.region == region }) {
      return try refuse("InstanceExist.TransitRouterInstance", "The TransitRouter already exists.")
    }
    let id = addRouter(cen: cen.id, region: region, isAutomatic: false)
    let tags = tags(of: call)
    routers.change(id) { row in
      row.name = call["TransitRouterName"] ?? ""
      row.description = call["TransitRouterDescription"] ?? ""
      row.tags = tags
    }
    return ["TransitRouterId": .string(id)]
  }

  /// Where CCNs hang the router is a Basic one, everywhere else an Enterprise one.
  @discardableResult
  mutating func addRouter(cen: String, region: String, isAutomatic: Bool) -> String {
    let kind = AlibabaCatalogue.isCCNRegion(region) ? TransitRouter.Kind.basic : .enterprise
    let delay = core.pace.seconds(isAutomatic ? 0 : 10)
    let router = TransitRouter(
      id: core.ids.alibaba("tr", region: region), kind: kind, cen: cen, region: region, name: "", description: "",
      created: core.now, phase: Timeline(.creating, then: .active, after: delay, at: core.now),
      systemTable: core.ids.alibaba("vtb", region: region), tags: [], isAutomatic: isAutomatic)
    routers[router.id] = router
    core.created("transit-router", router.id)
    return router.id
  }

  func listTransitRouters(_ call: APICall) throws(ServiceError) -> Value {
    let rows = routers.all.filter { router in
      core.isVisible(router.id) && asks(call, "CenId", router.cen) && asks(call, "RegionId", router.region)
        && asks(call, "TransitRouterId", router.id) && asks(call, "TransitRouterName", router.name)
        && asks(call, "Type", router.kind.rawValue) && bears(router.tags, call)
        && asks(call, "Status", router.phase.phase(at: core.now).rawValue)
    }
    return try pageByNumber(rows.map(routerItem), call) { ("TransitRouters", $0) }
  }

  private func routerItem(_ router: TransitRouter) -> Value {
    [
      "TransitRouterId": .string(router.id), "Type": .string(router.kind.rawValue), "CenId": .string(router.cen),
      "RegionId": .string(router.region), "Status": .string(router.phase.phase(at: core.now).rawValue),
      "TransitRouterName": .string(router.name), "TransitRouterDescription": .string(router.description),
      "CreationTime": stamp(router.created), "AliUid": owner, "Tags": Self.tagList(router.tags),
      "SupportMulticast": false,
    ]
  }

  mutating func deleteTransitRouter(_ call: APICall) throws(ServiceError) -> Value {
    let router = try activeRouter(call["TransitRouterId"] ?? "")
    if children.all.contains(where: { $0.cen == router.cen && $0.region == router.region }) {
      return try refuse("OperationFailed.CCNAttached", "A CCN is still attached to the transit router.")
    }
    if limits.all.contains(where: { $0.cen == router.cen && [$0.local, $0.opposite].contains(router.region) }) {
      return try refuse("OperationFailed.BandwidthLimitExist", "The transit router still has inter-region bandwidth.")
    }
    if attachments.all.contains(where: { $0.router == router.id || $0.isPeer(of: router.id) }) {
      return try refuse("OperationFailed.DeleteTransitRouter", "The transit router still has attachments.")
    }
    routers.change(router.id) { $0.phase.turn(.deleting, then: .gone, after: core.pace.seconds(10), at: core.now) }
    return [:]
  }

  func listTransitRouterAvailableResource(_ call: APICall) throws(ServiceError) -> Value {
    guard let region = AlibabaCatalogue.region(call["RegionId"] ?? "") else {
      return try refuse("OperationUnsupported.RegionId", "The specified region does not support transit routers.")
    }
    let zones = Value.list(region.zones.map(Value.string))
    return ["AvailableZones": zones, "MasterZones": zones, "SlaveZones": zones, "SupportMulticast": false]
  }

  // MARK: Route tables

  func listTransitRouterRouteTables(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("TransitRouterRouteTableIds")
    let names = call.parameters.list("TransitRouterRouteTableNames")
    let rows = routers.all.filter { router in
      router.kind == .enterprise && core.isVisible(router.id) && asks(call, "TransitRouterId", router.id)
        && asks(call, "TransitRouterRouteTableType", "System") && (ids.isEmpty || ids.contains(router.systemTable))
        && names.isEmpty && asks(call, "TransitRouterRouteTableStatus", tableStatus(router)) && bears([], call)
    }
    let items: [Value] = rows.map { router in
      [
        "TransitRouterRouteTableId": .string(router.systemTable), "TransitRouterId": .string(router.id),
        "TransitRouterRouteTableType": "System", "TransitRouterRouteTableStatus": .string(tableStatus(router)),
        "RegionId": .string(router.region), "CreateTime": stamp(router.created),
        "RouteTableOptions": ["MultiRegionECMP": "disable"],
      ]
    }
    return try flatPage(items, call, name: "TransitRouterRouteTables")
  }

  private func tableStatus(_ router: TransitRouter) -> String {
    router.phase.phase(at: core.now) == .creating ? "Creating" : "Active"
  }

  func router(ofTable id: String) throws(ServiceError) -> TransitRouter {
    guard let router = routers.all.first(where: { $0.systemTable == id && $0.kind == .enterprise }) else {
      return try refuse(
        "IllegalParam.TransitRouterRouteTableId", "The specified route table does not exist.", status: 404)
    }
    return router
  }
}
