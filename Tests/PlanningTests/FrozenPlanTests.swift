import Basics
import Digests
import JSONText
import Planning
import TestSupport
import Testing

@Suite("A frozen plan")
struct FrozenPlanTests {
  static let secret = "s3cret-pass-phrase"
  static let inputs: [String: Value] = [
    "name": "singapore", "count": 3, "share": .number(2), "password": .string(secret),
    "host": ["address": "10.0.0.1", "password": .string(secret)],
  ]
  static let fields = [
    Field("name", .string), Field("count", .integer), Field("share", .number),
    Field("password", .string, sensitive: true), Field("host", .host),
  ]

  private static func plan(_ inputs: [String: Value] = inputs, name: String = "w") -> Plan {
    TestPlan.make([("a", [])], name: name, inputs: inputs, sensitiveInputs: ["password"])
  }

  private static func marker(_ key: String) -> FrozenPlan.Marker {
    { Hex.encode(MessageCode.sha256(key: Array(key.utf8), $0)) }
  }

  private static func frozen() -> FrozenPlan {
    FrozenPlan(
      plan(), workflow: "w", fields: fields, accounts: ["partner": "p"], toolVersion: "1", marker: marker("key"))
  }

  private static func codes(
    _ plan: Plan = plan(), accounts: [String: String] = ["partner": "p"], tool: String = "1", key: String = "key",
    _ frozen: FrozenPlan = frozen()
  ) -> [String] {
    frozen.differences(from: plan, accounts: accounts, toolVersion: tool, marker: marker(key)).all.map(\.code.rawValue)
  }

  @Test("it holds no secret, nor anything by which one could be tried without the key")
  func secrets() throws {
    let frozen = Self.frozen()
    let text = frozen.value.jsonText
    #expect(!text.contains(Self.secret) && !text.contains("10.0.0.1"))
    #expect(!text.contains(Hash.sha256Hex(Self.secret)) && !text.contains(Self.plan().digest))
    #expect(!text.contains(Hash.sha256Hex(Value.string(Self.secret).jsonText)))
    #expect(frozen.inputs.keys.sorted() == ["count", "name", "share"])
    #expect(frozen.missing(in: ["password": "x"]) == ["host"])
  }

  @Test("written and read back it is the same, and differs from the plan of then in nothing")
  func roundTrip() throws {
    let frozen = Self.frozen()
    let again = try #require(FrozenPlan(try JSON.parse(frozen.value.jsonText(indent: 2))))
    #expect(again.value.jsonText == frozen.value.jsonText)
    #expect(Self.codes(Self.plan(), again) == [])
  }

  @Test("every difference is found and named")
  func differences() {
    #expect(Self.codes(tool: "2") == ["frozen.other-tool"])
    #expect(Self.codes(accounts: [:]) == ["frozen.other-account"])
    #expect(Self.codes(key: "another") == ["frozen.other-secret", "frozen.other-secret"])
    for (name, value, code) in [
      ("name", Value.string("tokyo"), "frozen.other-input"), ("count", 4, "frozen.other-input"),
      ("extra", 1, "frozen.other-input"), ("password", "other-pass-phrase", "frozen.other-secret"),
      ("host", ["address": "10.0.0.2", "password": .string(Self.secret)], "frozen.other-secret"),
    ] {
      var inputs = Self.inputs
      inputs[name] = value
      #expect(Self.codes(Self.plan(inputs)) == [code], "\(name)")
    }
    #expect(Self.codes(Self.plan(name: "v")) == ["frozen.other-text", "frozen.other-text"], "one gone, one new")
    var forged = Self.frozen()
    forged.mark = String(repeating: "0", count: 64)
    #expect(Self.codes(Self.plan(), forged) == ["frozen.other-key"])
  }

  @Test("what is no frozen plan is none")
  func foreign() {
    let good = Self.frozen().value.object ?? [:]
    #expect(FrozenPlan(.object(good)) != nil)
    for key in good.keys { #expect(FrozenPlan(.object(good.filter { $0.key != key })) == nil, "\(key)") }
    var later = good
    later["version"] = 2
    #expect(FrozenPlan(.object(later)) == nil && FrozenPlan.isFrozenPlan(.object(later)))
    #expect(FrozenPlan("x") == nil && FrozenPlan(.null) == nil)
  }
}
