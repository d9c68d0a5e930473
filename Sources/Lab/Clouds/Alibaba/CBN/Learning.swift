import Basics

/// Who knows which prefix: what CEN learns and hands on. Everything here is computed from the state, for lists and for the data plane.
extension AlibabaState {
  /// A prefix, and the attachment (or classic child) behind which it lies, seen from one router.
  struct Learned: Hashable {
    enum Source: Hashable {
      /// A `TransitRouterAttachment.id` of a VPC.
      case network(String)
      /// A `ChildAttachment.id`.
      case child(String)
      /// A `TransitRouterAttachment.id` to another router, or a `RegionLimit.id`.
      case peer(String)
    }

    var destination: IPNetwork
    var source: Source
  }

  func isUp(_ attachment: TransitRouterAttachment) -> Bool {
    [.attached, .modifying].contains(attachment.phase.phase(at: core.now))
  }

  func isAssociated(_ attachment: TransitRouterAttachment) -> Bool {
    associations.all.contains { $0.attachment == attachment.id && $0.phase.phase(at: core.now) == .active }
  }

  func isPropagating(_ attachment: TransitRouterAttachment) -> Bool {
    propagations.all.contains { $0.attachment == attachment.id && $0.phase.phase(at: core.now) == .active }
  }

  func isUp(_ child: ChildAttachment) -> Bool { child.phase.phase(at: core.now) == .attached }

  // MARK: Prefixes

  /// The prefixes behind a CCN: the static routes of its gateways, whether or not a device is on line.
  func prefixes(ofCCN id: String) -> [IPNetwork] {
    gateways.all.filter { $0.ccn == id && $0.routing == "static" && !$0.isLocked }.flatMap(\.blocks)
  }

  /// The prefixes of a VPC: those of its vSwitches.
  func prefixes(ofVpc id: String) -> [IPNetwork] { vSwitches.all.filter { $0.vpc == id }.map(\.block) }

  /// What a router knows from what hangs on it itself.
  func local(to router: TransitRouter) -> [Learned] {
    let networks = attachments.all.filter { $0.router == router.id && isUp($0) && isPropagating($0) }.flatMap { row in
      row.vpc.map { prefixes(ofVpc: $0).map { Learned(destination: $0, source: .network(row.id)) } } ?? []
    }
    let classic = children.all.filter { $0.cen == router.cen && $0.region == router.region && isUp($0) }.flatMap {
      row in
      (row.type == "CCN" ? prefixes(ofCCN: row.child) : prefixes(ofVpc: row.child))
        .map { Learned(destination: $0, source: .child(row.id)) }
    }
    return networks + classic
  }

  /// All that a router knows: its own, and what the routers at the other ends of its connections hand on.
  func known(to router: TransitRouter) -> [Learned] {
    var all = local(to: router)
    for row in attachments.all where isUp(row) && isAssociated(row) {
      guard case .peer(let otherID, _, _) = row.link, let local = routers[row.router], let other = routers[otherID]
      else { continue }
      if local.id == router.id, isPropagating(row) { all += handedOn(by: other, over: row.id) }
      if other.id == router.id, row.publishesRoutes { all += handedOn(by: local, over: row.id) }
    }
    for limit in limits.all where limit.cen == router.cen && [limit.local, limit.opposite].contains(router.region) {
      let region = limit.local == router.region ? limit.opposite : limit.local
      if let other = routers.all.first(where: { $0.cen == router.cen && $0.region == region }) {
        all += handedOn(by: other, over: limit.id)
      }
    }
    return all
  }

  private func handedOn(by other: TransitRouter, over link: String) -> [Learned] {
    local(to: other).map { Learned(destination: $0.destination, source: .peer(link)) }
  }

  /// The routes that CEN puts into a VPC's table: of the attachment that publishes automatically and is associated.
  func learned(by vpc: AlibabaVpc) -> [(destination: IPNetwork, attachment: String)] {
    guard let row = attachments.all.first(where: { $0.vpc == vpc.id }), row.publishesRoutes, isUp(row),
      isAssociated(row), let router = routers[row.router]
    else { return [] }
    return known(to: router).filter { $0.source != .network(row.id) }.map { ($0.destination, row.id) }
  }

