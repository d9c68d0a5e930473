import Basics
import Foundation
import Planning
import RunEngine
import TestSupport
import Testing

@Suite("The machine takes no history that cannot have happened")
struct MachineTests {
  private let step = StepAddress("a")
  private let time = ManualTime().now

  private func machine(_ facts: [StepFact]) throws -> RunMachine {
    let graph = StepGraph([StepTraits(address: step)])
    let all =
      [.created(RunHeader(id: "r", workflow: "w")), .opened(WorkOrder())] + facts.map { RunFact.step(step, $0) }
    return try RunMachine(
      graph, events: all.enumerated().map { RunEvent(sequence: $0.offset + 1, time: time, fact: $0.element) })
  }

  private static let started = StepFact.started(generation: 0, attempt: 1, inputs: [:])
  private static let intent = StepFact.intent(Intent(call: "c", digest: ""))
  private static let success = StepFact.succeeded(outputs: [:], object: nil, effect: .created)
  private static let failure = StepFact.failed(StepFailure(.denied, .engineDoubt), retryIn: nil)

  @Test("what the process that works on a run has begun is running; what a dead one had begun is in doubt")
  func begun() throws {
    let stored = { (holder: LockHolder?, again: Bool) in
      let facts: [RunFact] = [
        .created(RunHeader(id: "r", workflow: "w")), .opened(WorkOrder()), .step(step, Self.started),
        .step(step, Self.intent),
      ]
      let all = facts + (again ? [.opened(WorkOrder())] : [])
      return try StoredRun(
        events: all.enumerated().map { RunEvent(sequence: $0.offset + 1, time: time, fact: $0.element) }, holder: holder
      )
    }
    let holder = LockHolder(host: "h", process: 1, since: time)
    for (run, expected) in [
      (try stored(holder, false), StepState.started), (try stored(nil, false), .inDoubt),
      (try stored(holder, true), .inDoubt),
    ] {
      let machine = try run.machine(StepGraph([StepTraits(address: step)]))
      #expect(machine.stepSummaries(begun: run.begun).map(\.state) == [expected])
    }
  }

  static let illegal: [[StepFact]] = [
    [intent], [success], [.answered(ordinal: 0, object: nil)], [started, .answered(ordinal: 0, object: nil)],
    [started, intent, .answered(ordinal: 1, object: nil)], [started, success, success], [started, started],
    [.started(generation: 1, attempt: 1, inputs: [:])], [.started(generation: 0, attempt: 2, inputs: [:])],
    [started, intent, .intent(Intent(call: "c", ordinal: 1, digest: ""))], [.undone], [started, .undone],
    [started, .undoStarted(attempt: 2)], [started, .skipped(.request)], [.personAnswered(.abandon)],
    [started, failure, success], [.undoIntent(Intent(call: "d", digest: ""))],
    [started, intent, failure, .started(generation: 1, attempt: 2, inputs: [:])],
  ]

  @Test("An illegal move is a corrupt journal", arguments: illegal)
  func illegalMoves(facts: [StepFact]) {
    #expect(throws: JournalCorrupt.self) { try machine(facts) }
  }

  @Test("How a thing came to be is not forgotten when a later look finds it in order, or changes it")
  func standingEffect() throws {
    let made: [StepFact] = [Self.started, Self.intent, .answered(ordinal: 0, object: ["id": 1]), Self.success]
    for later in [Effect.nothing, .updated, .adopted] {
      let facts =
        [.created(RunHeader(id: "r", workflow: "w")), .opened(WorkOrder())] + made.map { RunFact.step(step, $0) }
        + [
          .reset([step], sameToken: []), .step(step, .started(generation: 1, attempt: 2, inputs: [:])),
          .step(step, .succeeded(outputs: [:], object: nil, effect: later)),
        ]
      let machine = try RunMachine(
        StepGraph([StepTraits(address: step)]),
        events: facts.enumerated().map { RunEvent(sequence: $0.offset + 1, time: time, fact: $0.element) })
      #expect(machine.slots[0].effect == (later == .adopted ? .adopted : .created))
      #expect(machine.slots[0].mayExist)
    }
  }

