import Basics
import Planning
import RunEngine
import TestSupport
import Testing

/// Random graphs, random failures, random kills: what must hold in every one of them.
@Suite("Whatever happens, the ledger stays right")
struct RandomRunsTests {
  @Test("No thing is made twice, no order is broken, and repeated resumes end well", arguments: 1...150)
  func anything(seed: Int) async throws {
    let random = SeededRandom(UInt64(seed))
    let steps = graph(random)
    var bench = TestBench(steps, callsPerStep: 1 + random.below(2))
    bench.options.parallel = 1 + random.below(5)
    for (name, _) in steps where random.below(3) == 0 { bench.world.set(faults(random), for: name) }
    try await disturb(bench, random)
    try await finish(bench)
    if random.below(3) == 0 {
      bench.world.crash.arm(nil)
      #expect(try await bench.resume(WorkOrder(.verify)).exitStatus == 0)
    }
    #expect(bench.world.violations == [])
    try expectOnce(bench, steps)
    try await destroyEverything(bench, random)
  }

  @Test("Whatever is skipped, no step starts before all that precedes it, near or far, is done", arguments: 1...100)
  func skipping(seed: Int) async throws {
    let random = SeededRandom(UInt64(seed))
    let steps = graph(random)
    var bench = TestBench(steps)
    bench.options.parallel = 1 + random.below(5)
    let skipped = Set(steps.map(\.0).filter { _ in random.below(3) == 0 })
    for (name, _) in steps where random.below(4) == 0 { bench.world.set([.refuse(.invalid)], for: name) }
    for _ in 0..<random.below(3) {
      await bench.kill(at: 1 + random.below(20), WorkOrder(skip: skipped.map { StepAddress($0) }))
    }
    for _ in 0..<20 where try await bench.resume(WorkOrder(skip: skipped.map { StepAddress($0) })).exitStatus == 0 {
      break
    }
    let ledger = bench.world.ledger
    #expect(Set(ledger) == Set(steps.map(\.0).filter { !skipped.contains($0) }.map { "create \($0)" }))
    #expect(Set(ledger).count == ledger.count)
    for (name, _) in steps where !skipped.contains(name) {
      let first = try #require(ledger.firstIndex(of: "create \(name)"))
      for earlier in ancestors(of: name, steps) where !skipped.contains(earlier) {
        #expect(try #require(ledger.firstIndex(of: "create \(earlier)")) < first, "\(earlier) before \(name)")
      }
    }
  }

  private func ancestors(of name: String, _ steps: [(String, [String])]) -> Set<String> {
    let direct = steps.first { $0.0 == name }?.1 ?? []
    return direct.reduce(into: Set(direct)) { $0.formUnion(ancestors(of: $1, steps)) }
  }

  private func graph(_ random: SeededRandom) -> [(String, [String])] {
    (0..<(2 + random.below(9))).map { number in
      (
        "s\(number)",
        (0..<number).filter { _ in random.below(3) == 0 }.map { "s\($0)" }
      )
    }
  }

  private func faults(_ random: SeededRandom) -> [TestWorld.Fault] {
    let all: [TestWorld.Fault] = [
      .refuse(.throttled), .refuse(.invalid), .loseAnswer, .loseRequest, .failWait(.transient), .failWait(.timeout),
      .failResolve(.transient), .failUndo(.inUse),
    ]
    return (0..<(1 + random.below(3))).map { _ in all[random.below(all.count)] }
  }

  private func disturb(_ bench: TestBench, _ random: SeededRandom) async throws {
    for _ in 0..<random.below(5) {
      await bench.kill(at: 1 + random.below(40))
      #expect(throws: Never.self) { try bench.machine() }
    }
  }

  private func finish(_ bench: TestBench) async throws {
    for _ in 0..<20 where try await bench.resume().exitStatus == 0 { return }
    Issue.record("20 resumes did not finish the run")
  }

  /// Every step made its things exactly once, after what it depends on.
  private func expectOnce(_ bench: TestBench, _ steps: [(String, [String])]) throws {
    let ledger = bench.world.ledger
    for (name, dependencies) in steps {
      #expect(ledger.count { $0 == "create \(name)" } == bench.world.callsPerStep, "\(name)")
      let first = try #require(ledger.firstIndex(of: "create \(name)"))
      for dependency in dependencies {
        #expect(try #require(ledger.lastIndex(of: "create \(dependency)")) < first, "\(dependency) before \(name)")
      }
    }
  }

  private func destroyEverything(_ bench: TestBench, _ random: SeededRandom) async throws {
    for _ in 0..<random.below(3) {
      await bench.kill(at: 1 + random.below(30), WorkOrder(.destroy))
    }
    #expect(try await bench.resume(WorkOrder(.destroy)).exitStatus == 0)
    #expect(bench.world.things == [])
    let events = try bench.journal.events(of: bench.runID)
    #expect(throws: Never.self, "a journal is read without its plan, too") {
      try RunMachine(StepGraph([]), events: events)
    }
  }
}
