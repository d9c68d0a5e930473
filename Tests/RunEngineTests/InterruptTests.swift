import Basics
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("Interrupted")
struct InterruptTests {
  /// A bench whose calls stop in the middle until the gate opens.
  private func gated(_ steps: [(String, [String])], calls: Int = 1) -> (bench: TestBench, gate: ManualTime) {
    var bench = TestBench(steps, callsPerStep: calls)
    let gate = ManualTime()
    bench.time = ManualTime()
    bench.performer.duringCall = { call async throws(StepFailure) in
      guard call.address.text == "a" else { return }
      do { try await gate.sleep(for: .seconds(1)) } catch { throw StepFailure(.doubt, .engineDoubt) }
    }
    return (bench, gate)
  }

  @Test("The first time, a call in flight may end, no new step starts, and the run ends with 130")
  func first() async throws {
    let (bench, gate) = gated([("a", []), ("b", ["a"])])
    let runner = bench.runner()
    let running = Task { try await runner.run(.new(bench.header)) }
    await gate.waitForSleepers(1)
    runner.interrupt()
    await bench.time.waitForSleepers(2)
    gate.advance(by: .seconds(1))
    let summary = try await running.value
    #expect(summary.exitStatus == 130)
    #expect(summary.state == .interrupted)
    #expect(bench.world.ledger == ["create a"])
    #expect(try bench.machine().slots[0].record.intents.map(\.answered) == [true])
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create b"])
  }

  @Test("A step of several calls makes no further one")
  func nextCall() async throws {
    let (bench, gate) = gated([("a", [])], calls: 2)
    let runner = bench.runner()
    let running = Task { try await runner.run(.new(bench.header)) }
    await gate.waitForSleepers(1)
    runner.interrupt()
    await bench.time.waitForSleepers(2)
    gate.advance(by: .seconds(1))
    let summary = try await running.value
    #expect(summary.exitStatus == 130)
    #expect(summary.steps[0].state == .answered)
    #expect(bench.world.ledger == ["create a"])
    var again = bench
    again.performer.duringCall = nil
    #expect(try await again.resume().exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create a"])
  }

  @Test("A call that does not end within the grace is recorded as ambiguous and settled on resume")
  func grace() async throws {
    let (bench, gate) = gated([("a", []), ("b", ["a"])])
    let runner = bench.runner()
    let running = Task { try await runner.run(.new(bench.header)) }
    await gate.waitForSleepers(1)
    runner.interrupt()
    await bench.time.waitForSleepers(2)
    bench.time.advance(by: .seconds(10))
    let summary = try await running.value
    #expect(summary.exitStatus == 130)
    #expect(summary.steps[0].state == .inDoubt)
    var again = bench
    again.performer.duringCall = nil
    #expect(try await again.resume().exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create b"])
  }

  @Test("The second time, the run returns at once and is still resumable")
  func second() async throws {
    let (bench, gate) = gated([("a", []), ("b", ["a"])])
    let runner = bench.runner()
    let running = Task { try await runner.run(.new(bench.header)) }
    await gate.waitForSleepers(1)
    runner.interrupt()
    runner.interrupt()
    #expect(try await running.value.exitStatus == 130)
    var again = bench
    again.performer.duringCall = nil
    #expect(try await again.resume().exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create b"])
  }

  @Test("Cancelling the task that runs it is an interrupt")
  func cancelled() async throws {
    let (bench, gate) = gated([("a", []), ("b", ["a"])])
    let running = Task { try await bench.runner().run(.new(bench.header)) }
    await gate.waitForSleepers(1)
    running.cancel()
    await bench.time.waitForSleepers(2)
    gate.advance(by: .seconds(1))
    #expect(try await running.value.exitStatus == 130)
    #expect(bench.world.ledger == ["create a"])
  }

  @Test("An interrupt before anything began leaves a run that resumes")
  func early() async throws {
    let bench = TestBench([("a", []), ("b", ["a"])])
    let runner = bench.runner()
    runner.interrupt()
    let summary = try await runner.run(.new(bench.header))
    #expect(summary.exitStatus == 130)
    #expect(bench.world.ledger.isEmpty || bench.world.ledger == ["create a"])
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create b"])
  }

  @Test("A step that waits for its next attempt does not delay the end")
  func pausing() async throws {
    var bench = TestBench(TestPlan.make([("a", [])]) { $0.retry = RetryPolicy(attempts: 3, initial: .seconds(600)) })
    bench.time = ManualTime()
    bench.world.set([.refuse(.throttled)], for: "a")
    let runner = bench.runner()
    let running = Task { [bench] in try await runner.run(.new(bench.header)) }
    await bench.time.waitForSleepers(1)
    runner.interrupt()
    #expect(try await running.value.exitStatus == 130)
    bench.time = ManualTime(runsFree: true)
    #expect(try await bench.resume().exitStatus == 0)
  }
}
