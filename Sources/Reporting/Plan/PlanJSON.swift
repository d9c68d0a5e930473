package import Basics
package import Planning
import ProviderModel

/// The preview as one JSON object; the same in every language.
package enum PlanJSON {
  package static func value(_ plan: Plan, masker: Masker) -> Value {
    let steps = plan.steps.enumerated().map { index, step in
      self.step(PlannedStepFacts(step: step, position: index), of: plan)
    }
    return masker.mask(
      [
        "workflow": .string(plan.workflow.name), "title": texts(plan.workflow.title),
        "digest": .string(plan.digest), "inputs": inputs(plan), "steps": .list(steps),
        "outputs": .object(
          Dictionary(plan.outputs.map { ($0.name, value($0.value, sensitive: $0.sensitive)) }) { first, _ in first }),
      ])
  }

  private static func inputs(_ plan: Plan) -> Value {
    .object(
      Dictionary(
        plan.inputs.map { ($0.key, plan.sensitiveInputs.contains($0.key) ? .string(Masker.mask) : $0.value) }
      ) { first, _ in first })
  }

  private static func step(_ facts: PlannedStepFacts, of plan: Plan) -> Value {
    let step = facts.step
    let arguments = step.arguments.map { ($0.name, value($0.value, sensitive: $0.sensitive)) }
    var members: [String: Value] = [
      "address": .string(step.address.text), "action": .string(step.action.fullName),
      "title": texts(step.title ?? step.action.title), "does": .string(facts.deed.rawValue),
      "billing": .string(step.action.billing.kind.rawValue), "purchase": .bool(facts.isPurchase),
      "needs_approval": .bool(step.needsApproval && facts.deed != .skip),
      "undo": .string(facts.irreversible == nil ? (step.keepsAtDestroy ? "keep" : "auto") : "none"),
      "depends_on": .list(step.dependencies.map { .string(plan.steps[$0].address.text) }),
      "with": .object(Dictionary(arguments) { first, _ in first }),
    ]
    if !facts.conditionWaitsFor.isEmpty {
      members["condition_known_after"] = .list(facts.conditionWaitsFor.map { .string($0.text) })
    }
    if let reason = facts.irreversible { members["undo_reason"] = texts(reason) }
    return .object(members)
  }

  /// `{"value": ...}`, `{"sensitive": true}`, or `{"unknown": TYPE, "known_after": [...]}`.
  static func value(_ value: PlannedValue, sensitive: Bool) -> Value {
    switch value {
    case .known(let known): sensitive ? ["sensitive": true] : ["value": known]
    case .unknown(let type, let after):
      [
        "unknown": .string(type?.name ?? "any"), "known_after": .list(after.map { .string($0.text) }),
        "sensitive": .bool(sensitive),
      ]
    }
  }

  static func texts(_ text: LocalizedText) -> Value { .object(text.byLanguage.mapValues { .string($0) }) }
}
