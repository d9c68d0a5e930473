internal import Basics
internal import Expressions
internal import ProviderModel
internal import WorkflowModel

/// Turns drafts into the steps of a plan, in their order: conditions, arguments as far as known, secrets.
struct PlanBuilder {
  let structure: PlanStructure
  private(set) var steps: [PlannedStep] = []
  private(set) var outputs: [PlannedOutput] = []
  private(set) var findings = Diagnostics()

  private var reach: ReachFinder
  private var secrets: SecretFinder
  private let dependencies: [[Int]]
  private let explicit: [[Int]]
  /// Draft -> position.
  private let positions: [Int]
  private let orderIsOfFiles: Bool
  /// Drafts that will certainly be skipped: their outputs are known to be null.
  private var skipped: [Bool]

  init(expander: Expander, edges: EdgeFinder, order: [Int]) {
    structure = PlanStructure(frames: expander.frames, drafts: expander.drafts, draftAtPosition: order)
    reach = edges.reach
    dependencies = edges.dependencies
    explicit = edges.explicit
    var positions = Array(repeating: 0, count: order.count)
    for (position, draft) in order.enumerated() { positions[draft] = position }
    self.positions = positions
    orderIsOfFiles = order.indices.allSatisfy { order[$0] == $0 }
    secrets = SecretFinder(frames: expander.frames, steps: order.count)
    skipped = Array(repeating: false, count: order.count)
  }

  mutating func build() {
    steps.reserveCapacity(structure.drafts.count)
    for draft in structure.draftAtPosition { steps.append(step(draft)) }
    buildOutputs()
    findings.add(contentsOf: reach.findings)
  }

  // MARK: One step

  private mutating func step(_ number: Int) -> PlannedStep {
    let draft = structure.drafts[number]
    let checked = structure.frames[draft.context.frame].workflow.steps[draft.number]
    guard case .action(let action) = checked.use else { preconditionFailure("only actions are drafted") }
    let condition = condition(draft, checked)
    skipped[number] = condition == .never
    let arguments = arguments(draft, checked, action, isSkipped: condition == .never)
    let sensitive = Set(
      arguments.filter(\.sensitive).map(\.name)
        + action.inputs.filter { $0.sensitive || $0.type.holdsSensitiveField }.map(\.name))
    secrets.tell(number, action, declared: checked.step.declaredOutputs, inputs: sensitive)
    return PlannedStep(
      address: draft.address, group: draft.group, action: action, title: checked.step.title,
      dependencies: inOrder(dependencies[number]), explicitDependencies: inOrder(explicit[number]),
      condition: condition, arguments: arguments, sensitiveInputs: sensitive,
      sensitiveOutputs: secrets.outputs[number], approve: draft.policies.approve,
      account: account(draft, checked, action), retry: checked.step.retry, timeout: checked.step.timeout,
      continuesOnFailure: draft.policies.continuesOnFailure, keepsAtDestroy: draft.policies.undo == .keep,
      adopt: checked.step.adopt ?? action.adopt, declaredOutputs: checked.step.declaredOutputs,
      location: checked.step.location)
  }

  private func inOrder(_ drafts: [Int]) -> [Int] {
    orderIsOfFiles ? drafts : drafts.map { positions[$0] }.sorted()
  }

  /// The step's own account; one that an include hands down holds for the steps of its provider.
  private func account(_ draft: DraftStep, _ checked: CheckedStep, _ action: ActionDescription) -> String? {
    guard let account = draft.policies.account else { return nil }
    return checked.account != nil || account.provider == action.provider ? account.name : nil
  }

  // MARK: Conditions

  private mutating func condition(_ draft: DraftStep, _ checked: CheckedStep) -> PlannedCondition {
    var waits = Reach()
    var isUnknown = false
    for (template, context) in ConditionChain.of(draft, structure.frames) {
      guard let template else { return .never }
      let needed = reach.reach(template.references, context)
      if isKnown(needed) {
        if !holds(template, context) { return .never }
      } else {
        if failsAlready(template, context) { return .never }
        isUnknown = true
        waits.add(needed)
      }
    }
    return isUnknown ? .unknown(after: toCome(waits)) : .always
  }

  /// Whether an operand of a condition is known to be false, so that the rest does not matter.
  private mutating func failsAlready(_ template: CheckedTemplate, _ context: Context) -> Bool {
    template.conjuncts.contains { part in
      guard isKnown(reach.reach(part.references, context)) else { return false }
      var evaluator = Evaluator(frames: structure.frames, drafts: structure.drafts)
      let value = try? evaluator.value(of: part, in: context)
      return value == false || value == .null
    }
  }

