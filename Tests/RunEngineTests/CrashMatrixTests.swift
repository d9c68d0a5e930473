import Basics
import Planning
import RunEngine
import TestSupport
import Testing

/// Kills the process at every place where it can die (before and after each commit, before and after each effect, during each wait)
/// and goes on: the other side's ledger must be that of an undisturbed run.
@Suite("Killed anywhere, a run finishes on resume, nothing twice, nothing lost")
struct CrashMatrixTests {
  static let shapes: [(name: String, steps: [(String, [String])])] = [
    ("one", [("a", [])]),
    ("chain", [("a", []), ("b", ["a"]), ("c", ["b"])]),
    ("diamond", [("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"])]),
    ("wide", [("a", []), ("b", []), ("c", []), ("d", []), ("e", ["a", "c"])]),
  ]

  @Test("Run: killed at every place, then resumed", arguments: shapes.indices, [1, 2])
  func run(shape: Int, calls: Int) async throws {
    let expected = try await undisturbed(shape, calls)
    for place in 1...expected.places {
      let bench = TestBench(Self.shapes[shape].steps, callsPerStep: calls)
      await bench.kill(at: place)
      let summary = try await bench.resume()
      #expect(summary.exitStatus == 0, "killed at \(place)")
      #expect(bench.world.ledger.sorted() == expected.ledger, "killed at \(place)")
      #expect(bench.world.violations == [], "killed at \(place)")
    }
  }

  @Test("Run: killed at every place, and the resume killed at every place again")
  func twice() async throws {
    let expected = try await undisturbed(1, 1)
    for first in 1...expected.places {
      for second in 1...expected.places {
        let bench = TestBench(Self.shapes[1].steps)
        await bench.kill(at: first)
        await bench.kill(at: second)
        let summary = try await bench.resume()
        #expect(summary.exitStatus == 0, "killed at \(first), then at \(second)")
        #expect(bench.world.ledger.sorted() == expected.ledger, "killed at \(first), then at \(second)")
      }
    }
  }

  @Test("Destroy: killed at every place, then repeated", arguments: shapes.indices)
  func destroy(shape: Int) async throws {
    let whole = TestBench(Self.shapes[shape].steps)
    _ = try await whole.run()
    whole.world.crash.arm(nil)
    #expect(try await whole.resume(WorkOrder(.destroy)).exitStatus == 0)
    #expect(whole.world.things.isEmpty)
    for place in 1...whole.world.crash.passed {
      let bench = TestBench(Self.shapes[shape].steps)
      _ = try await bench.run()
      await bench.kill(at: place, WorkOrder(.destroy))
      let summary = try await bench.resume(WorkOrder(.destroy))
      #expect(summary.exitStatus == 0, "killed at \(place)")
      #expect(bench.world.ledger.sorted() == whole.world.ledger.sorted(), "killed at \(place)")
      #expect(bench.world.things.isEmpty)
    }
  }

  @Test("Destroy of what a person did: killed at every place, then repeated, it is taken back")
  func destroyByHand() async throws {
    func bench() -> TestBench {
      var bench = TestBench(TestPlan.make([("a", []), ("b", ["a"])]) { $0.action = TestPlan.action("manual/step") })
      bench.performer.announces = false
      return bench
    }
    let whole = bench()
    _ = try await whole.run()
    whole.world.crash.arm(nil)
    #expect(try await whole.resume(WorkOrder(.destroy)).exitStatus == 0)
    for place in 1...whole.world.crash.passed {
      let bench = bench()
      _ = try await bench.run()
      await bench.kill(at: place, WorkOrder(.destroy))
      #expect(try await bench.resume(WorkOrder(.destroy)).exitStatus == 0, "killed at \(place)")
      #expect(try ["a", "b"].allSatisfy { try bench.state($0) == .undone }, "killed at \(place)")
    }
  }

  @Test("A run killed at any place is destroyed without a rest, without being resumed first", arguments: shapes.indices)
  func destroyAfterKill(shape: Int) async throws {
    let expected = try await undisturbed(shape, 1)
    for place in 1...expected.places {
      let bench = TestBench(Self.shapes[shape].steps)
      await bench.kill(at: place)
      guard try !bench.journal.events(of: bench.runID).isEmpty else { continue }
      let summary = try await bench.resume(WorkOrder(.destroy))
      #expect(summary.exitStatus == 0, "killed at \(place)")
      #expect(bench.world.things.isEmpty, "killed at \(place)")
    }
  }

  @Test(
    "Append number n fails for every n: nothing happens that the journal does not know of", arguments: [true, false])
  func failingAppends(kept: Bool) async throws {
    let expected = try await undisturbed(2, 1)
    for number in 1...40 {
      let bench = TestBench(Self.shapes[2].steps)
      bench.journal.arm(kept ? .after(at: number) : .before(at: number))
      let first = try? await bench.run()
      await bench.world.waitUntilIdle()
      let appends = bench.journal.appendCount
      bench.journal.arm(nil)
      bench.journal.killOwner(of: bench.runID)
      if appends >= number { #expect(first?.exitStatus != 0) }
      if let first, appends >= number {
        let known = try bench.machine().stepSummaries()
        #expect(first.steps == known, "what is reported is what is durable")
      }
      let summary = try await bench.resume()
      #expect(summary.exitStatus == 0)
      #expect(bench.world.ledger.sorted() == expected.ledger, "append \(number)")
      #expect(bench.world.violations == [])
    }
  }

  private func undisturbed(_ shape: Int, _ calls: Int) async throws -> (ledger: [String], places: Int) {
    let bench = TestBench(Self.shapes[shape].steps, callsPerStep: calls)
    bench.world.crash.arm(nil)
    #expect(try await bench.run().exitStatus == 0)
    return (bench.world.ledger.sorted(), bench.world.crash.passed)
  }
}
