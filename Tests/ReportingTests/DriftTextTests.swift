import Basics
import Planning
import ProviderModel
import Reporting
import RunEngine
import TestSupport
import Testing

@Suite("Drift in words")
struct DriftTextTests {
  private static func drift(
    _ address: String, _ finding: StepDrift.Finding, billing: Billing.Kind = .free, adopted: Bool = false
  ) -> StepDrift {
    var record = StepRecord()
    record.adopted = adopted
    let call = StepCall(
      runID: "r", address: StepAddress(address), action: TestPlan.action(billing: billing),
      inputs: ["size": 2, "password": "a-long-pass-phrase"], sensitiveInputs: ["password"], token: "cw-0",
      record: record)
    var drift = StepDrift(call, finding)
    if finding == .changed { drift.inputs = ["size", "password"] }
    return drift
  }

  private static let run = RunHeader(id: "0123456789abcdef", name: "r", workflow: "w")

  private static func text(_ steps: [StepDrift]) -> DriftText {
    let present = Dictionary(steps.map { ($0.address, ["size": Value.integer(3), "password": "another-pass-phrase"]) })
    {
      first, _ in first
    }
    return DriftText(
      phrases: Phrasebook(.english), style: Style(isColoured: false), masker: Masker(), present: present)
  }

  private static func commands(_ steps: [StepDrift]) -> [String] {
    text(steps).lines(steps, run: run).filter { $0.hasPrefix("Next: ") }.map { String($0.dropFirst(6)) }
  }

  @Test("what was changed is set again by itself, then what is gone is made anew, and at last the probes are asked")
  func advice() {
    let (a, b) = (Self.drift("a", .changed), Self.drift("b", .changed))
    #expect(Self.commands([Self.drift("c", .unchanged), Self.drift("d", .unknown)]) == [])
    #expect(Self.commands([a, b]) == ["causeway resume r --from a --from b --only a --only b", "causeway verify r"])
    #expect(Self.commands([Self.drift("g", .gone)]) == ["causeway destroy r --only g", "causeway resume r"])
    #expect(
      Self.commands([Self.drift("g", .gone), a]) == [
        "causeway resume r --from a --only a", "causeway destroy r --only g", "causeway resume r",
      ])
  }

  @Test("nothing is advised for what is somebody else's, nor for what would have to be bought again")
  func noAdvice() {
    let steps = [
      Self.drift("theirs", .changed, adopted: true), Self.drift("gone", .gone, adopted: true),
      Self.drift("line", .gone, billing: .prepaid),
    ]
    #expect(Self.commands(steps) == [])
    let lines = Self.text(steps).lines(steps, run: Self.run)
    #expect(
      lines.filter { $0.contains("somebody else") }.count == 2 && lines.contains { $0.contains("never bought again") })
    #expect(Self.commands([Self.drift("line", .changed, billing: .prepaid)]).count == 2, "a setting of it is set again")
  }

  @Test("both values are shown, and neither of a secret")
  func values() {
    let steps = [Self.drift("a", .changed)]
    let lines = Self.text(steps).lines(steps, run: Self.run).joined(separator: "\n")
    #expect(lines.contains("size: left as 2, now 3"))
    let json = Self.text(steps).value(steps, run: Self.run).jsonText
    #expect(json.contains(#""size":{"found":3,"wanted":2}"#))
    for text in [lines, json] { #expect(!text.contains("pass-phrase")) }
  }
}
