import Basics

/// Association and propagation: off by default, and without them no packet passes a transit router.
extension AlibabaState {
  mutating func associate(_ call: APICall) throws(ServiceError) -> Value {
    let (table, attachment) = try tied(call)
    if associations.all.contains(where: { $0.attachment == attachment.id }) {
      return try refuse("AssociationExist.TransitRouterTable", "The attachment is already associated.")
    }
    associations["\(table)/\(attachment.id)"] = newTie(table, attachment.id)
    core.created("tr-association", "association/\(table)/\(attachment.id)")
    return [:]
  }

  mutating func propagate(_ call: APICall) throws(ServiceError) -> Value {
    let (table, attachment) = try tied(call)
    if propagations["\(table)/\(attachment.id)"] != nil {
      return try refuse("PropagationExist.TransitRouterTable", "The attachment already propagates to the route table.")
    }
    propagations["\(table)/\(attachment.id)"] = newTie(table, attachment.id)
    core.created("tr-propagation", "propagation/\(table)/\(attachment.id)")
    return [:]
  }

  private func newTie(_ table: String, _ attachment: String) -> RouteTableTie {
    RouteTableTie(
      id: "\(table)/\(attachment)", table: table, attachment: attachment,
      phase: Timeline(.rising, then: .active, after: core.pace.seconds(5), at: core.now))
  }

  private func tied(_ call: APICall) throws(ServiceError) -> (table: String, attachment: TransitRouterAttachment) {
    let router = try router(ofTable: call["TransitRouterRouteTableId"] ?? "")
    let attachment = try attachedOne(call["TransitRouterAttachmentId"] ?? "")
    guard attachment.router == router.id else {
      return try refuse(
        "IllegalParam.TransitRouterAttachmentId", "The attachment does not belong to the transit router of the table.")
    }
    return (router.systemTable, attachment)
  }

  mutating func dissociate(_ call: APICall) throws(ServiceError) -> Value {
    let id = "\(call["TransitRouterRouteTableId"] ?? "")/\(call["TransitRouterAttachmentId"] ?? "")"
    guard associations[id] != nil else {
      return try refuse("InvalidOperation.AssociationNotExist", "The association does not exist.", status: 404)
    }
    associations.change(id) { $0.phase.turn(.falling, then: .gone, after: core.pace.seconds(5), at: core.now) }
    core.deleted("association/\(id)")
    return [:]
  }

  mutating func disablePropagation(_ call: APICall) throws(ServiceError) -> Value {
    let id = "\(call["TransitRouterRouteTableId"] ?? "")/\(call["TransitRouterAttachmentId"] ?? "")"
    guard propagations[id] != nil else {
      return try refuse("InvalidOperation.PropagationNotExist", "The propagation does not exist.", status: 404)
    }
    propagations.change(id) { $0.phase.turn(.falling, then: .gone, after: core.pace.seconds(5), at: core.now) }
    core.deleted("propagation/\(id)")
    return [:]
  }

  func listAssociations(_ call: APICall) throws(ServiceError) -> Value {
    let names = [
      RouteTableTie.Phase.rising: "Associating", .active: "Active", .falling: "Dissociating", .gone: "Deleted",
    ]
    let items = tieItems(associations.all, call, names)
    return try flatPage(items, call, name: "TransitRouterAssociations")
  }

  func listPropagations(_ call: APICall) throws(ServiceError) -> Value {
    let names = [RouteTableTie.Phase.rising: "Enabling", .active: "Active", .falling: "Disabling", .gone: "Deleted"]
    let items = tieItems(propagations.all, call, names)
    return try flatPage(items, call, name: "TransitRouterPropagations")
  }

  private func tieItems(_ ties: [RouteTableTie], _ call: APICall, _ names: [RouteTableTie.Phase: String]) -> [Value] {
    ties.compactMap { tie in
      let status = names[tie.phase.phase(at: core.now)]
      let resource = resource(of: tie.attachment)
      guard asks(call, "TransitRouterRouteTableId", tie.table), asks(call, "TransitRouterAttachmentId", tie.attachment),
        asks(call, "Status", status), asks(call, "TransitRouterAttachmentResourceId", resource.id),
        asks(call, "TransitRouterAttachmentResourceType", resource.type)
      else { return nil }
      return [
        "TransitRouterRouteTableId": .string(tie.table), "TransitRouterAttachmentId": .string(tie.attachment),
        "Status": .string(status ?? ""), "ResourceId": .string(resource.id), "ResourceType": .string(resource.type),
      ]
    }
  }

  func resource(of attachment: String) -> (id: String, type: String) {
    switch attachments[attachment]?.link {
    case .network(let vpc, _): (vpc, "VPC")
    case .peer(let router, _, _): (router, "TR")
    case nil: ("", "")
    }
  }
}
