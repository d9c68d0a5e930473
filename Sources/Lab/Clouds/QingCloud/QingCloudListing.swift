import Basics

/// What all `Describe*` calls share: ids, words, tags, pages.
extension QingCloudState {
  static let longestPage = 100

  /// The page that the call asks for, with the number of all rows.
  func page(_ call: APICall, _ name: String, _ rows: [Value]) throws(ServiceError) -> Value {
    let (offset, limit) = (call.number("offset") ?? 0, call.number("limit") ?? 20)
    if offset < 0 { throw QingCloudError.illegal("offset", String(offset)) }
    if limit < 0 { throw QingCloudError.illegal("limit", String(limit)) }
    let part = rows.dropFirst(offset).prefix(min(limit, Self.longestPage))
    return [name: .list(Array(part)), "total_count": .integer(rows.count)]
  }

  /// The rows that the call's ids, word and tags leave, in the order in which they were made.
  ///
  /// - Parameters:
  ///   - ids: the parameter that lists ids; one that is not there is refused.
  ///   - name: what `search_word` is looked for in, besides the id.
  func select<Row>(
    _ table: Table<Row>, _ call: APICall, ids parameter: String, name: (Row) -> String = { _ in "" }
  ) throws(ServiceError) -> [Row] {
    let wanted = call.parameters.list(parameter)
    for id in wanted where table[id] == nil || !core.isVisible(id) { throw QingCloudError.notFound(id) }
    let tags = call.parameters.list("tags")
    let tagged = Set(tags.flatMap { here.tags[$0].map { Array($0.resources.keys) } ?? [] })
    return table.ids.compactMap { id -> Row? in
      guard let row = table[id], core.isVisible(id), wanted.isEmpty || wanted.contains(id),
        tags.isEmpty || tagged.contains(id)
      else { return nil }
      guard let word = call["search_word"], !word.isEmpty else { return row }
      return id == word || name(row).lowercased().contains(word.lowercased()) ? row : nil
    }
  }

  /// The tags of a resource, as rows show them.
  func tagRows(_ id: String) -> Value {
    .list(
      here.tags.all.filter { $0.resources[id] != nil }.map {
        ["tag_id": .string($0.id), "tag_name": .string($0.name)]
      })
  }

  /// How many the call asks for.
  func count(of call: APICall, atMost limit: Int = 20) throws(ServiceError) -> Int {
    let count = call.number("count") ?? 1
    if !(1...252).contains(count) { throw QingCloudError.illegal("count", String(count)) }
    if count > limit { throw QingCloudError.quota }
    return count
  }
}

extension APICall {
  /// The values of a filter that can be one value or a list; empty: no filter.
  func choices(_ name: String) -> [String] { parameters.list(name) + [self[name]].compactMap(\.self) }

  func address(_ name: String) throws(ServiceError) -> IPAddress? {
    guard let text = self[name], !text.isEmpty else { return nil }
    guard let address = IPAddress(text), address.family == .v4 else {
      throw QingCloudError.illegal("ip address", text)
    }
    return address
  }

  /// A network without host bits.
  func network(of name: String) throws(ServiceError) -> IPNetwork {
    let text = self[name] ?? ""
    guard let network = IPNetwork(text), network.isCanonical, network.address.family == .v4 else {
      throw QingCloudError.illegal("ip network", text)
    }
    return network
  }
}
