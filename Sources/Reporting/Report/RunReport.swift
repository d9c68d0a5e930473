package import Basics
package import Planning
package import RunEngine

package import struct FoundationEssentials.Date

/// Everything that a report says about a run, gathered from its journal and its plan.
package struct RunReport: Sendable {
  package var header: RunHeader
  package var state: RunState
  package var plan: Plan
  package var startedAt: Date?
  /// When its last session ended; `nil` while one is open or was cut off.
  package var endedAt: Date?
  /// The last that the journal knows: how fresh the report is.
  package var asOf: Date?
  /// In the order of the plan.
  package var steps: [StepSummary]
  package var events: [RunEvent]
  /// The arguments of the last attempt of each step.
  package var arguments: [StepAddress: [String: Value]]
  /// What each step gave when it last succeeded, also when it was taken back since.
  package var results: [StepAddress: StepResult]
  package var timing: RunTiming
  /// The outputs of the workflow; empty until every step is done.
  package var outputs: [String: Value]
  /// What `destroy` left behind.
  package var leftovers: [Leftover]
  package var bill: Bill

  package init(
    stored: StoredRun, state: RunState, plan: Plan, machine: RunMachine, outputs: [String: Value], bill: Bill
  ) {
    header = stored.header
    self.state = state
    self.plan = plan
    startedAt = machine.startedAt
    endedAt = machine.endedAt
    asOf = stored.events.last?.time
    steps = machine.stepSummaries(begun: stored.begun)
    events = stored.events
    arguments = Dictionary(machine.slots.map { ($0.address, $0.inputs) }) { first, _ in first }
    results = StepResult.all(stored.events)
    timing = machine.timing()
    self.outputs = outputs
    leftovers = machine.order.map { $0.kind == .destroy ? machine.leftovers($0) : [] } ?? []
    self.bill = bill
  }

  var diagram: Diagram {
    Diagram(plan, run: Diagram.RunMark(id: header.id, state: state), states: steps.map(\.state))
  }
}

/// What a step gave, and how that came to be.
package struct StepResult: Hashable, Sendable {
  package var outputs: [String: Value]
  package var effect: Effect

  package init(outputs: [String: Value], effect: Effect) {
    self.outputs = outputs
    self.effect = effect
  }

  /// By step, of its last success; a later look that finds all in order takes nothing away from how it was made.
  static func all(_ events: [RunEvent]) -> [StepAddress: StepResult] {
    var results: [StepAddress: StepResult] = [:]
    for event in events {
      guard case .step(let address, .succeeded(let outputs, _, let effect)) = event.fact else { continue }
      let known = results[address]?.effect
      results[address] = StepResult(outputs: outputs, effect: effect == .nothing ? known ?? effect : effect)
    }
    return results
  }
}
