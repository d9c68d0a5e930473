import Basics
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("What a run paid for")
struct PurchaseTests {
  static let steps = [("a", [String]()), ("b", ["a"]), ("c", ["a"])]

  /// `c` costs nothing.
  private static func purchases(_ bench: TestBench) throws -> [Purchase] {
    PurchaseLedger(try bench.journal.events(of: bench.runID)) { $0.text != "c" }.purchases
  }

  private static func rows(_ bench: TestBench) throws -> [String] {
    try purchases(bench).map { "\($0.address) \($0.state.rawValue)" }
  }

  @Test("what was made stands from its order on, and ends when it is taken back")
  func life() async throws {
    let bench = TestBench(Self.steps)
    _ = try await bench.run()
    let bought = try Self.purchases(bench)
    #expect(try Self.rows(bench) == ["a standing", "b standing"])
    #expect(bought.allSatisfy { $0.until == nil && $0.outputs["id"] != nil && $0.inputs["name"] != nil })
    _ = try await bench.resume(WorkOrder(.destroy))
    let ended = try Self.purchases(bench)
    #expect(try Self.rows(bench) == ["a ended", "b ended"])
    #expect(bought.map(\.since) == ended.map(\.since))
    #expect(ended.allSatisfy { $0.until != nil })
  }

  @Test("a thing that was made again is a purchase of its own")
  func again() async throws {
    let bench = TestBench(Self.steps)
    _ = try await bench.run()
    _ = try await bench.resume(WorkOrder(.destroy, only: [StepAddress("b")]))
    _ = try await bench.resume()
    #expect(try Self.rows(bench) == ["a standing", "b ended", "b standing"])
  }

  @Test("what was refused is no purchase; what nobody knows of is in doubt until somebody does")
  func doubt() async throws {
    let bench = TestBench(Self.steps)
    bench.world.set([.refuse(.denied)], for: "a")
    _ = try await bench.run()
    #expect(try Self.rows(bench) == [])
    bench.world.set([.loseAnswer, .failResolve(.denied)], for: "a")
    #expect(try await bench.resume().exitStatus == 6)
    #expect(try Self.rows(bench) == ["a in-doubt"])
    _ = try await bench.resume()
    #expect(try Self.rows(bench) == ["a standing", "b standing"])
  }

  @Test("an order that a person calls off is no purchase, one that is given up stays in doubt")
  func person() async throws {
    for answer in [PersonAnswer.notCreated, .abandon] {
      var bench = TestBench(Self.steps)
      bench.performer.doubt = .none
      bench.world.set([.loseRequest], for: "a")
      _ = try await bench.run()
      try await RunStore(bench.journal).answer(run: bench.runID, step: StepAddress("a"), answer, time: bench.time)
      #expect(try Self.rows(bench) == (answer == .abandon ? ["a in-doubt"] : []))
    }
  }

  @Test("wherever the process dies, nothing that exists is missing from the bill, and nothing is on it twice")
  func killed() async throws {
    let undisturbed = TestBench(Self.steps)
    _ = try await undisturbed.run()
    let places = undisturbed.world.crash.passed
    #expect(places > 10)
    for order in [WorkOrder(), WorkOrder(.destroy)] {
      for place in 1...places {
        let bench = TestBench(Self.steps)
        if order.kind == .destroy { _ = try await bench.run() }
        await bench.kill(at: place, order)
        guard !((try? bench.journal.events(of: bench.runID)) ?? []).isEmpty else { continue }
        let open = try Self.purchases(bench).filter { $0.state != .ended }.map { $0.address.text }
        let there = Set(bench.world.things.map { String($0.prefix(1)) }).subtracting(["c"])
        #expect(there.isSubset(of: open), "killed at \(place): \(there) exist, billed \(open)")
        _ = try await bench.resume(order)
        let wanted = order.kind == .destroy ? [] : ["a", "b"]
        let left = try Self.purchases(bench).filter { $0.state != .ended }
        #expect(left.map(\.address.text).sorted() == wanted && left.allSatisfy { $0.state == .standing }, "\(place)")
      }
    }
  }
}
