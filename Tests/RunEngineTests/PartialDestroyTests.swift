import Basics
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("Taking back a part")
struct PartialDestroyTests {
  private func bench() -> TestBench {
    TestBench([("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["a"])])
  }

  private func only(_ step: String) -> WorkOrder { WorkOrder(.destroy, only: [StepAddress(step)]) }

  @Test("--only takes back one step, whatever depends on it, and the run is one that resume goes on with")
  func only() async throws {
    let bench = bench()
    _ = try await bench.run()
    let summary = try await bench.resume(only("b"))
    #expect(summary.exitStatus == 0)
    #expect(summary.state == .partial)
    #expect(summary.leftovers.isEmpty)
    #expect(summary.steps.map(\.state) == [.succeeded, .undone, .succeeded, .succeeded])
    #expect(bench.world.ledger.suffix(1) == ["delete b"])
    let resumed = try await bench.resume()
    #expect(resumed.exitStatus == 0)
    #expect(resumed.state == .succeeded)
    #expect(bench.world.ledger.suffix(1) == ["create b"])
    #expect(
      try bench.machine().slots.map(\.generation) == [0, 1, 0, 0], "a new token for what was taken back, no other")
  }

  @Test("--from takes back a step and all that depends on it, in reverse order; resume makes them again in order")
  func from() async throws {
    let bench = bench()
    _ = try await bench.run()
    #expect(try await bench.resume(WorkOrder(.destroy, from: [StepAddress("b")])).exitStatus == 0)
    #expect(bench.world.ledger.suffix(2) == ["delete c", "delete b"])
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger.suffix(2) == ["create b", "create c"])
  }

  @Test("The probes run alone though a step that they stand on was taken back")
  func verify() async throws {
    var bench = TestBench(
      TestPlan.make([("a", []), ("b", ["a"]), ("probe", ["b"])]) { step in
        if step.address.text == "probe" { step.action = TestPlan.action("probe/ping") }
      })
    _ = try await bench.run()
    bench.decisions.overrides[StepAddress("b")] = nil
    _ = try await bench.resume(only("b"))
    let calls = bench.world.calls
    let verified = try await bench.resume(WorkOrder(.verify))
    #expect(verified.exitStatus == 0)
    #expect(bench.world.calls > calls, "the probe ran")
    #expect(verified.steps.map(\.state) == [.succeeded, .undone, .succeeded])
    let before = bench.world.calls
    #expect(try await bench.resume().state == .succeeded)
    #expect(bench.world.calls == before + 2, "the step, and the probe that stands on it")
  }

  @Test("A step that something still uses is told of, and nothing else is touched")
  func inUse() async throws {
    let bench = bench()
    _ = try await bench.run()
    bench.world.set([.failUndo(.inUse), .failUndo(.inUse)], for: "a")
    let summary = try await bench.resume(only("a"))
    #expect(summary.exitStatus == 7)
    #expect(bench.time.elapsed < .seconds(1), "nobody will give it up meanwhile")
    #expect(summary.leftovers.map(\.address) == [StepAddress("a")])
    #expect(summary.steps.map(\.state) == [.stuck, .succeeded, .succeeded, .succeeded])
  }

  @Test("After the whole run was taken back, verifying does not open a way to build it again by accident")
  func whole() async throws {
    let bench = bench()
    _ = try await bench.run()
    _ = try await bench.resume(WorkOrder(.destroy))
    _ = try await bench.resume(WorkOrder(.verify))
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.resume() }
    #expect(refusal?.exitStatus == 4)
  }

  @Test("An unknown step is refused")
  func unknown() async throws {
    let bench = bench()
    _ = try await bench.run()
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.resume(only("nobody")) }
    #expect(refusal?.exitStatus == 2)
  }
}

extension PartialDestroyTests {
  @Test("What was read on top of it is read again; what was read before something that stays is not")
  func readsAgain() async throws {
    let looks = ["check", "look", "wait"]
    let bench = TestBench(
      TestPlan.make([("a", []), ("check", ["a"]), ("b", ["check"]), ("look", ["a"]), ("c", ["look"]), ("wait", ["c"])])
      {
        if looks.contains($0.address.text) { $0.action = TestPlan.action("flow/noop") }
      })
    // One runner serves one session.
    let runner = {
      Runner(
        plan: bench.plan, decisions: bench.decisions, journal: bench.journal,
        performer: PerformerRegistry(["flow": FlowPerformer()], fallback: bench.performer), approver: bench.approver,
        observer: bench.recorder, time: bench.time, options: bench.options)
    }
    _ = try await runner().run(.new(bench.header))
    let part = WorkOrder(.destroy, only: [StepAddress("a"), StepAddress("c")])
    #expect(try await runner().run(.existing(bench.runID), order: part).exitStatus == 0)
    #expect(try await runner().run(.existing(bench.runID)).exitStatus == 0)
    let attempts = Dictionary(try bench.machine().slots.map { ($0.address.text, $0.attempt) }) { first, _ in first }
    #expect(attempts == ["a": 3, "c": 3, "look": 2, "wait": 2, "check": 1, "b": 1])
  }

  @Test("An address without keys means every instance")
  func withoutKeys() async throws {
    let bench = TestBench([("site[a]/route", []), ("site[b]/route", []), ("site[b]/other", [])])
    _ = try await bench.run()
    let part = WorkOrder(.destroy, only: [StepAddress("site/route")])
    #expect(try await bench.resume(part).steps.map(\.state) == [.undone, .undone, .succeeded])
  }
}
