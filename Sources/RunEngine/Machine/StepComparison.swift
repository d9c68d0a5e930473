package import Basics
import Planning

/// What a changed workflow or changed inputs mean for a step that has run (`resume --updated`).
package struct StepComparison: Hashable, Sendable {
  package enum Validity: String, Hashable, Sendable {
    /// Its arguments are what it ran with.
    case valid
    /// Its arguments differ.
    case stale
    /// Something that it depends on runs again.
    case follows
    /// It would be stale, but it was paid for and is never touched.
    case paid
    /// It has not run yet.
    case open

    package var runsAgain: Bool { self == .stale || self == .follows }
  }

  package var address: StepAddress
  package var validity: Validity
}

extension RunMachine {
  /// Compares each step's arguments by the present plan with those that it ran with.
  package func comparison(with decisions: some PlanDecisions) -> [StepComparison] {
    var runsAgain = [Bool](repeating: false, count: graph.steps.count)
    return graph.steps.indices.map { position in
      let follows = graph.steps[position].dependencies.contains { runsAgain[$0] }
      let validity = validity(position, follows: follows, decisions)
      runsAgain[position] = validity.runsAgain
      return StepComparison(address: graph.steps[position].address, validity: validity)
    }
  }

  private func validity(
    _ position: Int, follows: Bool, _ decisions: some PlanDecisions
  ) -> StepComparison.Validity {
    let slot = slots[position]
    guard slot.isDone else { return .open }
    let isPaid = graph.steps[position].isPrepaid && slot.phase == .succeeded
    if follows { return isPaid ? .paid : .follows }
    let same = ranAsPlanned(position, decisions)
    return same ? .valid : isPaid ? .paid : .stale
  }

  /// Whether the step ended as the present plan would have it: with these arguments, or skipped.
  private func ranAsPlanned(_ position: Int, _ decisions: some PlanDecisions) -> Bool {
    do throws(StepFailure) {
      switch try decisions.decide(position, outputs: outputs) {
      case .run(let inputs): return slots[position].phase == .succeeded && inputs == slots[position].inputs
      case .skip: return slots[position].phase == .skipped
      }
    } catch {
      return false
    }
  }
}
