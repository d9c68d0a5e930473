import Basics
import Planning
import ProviderModel
import RunEngine
import TestSupport
import Testing

@Suite("Going on with a run")
struct ResumeTests {
  @Test("A failed step blocks its dependants only; resume runs it and them, nothing else")
  func failure() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["a"])])
    bench.world.set([.refuse(.quota)], for: "b")
    let summary = try await bench.run()
    #expect(summary.exitStatus == 1)
    #expect(summary.state == .failed)
    #expect(summary.steps.map(\.state) == [.succeeded, .failed, .blocked, .succeeded])
    #expect(bench.world.ledger.sorted() == ["create a", "create d"])
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger.sorted() == ["create a", "create b", "create c", "create d"])
  }

  @Test("A failure that is allowed counts as done, with no outputs, and is not tried again")
  func allowedFailure() async throws {
    var plan = TestPlan.make([("a", []), ("b", ["a"])]) { $0.continuesOnFailure = $0.address.text == "a" }
    plan.warnings = Diagnostics()
    let bench = TestBench(plan)
    bench.world.set([.refuse(.invalid)], for: "a")
    let summary = try await bench.run()
    #expect(summary.exitStatus == 0)
    #expect(summary.steps.map(\.state) == [.failed, .succeeded])
    let calls = bench.world.calls
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.calls == calls)
    #expect(try bench.machine().slots[1].inputs["from"] == [nil])
  }

  @Test("A failed probe alone ends with 5, and resume runs the probe alone")
  func probe() async throws {
    let plan = TestPlan.make([("a", []), ("verify", ["a"])]) { step in
      if step.address.text == "verify" { step.action = TestPlan.action("probe/ping") }
    }
    let bench = TestBench(plan)
    bench.world.set([.refuse(.probe)], for: "verify")
    let summary = try await bench.run()
    #expect(summary.exitStatus == 5)
    #expect(summary.state == .probeFailed)
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create verify"])
  }

  @Test("Verify runs the probes again and nothing else")
  func verify() async throws {
    let plan = TestPlan.make([("a", []), ("verify", ["a"]), ("b", ["verify"])]) { step in
      if step.address.text == "verify" { step.action = TestPlan.action("probe/ping") }
    }
    let bench = TestBench(plan)
    _ = try await bench.run()
    let before = bench.recorder.events.count
    #expect(try await bench.resume(WorkOrder(.verify)).exitStatus == 0)
    let touched = Set(bench.recorder.events.dropFirst(before).compactMap(\.address))
    #expect(touched == [StepAddress("verify")])
    #expect(try await bench.journal.runs()[0].state == .succeeded)
  }

  @Test("A probe that is to be repeated is patient in a run, and asked once in a verification")
  func verifyOnce() async throws {
    let plan = TestPlan.make([("verify", [])]) { step in
      step.action = TestPlan.action("probe/ping")
      step.retry = RetryPolicy(attempts: 3, initial: .milliseconds(1))
    }
    let bench = TestBench(plan)
    bench.world.set([.refuse(.probe), .refuse(.probe)], for: "verify")
    #expect(try await bench.run().exitStatus == 0)
    #expect(bench.recorder.events.filter { $0.kind == "started" }.count == 3)
    bench.world.set([.refuse(.probe)], for: "verify")
    #expect(try await bench.resume(WorkOrder(.verify)).exitStatus == 5)
    #expect(bench.recorder.events.filter { $0.kind == "started" }.count == 4)
  }

  @Test("In a verification each probe answers for itself, also behind another one")
  func verifyEach() async throws {
    let plan = TestPlan.make([("there", []), ("a", ["there"]), ("back", ["a"])]) { step in
      if step.address.text != "a" { step.action = TestPlan.action("probe/ping") }
    }
    let bench = TestBench(plan)
    _ = try await bench.run()
    bench.world.set([.refuse(.probe)], for: "there")
    let summary = try await bench.resume(WorkOrder(.verify))
    #expect(summary.exitStatus == 5)
    #expect(summary.steps.map(\.state) == [.failed, .succeeded, .succeeded])
    #expect(bench.recorder.events.filter { $0.kind == "started" && $0.address?.text == "back" }.count == 2)
  }

  @Test("A step that was definitely refused gets a new token; one in doubt keeps its own")
  func generations() async throws {
    let bench = TestBench([("a", []), ("b", [])])
    bench.world.set([.refuse(.quota)], for: "a")
    bench.world.set([.loseRequest, .failResolve(.transient)], for: "b")
    #expect(try await bench.run().exitStatus == 1)
    #expect(try await bench.resume().exitStatus == 0)
    let machine = try bench.machine()
    #expect(machine.slots.map(\.generation) == [1, 0])
    #expect(bench.world.ledger.sorted() == ["create a", "create b"])
  }

  @Test("A new token is never taken while a thing of this generation exists")
  func halfDone() async throws {
    let bench = TestBench([("a", [])], callsPerStep: 2)
    await bench.kill(at: 11)
    #expect(try bench.machine().slots[0].record.intents.map(\.answered) == [true])
    bench.world.set([.refuse(.quota)], for: "a")
    #expect(try await bench.resume().exitStatus == 1)
    #expect(try await bench.resume().exitStatus == 0)
    #expect(try bench.machine().slots[0].generation == 0)
    #expect(bench.world.ledger == ["create a", "create a"])
    #expect(bench.world.things.count == 2)
  }

  @Test("--from runs a step and its dependants again, with a new token and what it made still known")
  func from() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["a"])])
    _ = try await bench.run()
    let before = bench.recorder.events.count
    #expect(try await bench.resume(WorkOrder(from: [StepAddress("b")])).exitStatus == 0)
    let again = bench.recorder.events.dropFirst(before).filter { $0.kind == "started" }.compactMap(\.address?.text)
    #expect(again == ["b", "c"])
    #expect(try bench.machine().slots.map(\.generation) == [0, 1, 1, 0])
    let reset = try #require(bench.recorder.events.dropFirst(before).first { $0.kind == "reset" })
    #expect(reset.fact == .reset([StepAddress("b"), StepAddress("c")], sameToken: []))
  }

  @Test("--from with --only or --until goes no further than they let it, and what lies beyond stays done")
  func fromWithin() async throws {
    let b = [StepAddress("b")]
    for order in [WorkOrder(from: b, only: b), WorkOrder(from: b, until: b)] {
      let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["c"])])
      _ = try await bench.run()
      let before = bench.recorder.events.count
      #expect(try await bench.resume(order).exitStatus == 0)
      let again = bench.recorder.events.dropFirst(before).filter { $0.kind == "started" }.compactMap(\.address?.text)
      #expect(again == ["b"])
      #expect(try bench.machine().stepSummaries().map(\.state) == [.succeeded, .succeeded, .succeeded, .succeeded])
    }
  }

  @Test("--from never buys again what was paid for once")
  func paidOnce() async throws {
    let bench = TestBench(TestPlan.make([("line", [])], action: TestPlan.purchase("Create")))
    _ = try await bench.run()
    let summary = try await bench.resume(WorkOrder(from: [StepAddress("line")]))
    #expect(bench.world.ledger == ["create line"])
    #expect(try bench.machine().slots[0].generation == 0)
    #expect(try RunMachine(StepGraph([]), events: bench.journal.events(of: bench.runID)).slots[0].generation == 0)
    #expect(summary.exitStatus == 0)
  }

  @Test("Not even a performer that wants to can buy again")
  func paidOnceForSure() async throws {
    var bench = TestBench(TestPlan.make([("line", [])], action: TestPlan.purchase("Create")))
    _ = try await bench.run()
    bench.performer.isStubborn = true
    let summary = try await bench.resume(WorkOrder(from: [StepAddress("line")]))
    #expect(summary.exitStatus == 1)
    #expect(summary.steps[0].failure?.code == .enginePaidOnce)
    #expect(bench.world.ledger == ["create line"])
  }

  @Test("--skip counts a step as done, with no outputs; what follows it still waits for what precedes it")
  func skip() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"])])
    let summary = try await bench.run(WorkOrder(skip: [StepAddress("b")]))
    #expect(summary.exitStatus == 0)
    #expect(summary.steps.map(\.state) == [.succeeded, .skipped, .succeeded])
    #expect(bench.world.ledger == ["create a", "create c"])
    #expect(try bench.machine().slots[2].inputs["from"] == [nil])
    let facts = bench.recorder.events.map { "\($0.kind) \($0.address?.text ?? "")" }
    #expect(try #require(facts.firstIndex(of: "succeeded a")) < #require(facts.firstIndex(of: "started c")))
  }

  @Test("What precedes a skipped step and fails holds back what follows it, across several of them, and nothing else")
  func skipAfterFailure() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["c"]), ("e", []), ("f", ["c", "e"])])
    bench.world.set([.refuse(.quota)], for: "a")
    let summary = try await bench.run(WorkOrder(skip: [StepAddress("b"), StepAddress("c")]))
    #expect(summary.exitStatus == 1)
    #expect(summary.steps.map(\.state) == [.failed, .skipped, .skipped, .blocked, .succeeded, .blocked])
    #expect(bench.world.ledger == ["create e"])
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger.sorted() == ["create a", "create d", "create e", "create f"])
  }

  @Test("What is skipped does not wait for a step that a person gave up, and neither does what follows it")
  func skipAfterAbandoned() async throws {
    var bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"])])
    bench.performer.doubt = .none
    bench.world.set([.loseRequest], for: "a")
    #expect(try await bench.run().exitStatus == 6)
    try await RunStore(bench.journal).answer(run: bench.runID, step: StepAddress("a"), .abandon, time: bench.time)
    _ = try await bench.resume(WorkOrder(skip: [StepAddress("b")]))
    #expect(try bench.state("c") == .succeeded)
  }

  @Test("--until runs a step and what it depends on; the run is not finished by that")
  func until() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"]), ("d", [])])
    let summary = try await bench.run(WorkOrder(until: [StepAddress("b")]))
    #expect(summary.exitStatus == 0)
    #expect(summary.state == .partial)
    #expect(bench.world.ledger == ["create a", "create b"])
    #expect(try await bench.journal.runs()[0].state.isUnfinished)
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.world.ledger.count == 4)
    #expect(try await bench.journal.runs()[0].state == .succeeded)
  }

  @Test("--only refuses a step whose prerequisites are not done, and names them")
  func only() async throws {
    let bench = TestBench([("a", []), ("b", ["a"]), ("c", ["b"])])
    let order = WorkOrder(only: [StepAddress("b")])
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.run(order) }
    #expect(refusal?.exitStatus == 2)
    #expect(refusal?.diagnostics.all.map(\.arguments) == [["step": "b", "needs": "a"]])
    #expect(try bench.journal.events(of: bench.runID).isEmpty)
    _ = try await bench.run(WorkOrder(until: [StepAddress("a")]))
    #expect(try await bench.resume(order).exitStatus == 0)
    #expect(bench.world.ledger == ["create a", "create b"])
  }

  @Test("A run is begun once only")
  func begunOnce() async throws {
    let bench = TestBench([("a", [])])
    _ = try await bench.run()
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.run() }
    #expect(refusal?.diagnostics.all.map(\.code) == [.engineRunExists])
    #expect(bench.world.ledger == ["create a"])
  }

  @Test("A step that nobody knows is named, with what was probably meant")
  func unknownStep() async throws {
    let bench = TestBench([("gateway", [])])
    let refusal = await #expect(throws: RunRefusal.self) {
      try await bench.run(WorkOrder(from: [StepAddress("gatway")]))
    }
    #expect(refusal?.diagnostics.all.map(\.arguments) == [["step": "gatway"]])
    #expect(refusal?.diagnostics.all[0].related.map(\.arguments) == [["suggestion": "gateway"]])
  }

  @Test("Another plan is refused, unless it is handed in as an update")
  func otherPlan() async throws {
    var bench = TestBench([("a", []), ("b", ["a"])])
    _ = try await bench.run()
    bench.plan.digest = "another"
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.resume() }
    #expect(refusal?.diagnostics.all.map(\.code) == [.engineOtherPlan])
  }

  @Test("An update runs again what has other arguments, what follows from it, and never what was paid for")
  func update() async throws {
    var bench = TestBench(
      TestPlan.make([("a", []), ("b", ["a"]), ("c", []), ("paid", ["a"])]) { step in
        if step.address.text == "paid" { step.action = TestPlan.action("test/paid", billing: .prepaid) }
      })
    _ = try await bench.run()
    bench.plan.digest = "another"
    bench.decisions.overrides[StepAddress("a")] = { _ in .run(inputs: ["name": "a", "from": [], "size": 2]) }
    let comparison = try bench.machine().comparison(with: bench.decisions)
    #expect(comparison.map(\.validity) == [.stale, .follows, .valid, .paid])
    let before = bench.recorder.events.count
    #expect(try await bench.runner().run(.updated(bench.header)).exitStatus == 0)
    let again = bench.recorder.events.dropFirst(before).filter { $0.kind == "started" }.compactMap(\.address?.text)
    #expect(again == ["a", "b"])
    #expect(try bench.machine().header?.planDigest == "another")
  }

  @Test("An update that loses sight of a step that owns something is refused")
  func removedStep() async throws {
    var bench = TestBench([("a", []), ("b", ["a"])])
    _ = try await bench.run()
    bench.plan = TestPlan.make([("a", [])])
    bench.plan.digest = "another"
    bench.decisions = TestDecisions(bench.plan)
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.runner().run(.updated(bench.header)) }
    #expect(refusal?.diagnostics.all.map(\.arguments) == [["step": "b"]])
  }
}
