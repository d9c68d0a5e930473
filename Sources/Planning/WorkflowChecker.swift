package import Basics
internal import Expressions
package import ProviderModel
package import WorkflowModel

/// Checks a workflow against the catalog and against what it includes, before any input is known.
package struct WorkflowChecker {
  /// How many includes may stand inside each other.
  package static let deepestInclude = 8

  let catalog: ProviderCatalog
  let workflows: WorkflowLibrary
  private var findings = Diagnostics()
  private var done: [String: CheckedWorkflow?] = [:]
  /// The includes around the workflow that is being checked, outermost first.
  private var around: [String] = []

  package init(catalog: ProviderCatalog, workflows: WorkflowLibrary) {
    self.catalog = catalog
    self.workflows = workflows
  }

  /// Everything that is wrong with a workflow and with those that it includes, warnings too.
  package static func check(
    _ workflow: Workflow, catalog: ProviderCatalog, workflows: WorkflowLibrary
  ) -> Diagnostics {
    var checker = WorkflowChecker(catalog: catalog, workflows: workflows)
    _ = checker.checked(workflow)
    return checker.findings
  }

  /// The workflow ready to be planned, with its warnings; throws when something is wrong.
  static func checked(
    _ workflow: Workflow, catalog: ProviderCatalog, workflows: WorkflowLibrary
  ) throws(Diagnostics) -> (workflow: CheckedWorkflow, warnings: Diagnostics) {
    var checker = WorkflowChecker(catalog: catalog, workflows: workflows)
    let checked = checker.checked(workflow)
    try checker.findings.throwIfErrors()
    return (checked, checker.findings)
  }

  // MARK: One workflow

  private mutating func checked(_ workflow: Workflow) -> CheckedWorkflow {
    around.append(workflow.name)
    defer { around.removeLast() }
    findings.add(contentsOf: workflow.warnings)
    checkDefaults(workflow)
    let uses = workflow.steps.map { use(of: $0, in: workflow) }
    var scope = StaticScope(inputs: StaticValue(.object(workflow.inputs)), steps: [:])
    for (step, use) in zip(workflow.steps, uses) { scope.steps[step.id] = result(of: step, use, scope.inputs) }
    let conditional = Set(workflow.steps.filter { $0.when != nil || $0.continuesOnFailure }.map(\.id))
    var steps: [CheckedStep] = []
    steps.reserveCapacity(workflow.steps.count)
    for (step, use) in zip(workflow.steps, uses) {
      let arguments = arguments(of: step, use, workflow)
      var checker = StepChecker(
        step: step, workflow: workflow, scope: scope, catalog: catalog, conditional: conditional)
      checker.check(use, arguments)
      findings.add(contentsOf: checker.findings)
      guard let use else { continue }
      steps.append(
        CheckedStep(
          step: step, use: use, arguments: arguments, when: step.when.map { CheckedTemplate($0) },
          forEach: step.forEach.map { CheckedTemplate($0) }, account: step.account.map { CheckedTemplate($0) }))
    }
    let outputs = checkOutputs(workflow, scope)
    return CheckedWorkflow(workflow, steps: steps, result: outputs)
  }

  private mutating func checkOutputs(_ workflow: Workflow, _ scope: StaticScope) -> StaticValue {
    let fields = workflow.outputs.map { output in
      for reference in output.value.references {
        if let finding = StepChecker.problem(with: reference, scope) { findings.add(finding) }
      }
      let value = scope.value(of: output.value)
      return Field(output.name, value.type, required: false, sensitive: value.sensitive, location: output.location)
    }
    return StaticValue(.object(fields))
  }

  /// `steps.<id>`: an object of outputs, or a list or map of such objects for `for_each`.
  private func result(of step: Step, _ use: CheckedStep.Use?, _ inputs: StaticValue) -> StaticValue {
    let single: StaticValue
    switch use {
    case .action(let action):
      single = StaticValue(.object(action.outputs.map(\.field) + step.declaredOutputs))
    case .workflow(let inner): single = inner.result
    case nil: return .anything
    }
    guard let forEach = step.forEach else { return single }
    switch ForEachTyping.collection(forEach, inputs).type {
    case .list: return StaticValue(.list(single.type))
    case .map, .object: return StaticValue(.map(single.type))
    default: return .anything
    }
  }

  // MARK: What a step uses

  private mutating func use(of step: Step, in workflow: Workflow) -> CheckedStep.Use? {
    switch step.use {
    case .action(let name): action(name, step, workflow).map { .action($0) }
    case .workflow(let name): include(name, step).map { .workflow($0) }
    }
  }

  private mutating func action(_ name: String, _ step: Step, _ workflow: Workflow) -> ActionDescription? {
    guard let action = catalog.action(name) else {
      findings.add(.unknownAction(name, catalog, at: step.useLocation))
      return nil
    }
    if action.provider == "lab", !workflow.source.isInFolder("fixtures") {
      findings.add(Diagnostic(.planLabActionOutsideFixture, ["action": name], at: step.useLocation))
    }
    return action
  }

  private mutating func include(_ name: String, _ step: Step) -> CheckedWorkflow? {
    if around.contains(name) {
      findings.add(
        Diagnostic(
          .planIncludeCycle, ["cycle": (around + [name]).joined(separator: " -> ")], at: step.useLocation))
      return nil
    }
    guard around.count <= Self.deepestInclude else {
      findings.add(tooDeep(step))
      return nil
    }
    guard let inner = load(name, step) else { return nil }
    if around.count + inner.height > Self.deepestInclude {
      findings.add(tooDeep(step))
      return nil
    }
    return inner
  }

  private func tooDeep(_ step: Step) -> Diagnostic {
    Diagnostic(.planIncludeDepth, ["limit": String(Self.deepestInclude)], at: step.useLocation)
  }

  private mutating func load(_ name: String, _ step: Step) -> CheckedWorkflow? {
    if let known = done[name] { return known }
    var inner: CheckedWorkflow?
    do throws(Diagnostics) {
      if let workflow = try workflows.workflow(name) {
        inner = checked(workflow)
      } else {
        findings.add(
          Diagnostic(.planUnknownWorkflow, ["workflow": name], at: step.useLocation)
            .suggesting(name, among: workflows.names))
      }
    } catch {
      findings.add(contentsOf: error)
    }
    done[name] = .some(inner)
    return inner
  }

  // MARK: Arguments

  private func arguments(of step: Step, _ use: CheckedStep.Use?, _ workflow: Workflow) -> [CheckedArgument] {
    let fields = use?.inputs ?? []
    let own = step.arguments.map { argument in
      CheckedArgument(argument, fields.first { $0.name == argument.name })
    }
    guard case .action(let action)? = use, !workflow.defaults.isEmpty else { return own }
    let added = workflow.defaults.filter { $0.provider == action.provider }.flatMap(\.arguments)
    return own
      + added.compactMap { argument in
        guard let field = fields.first(where: { $0.name == argument.name }), step.argument(argument.name) == nil else {
          return nil
        }
        return CheckedArgument(argument, field)
      }
  }

  private mutating func checkDefaults(_ workflow: Workflow) {
    for defaults in workflow.defaults {
      guard let provider = catalog.providers[defaults.provider] else {
        findings.add(
          Diagnostic(.planUnknownProvider, ["provider": defaults.provider], at: defaults.location)
            .suggesting(defaults.provider, among: catalog.providers.keys))
        continue
      }
      let names = Set(provider.actions.values.flatMap { $0.inputs.map(\.name) })
      for argument in defaults.arguments where !names.contains(argument.name) {
        findings.add(
          Diagnostic(
            .planUnknownDefault, ["input": argument.name, "provider": defaults.provider], at: argument.location
          ).suggesting(argument.name, among: names))
      }
    }
    for account in workflow.accounts where catalog.providers[account.provider] == nil {
      findings.add(
        Diagnostic(.planUnknownProvider, ["provider": account.provider], at: account.location)
          .suggesting(account.provider, among: catalog.providers.keys))
    }
  }
}

extension CheckedStep.Use {
  var inputs: [Field] {
    switch self {
    case .action(let action): action.inputs
    case .workflow(let inner): inner.workflow.inputs
    }
  }

  /// The words after `uses`.
  var name: String {
    switch self {
    case .action(let action): action.fullName
    case .workflow(let inner): "workflow/\(inner.workflow.name)"
    }
  }
}

extension Diagnostic {
  static func unknownAction(_ name: String, _ catalog: ProviderCatalog, at location: SourceLocation?) -> Diagnostic {
    let provider = name.split(separator: "/").first.map(String.init) ?? name
    let own = catalog.providers[provider]?.actions.values.map(\.fullName) ?? []
    let finding = Diagnostic(.planUnknownAction, ["action": name], at: location)
    return finding.suggesting(name, among: own.isEmpty ? catalog.actionNames : own)
  }
}
