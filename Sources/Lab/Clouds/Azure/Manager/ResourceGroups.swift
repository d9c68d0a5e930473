import Basics

import struct FoundationEssentials.Date

extension AzureState {
  func groupBody(_ group: ARMGroup) -> Value {
    var body: [String: Value] = [
      "id": .string(groupPath(group)), "name": .string(group.name), "type": "Microsoft.Resources/resourceGroups",
      "location": .string(group.location),
      "properties": ["provisioningState": .string(group.provisioning.phase(at: core.now).rawValue)],
    ]
    if !group.tags.isEmpty { body["tags"] = .object(group.tags) }
    if !group.managedBy.isNull { body["managedBy"] = group.managedBy }
    return .object(body)
  }

  func listGroups(_ call: ARMCall) throws(ServiceError) -> ARMReply {
    let filter = try ARMFilter(call.option("$filter"))
    let rows = groups.all.filter { core.isVisible(groupPath($0)) && filter.admits(tags: $0.tags, type: nil) }
    return try page(rows.map(groupBody), call)
  }

  /// Done at once; a group that is there stays in its location.
  mutating func putGroup(_ name: String, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    guard (1...90).contains(name.count), name.firstMatch(of: /^[\w().-]*[\w()-]$/) != nil else {
      throw ServiceError(
        "InvalidResourceGroup",
        "The provided resource group name '\(name)' has these invalid characters or ends with a period.")
    }
    let body = call.body.members
    let location = try location(of: call.body)
    let key = name.lowercased()
    guard let old = groups[key] else {
      let group = ARMGroup(
        name: name, location: location, tags: body["tags"]?.members ?? [:], managedBy: body["managedBy"] ?? .null,
        provisioning: Timeline(.succeeded, at: core.now))
      groups[key] = group
      core.created("resource-group", groupPath(group), name: name)
      return ARMReply(201, groupBody(group))
    }
    try refuseIfDeleting(old)
    guard old.location == location else {
      throw ServiceError(
        "InvalidResourceGroupLocation",
        "Invalid resource group location '\(location)'. The Resource group already exists in location "
          + "'\(old.location)'.", status: 409)
    }
    groups.change(key) { $0.tags = body["tags"]?.members ?? [:] }
    return ARMReply(200, groupBody(try group(name)))
  }

  mutating func patchGroup(_ name: String, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    try refuseIfDeleting(try group(name))
    if let tags = call.body["tags"].object { groups.change(name.lowercased()) { $0.tags = tags } }
    return ARMReply(200, groupBody(try group(name)))
  }

  func refuseIfDeleting(_ group: ARMGroup) throws(ServiceError) {
    guard group.provisioning.phase(at: core.now) == .deleting else { return }
    throw ServiceError(
      "ResourceGroupBeingDeleted",
      "The resource group '\(group.name)' is in deprovisioning state and cannot perform this operation.", status: 409)
  }

  /// Takes everything in the group away, and then the group.
  mutating func deleteGroup(_ name: String, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    let group = try group(name)
    let key = name.lowercased()
    let inside = resources.all.filter { $0.id.groupKey == key }
    try refuseIfNeededOutside(inside, group)
    let begun = begin(
      call, on: groupPath(group).lowercased(), namespace: nil, location: group.location, seconds: 60, locks: [],
      polling: .location)
    let now = core.now
    groups.change(key) {
      $0.provisioning.turn(.deleting, then: .gone, after: begun.end.timeIntervalSince(now), at: now)
    }
    for resource in inside { startDeleting(resource.id, until: begun.end) }
    return begun.reply
  }

  private func refuseIfNeededOutside(_ inside: [ARMResource], _ group: ARMGroup) throws(ServiceError) {
    for resource in inside {
      guard let user = users(of: resource.id).first(where: { ARMID.group(in: $0) != group.name.lowercased() }) else {
        continue
      }
      throw ServiceError(
        "ResourceGroupDeletionBlocked",
        "Deletion of resource group '\(group.name)' failed as resource '\(resource.id)' is used by '\(user)'.",
        status: 409)
    }
  }

  /// The name of the location in a body.
  func location(of body: Value) throws(ServiceError) -> String {
    guard let text = body["location"].string, !text.isEmpty else {
      throw ServiceError("LocationRequired", "The location property is required for this definition.")
    }
    guard let name = AzureCatalogue.location(text) else {
      let list = AzureCatalogue.locations.map(\.name).joined(separator: ",")
      throw ServiceError(
        "LocationNotAvailableForResourceGroup",
        "The provided location '\(text)' is not available. List of available regions is '\(list)'.")
    }
    return name
  }
}

extension ARMID {
  /// The group's key in the text of any id, also of one inside a resource.
  static func group(in text: String) -> String {
    let parts = text.lowercased().split(separator: "/")
    return parts.count > 3 ? String(parts[3]) : ""
  }
}
