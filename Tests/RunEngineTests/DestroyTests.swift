import Basics
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("Destroy")
struct DestroyTests {
  private let destroy = WorkOrder(.destroy)

  @Test("Everything is taken back, dependants before what they depend on")
  func reverse() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"])])
    _ = try await bench.run()
    let summary = try await bench.resume(destroy)
    #expect(summary.exitStatus == 0)
    #expect(summary.state == .destroyed)
    #expect(summary.leftovers.isEmpty)
    #expect(bench.world.things.isEmpty)
    let deleted = bench.world.ledger.dropFirst(4)
    #expect(deleted.first == "delete d")
    #expect(deleted.last == "delete a")
    #expect(summary.steps.map(\.state) == [.undone, .undone, .undone, .undone])
  }

  @Test("A destroyed run is destroyed again without a request, and not built again by resume")
  func again() async throws {
    let bench = TestBench([("a", []), ("b", ["a"])])
    _ = try await bench.run()
    _ = try await bench.resume(destroy)
    let calls = bench.world.calls
    #expect(try await bench.resume(destroy).exitStatus == 0)
    #expect(bench.world.calls == calls)
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.resume() }
    #expect(refusal?.exitStatus == 4)
    #expect(try await bench.resume(WorkOrder(from: [StepAddress("a")])).exitStatus == 0)
    #expect(try bench.machine().slots.map(\.generation) == [1, 1])
  }

  @Test("Order holds across a step that made nothing")
  func throughNothing() async throws {
    var bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"])])
    bench.decisions.overrides[StepAddress("b")] = { _ in .skip }
    _ = try await bench.run()
    _ = try await bench.resume(destroy)
    #expect(bench.world.ledger == ["create a", "create c", "delete c", "delete a"])
  }

  @Test("What is still in use is tried again")
  func inUse() async throws {
    let bench = TestBench([("a", [])])
    _ = try await bench.run()
    bench.world.set([.failUndo(.inUse), .failUndo(.inUse)], for: "a")
    #expect(try await bench.resume(destroy).exitStatus == 0)
    #expect(bench.time.elapsed >= .seconds(3))
  }

  @Test("What cannot be taken back ends with 7 and keeps what it needs; the next destroy finishes")
  func stuck() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", [])])
    _ = try await bench.run()
    bench.world.set([.failUndo(.denied)], for: "b")
    let summary = try await bench.resume(destroy)
    #expect(summary.exitStatus == 7)
    #expect(summary.steps.map(\.state) == [.succeeded, .stuck, .undone])
    #expect(summary.leftovers.map(\.address) == [StepAddress("a"), StepAddress("b")])
    #expect(summary.leftovers.map(\.reason) == [nil, nil])
    #expect(try await bench.resume(destroy).exitStatus == 0)
    #expect(bench.world.things.isEmpty)
  }

  @Test("What is declared to stay is listed and is no failure; what it uses stays with it")
  func kept() async throws {
    let bench = TestBench(TestPlan.make([("a", []), ("b", ["a"])]) { $0.isKeptForTest() })
    _ = try await bench.run()
    bench.world.set([.failUndo(.inUse)] + Array(repeating: .failUndo(.inUse), count: 20), for: "a")
    let summary = try await bench.resume(destroy)
    #expect(summary.exitStatus == 0)
    #expect(summary.leftovers.map(\.reason) == [.neededBy([StepAddress("b")]), .kept])
    #expect(summary.steps.map(\.state) == [.stays, .stays])
  }

  @Test("What belonged to somebody else is left alone, unless asked")
  func adopted() async throws {
    var bench = TestBench([("a", [])])
    bench.performer.doubt = .none
    bench.world.set([.loseAnswer], for: "a")
    _ = try await bench.run()
    try await RunStore(bench.journal).answer(
      run: bench.runID, step: StepAddress("a"), .adopt(id: "i-1"), time: bench.time)
    let summary = try await bench.resume()
    #expect(summary.steps[0].state == .adopted)
    #expect(try await bench.resume(destroy).exitStatus == 0)
    #expect(bench.world.ledger == ["create a"])
    #expect(try await bench.resume(WorkOrder(.destroy, includesAdopted: true)).exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "delete a"])
  }

  @Test("A doubt that nobody can settle ends with 6 and is listed; abandoned, it is a declared rest")
  func doubt() async throws {
    var bench = TestBench([("a", [])])
    bench.performer.doubt = .none
    bench.world.set([.loseAnswer], for: "a")
    _ = try await bench.run()
    let summary = try await bench.resume(destroy)
    #expect(summary.exitStatus == 6)
    #expect(summary.leftovers.map(\.isInDoubt) == [true])
    try await RunStore(bench.journal).answer(run: bench.runID, step: StepAddress("a"), .abandon, time: bench.time)
    let after = try await bench.resume(destroy)
    #expect(after.exitStatus == 0)
    #expect(after.leftovers.map(\.reason) == [.abandoned])
  }

  @Test("A run that failed in the middle is destroyed without a rest")
  func afterFailure() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"])])
    bench.world.set([.failWait(.timeout)], for: "b")
    #expect(try await bench.run().exitStatus == 1)
    #expect(try await bench.resume(destroy).exitStatus == 0)
    #expect(bench.world.things.isEmpty)
  }
}

extension PlannedStep {
  /// `undo: keep` for step `b`.
  fileprivate mutating func isKeptForTest() { keepsAtDestroy = address.text == "b" }
}
