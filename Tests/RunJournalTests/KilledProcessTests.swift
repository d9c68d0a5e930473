import Basics
import Glibc
import Planning
import RunEngine
import RunJournal
import Synchronization
import TestSupport
import Testing

/// Real processes, a real file, a real SIGKILL: what no test double can promise.
@Suite("Killed for real")
struct KilledProcessTests {
  @Test("A process that is killed at any place leaves a journal that the next one goes on with", arguments: 1...24)
  func killed(place: Int) async throws {
    let bench = try JournalBench()
    let folder = bench.folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, place = place as Int] in
      try await Victim(folder: folder).run(dyingAt: place)
    }
    // The things that the victim made are files, so they outlive it.
    let world = FileWorld(folder: folder)
    let journal = try bench.open()
    defer { journal.close() }
    let isNew = try await journal.read(JournalBench.runID).isEmpty
    let runner = FileWorld.runner(bench.plan, journal, world) {}
    let summary = try await runner.run(isNew ? .new(bench.header) : .existing(JournalBench.runID))
    #expect(summary.exitStatus == 0)
    #expect(world.ledger.sorted() == ["create s0", "create s1", "create s2"])
  }
}

/// The process that is killed.
struct Victim {
  let folder: String

  func run(dyingAt place: Int) async throws {
    let plan = JournalBench.plan(TestPlan.chain(3))
    let journal = try SQLiteJournal(path: "\(folder)/journal.db", key: JournalBench.key)
    let places = Mutex(0)
    let die: @Sendable () -> Void = {
      let isHere = places.withLock { passed in
        passed += 1
        return passed == place
      }
      if isHere { kill(getpid(), SIGKILL) }
    }
    let runner = FileWorld.runner(plan, DyingJournal(inner: journal, die: die), FileWorld(folder: folder), die)
    _ = try await runner.run(.new(JournalBench.header(plan)))
    // Past the last place: dying at the very end must be harmless too.
    kill(getpid(), SIGKILL)
  }
}

/// A journal around whose commits the process may be killed.
private struct DyingJournal: Journal {
  let inner: SQLiteJournal
  let die: @Sendable () -> Void

  func append(_ events: [RunEvent], to run: String, epoch: Int) async throws(JournalFailure) {
    die()
    try await inner.append(events, to: run, epoch: epoch)
    die()
  }

  func read(_ run: String) async throws(JournalFailure) -> [RunEvent] { try await inner.read(run) }
  func runs() async throws(JournalFailure) -> [RunHead] { try await inner.runs() }
  func lock(_ run: String, takeOver: Bool) async throws(JournalFailure) -> Int {
    try await inner.lock(run, takeOver: takeOver)
  }
  func unlock(_ run: String, epoch: Int) async { await inner.unlock(run, epoch: epoch) }
  func holder(of run: String) async throws(JournalFailure) -> LockHolder? { try await inner.holder(of: run) }
  func claim(_ key: String, for run: String, epoch: Int) async throws(JournalFailure) -> Bool {
    try await inner.claim(key, for: run, epoch: epoch)
  }
  func release(_ key: String, for run: String, epoch: Int) async { await inner.release(key, for: run, epoch: epoch) }
}

/// Another side that outlives the process: a thing is a file under its token's name, and each creation is a line in a ledger.
private struct FileWorld: ActionPerformer {
  let folder: String
  var die: @Sendable () -> Void = {}

  static func runner(
    _ plan: Plan, _ journal: any Journal, _ world: FileWorld, _ die: @escaping @Sendable () -> Void
  ) -> Runner {
    var world = world
    world.die = die
    return Runner(
      plan: plan, decisions: TestDecisions(plan), journal: journal, performer: world, approver: ScriptedApprover(),
      time: ManualTime(runsFree: true))
  }

  var ledger: [String] {
    String(decoding: bytes("\(folder)/ledger"), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    if !call.record.intents.contains(where: \.answered) {
      try await checkpoint.intent(Intent(call: "file:Create", digest: "d"))
      die()
      write("\(folder)/\(call.token)", "")
      write("\(folder)/ledger", "create \(call.address)\n")
      die()
      try await checkpoint.answered(ordinal: 0, object: ["id": .string(call.token)])
    }
    return .succeeded(outputs: ["id": .string(call.token)], object: ["id": .string(call.token)], effect: .created)
  }

  func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    access("\(folder)/\(call.token)", F_OK) == 0 ? .happened(object: ["id": .string(call.token)]) : .didNotHappen
  }

  func read(_ call: StepCall) async throws(StepFailure) -> Reading { .unknown }
  func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome { .nothing }

  private func write(_ path: String, _ text: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    defer { close(file) }
    _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
  }

  private func bytes(_ path: String) -> [UInt8] {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(file, &buffer, buffer.count)
    return Array(buffer.prefix(max(0, count)))
  }
}
