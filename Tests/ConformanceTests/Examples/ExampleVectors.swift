import Basics
import CloudWire
import Foundation
import JSONText

/// Requests and answers of the vendors' own SDKs, by provider and id.
enum ExampleVectors {
  static let requests = load("golden-requests", lists: ["requests", "entries"])
  static let responses = load("golden-responses", lists: ["responses"])

  static func request(_ id: String, of provider: String) -> Value? { requests[provider]?[id] }
  static func response(_ id: String, of provider: String) -> Value? { responses[provider]?[id] }

  /// The host of a request's URL.
  static func host(of request: Value) -> String {
    let parts = (request["url"].string ?? "").split(separator: "/")
    return parts.count > 1 ? String(parts[1]) : ""
  }

  /// The tree of parameters of a request, as the SDK's caller gave it (Alibaba) or rebuilt from the form (AWS) or the
  /// query (QingCloud).
  static func parameters(of request: Value) -> Value? {
    if let query = request["action_params"].object {
      return Flattening.unflatten(query.map { FormText.Pair($0.key, $0.value.string ?? "") })
    }
    guard let form = request["form"].list else { return request["sdk_params"] }
    let pairs = form.map { FormText.Pair($0[0].scalarText ?? "", $0[1].scalarText ?? "") }
    return Flattening.unflatten(pairs.filter { $0.name != "Action" && $0.name != "Version" })
  }

  static func answer(_ response: Value) -> HTTPResponse {
    HTTPResponse(status: response["status"].integer ?? 200, body: Array((response["body"].string ?? "").utf8))
  }

  private static func load(_ folder: String, lists: [String]) -> [String: [String: Value]] {
    var byProvider: [String: [String: Value]] = [:]
    for provider in ["alibaba", "aws", "azure", "qingcloud"] {
      guard let url = Bundle.module.url(forResource: "Vectors/\(folder)/\(provider)", withExtension: "json"),
        let text = try? String(contentsOf: url, encoding: .utf8), let file = try? JSON.parse(text)
      else { continue }
      let named = lists.flatMap { file[$0].list ?? [] }.map { ($0["id"].string ?? "", $0) }
      byProvider[provider] = Dictionary(named) { first, _ in first }
    }
    return byProvider
  }
}
