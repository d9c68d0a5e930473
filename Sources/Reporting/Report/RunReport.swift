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
    timing = machine.timing()
    self.outputs = outputs
    leftovers = machine.order.map { $0.kind == .destroy ? machine.leftovers($0) : [] } ?? []
    self.bill = bill
  }

  var diagram: Diagram {
    Diagram(plan, run: Diagram.RunMark(id: header.id, state: state), states: steps.map(\.state))
  }
}
