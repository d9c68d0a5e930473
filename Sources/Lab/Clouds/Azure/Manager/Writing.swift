import Basics

import struct FoundationEssentials.Date

/// PUT of a resource: what is the same for all types.
extension AzureState {
  /// Writes the whole resource: what the body leaves out is gone afterwards.
  mutating func put(_ id: ARMID, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    guard call.body.object != nil else { throw ARMErrors.format("InvalidJson", "A resource is an object.") }
    try checkPlace(of: id)
    let old = resources[id.key]
    try checkConditions(call, old)
    if let old { try refuseIfDeleting(old) } else { try ARMNames.check(id) }
    var new = try draft(id, call.body, over: old, location: try location(id, call.body, over: old))
    let children = try prepare(&new, over: old)
    let locks = locks(of: new, over: old)
    try refuseOverlap(id, locks, call)
    let begun = begin(
      call, on: new.id.key, namespace: id.kind.namespace, location: new.location, seconds: id.kind.writeTime,
      locks: locks, polling: .status)
    let phase: ARMResource.Provisioning = old == nil ? .creating : .updating
    let outcome: ARMResource.Provisioning = call.laterFailure == nil ? .succeeded : .failed
    let delay = begun.end.timeIntervalSince(core.now)
    store(new, over: old, Timeline(phase, then: outcome, after: delay, at: core.now))
    for child in children {
      store(child, over: resources[child.id.key], Timeline(.updating, then: outcome, after: delay, at: core.now))
    }
    if id.kind == .virtualMachines, old == nil {
      putTogether(new, after: delay, fails: call.laterFailure != nil)
    }
    var reply = ARMReply(old == nil ? 201 : 200, body(of: resources[id.key] ?? new, expanding: nil, as: phase))
    reply.headers = begun.reply.headers
    return reply
  }

  private mutating func store(
    _ resource: ARMResource, over old: ARMResource?, _ provisioning: Timeline<ARMResource.Provisioning>
  ) {
    var resource = resource
    resource.provisioning = provisioning
    resources[resource.id.key] = resource
    if old == nil {
      core.created(resource.id.kind.ledgerName, resource.id.description, name: resource.id.name)
    }
  }

  // MARK: Checks

  func checkPlace(of id: ARMID) throws(ServiceError) {
    try checkRegistered(id.kind.namespace)
    try refuseIfDeleting(try group(id.group))
    guard let parent = id.parent else { return }
    guard let found = resources[parent.key] else { throw ARMErrors.noParent(parent) }
    try refuseIfDeleting(found)
  }

  func refuseIfDeleting(_ resource: ARMResource) throws(ServiceError) {
    guard resource.state(at: core.now) == .deleting else { return }
    throw ARMErrors.network(
      "AnotherOperationInProgress", "Resource \(resource.id) is being deleted.", status: 409)
  }

  func checkConditions(_ call: ARMCall, _ old: ARMResource?) throws(ServiceError) {
    if call.ifNoneMatch == "*", old != nil { throw ARMErrors.precondition("If-None-Match") }
    guard let wanted = call.ifMatch, wanted != "*" || old == nil, wanted != old?.etag else { return }
    throw ServiceError(
      "PreconditionFailed",
      "Precondition failed for request. Requested eTag \(wanted) but current etag is \(old?.etag ?? "none").",
      status: 412, members: ["details": []])
  }

  // MARK: Drafts

  /// The resource as the body describes it, before its type has looked at it.
  mutating func draft(
    _ id: ARMID, _ body: Value, over old: ARMResource?, location: String
  ) throws(ServiceError) -> ARMResource {
    let members = body.members
    for name in ["properties", "tags", "sku"] where members[name]?.isNull == false && members[name]?.object == nil {
      throw ARMErrors.format("InvalidJson", "\(name) is no object.")
    }
    let beside: Set = ["id", "name", "type", "etag", "location", "tags", "properties"]
    let properties = members["properties"]?.members ?? [:]
    return ARMResource(
      id: old?.id ?? shown(id), location: location, tags: members["tags"]?.members ?? [:],
      members: members.filter { !beside.contains($0.key) && !$0.value.isNull },
      properties: properties.filter { !id.kind.readOnly.contains($0.key) && !$0.value.isNull },
      etag: newETag(id.kind, old), guid: old?.guid ?? core.ids.uuid("guid"), created: old?.created ?? core.now,
      provisioning: Timeline(.creating, at: core.now), applied: old?.applied)
  }

  private func location(_ id: ARMID, _ body: Value, over old: ARMResource?) throws(ServiceError) -> String {
    if let parent = id.parent { return resources[parent.key]?.location ?? "" }
    let location = try location(of: body)
    guard let old, old.location != location else { return location }
    throw ServiceError(
      "InvalidResourceLocation",
      "The resource '\(id.name)' already exists in location '\(old.location)' in resource group '\(id.group)'. A "
        + "resource with the same name cannot be created in location '\(location)'. Please select a new resource name.",
      status: 409)
  }

  private mutating func newETag(_ kind: AzureKind, _ old: ARMResource?) -> String {
    if kind.namespace == "Microsoft.Network" { return "W/\"\(core.ids.uuid("etag"))\"" }
    let number = old.flatMap { Int($0.etag.filter(\.isNumber)) } ?? 0
    return "\"\(number + 1)\""
  }

  /// Groups and parents are written as they were made, whatever the request's spelling.
  private func shown(_ id: ARMID) -> ARMID {
    let around = id.parent.flatMap { resources[$0.key]?.id.names } ?? Array(id.names.dropLast())
    return ARMID(
      subscription: credential.subscription, group: groups[id.groupKey]?.name ?? id.group, kind: id.kind,
      names: around + [id.name])
  }
}

/// The names that resources may have.
enum ARMNames {
  static func check(_ id: ARMID) throws(ServiceError) {
    if id.name.count <= 80, id.name.wholeMatch(of: /[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?/) != nil { return }
    throw ServiceError(
      "InvalidResourceName",
      "Resource name \(id.name) is invalid. The name can be up to 80 characters long. It must begin with a word "
        + "character, and it must end with a word character or with '_'. The name may contain word characters or '.', "
        + "'-', '_'.", members: ["details": []])
  }
}
