import Basics
import Planning
import RunEngine
import RunJournal
import TestSupport

/// A journal file in a folder of its own, and runs that go into it.
struct JournalBench {
  let folder: TemporaryFolder
  var key = Self.key
  var plan: Plan
  let world = TestWorld()
  static let key = StateKeySource.text(String(repeating: "7a", count: 32))
  static let runID = "00112233445566aa"

  init(_ steps: [(String, [String])] = TestPlan.chain(3), folder: TemporaryFolder? = nil) throws {
    self.folder = try folder ?? TemporaryFolder()
    plan = Self.plan(steps)
  }

  /// A plan whose inputs and outputs hold secrets.
  static func plan(_ steps: [(String, [String])]) -> Plan {
    TestPlan.make(
      steps, inputs: ["token": "the-plans-own-secret", "region": "pek3"], sensitiveInputs: ["token"]
    ) { $0.sensitiveOutputs = ["secret"] }
  }

  var path: String { folder.file("journal.db") }

  func open(
    _ access: SQLiteJournal.Access = .readWrite, owner: ProcessIdentity = .current,
    isAlive: @escaping @Sendable (ProcessIdentity) -> Bool = { $0.isAlive }
  ) throws(JournalFailure) -> SQLiteJournal {
    try SQLiteJournal(
      path: path, access: access, key: key, owner: owner, time: ManualTime(), isAlive: isAlive)
  }

  func runner(_ journal: any Journal) -> Runner {
    Runner(
      plan: plan, decisions: TestDecisions(plan), journal: journal, performer: ScriptedPerformer(world),
      approver: ScriptedApprover(), time: ManualTime(runsFree: true), random: SeededRandom())
  }

  var header: RunHeader { Self.header(plan) }

  static func header(_ plan: Plan) -> RunHeader {
    RunHeader(plan: plan, id: runID, name: "first", toolVersion: "0.0.0")
  }

  /// A journal with one finished run in it.
  func withFinishedRun() async throws -> SQLiteJournal {
    let journal = try open()
    _ = try await runner(journal).run(.new(header))
    return journal
  }
}

extension RunEvent {
  /// An event of a made-up run, for tests of the journal alone.
  static func sample(_ sequence: Int, run: String = JournalBench.runID) -> RunEvent {
    let time = ManualTime().now
    if sequence == 1 {
      return RunEvent(sequence: 1, time: time, fact: .created(RunHeader(id: run, workflow: "w")))
    }
    return RunEvent(
      sequence: sequence, time: time, fact: .step(StepAddress("s\(sequence)"), .skipped(.condition)))
  }
}
