import Basics
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("Retry and time-out of a step")
struct RetryTests {
  private func bench(_ attempts: Int, timeout: Duration? = nil) -> TestBench {
    TestBench(
      TestPlan.make([("a", [])]) {
        $0.retry = RetryPolicy(attempts: attempts, initial: .seconds(10), maximum: .seconds(60))
        $0.timeout = timeout
      })
  }

  @Test("A passing fault is repeated, with growing pauses, as often as the policy says")
  func repeated() async throws {
    let bench = bench(3)
    bench.world.set([.refuse(.throttled), .refuse(.inUse)], for: "a")
    #expect(try await bench.run().exitStatus == 0)
    let pauses = bench.recorder.events.compactMap { event -> Duration? in
      if case .step(_, .failed(_, let pause)) = event.fact { pause } else { nil }
    }
    #expect(pauses.count == 2)
    #expect(pauses[0] >= .seconds(5) && pauses[0] <= .seconds(10))
    #expect(pauses[1] >= .seconds(10) && pauses[1] <= .seconds(20))
    #expect(bench.time.elapsed >= pauses[0] + pauses[1])
  }

  @Test("The last attempt's failure is the step's")
  func exhausted() async throws {
    let bench = bench(2)
    bench.world.set([.refuse(.throttled), .refuse(.transient), .refuse(.throttled)], for: "a")
    let summary = try await bench.run()
    #expect(summary.exitStatus == 1)
    #expect(summary.steps[0].failure?.kind == .transient)
    #expect(summary.steps[0].attempts == 2)
  }

  @Test("What a repeat cannot change is not repeated", arguments: [FailureClass.invalid, .denied, .quota])
  func notRepeated(kind: FailureClass) async throws {
    let bench = bench(5)
    bench.world.set([.refuse(kind)], for: "a")
    let summary = try await bench.run()
    #expect(summary.steps[0].attempts == 1)
    #expect(summary.exitStatus == 1)
  }

  @Test("Each attempt settles the doubt of the one before")
  func settlesFirst() async throws {
    let bench = bench(3)
    bench.world.set([.loseAnswer, .failResolve(.transient)], for: "a")
    #expect(try await bench.run().exitStatus == 0)
    #expect(bench.world.ledger == ["create a"])
    #expect(bench.world.violations.isEmpty)
  }

  @Test("A step that takes too long is stopped: in doubt when a request was sent, and settled on resume")
  func timeout() async throws {
    var bench = bench(1, timeout: .seconds(30))
    bench.time = ManualTime()
    let time = bench.time
    bench.performer.duringCall = { _ async throws(StepFailure) in
      do { try await time.sleep(for: .seconds(3600)) } catch { throw StepFailure(.doubt, .engineDoubt) }
    }
    let running = Task { [bench] in try await bench.run() }
    await time.waitForSleepers(2)
    time.advance(by: .seconds(31))
    let summary = try await running.value
    #expect(summary.exitStatus == 6)
    #expect(summary.steps[0].failure?.code == .engineTimeout)
    #expect(summary.steps[0].state == .inDoubt)
    bench.performer.duringCall = nil
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger == ["create a"])
  }

  @Test("A step that does not even stop is given up after the grace")
  func deaf() async throws {
    var bench = bench(1, timeout: .seconds(30))
    bench.time = ManualTime()
    bench.options.grace = .seconds(5)
    let (time, gate) = (bench.time, ManualTime())
    bench.performer.duringCall = { _ async throws(StepFailure) in
      await Task { try? await gate.sleep(for: .seconds(1)) }.value
    }
    let running = Task { [bench] in try await bench.run() }
    await gate.waitForSleepers(1)
    await time.waitForSleepers(1)
    time.advance(by: .seconds(31))
    await time.waitForSleepers(1)
    time.advance(by: .seconds(6))
    let summary = try await running.value
    #expect(summary.exitStatus == 6)
    gate.advance(by: .seconds(2))
  }
}
