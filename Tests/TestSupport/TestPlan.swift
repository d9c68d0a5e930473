package import Basics
import Expressions
package import Planning
package import ProviderModel
import RunEngine

/// Plans made by hand, by a line per step.
package enum TestPlan {
  /// An action of a made-up provider that changes something with one call.
  package static func action(_ name: String = "test/thing", billing: Billing.Kind = .free) -> ActionDescription {
    let parts = name.split(separator: "/").map(String.init)
    var action = ActionDescription(
      provider: parts[0], name: parts[1], product: "test", title: LocalizedText(plain: name),
      location: SourceLocation(file: "test.yaml", line: 1, column: 1))
    action.billing = Billing(kind: billing)
    return action
  }

  /// An action that is paid in advance and whose create is `operation`.
  package static func purchase(_ operation: String) -> ActionDescription {
    var action = action("test/line", billing: .prepaid)
    let parameters = Template(.literal([:]), at: action.location)
    action.create = [
      Call(product: "test", operation: operation, parameters: parameters, location: action.location)
    ]
    return action
  }

  /// Steps by address with the addresses that they depend on, in topological order; `change` sets options.
  package static func make(
    _ steps: [(String, [String])], name: String = "test", inputs: [String: Value] = [:],
    sensitiveInputs: Set<String> = [],
    action: ActionDescription = action(), change: (inout PlannedStep) -> Void = { _ in }
  ) -> Plan {
    var positions: [String: Int] = [:]
    let planned = steps.enumerated().map { offset, step in
      positions[step.0] = offset
      var planned = PlannedStep(
        StepAddress(step.0), action: action, dependencies: step.1.compactMap { positions[$0] }.sorted())
      change(&planned)
      return planned
    }
    return Plan(
      name: name, inputs: inputs, sensitiveInputs: sensitiveInputs, steps: planned, digest: "digest of \(name)",
      sources: [SourceText(path: "workflows/\(name).yaml", text: "name: \(name)\n")])
  }

  /// `count` steps one after another.
  package static func chain(_ count: Int) -> [(String, [String])] {
    (0..<count).map { ("s\($0)", $0 == 0 ? [] : ["s\($0 - 1)"]) }
  }

  /// `count` steps side by side.
  package static func wide(_ count: Int) -> [(String, [String])] { (0..<count).map { ("s\($0)", []) } }
}

/// Decisions without expressions: each step gets its dependencies' ids, unless a test says otherwise.
package struct TestDecisions: PlanDecisions {
  package var plan: Plan
  package var overrides: [StepAddress: @Sendable ([StepAddress: Value]) throws(StepFailure) -> StepDecision] = [:]

  package init(_ plan: Plan) { self.plan = plan }

  package func decide(_ position: Int, outputs: [StepAddress: Value]) throws(StepFailure) -> StepDecision {
    let step = plan.steps[position]
    if let override = overrides[step.address] { return try override(outputs) }
    let ids = step.dependencies.map { outputs[plan.steps[$0].address]?["id"] ?? .null }
    return .run(inputs: ["name": .string(step.address.text), "from": .list(ids)])
  }

  package func finalOutputs(_ outputs: [StepAddress: Value]) throws(StepFailure) -> [String: Value] {
    ["steps": .integer(outputs.count)]
  }
}
