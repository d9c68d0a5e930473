import Basics
import CloudWire

/// Lists come in pages: `value` and, while there is more, `nextLink`, to be asked as it is.
extension AzureState {
  /// The size of a page unless `$top` says less; the real ones are larger, and a client that reads only the first is wrong there too.
  static let pageSize = 20

  func page(_ rows: [Value], _ call: ARMCall) throws(ServiceError) -> ARMReply {
    let start = try start(of: call)
    let size = try size(of: call)
    let end = start + size
    var body: [String: Value] = ["value": .list(Array(rows.dropFirst(start).prefix(size)))]
    if end < rows.count { body["nextLink"] = .string(nextLink(call, end)) }
    return ARMReply(200, .object(body))
  }

  private func size(of call: ARMCall) throws(ServiceError) -> Int {
    guard let text = call.option("$top") else { return Self.pageSize }
    guard let size = Int(text), size >= 1 else {
      throw ServiceError("InvalidTopInQueryString", "The $top query string parameter '\(text)' is not valid.")
    }
    return min(size, Self.pageSize)
  }

  /// The token is opaque to clients: which list, and where in it.
  private func start(of call: ARMCall) throws(ServiceError) -> Int {
    guard let token = call.option("$skiptoken") else { return 0 }
    let parts = Base64.decode(token).map { String(decoding: $0, as: UTF8.self).split(separator: " ") }
    guard let parts, parts.count == 2, parts[0] == call.path.lowercased(), let start = Int(parts[1]) else {
      throw ServiceError("InvalidSkipTokenInQueryString", "The $skiptoken '\(token)' is not valid.")
    }
    return start
  }

  private func nextLink(_ call: ARMCall, _ start: Int) -> String {
    var pairs = [FormText.Pair("api-version", call.version)]
    for (name, value) in call.query.sorted(by: { $0.key < $1.key }) where name.lowercased() != "$skiptoken" {
      pairs.append(.init(name, value))
    }
    pairs.append(.init("$skiptoken", Base64.encode(Array("\(call.path.lowercased()) \(start)".utf8))))
    return "\(call.origin)\(call.path)?\(FormText.encode(pairs))"
  }

  // MARK: Resources

  func list(
    _ kind: AzureKind, _ group: String?, _ parent: ARMID?, _ call: ARMCall
  ) throws(ServiceError) -> ARMReply {
    if let group { _ = try self.group(group) }
    if let parent, resources[parent.key] == nil { throw ARMErrors.noResource(parent) }
    let rows = all(kind).filter { resource in
      core.isVisible(resource.id.description) && (group == nil || resource.id.groupKey == group?.lowercased())
        && (parent == nil || resource.id.parent?.key == parent?.key)
    }
    return try page(rows.map { body(of: $0, expanding: nil) }, call)
  }

  /// Children are no entries of their own here.
  func listResources(_ group: String?, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    if let group { _ = try self.group(group) }
    let filter = try ARMFilter(call.option("$filter"))
    let rows = resources.all.filter { resource in
      resource.id.parent == nil && core.isVisible(resource.id.description)
        && (group == nil || resource.id.groupKey == group?.lowercased())
        && filter.admits(tags: resource.tags, type: resource.id.kind.type)
    }
    return try page(rows.map(summary), call)
  }

  private func summary(_ resource: ARMResource) -> Value {
    var body: [String: Value] = [
      "id": .string(resource.id.description), "name": .string(resource.id.name),
      "type": .string(resource.id.kind.type), "location": .string(resource.location),
    ]
    if !resource.tags.isEmpty { body["tags"] = .object(resource.tags) }
    if let sku = resource.members["sku"] { body["sku"] = sku }
    return .object(body)
  }
}
