import Basics
import Planning
import ProviderModel
import RunEngine
import TestSupport
import Testing

@Suite("Secrets of a run that is read again")
struct StoredSecretsTests {
  @Test("the masker of whoever reads a run learns the secret outputs of its steps, and nothing else of them")
  func outputs() async throws {
    let plan = TestPlan.make([("line", []), ("host", ["line"])]) { step in
      if step.address.text == "line" { step.sensitiveOutputs = ["secret"] }
    }
    let bench = TestBench(plan)
    _ = try await bench.run()
    let stored = try StoredRun(events: bench.journal.events(of: bench.runID), holder: nil)
    #expect(stored.secrets(by: plan) == ["secret-of-line"])
  }

  @Test("the masker learns what is secret of the arguments, also of an attempt that failed")
  func inputs() async throws {
    var action = TestPlan.action()
    action.inputs = [Field("name", .string, sensitive: true), Field("from", .any, required: false)]
    let plan = TestPlan.make([("line", [])], action: action)
    let bench = TestBench(plan)
    bench.world.set([.refuse(.denied)], for: "line")
    _ = try await bench.run()
    let stored = try StoredRun(events: bench.journal.events(of: bench.runID), holder: nil)
    #expect(stored.secrets(by: plan) == ["line"])
  }
}
