import Basics
import Foundation
import JSONText
import Testing

/// The recorded requests and answers of the vendors' SDKs.
enum Golden {
  static func file(_ name: String) throws -> Value {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Vectors"))
    return try JSON.parse(Array(Data(contentsOf: url)))
  }

  static func requests(_ cloud: String) throws -> [String: Value] { try table(cloud, "requests") }

  static func responses(_ cloud: String) throws -> [String: Value] { try table(cloud, "responses") }

  private static func table(_ cloud: String, _ kind: String) throws -> [String: Value] {
    let rows = try file("\(cloud)-\(kind)")[kind].list ?? []
    return Dictionary(rows.map { ($0["id"].string ?? "", $0) }) { first, _ in first }
  }

  private static func path(of url: String) -> String { URL(string: url).map { $0.path(percentEncoded: true) } ?? "/" }

  /// Sends a recorded request byte for byte.
  static func send(_ request: Value, to port: UInt16) async throws -> RawClient.Answer {
    var headers = (request["headers"].object ?? [:]).map { ($0.key, $0.value.string ?? "") }
    headers.append(("Authorization", request["authorization"].string ?? ""))
    if !headers.contains(where: { $0.0.lowercased() == "host" }) {
      headers.append(("Host", request["host"].string ?? ""))
    }
    let url = request["url"].string ?? ""
    let query = url.split(separator: "?", maxSplits: 1).dropFirst().first.map { "?\($0)" } ?? ""
    return try await RawClient(port: port).send(
      method: request["method"].string ?? "POST", target: (request["path"].string ?? path(of: url)) + query,
      headers: headers,
      body: request["body"].string ?? "")
  }
}

/// Where an answer differs in form from a recorded one: members that are missing or of another type.
enum ShapeDifference {
  static func find(_ golden: Value, in answer: Value, at path: String = "", skip: Set<String> = []) -> [String] {
    if skip.contains(path) { return [] }
    switch (golden, answer) {
    case (.object(let wanted), .object(let given)):
      return wanted.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
        let place = path.isEmpty ? key : "\(path).\(key)"
        if skip.contains(place) { return [] }
        guard let own = given[key] else { return ["\(place) is missing"] }
        return find(value, in: own, at: place, skip: skip)
      }
    case (.list(let wanted), .list(let given)):
      guard let first = wanted.first, let own = given.first else { return [] }
      return find(first, in: own, at: "\(path)[]", skip: skip)
    case (.list, .null), (.null, .list), (.null, .string), (.string, .null), (.null, .null): return []
    case (.object(let members), .null) where members.isEmpty: return []
    default:
      return golden.typeName == answer.typeName ? [] : ["\(path) is \(answer.typeName), not \(golden.typeName)"]
    }
  }
}
