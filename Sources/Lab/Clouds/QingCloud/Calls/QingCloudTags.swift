import Basics

extension QingCloudState {
  private func tag(_ id: String) throws(ServiceError) -> Tag {
    guard let tag = here.tags[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return tag
  }

  func describeTags(_ call: APICall) throws(ServiceError) -> Value {
    let (ids, resources) = (call.parameters.list("tags"), call.parameters.list("resources"))
    for id in ids { _ = try tag(id) }
    let word = call["search_word"]?.lowercased() ?? ""
    let rows = here.tags.all.filter { tag in
      core.isVisible(tag.id) && (ids.isEmpty || ids.contains(tag.id))
        && (word.isEmpty || tag.id == word || tag.name.lowercased().contains(word))
        && (resources.isEmpty || resources.contains { tag.resources[$0] != nil })
    }
    return try page(call, "tag_set", rows.map { row($0, isVerbose: call.number("verbose") == 1) })
  }

  private func row(_ tag: Tag, isVerbose: Bool) -> Value {
    var row: [String: Value] = [
      "tag_id": .string(tag.id), "tag_name": .string(tag.name), "description": .string(tag.description),
      "create_time": stamp(tag.created), "resource_count": .integer(tag.resources.count),
      "owner": .string(core.accountID),
    ]
    if isVerbose {
      row["resource_tag_pairs"] = .list(
        tag.resources.sorted { $0.key < $1.key }.map {
          ["tag_id": .string(tag.id), "resource_id": .string($0.key), "resource_type": .string($0.value)]
        })
    }
    return .object(row)
  }

  /// The one thing whose name is its own.
  mutating func createTag(_ call: APICall) throws(ServiceError) -> Value {
    let name = call["tag_name"] ?? ""
    if here.tags.all.contains(where: { $0.name == name }) {
      throw ServiceError("2110", "ResourceAlreadyExisted, resource already exists")
    }
    let id = core.ids.qingCloud("tag")
    here.tags[id] = Tag(id: id, name: name, created: core.now)
    core.created("tag", id, name: name)
    return ["tag_id": .string(id)]
  }

  mutating func modifyTag(_ call: APICall) throws(ServiceError) -> Value {
    let id = try tag(call["tag"] ?? "").id
    here.tags.change(id) {
      $0.name = call["tag_name"] ?? $0.name
      $0.description = call["description"] ?? $0.description
    }
    return ["tag_id": .string(id)]
  }

  mutating func deleteTags(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("tags")
    for id in ids { _ = try tag(id) }
    for id in ids {
      here.tags[id] = nil
      core.deleted(id)
    }
    return ["tags": .list(ids.map(Value.string))]
  }

  mutating func attachTags(_ call: APICall) throws(ServiceError) -> Value {
    for pair in call.parameters.objects("resource_tag_pairs") {
      let (id, type) = (pair["resource_id"] ?? "", pair["resource_type"] ?? "")
      let tag = try tag(pair["tag_id"] ?? "").id
      guard try isThere(id, type: type) else { throw QingCloudError.notFound(id) }
      here.tags.change(tag) { $0.resources[id] = type }
    }
    return [:]
  }

  mutating func detachTags(_ call: APICall) throws(ServiceError) -> Value {
    for pair in call.parameters.objects("resource_tag_pairs") {
      let tag = try tag(pair["tag_id"] ?? "").id
      here.tags.change(tag) { $0.resources[pair["resource_id"] ?? ""] = nil }
    }
    return [:]
  }

  private func isThere(_ id: String, type: String) throws(ServiceError) -> Bool {
    switch type {
    case "instance": here.instances[id]?.isThere == true
    case "vxnet": here.vxnets[id] != nil
    case "router": here.routers[id] != nil
    case "eip": here.eips[id] != nil
    case "security_group": here.groups[id] != nil
    case "keypair": here.keys[id] != nil
    default: throw QingCloudError.illegal("resource type", type)
    }
  }

  /// What is gone has no tags.
  mutating func forgetTags(of resource: String) {
    here.tags.changeAll { $0.resources[resource] = nil }
  }
}
