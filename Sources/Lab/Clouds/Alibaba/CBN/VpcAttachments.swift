import Basics
import JSONText

extension TransitRouterAttachment {
  var vpc: String? { if case .network(let vpc, _) = link { vpc } else { nil } }
}

extension AlibabaState {
  func attachment(_ id: String) throws(ServiceError) -> TransitRouterAttachment {
    guard let attachment = attachments[id], core.isVisible(id) else {
      return try refuse(
        "IllegalParam.TransitRouterAttachmentId", "The specified attachment does not exist.", status: 404)
    }
    return attachment
  }

  func attachedOne(_ id: String) throws(ServiceError) -> TransitRouterAttachment {
    let attachment = try attachment(id)
    guard attachment.phase.phase(at: core.now) == .attached else {
      return try refuse(
        "IncorrectStatus.TransitRouterAttachment", "The status of the attachment is incorrect.", status: 409)
    }
    return attachment
  }

  mutating func createTransitRouterVpcAttachment(_ call: APICall) throws(ServiceError) -> Value {
    try needService()
    let vpc = try availableVpc(call["VpcId"] ?? "")
    let router = try routerForVpc(vpc, call)
    if attachments.all.contains(where: { $0.vpc == vpc.id }) || children.all.contains(where: { $0.child == vpc.id }) {
      return try refuse("QuotaFull.ChildInstanceRelatedCen", "The VPC is already attached to a transit router.")
    }
    let zones = try zoneMappings(call, vpc)
    let row = TransitRouterAttachment(
      id: core.ids.alibaba("tr-attach"), cen: router.cen, router: router.id, region: router.region,
      link: .network(vpc: vpc.id, zones: zones), publishesRoutes: call.flag("AutoPublishRouteEnabled") ?? false,
      name: call["TransitRouterAttachmentName"] ?? "", description: call["TransitRouterAttachmentDescription"] ?? "",
      created: core.now, phase: Timeline(.attaching, then: .attached, after: core.pace.seconds(60), at: core.now),
      tags: tags(of: call), options: options(call))
    attachments[row.id] = row
    core.created("tr-vpc-attachment", row.id, name: row.name)
    return ["TransitRouterAttachmentId": .string(row.id)]
  }

  private func options(_ call: APICall) -> [String: String] {
    let given = call["TransitRouterVPCAttachmentOptions"].flatMap { try? JSON.parse($0) }?.object ?? [:]
    return given.compactMapValues(\.scalarText)
  }

  private mutating func routerForVpc(_ vpc: AlibabaVpc, _ call: APICall) throws(ServiceError) -> TransitRouter {
    let router: TransitRouter
    if let id = call["TransitRouterId"], !id.isEmpty {
      router = try activeRouter(id)
    } else {
      let cen = try activeCen(call["CenId"] ?? "")
      let region = call["RegionId"] ?? vpc.region
      let found = routers.all.first { $0.cen == cen.id && $0.region == region }?.id
      router = try self.router(found ?? addRouter(cen: cen.id, region: region, isAutomatic: false))
    }
    guard router.kind == .enterprise else {
      return try refuse(
        "OperationUnsupported.TransitRouterType", "The operation is not supported by this type of transit router.")
    }
    guard router.region == vpc.region else {
      return try refuse("IllegalParam.RegionId", "The VPC is in another region than the transit router.")
    }
    return router
  }

  private mutating func zoneMappings(
    _ call: APICall, _ vpc: AlibabaVpc
  ) throws(ServiceError) -> [TransitRouterAttachment.ZoneMapping] {
    var mappings: [TransitRouterAttachment.ZoneMapping] = []
    for given in call.parameters.objects("ZoneMappings") {
      let (zone, id) = (given["ZoneId"] ?? "", given["VSwitchId"] ?? "")
      let vSwitch = try vSwitch(id)
      guard vSwitch.vpc == vpc.id, vSwitch.zone == zone else {
        return try refuse("IllegalParam.ZoneId", "The vSwitch is not in the specified zone of the VPC.")
      }
      if mappings.contains(where: { $0.zone == zone }) {
        return try refuse("Duplicated.ZoneMapping", "The zone is mapped twice.")
      }
      mappings.append(.init(zone: zone, vSwitch: id, interface: core.ids.alibaba("eni", region: vpc.region)))
    }
    return mappings
  }

