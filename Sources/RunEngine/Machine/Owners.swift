import Basics
import Planning
import ProviderModel

/// What a setting belongs to, as far as the plan tells: steps that may make the thing, and how to know that it is the one.
package struct OwnerTrait: Hashable, Sendable {
  /// Positions among the step's dependencies.
  package var candidates: [Int]
  /// The setting's argument that names the thing.
  package var input: String
  /// The thing's output that it must equal.
  package var output: String

  package init(candidates: [Int], input: String, output: String) {
    self.candidates = candidates
    self.input = input
    self.output = output
  }

  /// `nil` when the step's action belongs to nothing, or no dependency makes such a thing to be taken away again.
  init?(of step: PlannedStep, in steps: [PlannedStep]) {
    guard let owner = step.action.goesWith, !step.keepsAtDestroy else { return nil }
    let name = "\(step.action.provider)/\(owner.action)"
    let candidates = step.dependencies.filter { position in
      let other = steps[position]
      guard case .calls(let undo) = other.action.undo, !undo.isEmpty else { return false }
      return other.action.fullName == name && other.account == step.account && !other.keepsAtDestroy
        && other.action.billing.kind != .prepaid
    }
    if candidates.isEmpty { return nil }
    self.init(candidates: candidates, input: owner.input, output: owner.output)
  }
}

extension RunMachine {
  /// The settings that go with a thing which this session takes away: by the setting's position that of the thing.
  ///
  /// Certain cases only: a whole `destroy`; the thing was made by this run and is there without doubt; the setting names
  /// that very thing; and nothing else that the setting depends on has to be taken back before the thing.
  func owners(_ order: WorkOrder, hasWork: [Bool]) -> [Int: Int] {
    guard order.kind == .destroy, !order.takesBackPart else { return [:] }
    var owners: [Int: Int] = [:]
    for (position, step) in graph.steps.enumerated() {
      guard let trait = step.owner, hasWork[position], isSettled(position) else { continue }
      let named = slots[position].inputs[trait.input] ?? .null
      owners[position] = trait.candidates.first { owner in
        hasWork[owner] && isSettled(owner) && slots[owner].effect == .created && !slots[owner].record.adopted
          && !named.isNull && slots[owner].record.outputs[trait.output] == named
          && step.dependencies.allSatisfy { $0 == owner || graph.step(owner, dependsOn: $0) }
      }
    }
    return owners
  }

  /// Done, without doubt, and not on its way back yet.
  private func isSettled(_ position: Int) -> Bool {
    let slot = slots[position]
    return slot.phase == .succeeded && !slot.record.isInDoubt && slot.record.undoIntents.isEmpty
  }
}

extension StepGraph {
  /// Whether one step depends on another, directly or through others.
  func step(_ position: Int, dependsOn other: Int) -> Bool {
    var seen: Set<Int> = []
    var stack = [position]
    while let next = stack.popLast() {
      for dependency in steps[next].dependencies where dependency >= other {
        if dependency == other { return true }
        if seen.insert(dependency).inserted { stack.append(dependency) }
      }
    }
    return false
  }
}
