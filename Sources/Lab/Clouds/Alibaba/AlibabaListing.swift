import Basics
import CloudWire

import struct FoundationEssentials.Date

/// What all listing calls share: pages, tags, filters.
extension AlibabaState {
  /// `PageNumber`, `PageSize`, `TotalCount` beside one page of `items`, put where `wrap` says.
  func pageByNumber(
    _ items: [Value], _ call: APICall, size standard: Int = 10, limit: Int = 50, wrap: (Value) -> (String, Value)
  ) throws(ServiceError) -> Value {
    let number = call["PageNumber"].flatMap { Int($0) } ?? 1
    let size = call["PageSize"].flatMap { Int($0) } ?? standard
    guard number >= 1, (1...limit).contains(size) else {
      throw ServiceError("InvalidParameter", "The specified parameter PageNumber or PageSize is not valid.")
    }
    let page = Array(items.dropFirst((number - 1) * size).prefix(size))
    let (name, content) = wrap(.list(page))
    return .object([
      "PageNumber": .integer(number), "PageSize": .integer(size), "TotalCount": .integer(items.count), name: content,
    ])
  }

  /// `NextToken`, `MaxResults`, `TotalCount` beside one page of `items` under `name`.
  func pageByToken(
    _ items: [Value], _ call: APICall, size standard: Int = 20, limit: Int = 100, parameter: String = "MaxResults"
  ) throws(ServiceError) -> (items: [Value], next: String, size: Int) {
    let size = call[parameter].flatMap { Int($0) } ?? standard
    guard (1...limit).contains(size) else {
      throw ServiceError("InvalidParameter.\(parameter)", "The specified value of \(parameter) is not valid.")
    }
    let start = try start(of: call)
    let end = start + size
    let next = end < items.count ? Base64.encode(Array("\(call.action)/\(end)".utf8)) : ""
    return (Array(items.dropFirst(start).prefix(size)), next, size)
  }

  private func start(of call: APICall) throws(ServiceError) -> Int {
    guard let token = call["NextToken"], !token.isEmpty else { return 0 }
    let parts = Base64.decode(token).map { String(decoding: $0, as: UTF8.self).split(separator: "/") }
    guard let parts, parts.count == 2, parts[0] == call.action, let start = Int(parts[1]) else {
      throw ServiceError("InvalidParameter.NextToken", "The specified NextToken is not valid.")
    }
    return start
  }

  /// A page in the form of transit routers: a flat list.
  func flatPage(_ items: [Value], _ call: APICall, name: String) throws(ServiceError) -> Value {
    let page = try pageByToken(items, call)
    return .object([
      "MaxResults": .integer(page.size), "NextToken": .string(page.next), "TotalCount": .integer(items.count),
      name: .list(page.items),
    ])
  }

  // MARK: Tags

  func tags(of call: APICall) -> [ResourceTag] {
    call.parameters.objects("Tag").map { ResourceTag(key: $0["Key"] ?? "", value: $0["Value"] ?? "") }
  }

  /// Whether a row bears every tag that the call asks for.
  ///
  /// - Parameter parameter: some calls spell it `Tags`.
  func bears(_ tags: [ResourceTag], _ call: APICall, _ parameter: String = "Tag") -> Bool {
    call.parameters.objects(parameter).allSatisfy { wanted in
      tags.contains { $0.key == wanted["Key"] && (wanted["Value"] == nil || wanted["Value"] == $0.value) }
    }
  }

  static func tagList(_ tags: [ResourceTag]) -> Value {
    .list(tags.map { ["Key": .string($0.key), "Value": .string($0.value)] })
  }

  /// The form of ECS.
  static func tagListECS(_ tags: [ResourceTag]) -> Value {
    ["Tag": .list(tags.map { ["TagKey": .string($0.key), "TagValue": .string($0.value)] })]
  }

  // MARK: Values

  /// Whether the row's value is the one that the call asks for, if it does.
  func asks(_ call: APICall, _ name: String, _ value: String?) -> Bool {
    guard let wanted = call[name], !wanted.isEmpty else { return true }
    return wanted == value
  }

  func stamp(_ date: Date) -> Value { .string(Timestamp.extended(date)) }

  /// Milliseconds since 1970.
  func milliseconds(_ date: Date) -> Value { .integer(Int(date.timeIntervalSince1970 * 1000)) }

  var owner: Value { .integer(Int(core.accountID) ?? 0) }

  func refuse<Result>(_ code: String, _ message: String, status: Int = 400) throws(ServiceError) -> Result {
    throw ServiceError(code, message, status: status)
  }
}
