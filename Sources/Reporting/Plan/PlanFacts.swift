package import Basics
package import Planning
import ProviderModel

/// What the preview says of one step: the same facts for the text and the JSON form.
package struct PlannedStepFacts: Sendable {
  /// What the step would do, as far as it is known without looking at the clouds.
  package enum Deed: String, Sendable {
    case create, change, read, run, probe, person, check, skip, create_or_adopt = "create-or-adopt"
  }

  package var step: PlannedStep
  package var position: Int

  package init(step: PlannedStep, position: Int) {
    self.step = step
    self.position = position
  }

  package var deed: Deed {
    if step.condition == .never { return .skip }
    switch step.action.provider {
    case "ssh": return .run
    case "probe": return .probe
    case "manual": return .person
    case "flow": return .check
    default: break
    }
    if step.action.isReadOnly { return .read }
    if step.action.create.isEmpty { return .change }
    return step.adopt == .never ? .create : .create_or_adopt
  }

  /// Prepaid: bought by the call itself, for a term.
  package var isPurchase: Bool { step.action.billing.kind == .prepaid && deed != .skip }

  /// Why the step cannot be undone; `nil` when it can, or when nothing is changed.
  package var irreversible: LocalizedText? {
    if case .none(let reason) = step.action.undo, deed != .skip { return reason }
    return nil
  }

  /// The steps whose end decides whether this one runs.
  package var conditionWaitsFor: [StepAddress] {
    if case .unknown(let steps) = step.condition { return steps }
    return []
  }
}

/// Groups of a `for_each` are previewed as one line when they are long.
package struct PlanGroups: Sendable {
  /// Groups of more steps than this are shown as one.
  package static let longest = 8

  /// The positions of the plan, each run of one long group as one element.
  package static func rows(of plan: Plan) -> [[Int]] {
    var byGroup: [StepAddress: [Int]] = [:]
    for (position, step) in plan.steps.enumerated() { byGroup[step.group, default: []].append(position) }
    var shown = Set<StepAddress>()
    var rows: [[Int]] = []
    for (position, step) in plan.steps.enumerated() {
      let members = byGroup[step.group] ?? []
      if members.count <= longest {
        rows.append([position])
      } else if shown.insert(step.group).inserted {
        rows.append(members)
      }
    }
    return rows
  }
}
