import Basics
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("A run that nothing disturbs")
struct RunnerTests {
  @Test("Steps run in the order of their dependencies, and the run ends well")
  func order() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"])])
    let summary = try await bench.run()
    #expect(summary.verdict == .done)
    #expect(summary.exitStatus == 0)
    #expect(summary.state == .succeeded)
    #expect(bench.world.ledger == ["create a", "create b", "create c"])
    #expect(bench.world.violations.isEmpty)
    #expect(summary.outputs == ["steps": 3])
  }

  @Test("No more steps run at a time than allowed")
  func parallel() async throws {
    var bench = TestBench(TestPlan.wide(40))
    bench.options.parallel = 3
    _ = try await bench.run()
    #expect(bench.world.mostRunning <= 3)
    #expect(bench.world.ledger.count == 40)
  }

  @Test("A finished run is resumed without a request, a question or an event")
  func nothingToDo() async throws {
    let bench = TestBench([("a", []), ("b", ["a"])])
    _ = try await bench.run()
    let (calls, events) = (bench.world.calls, try bench.journal.events(of: bench.runID).count)
    let summary = try await bench.resume()
    #expect(summary.exitStatus == 0)
    #expect(bench.world.calls == calls)
    #expect(try bench.journal.events(of: bench.runID).count == events)
  }

  @Test("The end of one step and the start of the next share a commit")
  func groupCommit() async throws {
    let bench = TestBench(TestPlan.chain(10))
    _ = try await bench.run()
    let shared = bench.journal.commits.count { commit in
      commit.contains { $0.kind == "succeeded" } && commit.contains { $0.kind == "started" }
    }
    #expect(shared == 9)
  }

  @Test("Every event can be written and read back")
  func events() async throws {
    let bench = TestBench([("a", []), ("b", ["a"])])
    _ = try await bench.run()
    for event in try bench.journal.events(of: bench.runID) {
      #expect(try RunEvent(value: event.value) == event)
    }
    #expect(bench.recorder.events == (try bench.journal.events(of: bench.runID)))
  }
}
