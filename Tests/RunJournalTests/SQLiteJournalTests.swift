import Basics
import RunEngine
import RunJournal
import TestSupport
import Testing

@Suite("The journal in a file")
struct SQLiteJournalTests {
  @Test("What was appended is read again, by this connection and by the next")
  func roundTrip() async throws {
    let bench = try JournalBench()
    let journal = try await bench.withFinishedRun()
    let events = try await journal.read(JournalBench.runID)
    #expect(events.count > 10)
    #expect(events.map(\.sequence) == Array(1...events.count))
    journal.close()
    let again = try bench.open()
    #expect(try await again.read(JournalBench.runID) == events)
    #expect(try RunMachine(StepGraph(bench.plan), events: events).isComplete)
  }

  @Test("A finished run is resumed from the file without a request or an event")
  func resume() async throws {
    let bench = try JournalBench()
    let journal = try await bench.withFinishedRun()
    let (events, calls) = (try await journal.read(JournalBench.runID), bench.world.calls)
    let summary = try await bench.runner(journal).run(.existing(JournalBench.runID))
    #expect(summary.exitStatus == 0)
    #expect(try await journal.read(JournalBench.runID) == events)
    #expect(bench.world.calls == calls)
  }

  @Test("An intent can be seen by another connection before its effect begins")
  func durableBeforeEffect() async throws {
    let bench = try JournalBench()
    let journal = try bench.open()
    let reader = try bench.open(.readOnly)
    var performer = ScriptedPerformer(bench.world)
    performer.duringCall = { call async throws(StepFailure) in
      let events = (try? await reader.read(call.runID)) ?? []
      let seen = events.contains { $0.address == call.address && $0.kind == "intent" }
      if !seen { bench.world.violation("\(call.address)") }
    }
    let runner = Runner(
      plan: bench.plan, decisions: TestDecisions(bench.plan), journal: journal, performer: performer,
      approver: ScriptedApprover(), time: ManualTime(runsFree: true))
    #expect(try await runner.run(.new(bench.header)).exitStatus == 0)
    #expect(bench.world.violations.isEmpty)
    #expect(bench.world.ledger.count == 3)
  }

  @Test("The list has every run, the newest first, with its state")
  func list() async throws {
    let bench = try JournalBench()
    let journal = try await bench.withFinishedRun()
    let epoch = try await journal.lock("ffff", takeOver: false)
    try await journal.append([.sample(1, run: "ffff")], to: "ffff", epoch: epoch)
    let runs = try await journal.runs()
    #expect(runs.map(\.id) == ["ffff", JournalBench.runID])
    #expect(runs.map(\.state) == [.running, .succeeded])
    #expect(runs[1].name == "first")
    await journal.unlock("ffff", epoch: epoch)
    #expect(try await journal.runs().map(\.state) == [.stopped, .succeeded])
  }

  @Test("Runs are found by id, by its unique beginning, by name, or as the latest unfinished one")
  func find() async throws {
    let bench = try JournalBench()
    let journal = try await bench.withFinishedRun()
    for id in ["ff01", "ff02"] {
      let epoch = try await journal.lock(id, takeOver: false)
      try await journal.append([.sample(1, run: id)], to: id, epoch: epoch)
      await journal.unlock(id, epoch: epoch)
    }
    let store = RunStore(journal)
    #expect(try await store.find("0011").id == JournalBench.runID)
    #expect(try await store.find("first").id == JournalBench.runID)
    #expect(try await store.find(nil).id == "ff02")
    #expect(try await store.find("ff01").id == "ff01")
    await #expect(throws: JournalFailure.ambiguousRun("ff0", candidates: ["ff02", "ff01"])) {
      try await store.find("ff0")
    }
    await #expect(throws: JournalFailure.noRun("x")) { try await store.find("x") }
  }

  @Test("Several events of one append are kept all or none")
  func allOrNone() async throws {
    let bench = try JournalBench()
    let journal = try bench.open()
    let epoch = try await journal.lock(JournalBench.runID, takeOver: false)
    try await journal.append([.sample(1), .sample(2)], to: JournalBench.runID, epoch: epoch)
    await #expect(throws: JournalFailure.self) {
      try await journal.append([.sample(3), .sample(5)], to: JournalBench.runID, epoch: epoch)
    }
    #expect(try await journal.read(JournalBench.runID).count == 2)
    try await journal.append([.sample(3)], to: JournalBench.runID, epoch: epoch)
    #expect(try await journal.read(JournalBench.runID).count == 3)
  }

  @Test("Read-only, a missing journal is empty and is not made")
  func missing() async throws {
    let bench = try JournalBench()
    let journal = try bench.open(.readOnly)
    #expect(try await journal.runs().isEmpty)
    #expect(bench.folder.allBytes().isEmpty)
  }

  @Test("A full disk stops the run before the next effect; with room again it goes on")
  func fullDisk() async throws {
    let bench = try JournalBench(TestPlan.chain(200))
    let journal = try bench.open()
    journal.limitSize(pages: 40)
    let summary = try await bench.runner(journal).run(.new(bench.header))
    #expect(summary.exitStatus == 1)
    #expect(summary.diagnostics.all.map(\.code) == [.journalFull])
    let made = bench.world.ledger.count
    #expect(made > 0 && made < 200)
    journal.limitSize(pages: 100_000)
    #expect(try await bench.runner(journal).run(.existing(JournalBench.runID)).exitStatus == 0)
    #expect(bench.world.ledger == TestPlan.chain(200).map { "create \($0.0)" })
  }
}
