import Basics
import CloudWire
import Expressions
import ProviderModel
import Testing

/// An example with the action that it is about.
struct ExampleRun {
  let example: Example
  let provider: ProviderDescription
  let action: ActionDescription

  init(_ example: Example) throws {
    let catalog = try ExampleFiles.catalog()
    self.example = example
    provider = try #require(catalog.providers[example.provider])
    action = try #require(catalog.action(example.fullName), "unknown action")
  }

  /// The inputs with the action's defaults.
  var inputs: [String: Value] {
    let defaults = action.inputs.compactMap { field in field.defaultValue.map { (field.name, $0) } }
    return Dictionary(defaults) { first, _ in first }.merging(example.inputs) { $1 }
  }

  func scope(object: Value) -> Scope {
    Scope([
      "inputs": .object(inputs), "self": object, "before": example.value["before"], "token": .string(example.token),
      "id": .string(String(example.token.dropFirst(3).prefix(10))),
      "account": ["id": "1234567890123456", "subscription": .string(ARMExample.subscription)],
    ])
  }

  /// The call that `create`, `find[1]` stands for.
  func call(_ path: String) throws -> (section: String, index: Int, call: Call) {
    let parts = path.split(separator: "[")
    let section = String(parts[0])
    let index = parts.count == 2 ? Int(parts[1].dropLast()) ?? 0 : 0
    let calls = try #require(self.calls(in: section), "no section \(section)")
    try #require(calls.indices.contains(index), "\(path) of \(action.fullName)")
    return (section, index, calls[index])
  }

  func calls(in section: String) -> [Call]? {
    switch section {
    case "find": action.find?.calls
    case "match": action.match?.calls
    case "read": action.read?.calls
    case "create": action.create
    case "update": action.update
    case "undo": if case .calls(let calls) = action.undo { calls } else { nil }
    default: nil
    }
  }

  func wireProtocol() throws -> any WireProtocol {
    try #require(WireForms.wireProtocol(of: provider.wireProtocol))
  }

  func wireCall(_ call: Call, _ parameters: Value, _ scope: Scope) throws -> WireCall {
    let product = try #require(provider.products[call.product])
    let region = inputs["region"]?.string
    let host = try region.flatMap { product.endpointExceptions[$0] } ?? product.endpoint.evaluate(scope).string ?? ""
    return WireCall(
      product: product, operation: call.operation, parameters: parameters,
      path: try call.path?.evaluate(scope) ?? .null, region: region, origin: "https://\(host)")
  }
}
