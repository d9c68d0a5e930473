import Basics
package import Planning
package import RunEngine

/// One run with everything around it: plan, journal, world; each `run` is a new process that goes on where the last one was stopped.
package struct TestBench: Sendable {
  package var plan: Plan
  package var decisions: TestDecisions
  package let journal = MemoryJournal()
  package let world: TestWorld
  package var performer: ScriptedPerformer
  package var approver = ScriptedApprover()
  package var recorder = Recorder()
  package var time = ManualTime(runsFree: true)
  package var options = RunnerOptions(parallel: 4)
  package let runID = "0123456789abcdef"

  package init(_ plan: Plan, callsPerStep: Int = 1) {
    self.plan = plan
    decisions = TestDecisions(plan)
    world = TestWorld(callsPerStep: callsPerStep)
    performer = ScriptedPerformer(world, journal: journal)
  }

  package init(_ steps: [(String, [String])], callsPerStep: Int = 1) {
    self.init(TestPlan.make(steps), callsPerStep: callsPerStep)
  }

  package var header: RunHeader { RunHeader(plan: plan, id: runID, toolVersion: "0.0.0") }

  package func runner() -> Runner {
    Runner(
      plan: plan, decisions: decisions, journal: CrashingJournal(journal, world.crash), performer: performer,
      approver: approver, observer: recorder, time: time, random: SeededRandom(), options: options)
  }

  /// Begins the run.
  package func run(_ order: WorkOrder = WorkOrder()) async throws(RunRefusal) -> RunSummary {
    try await runner().run(.new(header), order: order)
  }

  /// Goes on with the run, or begins it when nothing of it was kept.
  package func resume(_ order: WorkOrder = WorkOrder()) async throws(RunRefusal) -> RunSummary {
    let isNew = ((try? journal.events(of: runID)) ?? []).isEmpty
    return try await runner().run(isNew ? .new(header) : .existing(runID), order: order)
  }

  /// Runs until the process dies at the given place, then cleans up after it as the system does.
  package func kill(at place: Int, _ order: WorkOrder = WorkOrder()) async {
    world.crash.arm(place)
    _ = try? await resume(order)
    await world.waitUntilIdle()
    world.crash.arm(nil)
    journal.killOwner(of: runID)
  }

  /// The state of the run as its journal tells it.
  package func machine() throws -> RunMachine { try RunMachine(StepGraph(plan), events: journal.events(of: runID)) }

  package func state(_ address: String) throws -> StepState? {
    let machine = try machine()
    return machine.graph.position(of: StepAddress(address)).map { machine.state($0) }
  }
}
