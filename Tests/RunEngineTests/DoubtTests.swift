import Basics
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("In doubt")
struct DoubtTests {
  @Test(
    "A lost answer is found again in the same run; nothing is made twice",
    arguments: [TestWorld.Fault.loseAnswer, .loseRequest])
  func settled(fault: TestWorld.Fault) async throws {
    let bench = TestBench([("a", []), ("b", ["a"])])
    bench.world.set([fault], for: "a")
    #expect(try await bench.run().exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create b"])
  }

  @Test("A doubt that cannot be settled ends with 6; what follows waits, the rest goes on")
  func unsettled() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", [])])
    bench.world.set([.loseAnswer, .failResolve(.denied)], for: "a")
    let summary = try await bench.run()
    #expect(summary.exitStatus == 6)
    #expect(summary.steps.map(\.state) == [.inDoubt, .blocked, .succeeded])
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger.sorted() == ["create a", "create b", "create c"])
  }

  @Test("A doubt that only a person can settle asks one, and each answer leads on")
  func asked() async throws {
    for answer in [PersonAnswer.adopt(id: "i-1"), .notCreated, .abandon] {
      var bench = TestBench([("a", []), ("b", ["a"])])
      bench.performer.doubt = .none
      bench.world.set([answer == .adopt(id: "i-1") ? .loseAnswer : .loseRequest], for: "a")
      let summary = try await bench.run()
      #expect(summary.exitStatus == 6)
      #expect(summary.steps[0].state == .waitingForPerson)
      #expect(summary.steps[0].request?.reason == .doubt)
      try await RunStore(bench.journal).answer(run: bench.runID, step: StepAddress("a"), answer, time: bench.time)
      let after = try await bench.resume()
      switch answer {
      case .adopt, .notCreated:
        #expect(after.exitStatus == 0)
        #expect(bench.world.ledger == ["create a", "create b"])
      case .abandon:
        #expect(after.exitStatus == 1)
        #expect(after.steps.map(\.state) == [.abandoned, .blocked])
      case .outputs: break
      }
    }
  }

  @Test("A doubt keeps its run at exit 6 though another step failed for good only when nothing else failed")
  func precedence() async throws {
    let bench = TestBench([("a", []), ("b", [])])
    bench.world.set([.loseAnswer, .failResolve(.denied)], for: "a")
    bench.world.set([.refuse(.denied)], for: "b")
    #expect(try await bench.run().exitStatus == 1)
  }
}
