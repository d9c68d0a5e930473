import Basics
import Planning
import ProviderModel
import RunEngine
import TestSupport
import Testing

@Suite("Steps for a person")
struct ManualStepTests {
  private func bench(until: Value = nil) -> TestBench {
    var bench = TestBench(
      TestPlan.make([("ask", []), ("next", ["ask"]), ("other", [])]) { step in
        guard step.address.text == "ask" else { return }
        step.action = TestPlan.action("manual/step")
        step.declaredOutputs = [Field("cidr", .cidr), Field("ticket", .integer, required: false)]
      })
    let inputs: [String: Value] = [
      "text": ["en": "Open a ticket", "zh": "提交工单"], "undo_text": ["en": "Close it"], "until": until,
    ]
    bench.decisions.overrides[StepAddress("ask")] = { _ in .run(inputs: inputs) }
    return bench
  }

  private func runner(_ bench: TestBench, probes: ScriptedPerformer? = nil) -> Runner {
    let registry = PerformerRegistry(
      [
        "manual": ManualPerformer(probes: probes ?? bench.performer, time: bench.time) {
          $0 == "probe/tcp" ? TestPlan.action("probe/tcp") : nil
        }
      ], fallback: bench.performer)
    return Runner(
      plan: bench.plan, decisions: bench.decisions, journal: bench.journal, performer: registry,
      approver: bench.approver, observer: bench.recorder, time: bench.time, options: bench.options)
  }

  private let step = StepAddress("ask")

  @Test("The other branches go on, the run ends with 6, and the answer's outputs carry on")
  func answered() async throws {
    let bench = bench()
    let summary = try await runner(bench).run(.new(bench.header))
    #expect(summary.exitStatus == 6)
    #expect(summary.state == .waiting)
    #expect(summary.steps.map(\.state) == [.waitingForPerson, .waiting, .succeeded])
    #expect(summary.steps[0].request?.text.text(in: "zh") == "提交工单")
    #expect(summary.steps[0].request?.outputs.map(\.name) == ["cidr", "ticket"])
    let store = RunStore(bench.journal)
    try await store.answer(
      run: bench.runID, step: step, .outputs(["cidr": "10.1.0.0/16", "ticket": "17"]), time: bench.time)
    #expect(try bench.machine().slots[0].record.outputs == ["cidr": "10.1.0.0/16", "ticket": 17])
    #expect(try await runner(bench).run(.existing(bench.runID)).exitStatus == 0)
  }

  @Test("A wrong answer is refused with every reason, and nothing is written")
  func wrong() async throws {
    let bench = bench()
    _ = try await runner(bench).run(.new(bench.header))
    let count = try bench.journal.events(of: bench.runID).count
    let store = RunStore(bench.journal)
    let refusal = await #expect(throws: RunRefusal.self) {
      try await store.answer(
        run: bench.runID, step: step, .outputs(["cidr": "10.1.0.1/16", "tickt": "1"]), time: bench.time)
    }
    #expect(refusal?.diagnostics.all.map(\.code) == [.engineAnswerUnknownOutput, .engineAnswerWrongOutput])
    for answer in [PersonAnswer.notCreated, .adopt(id: "x")] {
      await #expect(throws: RunRefusal.self) {
        try await store.answer(run: bench.runID, step: step, answer, time: bench.time)
      }
    }
    await #expect(throws: RunRefusal.self) {
      try await store.answer(run: bench.runID, step: StepAddress("next"), .outputs([:]), time: bench.time)
    }
    #expect(try bench.journal.events(of: bench.runID).count == count)
  }

  @Test("A probe closes the step by itself: on the first run, or on a later resume")
  func until() async throws {
    let bench = bench(until: ["uses": "probe/tcp", "with": ["port": 22], "every": "30s"])
    var closed = TestWorld()
    closed.set([.refuse(.probe)], for: "ask")
    #expect(try await runner(bench, probes: probe(closed)).run(.new(bench.header)).exitStatus == 6)
    closed = TestWorld()
    #expect(try await runner(bench, probes: probe(closed)).run(.existing(bench.runID)).exitStatus == 0)
  }

  @Test("With `for`, the probe is repeated until its time is over")
  func repeated() async throws {
    let bench = bench(until: ["uses": "probe/tcp", "every": "30s", "for": "2m"])
    let world = TestWorld()
    world.set([.refuse(.probe), .refuse(.probe), .refuse(.probe)], for: "ask")
    #expect(try await runner(bench, probes: probe(world)).run(.new(bench.header)).exitStatus == 0)
    #expect(bench.time.elapsed == .seconds(90))
  }

  private func probe(_ world: TestWorld) -> ScriptedPerformer {
    var performer = ScriptedPerformer(world)
    performer.announces = false
    return performer
  }

  @Test("Destroy says how a person takes back what a person did")
  func undoText() async throws {
    let bench = bench()
    _ = try await runner(bench).run(.new(bench.header))
    try await RunStore(bench.journal).answer(
      run: bench.runID, step: step, .outputs(["cidr": "10.1.0.0/16"]), time: bench.time)
    _ = try await runner(bench).run(.existing(bench.runID))
    let summary = try await runner(bench).run(.existing(bench.runID), order: WorkOrder(.destroy))
    #expect(summary.exitStatus == 0)
    #expect(summary.leftovers.map(\.reason) == [.declared(LocalizedText(["en": "Close it"]))])
  }
}

@Suite("Steps that touch nothing")
struct FlowTests {
  private func call(_ action: String, _ inputs: [String: Value]) -> StepCall {
    StepCall(
      runID: "r", address: StepAddress("s"), action: TestPlan.action(action), inputs: inputs, token: "cw-0")
  }

  private let checkpoint = IgnoringCheckpoint()

  @Test("flow/noop gives its value")
  func noop() async throws {
    let outcome = try await FlowPerformer().perform(call("flow/noop", ["value": [1, 2]]), checkpoint: checkpoint)
    guard case .succeeded(let outputs, _, let effect) = outcome else {
      Issue.record("no success")
      return
    }
    #expect(outputs == ["value": [1, 2]])
    #expect(effect == .nothing)
  }

  @Test("flow/assert fails unless it is told true", arguments: [Value.bool(false), nil, "true"])
  func assert(that: Value) async throws {
    let failure = await #expect(throws: StepFailure.self) {
      try await FlowPerformer().perform(call("flow/assert", ["that": that, "message": "no"]), checkpoint: checkpoint)
    }
    #expect(failure?.code == .flowAssert)
    _ = try await FlowPerformer().perform(call("flow/assert", ["that": true]), checkpoint: checkpoint)
  }

  @Test("A provider without a performer is a failure of that step")
  func registry() async throws {
    let registry = PerformerRegistry(["flow": FlowPerformer()])
    let failure = await #expect(throws: StepFailure.self) {
      try await registry.perform(call("mars/rover", [:]), checkpoint: checkpoint)
    }
    #expect(failure?.arguments == ["provider": "mars"])
    _ = try await registry.perform(call("flow/noop", [:]), checkpoint: checkpoint)
  }
}
