import Basics
import Planning
import RunEngine
import Synchronization
import TestSupport
import Testing

@Suite("Serialize keys")
struct SerializeTests {
  @Test("Steps with equal keys never overlap, others do")
  func exclusive() async throws {
    var bench = TestBench(TestPlan.wide(12))
    bench.options.parallel = 12
    let inside = Counter()
    bench.performer.key = { call in call.address.text.hasSuffix("1") || call.address.text.hasSuffix("0") ? "k" : nil }
    bench.performer.duringCall = { [key = bench.performer.key] call async throws(StepFailure) in
      guard key?(call) != nil else { return }
      inside.enter()
      for _ in 0..<20 { await Task.yield() }
      inside.leave()
    }
    #expect(try await bench.run().exitStatus == 0)
    #expect(bench.world.ledger.count == 12)
    #expect(inside.most == 1)
  }

  @Test("A key that a step of another live run has is waited for")
  func otherRun() async throws {
    var bench = TestBench([("a", [])])
    bench.time = ManualTime()
    bench.performer.key = { _ in "k" }
    let epoch = try await bench.journal.lock("other", takeOver: false)
    #expect(try await bench.journal.claim("k", for: "other", epoch: epoch))
    let running = Task { [bench] in try await bench.run() }
    await bench.time.waitForSleepers(1)
    #expect(bench.world.ledger.isEmpty)
    await bench.journal.release("k", for: "other", epoch: epoch)
    bench.time.advance(by: .seconds(1))
    #expect(try await running.value.exitStatus == 0)
    #expect(bench.world.ledger == ["create a"])
  }
}

/// How many are inside at a time.
private final class Counter: Sendable {
  private let state = Mutex((now: 0, most: 0))
  var most: Int { state.withLock { $0.most } }
  func enter() {
    state.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
  }
  func leave() { state.withLock { $0.now -= 1 } }
}