  @Test("Numbers without a gap, a creation first and only once")
  func numbering() throws {
    let created = RunFact.created(RunHeader(id: "r", workflow: "w"))
    let histories: [[(Int, RunFact)]] = [
      [(1, .opened(WorkOrder()))], [(2, created)], [(1, created), (3, .interrupted)], [(1, created), (2, created)],
    ]
    for history in histories {
      #expect(throws: JournalCorrupt.self) {
        try RunMachine(StepGraph([]), events: history.map { RunEvent(sequence: $0.0, time: time, fact: $0.1) })
      }
    }
  }

  @Test("States follow from the record")
  func states() throws {
    let answered = StepFact.answered(ordinal: 0, object: ["id": 1])
    #expect(try machine([]).state(0) == .waiting)
    #expect(try machine([Self.started]).state(0) == .waiting)
    #expect(try machine([Self.started, Self.intent]).state(0) == .inDoubt)
    #expect(try machine([Self.started, Self.intent, answered]).state(0) == .answered)
    #expect(try machine([Self.started, Self.intent, answered, Self.success]).state(0) == .succeeded)
    #expect(try machine([Self.started, Self.failure]).state(0) == .failed)
    #expect(try machine([Self.started, Self.intent, Self.failure]).state(0) == .inDoubt)
  }

  @Test("Live and replayed, the machine is the same after every event")
  func sameCode() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["a"])])
    bench.world.set([.loseAnswer], for: "b")
    bench.world.set([.refuse(.quota)], for: "c")
    let live = try await bench.run()
    let replayed = try bench.machine()
    #expect(replayed.stepSummaries() == live.steps)
    #expect(replayed.conclusion() == live.verdict)
  }

  @Test("Every kind of event survives its encoding", arguments: RunEvent.samples)
  func encoding(event: RunEvent) throws {
    #expect(try RunEvent(value: event.value) == event)
  }

  @Test("An event of a newer version, of an unknown kind or with a missing member is refused")
  func unreadable() throws {
    let good = RunEvent(sequence: 1, time: time, fact: .interrupted).value
    for (name, value) in [("v", Value.integer(2)), ("kind", "bought"), ("time", nil), ("seq", "x")] {
      var members = try #require(good.object)
      members[name] = value.isNull ? .none : value
      #expect(throws: JournalCorrupt.self, "\(name)") { try RunEvent(value: .object(members)) }
    }
  }
}

extension RunEvent {
  /// One event of each kind, with everything filled in.
  static var samples: [RunEvent] {
    let failure = StepFailure(
      .throttled, Diagnostic.Code("x.y"), ["a": "b"], vendorCode: "Throttling", vendorMessage: "slow down",
      requestID: "r-1", call: "ec2:RunInstances", retryAfter: .seconds(3))
    let fields = [
      Field("hosts", .list(.object([Field("name", .string), Field("cidr", .cidr, required: false)])), sensitive: true),
      Field("ids", .map(.integer), help: LocalizedText(["en": "e", "zh": "z"])),
    ]
    let intent = Intent(call: "ec2:RunInstances", ordinal: 1, digest: "ab", before: ["x": [1, 2.5, true, nil]])
    let text = LocalizedText(["en": "e"])
    let header = RunHeader(
      id: "r", name: "n", workflow: "w", workflowFile: "w.yaml", inputs: ["a": 1, "p": "s"], sensitiveInputs: ["p"],
      sources: [RunSource(path: "w.yaml", text: "name: w")], planDigest: "d", toolVersion: "1", lab: "l",
      accounts: ["partner": "other"])
    let order = WorkOrder(
      .destroy, from: [StepAddress("a")], skip: [StepAddress("b")], only: [StepAddress("c")],
      until: [StepAddress("d")], includesAdopted: true)
    let step = StepAddress("site[bj]/deploy")
    let facts: [StepFact] = [
      .started(generation: 1, attempt: 2, inputs: ["a": "b"]), .intent(intent),
      .answered(ordinal: 1, object: ["id": "i"]), .refused(ordinal: 0, failure: failure),
      .succeeded(outputs: ["o": 1], object: ["id": "i"], effect: .created),
      .succeeded(outputs: [:], object: nil, effect: .adopted), .failed(failure, retryIn: .milliseconds(1500)),
      .failed(failure, retryIn: nil), .waiting(PersonRequest(reason: .adopt, text: text, outputs: fields)),
      .personAnswered(.outputs(["o": 1])), .personAnswered(.adopt(id: "i-1")), .personAnswered(.notCreated),
      .personAnswered(.abandon), .skipped(.condition), .undoStarted(attempt: 3), .undoIntent(intent),
      .undoAnswered(ordinal: 0), .undone, .stays(.kept), .stays(.declared(text)), .stays(.neededBy([step])),
      .stays(.abandoned), .stuck(failure),
    ]
    let all: [RunFact] =
      [
        .created(header), .updated(header), .opened(order), .approved([step], by: "lab"), .reset([step], sameToken: []),
        .reset([step], sameToken: [step]), .interrupted,
        .ended(.leftBehind, isComplete: true),
      ] + facts.map { .step(step, $0) }
    return all.enumerated().map { offset, fact in
      var sensitive: Set<SensitivePart> = []
      if case .created = fact { sensitive = [SensitivePart("inputs", "p")] }
      if case .updated = fact { sensitive = [SensitivePart("inputs", "p")] }
      return RunEvent(sequence: offset + 1, time: ManualTime().now, fact: fact, sensitive: sensitive)
    }
  }
}

