package import Basics
package import Planning
import ProviderModel

/// What the machine needs to know of a planned step: everything but its arguments.
package struct StepTraits: Hashable, Sendable {
  package var address: StepAddress
  /// Positions, all smaller than the step's own.
  package var dependencies: [Int]
  package var continuesOnFailure: Bool
  package var isProbe: Bool
  package var isPrepaid: Bool
  /// The output that tells when a paid term ends.
  package var paidUntil: String?
  /// `undo: keep`.
  package var isKept: Bool
  /// Of an action that only changes a setting: the inputs that say of what; `nil` for every other.
  package var settingOf: [String]?
  /// A person does it: `undo` is asked for although no change was announced (`undo_text`).
  package var isManual: Bool
  /// A setting of a thing that another step made.
  package var owner: OwnerTrait?

  package init(
    address: StepAddress, dependencies: [Int] = [], continuesOnFailure: Bool = false, isProbe: Bool = false,
    isPrepaid: Bool = false, isKept: Bool = false, isManual: Bool = false
  ) {
    self.address = address
    self.dependencies = dependencies
    self.continuesOnFailure = continuesOnFailure
    self.isProbe = isProbe
    self.isPrepaid = isPrepaid
    self.isKept = isKept
    self.isManual = isManual
  }

  package init(_ step: PlannedStep) {
    self.init(
      address: step.address, dependencies: step.dependencies, continuesOnFailure: step.continuesOnFailure,
      isProbe: step.isProbe, isPrepaid: step.action.billing.kind == .prepaid, isKept: step.keepsAtDestroy,
      isManual: step.action.provider == "manual")
    paidUntil = step.action.billing.until
    if step.action.create.isEmpty, !step.action.update.isEmpty {
      let compared = Set(step.action.compare.map(\.input))
      settingOf = step.action.inputs.map(\.name).filter { !compared.contains($0) }
    }
  }
}

/// The steps and both directions of their edges, by position.
package struct StepGraph: Sendable {
  package let steps: [StepTraits]
  package let dependants: [[Int]]
  /// The length of the longest path that begins here: the scheduler starts the longest first.
  package let height: [Int]
  private let positions: [StepAddress: Int]

  package init(_ steps: [StepTraits]) {
    self.steps = steps
    var dependants = [[Int]](repeating: [], count: steps.count)
    var height = [Int](repeating: 0, count: steps.count)
    for (position, step) in steps.enumerated() {
      for dependency in step.dependencies {
        precondition(dependency < position, "a plan is in topological order")
        dependants[dependency].append(position)
      }
    }
    for position in steps.indices.reversed() {
      for dependency in steps[position].dependencies {
        height[dependency] = max(height[dependency], height[position] + 1)
      }
    }
    self.dependants = dependants
    self.height = height
    positions = Dictionary(steps.enumerated().map { ($0.element.address, $0.offset) }) { first, _ in first }
  }

  package init(_ plan: Plan) {
    self.init(
      plan.steps.map { step in
        var traits = StepTraits(step)
        traits.owner = OwnerTrait(of: step, in: plan.steps)
        return traits
      })
  }

  package func position(of address: StepAddress) -> Int? { positions[address] }

  /// The step of that address, the instances of that group, or the steps inside that include; in order.
  package func positions(within group: StepAddress) -> [Int] {
    if let exact = positions[group] { return [exact] }
    return steps.indices.filter { steps[$0].address.isWithin(group) }
  }

  /// The given positions and everything that they depend on.
  package func closure(of chosen: [Int]) -> [Bool] {
    var wanted = marks(chosen)
    for position in steps.indices.reversed() where wanted[position] {
      for dependency in steps[position].dependencies { wanted[dependency] = true }
    }
    return wanted
  }

  /// The given positions and everything that depends on them.
  package func following(_ chosen: [Int]) -> [Bool] {
    var wanted = marks(chosen)
    for position in steps.indices where !wanted[position] {
      wanted[position] = steps[position].dependencies.contains { wanted[$0] }
    }
    return wanted
  }

  package func marks(_ chosen: [Int]) -> [Bool] {
    var marks = [Bool](repeating: false, count: steps.count)
    for position in chosen { marks[position] = true }
    return marks
  }
}
