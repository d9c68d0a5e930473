import Basics
import Foundation
import Planning
import RunEngine
import RunJournal
import TestSupport
import Testing

/// Journals of released formats, recorded once and never changed: every build must go on with them.
///
/// `CAUSEWAY_RECORD_FIXTURE=FOLDER` writes `FOLDER/v<format>.db` anew and fails, so that nobody records by accident. A new format gets
/// a new file; the old ones stay.
@Suite("Recorded journals")
struct RecordedJournalTests {
  static let key = StateKeySource.text(String(repeating: "c5", count: 32))
  private let recordsTo = ProcessInfo.processInfo.environment["CAUSEWAY_RECORD_FIXTURE"]

  /// The plan of the recorded run: each step stands for one thing that a journal may hold.
  private var plan: Plan {
    TestPlan.make(
      [
        ("done", []), ("doubtful", ["done"]), ("answered", ["done"]), ("refused", []), ("ask", []),
        ("last", ["doubtful", "ask"]),
      ],
      name: "recorded", inputs: ["token": "the-recorded-secret", "region": "pek3"], sensitiveInputs: ["token"]
    ) { step in
      step.sensitiveOutputs = ["secret"]
      if step.address.text == "ask" { step.action = TestPlan.action("manual/step") }
    }
  }

  private let runID = "c0ffee00c0ffee00"

  /// What the other side knew when the journal was recorded: the announced change of `doubtful` had happened.
  private func world() -> TestWorld {
    let world = TestWorld()
    world.add("doubtful", runID: runID)
    return world
  }

  private func runner(_ journal: SQLiteJournal, _ world: TestWorld) -> Runner {
    let performer = ScriptedPerformer(world)
    let manual = ManualPerformer(probes: performer, time: ManualTime()) { _ in nil }
    return Runner(
      plan: plan, decisions: TestDecisions(plan), journal: journal,
      performer: PerformerRegistry(["manual": manual], fallback: performer), approver: ScriptedApprover(),
      time: ManualTime(runsFree: true), random: SeededRandom(7))
  }

  @Test("Format 1: a run that was cut off is read, settled, answered and finished; secrets included")
  func version1() async throws {
    if let recordsTo { return try await record(to: "\(recordsTo)/v1.db") }
    let folder = try TemporaryFolder()
    let source = try #require(Bundle.module.url(forResource: "v1", withExtension: "db", subdirectory: "Fixtures"))
    try FileManager.default.copyItem(atPath: source.path, toPath: folder.file("journal.db"))
    let journal = try SQLiteJournal(path: folder.file("journal.db"), key: Self.key)
    defer { journal.close() }
    let before = try RunMachine(StepGraph(plan), events: try await journal.read(runID))
    #expect(before.header?.inputs["token"] == "the-recorded-secret")
    #expect(before.slots[0].record.outputs["secret"] == "secret-of-done")
    #expect(
      (0..<6).map { before.state($0) } == [.succeeded, .inDoubt, .answered, .failed, .waitingForPerson, .waiting])
    #expect(try await journal.runs().map(\.state) == [.stopped])

    let world = world()
    #expect(try await runner(journal, world).run(.existing(runID)).exitStatus == 6)
    try await RunStore(journal).answer(run: runID, step: StepAddress("ask"), .outputs([:]), time: ManualTime())
    #expect(try await runner(journal, world).run(.existing(runID)).exitStatus == 0)
    #expect(world.ledger.sorted() == ["create last", "create refused"])
  }

  /// Writes the events of a process that was killed after an intent, with one step in each state.
  private func record(to path: String) async throws {
    try? FileManager.default.removeItem(atPath: path)
    let journal = try SQLiteJournal(path: path, key: Self.key, random: SeededRandom(3))
    let epoch = try await journal.lock(runID, takeOver: false)
    let header = RunHeader(
      plan: plan, id: runID, name: "recorded", toolVersion: "0.1.0", accounts: ["partner": "other"])
    var facts: [RunFact] = [
      .created(header), .opened(WorkOrder()), .approved([StepAddress("done")], by: "terminal"),
    ]
    facts += Self.steps.map { .step(StepAddress($0.0), $0.1) }
    let hidden: [String: Set<SensitivePart>] = [
      "run_created": [SensitivePart("inputs", "token")],
      "succeeded": [SensitivePart("outputs", "secret"), SensitivePart("object")], "answered": [SensitivePart("object")],
    ]
    let events = facts.enumerated().map { offset, fact in
      let event = RunEvent(sequence: offset + 1, time: ManualTime().now, fact: fact)
      return RunEvent(sequence: offset + 1, time: event.time, fact: fact, sensitive: hidden[event.kind] ?? [])
    }
    try await journal.append(events, to: runID, epoch: epoch)
    await journal.unlock(runID, epoch: epoch)
    journal.close()
    Issue.record("recorded \(path); run again without CAUSEWAY_RECORD_FIXTURE")
  }

  private static let steps: [(String, StepFact)] = [
    ("done", .started(generation: 0, attempt: 1, inputs: ["name": "done", "from": []])),
    ("done", .intent(Intent(call: "test:Create", digest: "digest of done"))),
    ("done", .answered(ordinal: 0, object: ["id": "id-done"])),
    (
      "done",
      .succeeded(outputs: ["id": "id-done", "secret": "secret-of-done"], object: ["id": "id-done"], effect: .created)
    ),
    ("doubtful", .started(generation: 0, attempt: 1, inputs: ["name": "doubtful", "from": ["id-done"]])),
    ("answered", .started(generation: 0, attempt: 1, inputs: ["name": "answered", "from": ["id-done"]])),
    ("refused", .started(generation: 0, attempt: 1, inputs: ["name": "refused", "from": []])),
    ("ask", .started(generation: 0, attempt: 1, inputs: ["text": "Open a ticket"])),
    ("ask", .waiting(PersonRequest(reason: .manual, text: LocalizedText(["en": "Open a ticket"])))),
    ("refused", .intent(Intent(call: "test:Create", digest: "digest of refused"))),
    (
      "refused",
      .refused(ordinal: 0, failure: StepFailure(.quota, Diagnostic.Code("test.quota"), vendorCode: "QuotaExceeded"))
    ),
    ("refused", .failed(StepFailure(.quota, Diagnostic.Code("test.quota")), retryIn: nil)),
    ("answered", .intent(Intent(call: "test:Create", digest: "digest of answered"))),
    ("answered", .answered(ordinal: 0, object: ["id": "id-answered"])),
    ("doubtful", .intent(Intent(call: "test:Create", digest: "digest of doubtful"))),
  ]
}
