import Basics
import RunEngine
import RunJournal
import TestSupport
import Testing

@Suite("One owner at a time")
struct LockTests {
  static let here = ProcessIdentity.current
  static let run = JournalBench.runID

  @Test("A live owner keeps the lock, and a second one is told who holds it")
  func held() async throws {
    let bench = try JournalBench()
    _ = try await bench.open().lock(Self.run, takeOver: false)
    let second = try bench.open()
    let failure = await #expect(throws: JournalFailure.self) { try await second.lock(Self.run, takeOver: false) }
    guard case .held(let holder, _)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(holder.process == Self.here.process)
    #expect(holder.host == Self.here.host)
    #expect(failure?.exitStatus == 4)
  }

  static let dead: [(String, ProcessIdentity)] = [
    ("gone", ProcessIdentity(host: here.host, boot: here.boot, process: 4_194_303, started: "1")),
    (
      "its number used by another process",
      ProcessIdentity(host: here.host, boot: here.boot, process: here.process, started: "1")
    ),
    ("before the last boot", ProcessIdentity(host: here.host, boot: "x", process: here.process, started: here.started)),
  ]

  @Test("A dead owner's lock is free at once", arguments: dead)
  func free(name: String, owner: ProcessIdentity) async throws {
    let bench = try JournalBench()
    let first = try await bench.open(owner: owner).lock(Self.run, takeOver: false)
    let second = try bench.open()
    #expect(try await second.holder(of: Self.run) == nil)
    #expect(try await second.lock(Self.run, takeOver: false) == first + 1)
  }

  @Test("A process on another host counts as alive")
  func otherHost() async throws {
    let bench = try JournalBench()
    let owner = ProcessIdentity(host: "elsewhere", boot: "x", process: 1, started: "1")
    _ = try await bench.open(owner: owner).lock(Self.run, takeOver: false)
    let second = try bench.open()
    await #expect(throws: JournalFailure.self) { try await second.lock(Self.run, takeOver: false) }
    #expect(try await second.lock(Self.run, takeOver: true) == 2)
  }

  @Test("An owner that was taken over cannot write any more, and its unlock changes nothing")
  func fencing() async throws {
    let bench = try JournalBench()
    let (old, new) = (try bench.open(), try bench.open())
    let oldEpoch = try await old.lock(Self.run, takeOver: false)
    try await old.append([.sample(1)], to: Self.run, epoch: oldEpoch)
    let newEpoch = try await new.lock(Self.run, takeOver: true)
    await #expect(throws: JournalFailure.lostLock(run: Self.run)) {
      try await old.append([.sample(2)], to: Self.run, epoch: oldEpoch)
    }
    await old.unlock(Self.run, epoch: oldEpoch)
    #expect(try await new.holder(of: Self.run) != nil)
    try await new.append([.sample(2)], to: Self.run, epoch: newEpoch)
    #expect(try await new.read(Self.run).count == 2)
  }

  @Test("A run that is taken over in the middle changes nothing more and ends with exit 4")
  func takenOver() async throws {
    let bench = try JournalBench()
    let (old, new) = (try bench.open(), try bench.open())
    var performer = ScriptedPerformer(bench.world)
    performer.duringCall = { call async throws(StepFailure) in
      if call.address.text == "s1" { _ = try? await new.lock(call.runID, takeOver: true) }
    }
    let runner = Runner(
      plan: bench.plan, decisions: TestDecisions(bench.plan), journal: old, performer: performer,
      approver: ScriptedApprover(), time: ManualTime(runsFree: true))
    let summary = try await runner.run(.new(bench.header))
    #expect(summary.exitStatus == 4)
    #expect(summary.diagnostics.all.map(\.code) == [.journalLostLock])
    #expect(bench.world.ledger == ["create s0", "create s1"])
    await new.unlock(Self.run, epoch: 2)
    #expect(try await bench.runner(new).run(.existing(Self.run)).exitStatus == 0)
    #expect(bench.world.ledger == ["create s0", "create s1", "create s2"])
  }

  @Test("A serialize key belongs to one run until it is given back or its owner dies")
  func serializeKeys() async throws {
    let bench = try JournalBench()
    let journal = try bench.open()
    let (first, second) = (try await journal.lock("1", takeOver: false), try await journal.lock("2", takeOver: false))
    #expect(try await journal.claim("sag/1", for: "1", epoch: first))
    #expect(try await journal.claim("sag/1", for: "1", epoch: first))
    #expect(try await !journal.claim("sag/1", for: "2", epoch: second))
    await journal.release("sag/1", for: "1", epoch: first)
    #expect(try await journal.claim("sag/1", for: "2", epoch: second))
    await journal.unlock("2", epoch: second)
    #expect(try await journal.claim("sag/1", for: "1", epoch: first))
  }

  @Test("This process is alive to itself, and its start time is its own")
  func identity() {
    #expect(Self.here.isAlive)
    #expect(!Self.here.started.isEmpty)
    #expect(!Self.here.boot.isEmpty)
  }
}
