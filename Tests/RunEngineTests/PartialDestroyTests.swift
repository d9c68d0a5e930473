import Basics
import Planning
import ProviderModel
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
    #expect(bench.world.ledger.suffix(2) == ["create b", "create c"], "what stands on it is done again as well")
    #expect(
      try bench.machine().slots.map(\.generation) == [0, 1, 1, 0], "a new token for what was done again, no other")
    let calls = bench.world.calls
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.calls == calls, "once")
  }

  @Test("--from takes back a step and all that depends on it, in reverse order; resume makes them again in order")
  func from() async throws {
    let bench = bench()
    _ = try await bench.run()
    #expect(try await bench.resume(WorkOrder(.destroy, from: [StepAddress("b")])).exitStatus == 0)
    #expect(bench.world.ledger.suffix(2) == ["delete c", "delete b"])
    let second = try await bench.resume(only("d"))
    #expect(second.takenBack == 1, "what was taken back before is not counted again")
    #expect(try await bench.resume(WorkOrder(from: [StepAddress("d")])).exitStatus == 0)
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
    bench.world.set([.refuse(.probe)], for: "probe")
    let failed = try await bench.resume(WorkOrder(.verify))
    #expect(failed.exitStatus == 5)
    #expect(failed.steps.last?.outputs == [:], "the figures of an earlier success are not those of a failure")
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
  @Test("All that was made or read on top of a thing is done again when another thing takes its place")
  func readsAgain() async throws {
    let looks = ["check", "look", "wait"]
    var bench = TestBench(
      TestPlan.make([("a", []), ("check", ["a"]), ("b", ["check"]), ("look", ["a"]), ("c", ["look"]), ("wait", ["c"])])
      {
        if looks.contains($0.address.text) { $0.action = TestPlan.action("flow/noop") }
      })
    bench.decisions.overrides[StepAddress("check")] = { _ in .run(inputs: [:]) }
    // One runner serves one session.
    let runner = { [bench] in
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
    #expect(attempts == ["a": 3, "c": 3, "look": 2, "wait": 2, "check": 2, "b": 2])
  }

  @Test("An address without keys means every instance")
  func withoutKeys() async throws {
    let bench = TestBench([("site[a]/route", []), ("site[b]/route", []), ("site[b]/other", [])])
    _ = try await bench.run()
    let part = WorkOrder(.destroy, only: [StepAddress("site/route")])
    #expect(try await bench.resume(part).steps.map(\.state) == [.undone, .undone, .succeeded])
  }
}

extension PartialDestroyTests {
  @Test("What was paid for, and what a person did, is not done again for what it stands on", arguments: [true, false])
  func leftAlone(isPaid: Bool) async throws {
    let bench = TestBench(
      TestPlan.make([("a", []), ("b", ["a"])]) {
        if $0.address.text == "b" {
          $0.action = isPaid ? TestPlan.action("test/line", billing: .prepaid) : TestPlan.action("manual/step")
        }
      })
    var again = bench
    for address in ["a", "b"] {
      again.decisions.overrides[StepAddress(address)] = { _ in .run(inputs: ["name": .string(address)]) }
    }
    _ = try await again.run()
    _ = try await again.resume(only("a"))
    #expect(try await again.resume().exitStatus == 0)
    #expect(again.world.ledger == ["create a", "create b", "delete a", "create a"])
    #expect(try await again.resume().state == .succeeded)
  }

  @Test("Killed anywhere in what resume does after a part was taken back, the next resume does the rest")
  func killedLater() async throws {
    let steps = [("a", []), ("b", ["a"]), ("c", ["b"]), ("d", [])]
    let whole = TestBench(steps)
    _ = try await whole.run()
    _ = try await whole.resume(only("a"))
    whole.world.crash.arm(nil)
    #expect(try await whole.resume().exitStatus == 0)
    #expect(whole.world.ledger.suffix(3) == ["create a", "create b", "create c"])
    for place in 1...whole.world.crash.passed {
      let bench = TestBench(steps)
      _ = try await bench.run()
      _ = try await bench.resume(only("a"))
      await bench.kill(at: place)
      #expect(try await bench.resume().exitStatus == 0, "killed at \(place)")
      #expect(bench.world.ledger.dropFirst(4) == whole.world.ledger.dropFirst(4), "killed at \(place)")
    }
  }

  @Test("Killed anywhere while a part is taken back, resume takes it back to the end and makes it again")
  func killedOnTheWay() async throws {
    let steps = [("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["a"])]
    let part = WorkOrder(.destroy, from: [StepAddress("b")])
    let whole = TestBench(steps)
    _ = try await whole.run()
    whole.world.crash.arm(nil)
    _ = try await whole.resume(part)
    for place in 1...whole.world.crash.passed {
      let bench = TestBench(steps)
      _ = try await bench.run()
      await bench.kill(at: place, part)
      let summary = try await bench.resume()
      #expect(summary.exitStatus == 0, "killed at \(place)")
      #expect(summary.state == .succeeded, "killed at \(place): \(summary.steps.map(\.state))")
      #expect(bench.world.things.count == 4, "killed at \(place): \(bench.world.ledger)")
      #expect(bench.world.violations == [], "killed at \(place)")
    }
  }

  @Test("A step that stays where it is is looked at again, and the run is whole again")
  func stays() async throws {
    let bench = TestBench(
      TestPlan.make([("a", []), ("b", ["a"])]) {
        $0.keepsAtDestroy = $0.address.text == "b"
      })
    _ = try await bench.run()
    let summary = try await bench.resume(only("b"))
    #expect(summary.steps.map(\.state) == [.succeeded, .stays])
    let resumed = try await bench.resume()
    #expect(resumed.exitStatus == 0)
    #expect(resumed.state == .succeeded)
  }

  @Test("What needs a yes needs a new one when it is made again")
  func approval() async throws {
    let bench = TestBench(TestPlan.make([("a", []), ("b", ["a"])]) { if $0.address.text == "b" { $0.approve = true } })
    _ = try await bench.run()
    #expect(bench.approver.questions == [[StepAddress("b")]])
    _ = try await bench.resume(only("b"))
    _ = try await bench.resume()
    #expect(bench.approver.questions == [[StepAddress("b")], [StepAddress("b")]])
  }
}