  func listTransitRouterVpcAttachments(_ call: APICall) throws(ServiceError) -> Value {
    let rows = attachments.all.filter { row in
      row.vpc != nil && core.isVisible(row.id) && asks(call, "CenId", row.cen) && asks(call, "RegionId", row.region)
        && asks(call, "TransitRouterId", row.router) && asks(call, "TransitRouterAttachmentId", row.id)
        && asks(call, "VpcId", row.vpc) && asks(call, "Status", row.phase.phase(at: core.now).rawValue)
        && bears(row.tags, call)
    }
    return try flatPage(rows.map(vpcAttachmentItem), call, name: "TransitRouterAttachments")
  }

  private func vpcAttachmentItem(_ row: TransitRouterAttachment) -> Value {
    guard case .network(let vpc, let zones) = row.link else { return .null }
    var options: [String: Value] = ["ipv6Support": "disable", "applianceModeSupport": "disable"]
    for (name, value) in row.options { options[name] = .string(value) }
    return [
      "TransitRouterAttachmentId": .string(row.id), "TransitRouterId": .string(row.router), "CenId": .string(row.cen),
      "VpcId": .string(vpc), "VpcOwnerId": owner, "VpcRegionId": .string(row.region), "ResourceType": "VPC",
      "Status": .string(row.phase.phase(at: core.now).rawValue), "AutoPublishRouteEnabled": .bool(row.publishesRoutes),
      "ChargeType": "POSTPAY", "CreationTime": stamp(row.created), "OrderType": "PayByCenOwner",
      "TransitRouterAttachmentName": .string(row.name), "TransitRouterAttachmentDescription": .string(row.description),
      "TransitRouterVPCAttachmentOptions": .object(options), "Tags": Self.tagList(row.tags),
      "ZoneMappings": .list(
        zones.map {
          [
            "ZoneId": .string($0.zone), "VSwitchId": .string($0.vSwitch), "NetworkInterfaceId": .string($0.interface),
          ]
        }),
    ]
  }

  mutating func updateTransitRouterVpcAttachment(_ call: APICall) throws(ServiceError) -> Value {
    let row = try attachedOne(call["TransitRouterAttachmentId"] ?? "")
    guard row.vpc != nil else { return try refuse("IllegalParam.TransitRouterAttachmentId", "Not a VPC attachment.") }
    let options = options(call)
    attachments.change(row.id) { row in
      row.publishesRoutes = call.flag("AutoPublishRouteEnabled") ?? row.publishesRoutes
      row.name = call["TransitRouterAttachmentName"] ?? row.name
      row.description = call["TransitRouterAttachmentDescription"] ?? row.description
      row.options.merge(options) { _, new in new }
      row.phase.turn(.modifying, then: .attached, after: core.pace.seconds(5), at: core.now)
    }
    return [:]
  }

  /// Deletes either kind of attachment; with `Force` its ties and the VPC's routes to it go as well.
  mutating func deleteTransitRouterAttachment(_ call: APICall, isPeer: Bool) throws(ServiceError) -> Value {
    let row = try attachedOne(call["TransitRouterAttachmentId"] ?? "")
    guard (row.vpc == nil) == isPeer else {
      return try refuse("IllegalParam.TransitRouterAttachmentId", "The attachment is of another type.")
    }
    if call.flag("Force") == true {
      cutTies(of: row.id)
      vpcs.changeAll { $0.entries.removeAll { $0.hop == .attachment(row.id) } }
    }
    if associations.all.contains(where: { $0.attachment == row.id }) {
      return try refuse(
        "OperationFailed.RouteTableAssociationExist", "The attachment is still associated with a route table.")
    }
    if propagations.all.contains(where: { $0.attachment == row.id }) {
      return try refuse(
        "OperationFailed.RouteTablePropagationExist", "The attachment still propagates to a route table.")
    }
    if vpcs.all.contains(where: { $0.entries.contains { $0.hop == .attachment(row.id) } }) {
      return try refuse(
        "OperationFailed.AttachmentReferencedVpcRouteEntryExisted", "A route of the VPC still leads to the attachment.")
    }
    attachments.change(row.id) { $0.phase.turn(.detaching, then: .gone, after: core.pace.seconds(30), at: core.now) }
    return [:]
  }

  private mutating func cutTies(of attachment: String) {
    for tie in associations.all where tie.attachment == attachment {
      associations[tie.id] = nil
      core.deleted("association/\(tie.id)")
    }
    for tie in propagations.all where tie.attachment == attachment {
      propagations[tie.id] = nil
      core.deleted("propagation/\(tie.id)")
    }
  }
}