extension MachineTests {
  /// A thing and a setting of it; the setting was made twice, in between the thing was made again.
  private func setting(of second: Value) throws -> RunMachine {
    let thing = StepAddress("thing")
    let graph = StepGraph([
      StepTraits(address: thing),
      {
        var traits = StepTraits(address: step, dependencies: [0]); traits.settingOf = ["thing"]; return traits
      }(),
    ])
    let made = StepFact.succeeded(outputs: [:], object: ["id": 1], effect: .created)
    func change(_ address: StepAddress, _ generation: Int, _ attempt: Int, _ of: Value, before: Value) -> [RunFact] {
      [
        .step(address, .started(generation: generation, attempt: attempt, inputs: ["thing": of, "on": true])),
        .step(address, .intent(Intent(call: "c", digest: "", before: before))),
        .step(address, .answered(ordinal: 0, object: ["id": 1])), .step(address, made),
      ]
    }
    let facts: [RunFact] =
      [.created(RunHeader(id: "r", workflow: "w")), .opened(WorkOrder())]
      + change(thing, 0, 1, .null, before: .null) + change(step, 0, 1, "i-1", before: ["on": "as it was"])
      + [.step(thing, .undoStarted(attempt: 2)), .step(thing, .undone), .reset([thing, step], sameToken: [thing])]
      + change(thing, 1, 3, .null, before: .null) + change(step, 1, 2, second, before: ["on": "as it is made"])
    return try RunMachine(
      graph, events: facts.enumerated().map { RunEvent(sequence: $0.offset + 1, time: time, fact: $0.element) })
  }

  @Test("What a setting was before is that of the thing that it is a setting of now")
  func settings() throws {
    let moved = try setting(of: "i-2")
    #expect(moved.slots[1].record.before == ["on": "as it is made"])
    #expect(!moved.standsOnNew(1))
    #expect(try setting(of: "i-1").slots[1].record.before == ["on": "as it was"])
  }

  @Test(
    "All that follows stands on a thing that took the place of another; on a setting only what is next to it",
    arguments: [true, false])
  func anotherThing(isSetting: Bool) throws {
    let names = ["made", "look", "last"].map { StepAddress($0) }
    var first = StepTraits(address: names[0])
    if isSetting { first.settingOf = ["thing"] }
    let graph = StepGraph([
      first, StepTraits(address: names[1], dependencies: [0]), StepTraits(address: names[2], dependencies: [1]),
    ])
    func done(_ step: Int, _ id: Value, _ effect: Effect, again: Int = 0) -> [RunFact] {
      [
        .step(names[step], .started(generation: again, attempt: again + 1, inputs: [:])),
        .step(names[step], .succeeded(outputs: ["id": id], object: nil, effect: effect)),
      ]
    }
    func machine(second id: Value) throws -> RunMachine {
      let facts: [RunFact] =
        [.created(RunHeader(id: "r", workflow: "w")), .opened(WorkOrder())] + done(0, 1, .created)
        + done(1, .null, .read) + done(2, 1, .created) + [.reset([names[0]], sameToken: [])]
        + done(0, id, .created, again: 1)
      return try RunMachine(
        graph, events: facts.enumerated().map { RunEvent(sequence: $0.offset + 1, time: time, fact: $0.element) })
    }
    let another = try machine(second: 2)
    #expect(another.standsOnNew(1))
    #expect(another.standsOnNew(2) == !isSetting)
    #expect(!another.standsOnNew(0))
    let same = try machine(second: 1)
    #expect(same.standsOnNew(1) && !same.standsOnNew(2))
  }

  @Test(
    "The longest path is the one that takes longest, not the one with most steps; a pause between sessions is no work")
  func timing() throws {
    let names = ["a", "b", "c", "d"].map { StepAddress($0) }
    // a -> b -> d takes 1 + 1 + 2 s, c -> d 5 + 2 s.
    let graph = StepGraph([
      StepTraits(address: names[0]), StepTraits(address: names[1], dependencies: [0]), StepTraits(address: names[2]),
      StepTraits(address: names[3], dependencies: [1, 2]),
    ])
    func started(_ step: Int) -> RunFact { .step(names[step], .started(generation: 0, attempt: 1, inputs: [:])) }
    func done(_ step: Int) -> RunFact { .step(names[step], Self.success) }
    let facts: [(Double, RunFact)] = [
      (0, .created(RunHeader(id: "r", workflow: "w"))), (0, .opened(WorkOrder())), (0, started(0)), (0, started(2)),
      (1, done(0)), (1, started(1)), (2, done(1)), (5, done(2)), (5.5, .ended(.interrupted, isComplete: false)),
      (100, .opened(WorkOrder())), (100, started(3)), (102, done(3)), (102.25, .ended(.done, isComplete: true)),
      (200, .opened(WorkOrder(.verify))), (300, .ended(.done, isComplete: true)),
    ]
    let machine = try RunMachine(
      graph,
      events: facts.enumerated().map {
        RunEvent(sequence: $0.offset + 1, time: time.addingTimeInterval($0.element.0), fact: $0.element.1)
      })
    let timing = machine.timing()
    #expect(timing.path.map(\.address) == [names[2], names[3]])
    #expect(timing.longestPath == .seconds(7))
    #expect(timing.sum == .seconds(9))
    #expect(timing.elapsed == .milliseconds(7750))
  }
}