  private mutating func holds(_ template: CheckedTemplate, _ context: Context) -> Bool {
    do throws(ExpressionError) {
      var evaluator = Evaluator(frames: structure.frames, drafts: structure.drafts)
      return try evaluator.holds(template, in: context)
    } catch {
      findings.add(error.diagnostic)
      return false
    }
  }

  /// Whether a value can be told now: it waits for nothing but steps that will be skipped.
  private func isKnown(_ reach: Reach) -> Bool {
    !reach.readsRun && reach.steps.allSatisfy { skipped[$0] }
  }

  /// What there is to wait for: steps that will certainly be skipped are left out.
  private func toCome(_ reach: Reach) -> [StepAddress] {
    reach.addresses.filter { address in
      guard let position = structure.positionOfAddress[address] else { return true }
      return !skipped[structure.draftAtPosition[position]]
    }
  }

  // MARK: Arguments

  private mutating func arguments(
    _ draft: DraftStep, _ checked: CheckedStep, _ action: ActionDescription, isSkipped: Bool
  ) -> [PlannedArgument] {
    var result: [PlannedArgument] = []
    result.reserveCapacity(checked.arguments.count)
    for argument in checked.arguments {
      let value = value(argument, draft, isSkipped: isSkipped)
      let sensitive =
        argument.field?.sensitive ?? false || secrets.isSecret(argument.template.references, draft.context)
      result.append(
        PlannedArgument(
          name: argument.name, template: argument.template.template, value: value, sensitive: sensitive))
    }
    return result
  }

  private mutating func value(_ argument: CheckedArgument, _ draft: DraftStep, isSkipped: Bool) -> PlannedValue {
    if let literal = argument.literal { return .known(literal) }
    let needed = reach.reach(argument.template.references, draft.context)
    guard isKnown(needed) else { return .unknown(argument.field?.type, after: toCome(needed)) }
    // A step that is skipped needs no arguments, and they may make no sense.
    guard let value = evaluate(argument.template, draft.context, quietly: isSkipped) else { return .known(.null) }
    guard let field = argument.field, !isSkipped else { return .known(value) }
    if value.isNull {
      warnOfNull(argument, field, draft)
      return .known(.null)
    }
    let given = FieldValue.completed(value, field)
    for problem in field.problems(with: given) {
      findings.add(
        problem.diagnostic(part: "\(draft.address).with.\(argument.name)", at: argument.location))
    }
    return .known(given)
  }

  private mutating func warnOfNull(_ argument: CheckedArgument, _ field: Field, _ draft: DraftStep) {
    guard field.required, field.defaultValue == nil else { return }
    findings.add(
      Diagnostic(
        .planRequiredNull, ["argument": argument.name, "step": draft.address.text], at: argument.location,
        severity: .warning))
  }

  private mutating func evaluate(_ template: CheckedTemplate, _ context: Context, quietly: Bool) -> Value? {
    do throws(ExpressionError) {
      var evaluator = Evaluator(frames: structure.frames, drafts: structure.drafts)
      return try evaluator.value(of: template, in: context)
    } catch {
      if !quietly { findings.add(error.diagnostic) }
      return nil
    }
  }

  // MARK: Outputs

  private mutating func buildOutputs() {
    let root = structure.frames[0].workflow
    let context = Context(frame: 0, each: nil)
    for (declared, template) in zip(root.workflow.outputs, root.outputs) {
      let needed = reach.reach(template.references, context)
      var value = PlannedValue.unknown(nil, after: toCome(needed))
      if isKnown(needed) { value = .known(evaluate(template, context, quietly: true) ?? .null) }
      outputs.append(
        PlannedOutput(
          name: declared.name, value: value, sensitive: secrets.isSecret(template.references, context)))
    }
  }
}

/// The conditions that decide whether a step runs, outermost first.
enum ConditionChain {
  /// The chain of a step.
  ///
  /// Each condition comes with the place where it is evaluated; `nil` for an include that is certainly skipped. Those that certainly hold are left out.
  static func of(_ draft: DraftStep, _ frames: [Frame]) -> [(template: CheckedTemplate?, context: Context)] {
    var chain: [(template: CheckedTemplate?, context: Context)] = []
    if let when = frames[draft.context.frame].workflow.steps[draft.number].when { chain.append((when, draft.context)) }
    var frame = draft.context.frame
    while let outside = frames[frame].outside {
      switch frames[frame].condition {
      case .always: break
      case .never: chain.append((nil, outside))
      case .unknown(let when): chain.append((when, outside))
      }
      frame = outside.frame
    }
    return chain.reversed()
  }
}