  /// What a child of a Basic router learns: all that the router knows but the child's own.
  func learned(by child: ChildAttachment) -> [IPNetwork] {
    guard isUp(child), let router = routers.all.first(where: { $0.cen == child.cen && $0.region == child.region })
    else {
      return []
    }
    return known(to: router).filter { $0.source != .child(child.id) }.map(\.destination)
  }

  // MARK: Lists

  func listTransitRouterRouteEntries(_ call: APICall) throws(ServiceError) -> Value {
    let router = try router(ofTable: call["TransitRouterRouteTableId"] ?? "")
    let ids = call.parameters.list("TransitRouterRouteEntryIds")
    let items: [Value] = known(to: router).compactMap { entry in
      let hop = hop(of: entry.source)
      let destination = entry.destination.description
      guard asks(call, "TransitRouterRouteEntryDestinationCidrBlock", destination),
        asks(call, "TransitRouterRouteEntryStatus", "Active"), asks(call, "TransitRouterRouteEntryType", "Propagated"),
        asks(call, "TransitRouterRouteEntryNextHopId", hop),
        asks(call, "TransitRouterRouteEntryNextHopType", "Attachment"),
        asks(call, "TransitRouterRouteEntryNextHopResourceId", resource(of: hop).id),
        asks(call, "TransitRouterRouteEntryNextHopResourceType", resource(of: hop).type), ids.isEmpty
      else { return nil }
      return [
        "TransitRouterRouteEntryDestinationCidrBlock": .string(destination), "TransitRouterRouteEntryStatus": "Active",
        "TransitRouterRouteEntryType": "Propagated", "TransitRouterRouteEntryNextHopType": "Attachment",
        "TransitRouterRouteEntryNextHopId": .string(hop), "CreateTime": stamp(router.created),
        "TransitRouterRouteEntryNextHopResourceId": .string(resource(of: hop).id),
        "TransitRouterRouteEntryNextHopResourceType": .string(resource(of: hop).type),
      ]
    }
    return try flatPage(items, call, name: "TransitRouterRouteEntries")
  }

  private func hop(of source: Learned.Source) -> String {
    switch source {
    case .network(let id), .child(let id), .peer(let id): id
    }
  }

  func describeCenChildInstanceRouteEntries(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try cen(call["CenId"] ?? "")
    let id = call["ChildInstanceId"] ?? ""
    let child = children["\(cen.id)/\(id)"]
    var rows = child.map(learned) ?? []
    if let vpc = vpcs[id] { rows += learned(by: vpc).map(\.destination) }
    guard child != nil || vpcs[id] != nil else {
      return try refuse("ParameterError", "The child instance is not attached.", status: 404)
    }
    let items: [Value] = rows.map { block in
      [
        "DestinationCidrBlock": .string(block.description), "Status": "Active", "Type": "CEN", "NextHopType": "CEN",
        "NextHopRegionId": .string(call["ChildInstanceRegionId"] ?? ""),
        "RouteTableId": .string(vpcs[id]?.table ?? ""), "Conflicts": ["Conflict": []],
      ]
    }
    return try pageByNumber(items, call) { ("CenRouteEntries", ["CenRouteEntry": $0]) }
  }

  /// Routes of one VPC that overlap with what it would learn.
  func describeRouteConflict(_ call: APICall) throws(ServiceError) -> Value {
    guard let vpc = vpcs[call["ChildInstanceId"] ?? ""] else {
      return try pageByNumber([], call) { ("RouteConflicts", ["RouteConflict": $0]) }
    }
    let own = prefixes(ofVpc: vpc.id)
    let items: [Value] = learned(by: vpc).filter { route in own.contains { $0.overlaps(route.destination) } }.map {
      [
        "DestinationCidrBlock": .string($0.destination.description), "InstanceId": .string(vpc.id),
        "InstanceType": "VPC",
        "RegionId": .string(vpc.region), "Status": "Conflict",
      ]
    }
    return try pageByNumber(items, call) { ("RouteConflicts", ["RouteConflict": $0]) }
  }
}
