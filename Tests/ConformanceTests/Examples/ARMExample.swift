import Basics
import CloudWire
import Foundation
import JSONText
import ProviderModel
import Testing

/// A request of Azure in an example: method, address, conditions and JSON body.
///
/// With `golden` it is the SDK's own request (or the one after it that `then` numbers), in which `names` gives things
/// the names of ours (`address` does so in the address only); `with` replaces members of its body, `without` takes some out, and `headers` are conditions that
/// the SDK's caller did not set. Without `golden`, `url` is the address after the host, where `{rg}` stands for the
/// resource group.
struct ARMExample {
  static let subscription = "00000000-0000-0000-0000-000000000001"
  private static let group = "/subscriptions/\(subscription)/resourceGroups/zxtest-rg"

  let request: Value
  let run: ExampleRun

  func check(_ call: WireCall, _ path: String) throws {
    let encoded = AzureARMProtocol().encode(call)
    let golden = try golden
    let (method, url) = try address(golden)
    #expect(encoded.method == method, "\(path)")
    #expect(encoded.url == url, "\(path)")
    let conditions = request["headers"].object ?? golden["headers"].object?.filter { $0.key.hasPrefix("If-") } ?? [:]
    for name in ["If-Match", "If-None-Match"] { #expect(encoded.header(name) == conditions[name]?.string, "\(path)") }
    let body = encoded.body.isEmpty ? Value.null : try JSON.parse(encoded.body)
    #expect(body == expectedBody(golden), "\(path)")
  }

  private var golden: Value {
    get throws {
      guard let id = request["golden"].string else { return .null }
      let found: Value = try #require(ExampleVectors.request(id, of: "azure"), "no golden request \(id)")
      return request["then"].integer.map { found["then"][$0] } ?? found["request"]
    }
  }

  private func address(_ golden: Value) throws -> (method: String, url: String) {
    if let url = golden["url"].string {
      return (golden["method"].string ?? "", renamed(url, by: request["address"].object ?? names))
    }
    let text = try #require(request["url"].string, "neither golden nor url").replacing("{rg}", with: Self.group)
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    return (parts[0], "https://management.azure.com\(parts[1])")
  }

  private func expectedBody(_ golden: Value) -> Value {
    guard golden["json"].object != nil || request["with"].object != nil else { return .null }
    var members = renamed(golden["json"]).object ?? [:]
    for name in (request["without"].list ?? []).compactMap(\.string) {
      #expect(members.removeValue(forKey: name) != nil, "the golden body has no \(name)")
    }
    return .object(members.merging(request["with"].object ?? [:]) { $1 })
  }

  /// Names of things are whole texts, or whole segments of an address or id.
  private func renamed(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(renamed(text, by: names))
    case .list(let elements): .list(elements.map { renamed($0) })
    case .object(let members): .object(members.mapValues { renamed($0) })
    default: value
    }
  }

  private func renamed(_ text: String, by names: [String: Value]) -> String {
    text.split(separator: "/", omittingEmptySubsequences: false).map { segment in
      let name = segment.prefix { $0 != "?" }
      return (names[String(name)]?.string ?? String(name)) + segment.dropFirst(name.count)
    }.joined(separator: "/")
  }

  private var names: [String: Value] { request["names"].object ?? [:] }
}
