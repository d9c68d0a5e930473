package import Basics

/// What came of a session: everything that the end of a command shows.
package struct RunSummary: Sendable {
  package var runID: String
  package var verdict: RunVerdict
  package var exitStatus: Int32
  package var state: RunState
  /// In the order of the plan.
  package var steps: [StepSummary]
  /// How many steps this session took back.
  package var takenBack = 0
  /// The outputs of the workflow; empty until every step is done.
  package var outputs: [String: Value]
  /// What `destroy` left behind.
  package var leftovers: [Leftover]
  /// What else has to be said: a lost lock, a full disk, outputs that could not be computed.
  package var diagnostics: Diagnostics
}

package struct StepSummary: Hashable, Sendable {
  package var address: StepAddress
  package var state: StepState
  package var failure: StepFailure?
  /// What a person is asked for, while the step waits for one.
  package var request: PersonRequest?
  package var effect: Effect?
  package var outputs: [String: Value]
  /// Of the last attempt.
  package var duration: Duration?
  package var attempts: Int
  package var isPrepaid: Bool
  package var isProbe: Bool
}

extension RunMachine {
  /// Every planned step, in order.
  ///
  /// - Parameter begun: The steps that another process has begun in its session, which goes on: they are running, not in doubt.
  package func stepSummaries(begun: Set<StepAddress> = []) -> [StepSummary] {
    graph.steps.indices.map { position in
      let slot = slots[position]
      let traits = graph.steps[position]
      let isRunning = slot.phase == .running && begun.contains(slot.address)
      return StepSummary(
        address: slot.address, state: isRunning ? slot.state(live: true, blocked: false) : state(position),
        failure: slot.failure,
        request: slot.phase == .person ? slot.request : nil, effect: slot.effect,
        // What an earlier attempt gave is no outcome of one that failed.
        outputs: slot.phase == .failed ? [:] : slot.record.outputs,
        duration: slot.duration, attempts: slot.attempt, isPrepaid: traits.isPrepaid, isProbe: traits.isProbe)
    }
  }
}
