import Basics
import CloudWire
import Expressions
import ProviderModel
import Testing

@Suite("What an action puts on the wire")
struct ExampleRequestTests {
  @Test("is what its example says, and what the vendor's SDK sends for the same call", arguments: ExampleFiles.examples)
  func requests(_ example: Example) throws {
    let run = try ExampleRun(example)
    let scope = run.scope(object: example.value["self"])
    for field in run.action.inputs { #expect(field.problems(with: run.inputs[field.name] ?? .null) == []) }
    #expect(Set(example.inputs.keys).subtracting(run.action.inputs.map(\.name)) == [])
    for request in example.requests { try check(request, run, scope) }
  }

  private func check(_ request: Value, _ run: ExampleRun, _ scope: Scope) throws {
    let path = try #require(request["call"].string)
    let call = try run.call(path).call
    try #require(try call.isMade(in: scope) == (request["made"].bool ?? true), "\(path) is made")
    guard request["made"].bool ?? true else { return }
    let parameters = try call.parameters(in: scope)
    if run.provider.wireProtocol == .azureARM {
      try ARMExample(request: request, run: run).check(run.wireCall(call, parameters, scope), path)
      return
    }
    let golden = try golden(request, run)
    let expected = try expected(request, golden)
    #expect(pairs(parameters) == pairs(expected), "\(path)")
    let wire = try run.wireCall(call, parameters, scope)
    let encoded = try run.wireProtocol().encode(wire)
    try checkEncoded(encoded, wire, parameters)
    guard let golden else { return }
    #expect((golden["operation"].string ?? "\(call.product):\(golden["action"].string ?? "")") == call.name, "\(path)")
    #expect(golden["method"].string == encoded.method)
    let host = golden["tool"]["host"].string ?? golden["host"].string ?? ExampleVectors.host(of: golden)
    #expect(encoded.origin == "https://\(host)")
  }

  private func golden(_ request: Value, _ run: ExampleRun) throws -> Value? {
    guard let id = request["golden"].string else { return nil }
    let found: Value = try #require(ExampleVectors.request(id, of: run.provider.name), "no golden request \(id)")
    return found
  }

  /// The golden parameters without those in `without` and with those in `with`.
  private func expected(_ request: Value, _ golden: Value?) throws -> Value {
    var members = golden.flatMap { ExampleVectors.parameters(of: $0)?.object } ?? [:]
    for name in (request["without"].list ?? []).compactMap(\.string) {
      #expect(members.removeValue(forKey: name) != nil, "the golden request has no \(name)")
    }
    return .object(members.merging(request["with"].object ?? [:]) { $1 })
  }

  private func checkEncoded(_ encoded: HTTPRequest, _ wire: WireCall, _ parameters: Value) throws {
    let body = String(decoding: encoded.body, as: UTF8.self)
    let sent = try #require(FormText.decode(encoded.query + (body.isEmpty ? "" : "&" + body)))
    let common = wire.product.name == "iaas" ? ["action", "zone"] : ["Action", "Version"]
    #expect(Set(sent.filter { !common.contains($0.name) }) == pairs(parameters))
  }

  private func pairs(_ parameters: Value) -> Set<FormText.Pair> { Set(Flattening.flatten(parameters)) }
}
