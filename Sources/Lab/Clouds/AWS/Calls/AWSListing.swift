import Basics

/// What all `Describe*` calls share: ids, filters, pages, tags.
extension AWSState {
  /// The rows that the call's ids and filters leave.
  ///
  /// - Parameters:
  ///   - field: the values of a row for a filter's name; `nil` for a name that this call does not know.
  ///   - missing: the error for an id that is not there.
  func select<Row>(
    _ table: Table<Row>, _ call: APICall, ids idParameter: String,
    missing: (String) -> ServiceError, field: (Row, String) -> [String]?
  ) throws(ServiceError) -> [Row] {
    let wanted = call.parameters.list(idParameter)
    for id in wanted where table[id] == nil || !core.isVisible(id) { throw missing(id) }
    let ids = table.ids.filter { core.isVisible($0) && (wanted.isEmpty || wanted.contains($0)) }
    var rows: [Row] = []
    for id in ids {
      if let row = table[id], try matches(row, id: id, call, field) { rows.append(row) }
    }
    return rows
  }

  func matches<Row>(
    _ row: Row, id: String, _ call: APICall, _ field: (Row, String) -> [String]?
  ) throws(ServiceError) -> Bool {
    for filter in call.parameters.objects("Filter") {
      let name = filter["Name"] ?? ""
      guard let values = tagValues(of: id, filter: name) ?? field(row, name) else {
        throw ServiceError("InvalidParameterValue", "The filter '\(name)' is invalid")
      }
      let patterns = filter.list("Value")
      let isMet = values.contains { value in patterns.contains { Wildcard.matches(value, $0) } }
      if !isMet { return false }
    }
    return true
  }

  private func tagValues(of id: String, filter name: String) -> [String]? {
    let tags = here.tags[id] ?? []
    if name == "tag-key" { return tags.map(\.key) }
    guard name.hasPrefix("tag:") else { return nil }
    return tags[String(name.dropFirst(4))].map { [$0] } ?? []
  }

  /// The page that the call asks for, and the element that says where the next one begins.
  func page<Row>(
    _ rows: [Row], _ call: APICall, sizes: ClosedRange<Int> = 5...1000
  ) throws(ServiceError) -> (rows: ArraySlice<Row>, next: XMLValue) {
    let start = try start(of: call)
    guard let text = call["MaxResults"], let size = Int(text) else { return (rows.dropFirst(start), .nothing) }
    guard sizes.contains(size) else {
      throw ServiceError(
        "InvalidParameterValue",
        "Value ( \(size) ) for parameter maxResults is invalid. Expecting a value between \(sizes.lowerBound) and "
          + "\(sizes.upperBound).")
    }
    let end = start + size
    let next: XMLValue = end < rows.count ? .text(Base64.encode(Array("\(call.action)/\(end)".utf8))) : .nothing
    return (rows.dropFirst(start).prefix(size), next)
  }

  private func start(of call: APICall) throws(ServiceError) -> Int {
    guard let token = call["NextToken"] else { return 0 }
    let parts = Base64.decode(token).map { String(decoding: $0, as: UTF8.self).split(separator: "/") }
    guard let parts, parts.count == 2, parts[0] == call.action, let start = Int(parts[1]) else {
      throw ServiceError("InvalidNextToken", "The token '\(token)' is invalid")
    }
    return start
  }

  // MARK: Tags

  func tagSet(_ id: String) -> XMLValue {
    .items((here.tags[id] ?? []).map { ["key": .text($0.key), "value": .text($0.value)] })
  }

  /// Puts on `id` the tags that the call's `TagSpecification` has for resources of its type.
  mutating func tag(_ id: String, as type: String, from call: APICall) {
    for specification in call.parameters.objects("TagSpecification") where specification["ResourceType"] == type {
      for tag in specification.objects("Tag") {
        here.tags[id, default: []].set(ResourceTag(key: tag["Key"] ?? "", value: tag["Value"] ?? ""))
      }
    }
  }

  func name(of id: String) -> String { here.tags[id]?["Name"] ?? "" }
}

extension APICall {
  /// A CIDR block, canonical as EC2 stores it.
  func network(_ name: String) throws(ServiceError) -> IPNetwork {
    let text = self[name] ?? ""
    guard let network = IPNetwork(text)?.network else {
      throw ServiceError(
        "InvalidParameterValue", "Value (\(text)) for parameter \(name) is invalid. This is not a valid CIDR block.")
    }
    return network
  }
}
