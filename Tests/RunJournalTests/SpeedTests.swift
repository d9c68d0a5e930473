import Basics
import FoundationEssentials
import Planning
import RunEngine
import RunJournal
import TestSupport
import Testing

/// The targets of durable runs, measured in a release build: `CAUSEWAY_BENCH=1 swift test -c release --filter SpeedTests`.
@Suite("Speed", .enabled(if: ProcessInfo.processInfo.environment["CAUSEWAY_BENCH"] != nil), .serialized)
struct SpeedTests {
  static let shapes: [(name: String, steps: [(String, [String])], limit: Double)] = [
    ("chain of 1,000", TestPlan.chain(1000), 0.5),
    ("5,000 side by side", TestPlan.wide(5000), 1),
    ("1,000 in layers of 10", layered(1000), 0.4),
    ("20,000 side by side", TestPlan.wide(20_000), 4),
  ]

  static func layered(_ count: Int) -> [(String, [String])] {
    (0..<count).map { number in
      let layer = number / 10 * 10
      return ("s\(number)", number < 10 ? [] : (0..<3).map { "s\(layer - 10 + (number + $0 * 3) % 10)" })
    }
  }

  @Test("Every transition durable", arguments: 0..<4)
  func run(shape: Int) async throws {
    let shape = Self.shapes[shape]
    let folder = try TemporaryFolder()
    let plan = TestPlan.make(shape.steps, action: TestPlan.action("flow/noop"))
    let journal = try SQLiteJournal(path: folder.file("journal.db"))
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try await runner(plan, journal).run(.new(header(plan))).exitStatus == 0)
    let took = clock.now - start
    #expect(try await runner(plan, journal).run(.existing("00")).exitStatus == 0)
    let again = clock.now - start - took
    print("\(shape.name): \(took.inMilliseconds) ms, again \(again.inMilliseconds) ms")
    #expect(took.inSeconds <= shape.limit)
    #expect(again.inSeconds <= shape.limit / 2)
  }

  /// What the disk allows: as many commits of the same events, and nothing else.
  @Test("The floor: 1,000 commits of two events")
  func floor() async throws {
    let folder = try TemporaryFolder()
    let journal = try SQLiteJournal(path: folder.file("journal.db"))
    let epoch = try await journal.lock(JournalBench.runID, takeOver: false)
    let clock = ContinuousClock()
    let start = clock.now
    for number in 0..<1000 {
      let events = [RunEvent.sample(2 * number + 1), RunEvent.sample(2 * number + 2)]
      try await journal.append(events, to: JournalBench.runID, epoch: epoch)
    }
    print("floor of 1,000 commits: \((clock.now - start).inMilliseconds) ms")
  }

  private func header(_ plan: Plan) -> RunHeader { RunHeader(plan: plan, id: "00", toolVersion: "0.0.0") }

  private func runner(_ plan: Plan, _ journal: any Journal) -> Runner {
    Runner(
      plan: plan, decisions: TestDecisions(plan), journal: journal, performer: FlowPerformer(),
      approver: ScriptedApprover())
  }
}
