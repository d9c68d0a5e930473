package import Basics

/// Something that `destroy` left behind.
package struct Leftover: Hashable, Sendable {
  package var address: StepAddress
  /// Why it may stay; `nil` when it should not have.
  package var reason: StayReason?
  package var failure: StepFailure?
  /// Nobody knows whether it exists.
  package var isInDoubt: Bool
  package var isPrepaid: Bool
  /// When its paid term ends, as the cloud gave it.
  package var expires: String?
  /// The outputs of the step (masked by whoever shows them): ids, end dates.
  package var outputs: [String: Value]
}

extension RunMachine {
  /// How the last session ended, by the rules of `decisions.md` §7: 130, 4, 1, 6, 5, 0.
  package func conclusion() -> RunVerdict {
    guard let order else { return .done }
    if wasInterrupted { return .interrupted }
    return order.kind == .destroy ? destroyConclusion(order) : runConclusion(order)
  }

  private func runConclusion(_ order: WorkOrder) -> RunVerdict {
    let wanted = wanted(order)
    var found: Set<RunVerdict> = []
    for position in graph.steps.indices where wanted[position] { found.formUnion(opinion(of: position)) }
    return [.failed, .waiting, .probeFailed].first { found.contains($0) } ?? .done
  }

  /// What one step makes of the run.
  private func opinion(of position: Int) -> Set<RunVerdict> {
    let slot = slots[position]
    let traits = graph.steps[position]
    switch slot.phase {
    case .person: return [.waiting]
    case .failed, .waiting, .running:
      if slot.record.isInDoubt { return [.waiting] }
      guard slot.phase == .failed, !traits.continuesOnFailure else { return [] }
      return [traits.isProbe ? .probeFailed : .failed]
    case .abandoned: return traits.continuesOnFailure ? [] : [.failed]
    case .stuck: return [.failed]
    case .succeeded, .skipped, .undoing, .undone, .stays: return []
    }
  }

  private func destroyConclusion(_ order: WorkOrder) -> RunVerdict {
    let left = leftovers(order).filter { $0.reason == nil }
    if left.isEmpty { return .done }
    return left.allSatisfy(\.isInDoubt) ? .waiting : .leftBehind
  }

  /// What is left behind: declared first, then what should not be there.
  package func leftovers(_ order: WorkOrder) -> [Leftover] {
    let wanted = wanted(order)
    let all = slots.indices.filter { $0 >= wanted.count || wanted[$0] }.compactMap { leftover($0, order) }
    return all.filter { $0.reason != nil } + all.filter { $0.reason == nil }
  }

  private func leftover(_ index: Int, _ order: WorkOrder) -> Leftover? {
    let slot = slots[index]
    guard slot.phase != .undone, !slot.record.adopted || order.includesAdopted else { return nil }
    guard slot.phase == .stays || slot.phase == .stuck || slot.mayExist else { return nil }
    let traits = index < graph.steps.count ? graph.steps[index] : nil
    return Leftover(
      address: slot.address, reason: slot.phase == .stays ? slot.stay : nil, failure: slot.failure,
      isInDoubt: slot.record.isInDoubt, isPrepaid: traits?.isPrepaid ?? false,
      expires: traits?.paidUntil.flatMap { slot.record.outputs[$0]?.scalarText }, outputs: slot.record.outputs)
  }

  /// Whether every step of the plan is done: nothing is left for `resume`.
  package var isComplete: Bool { graph.steps.indices.allSatisfy { countsAsDone($0) } }
}
