import Basics
import Planning
import RunEngine
import Synchronization
import TestSupport
import Testing

@Suite("Drift")
struct DriftTests {
  /// Answers looks as it is told, counts them, and takes every other call for a defect.
  final class Looker: ActionPerformer {
    struct Refused: Error {}
    let answers: [String: Result<Reading, StepFailure>]
    let state = Mutex((asked: [String](), running: 0, most: 0))

    init(_ answers: [String: Result<Reading, StepFailure>]) { self.answers = answers }

    func read(_ call: StepCall) async throws(StepFailure) -> Reading {
      state.withLock {
        $0.asked.append(call.address.text)
        $0.running += 1
        $0.most = max($0.most, $0.running)
      }
      await Task.yield()
      state.withLock { $0.running -= 1 }
      return try (answers[call.address.text] ?? .success(.present(object: call.record.object, differences: []))).get()
    }

    func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome { fail() }
    func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution { fail() }
    func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome { fail() }

    private func fail() -> Never { fatalError("drift only looks") }
  }

  private static func words(_ drift: StepDrift) -> String {
    drift.finding == .changed ? "\(drift.address) \(drift.inputs)" : "\(drift.address) \(drift.finding.rawValue)"
  }

  private static func find(_ bench: TestBench, _ looker: Looker, parallel: Int = 4) async throws -> [String] {
    let run = try StoredRun(events: bench.journal.events(of: bench.runID), holder: nil)
    let finder = try DriftFinder(run, plan: bench.plan, performer: looker, parallel: parallel)
    return await finder.find().map(words)
  }

  @Test("each step that left something is looked at once, in the order of the plan, and nothing is written")
  func findings() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", []), ("d", []), ("e", [])])
    _ = try await bench.run()
    let before = try bench.journal.events(of: bench.runID)
    let looker = Looker([
      "a": .success(.absent), "b": .success(.present(object: .null, differences: ["name"])),
      "c": .success(.unknown), "d": .failure(StepFailure(.denied, .engineDoubt)),
    ])
    #expect(
      try await Self.find(bench, looker) == ["a gone", #"b ["name"]"#, "c unknown", "d failed", "e unchanged"])
    #expect(looker.state.withLock { $0.asked.sorted() } == ["a", "b", "c", "d", "e"])
    #expect(try bench.journal.events(of: bench.runID) == before)
  }

  @Test("what was not done, or was taken back, has left nothing to look at")
  func nothingLeft() async throws {
    let bench = TestBench([("a", []), ("b", ["a"])])
    bench.world.set([.refuse(.denied)], for: "b")
    _ = try await bench.run()
    #expect(try await Self.find(bench, Looker([:])) == ["a unchanged"])
    _ = try await bench.resume(WorkOrder(.destroy))
    #expect(try await Self.find(bench, Looker([:])) == [])
  }

  @Test("no more are looked at at the same time than was said", arguments: [1, 3])
  func bounded(parallel: Int) async throws {
    let bench = TestBench(TestPlan.wide(40))
    _ = try await bench.run()
    let looker = Looker([:])
    #expect(try await Self.find(bench, looker, parallel: parallel).count == 40)
    #expect(looker.state.withLock { $0.most <= parallel && $0.asked.count == 40 })
  }
}
