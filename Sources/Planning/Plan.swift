package import Basics
package import Expressions
package import ProviderModel

/// The preview, and the only thing that the engine follows: what a run would do, as a value.
///
/// The same workflow texts, provider texts and inputs give the same plan with the same digest: no clock, no environment, no randomness.
package struct Plan: Sendable {
  package var workflow: WorkflowIdentity
  /// The inputs after defaults and conversion; sensitive ones in clear (never encode a plan without masking).
  package var inputs: [String: Value]
  package var sensitiveInputs: Set<String>
  /// What must never be shown of the inputs: the sensitive ones, and the sensitive fields inside others.
  package var secrets: [Value]
  /// In topological order: a step's dependencies have smaller positions.
  package var steps: [PlannedStep]
  package var outputs: [PlannedOutput]
  /// SHA-256 (hex) over workflow, includes, the provider files in use, and the inputs (sensitive ones by digest only).
  package var digest: String
  /// The texts of the workflow, its includes and the provider files in use.
  package var sources: [SourceText]
  package var warnings: Diagnostics
  /// Where each step belongs, and the templates that are evaluated once values become known.
  let structure: PlanStructure
}

package struct WorkflowIdentity: Hashable, Sendable {
  package var name: String
  package var title: LocalizedText
  package var file: String
  package var tutorial: String?
}

/// A node of the expanded DAG: one action with its arguments.
package struct PlannedStep: Sendable {
  package var address: StepAddress
  /// The address without the key of its own `for_each`: `spokes` for `spokes[bj]`; equal to `address` outside a group.
  package var group: StepAddress
  package var action: ActionDescription
  package var title: LocalizedText?
  /// Positions in `Plan.steps`, sorted; from expressions, `needs`, and includes.
  package var dependencies: [Int]
  /// Those of `dependencies` that somebody wrote in `needs` or that an include hands down: no value flows.
  package var explicitDependencies: [Int]
  /// What the step's own `when` and those of the includes around it say.
  package var condition: PlannedCondition
  /// Each argument as known now: a value, or the steps that must end first.
  package var arguments: [PlannedArgument]
  package var sensitiveInputs: Set<String>
  package var sensitiveOutputs: Set<String>
  package var approve: Bool?
  /// The name of the account (`accounts:` of the workflow), when one is given and known.
  package var account: String?
  package var retry: RetryPolicy?
  package var timeout: Duration?
  package var continuesOnFailure: Bool
  package var keepsAtDestroy: Bool
  package var adopt: AdoptPolicy
  /// `manual/step`: the outputs that the step declares.
  package var declaredOutputs: [Field]
  package var location: SourceLocation

  /// Whether a person must say yes before the first effect: `approve: true`, or prepaid and not `approve: false`.
  package var needsApproval: Bool { approve ?? (action.billing.kind == .prepaid) }

  /// Whether the step only verifies (`probe/*`).
  package var isProbe: Bool { action.provider == "probe" }
}

package enum PlannedCondition: Hashable, Sendable {
  case always
  case never
  /// Decided when these steps have ended.
  case unknown(after: [StepAddress])
}

package struct PlannedArgument: Sendable {
  package var name: String
  package var template: Template
  package var value: PlannedValue
  package var sensitive: Bool
}

package enum PlannedValue: Hashable, Sendable {
  case known(Value)
  /// Typed unknown: "known after `host`".
  case unknown(ValueType?, after: [StepAddress])
}

package struct PlannedOutput: Sendable {
  package var name: String
  package var value: PlannedValue
  package var sensitive: Bool
}

/// What is to be done with a step now that its dependencies have ended.
package enum StepDecision: Hashable, Sendable {
  case skip
  /// Null arguments are left out and the action's defaults filled in.
  case run(inputs: [String: Value])
}
