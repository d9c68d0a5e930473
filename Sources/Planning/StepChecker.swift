internal import Basics
internal import Expressions
internal import JMESPath
internal import ProviderModel
internal import WorkflowModel

/// Checks one step against what it uses and against the steps that it reads.
struct StepChecker {
  let step: Step
  let workflow: Workflow
  var scope: StaticScope
  let catalog: ProviderCatalog
  /// Steps whose outputs may be null: those with `when` or `on_failure: continue`.
  let conditional: Set<String>
  var findings = Diagnostics()

  init(
    step: Step, workflow: Workflow, scope: StaticScope, catalog: ProviderCatalog, conditional: Set<String>
  ) {
    self.step = step
    self.workflow = workflow
    self.scope = scope
    self.catalog = catalog
    self.conditional = conditional
    self.scope.each = step.forEach.map { ForEachTyping.each(of: $0, inputs: scope.inputs) }
  }

  mutating func check(_ use: CheckedStep.Use?, _ arguments: [CheckedArgument]) {
    if let when = step.when { checkCondition(when) }
    for argument in arguments { checkReferences(argument.template.references) }
    guard let use else { return }
    checkNames(use)
    for argument in arguments { check(argument) }
    checkMissing(use, arguments)
    if case .action(let action) = use { checkAccount(action) }
    if case .action(let action) = use, action.fullName == "manual/step" { checkUntil() }
  }

  // MARK: References

  private mutating func checkReferences(_ references: [Reference]) {
    for reference in references {
      if let finding = Self.problem(with: reference, scope) { findings.add(finding) }
    }
  }

  /// What is wrong with a path into the outputs of a step; other roots are checked with the document.
  static func problem(with reference: Reference, _ scope: StaticScope) -> Diagnostic? {
    guard reference.root == "steps", case .field(let name)? = reference.path.first, let step = scope.steps[name] else {
      return nil
    }
    if case .object = step.type, reference.path.count > 1, case .item = reference.path[1] {
      return Diagnostic(.planItemOfSingleStep, ["step": name], at: reference.location)
    }
    do throws(StaticValue.UnknownMember) {
      _ = try scope.value(reference)
      return nil
    } catch {
      let code: Diagnostic.Code
      switch (step.type, error.type) {
      case (.list, .list) where step.type == error.type: code = .planGroupNeedsItem
      case (_, .object) where error.type == step.item.type || error.type == step.type: code = .planUnknownOutput
      default: code = .planUnknownMember
      }
      var finding = error.diagnostic(code, path: reference.description, at: reference.location)
      finding.arguments["step"] = name
      return finding
    }
  }

  private mutating func checkCondition(_ when: Template) {
    checkReferences(when.references)
    var fits: Bool
    switch when.kind {
    case .literal(let value): fits = value.isNull || value.bool != nil
    case .expression(let expression):
      fits = !expression.staticType.isDisjoint(with: [.boolean, .null])
      if let path = expression.plainPath, let type = try? scope.value(path).type {
        fits = type == .boolean || type == .any
      }
    case .text, .list, .object: fits = false
    }
    if !fits { findings.add(Diagnostic(.planNotBoolean, ["step": step.id], at: when.location)) }
  }

  // MARK: Arguments

  private mutating func checkNames(_ use: CheckedStep.Use) {
    let known = use.inputs.map(\.name)
    for argument in step.arguments where !known.contains(argument.name) {
      findings.add(
        Diagnostic(
          .planUnknownArgument,
          ["argument": argument.name, "action": use.name, "known": known.joined(separator: ", ")],
          at: argument.location
        ).suggesting(argument.name, among: known))
    }
  }

  private mutating func checkMissing(_ use: CheckedStep.Use, _ arguments: [CheckedArgument]) {
    let given = Set(arguments.filter { $0.literal?.isNull != true }.map(\.name))
    for field in use.inputs where field.required && field.defaultValue == nil && !given.contains(field.name) {
      if use.name == "manual/step", field.name == "outputs" { continue }
      findings.add(
        Diagnostic(
          .planMissingArgument, ["argument": field.name, "type": field.type.name, "action": use.name, "step": step.id],
          at: step.useLocation))
    }
  }

  private mutating func check(_ argument: CheckedArgument) {
    guard let field = argument.field else { return }
    let part = "steps.\(step.id).with.\(argument.name)"
    if let literal = argument.literal {
      if literal.isNull { return }
      for problem in field.problems(with: literal) {
        findings.add(problem.diagnostic(part: part, at: argument.location))
      }
      return
    }
    var checker = TemplateTypeChecker(scope: scope)
    checker.check(argument.template.template, as: field.type, part: part)
    findings.add(contentsOf: checker.findings)
    warnOfNull(argument, field)
  }

  /// A required input that is nothing but the output of a step which may be skipped.
  private mutating func warnOfNull(_ argument: CheckedArgument, _ field: Field) {
    guard field.required, field.defaultValue == nil, case .expression(let expression) = argument.template.template.kind,
      let path = expression.plainPath, path.root == "steps", case .field(let source)? = path.path.first,
      conditional.contains(source), !hasSameCondition(as: source)
    else { return }
    findings.add(
      Diagnostic(
        .planRequiredFromConditional, ["argument": argument.name, "step": step.id, "source": source],
        at: path.location, severity: .warning))
  }

  private func hasSameCondition(as source: String) -> Bool {
    guard let other = workflow.steps.first(where: { $0.id == source }), !other.continuesOnFailure else { return false }
    guard case .expression(let own)? = step.when?.kind, case .expression(let theirs)? = other.when?.kind else {
      return false
    }
    return own.source == theirs.source
  }

  private mutating func checkAccount(_ action: ActionDescription) {
    guard let account = step.account, let name = account.constant?.string,
      let declared = workflow.accounts.first(where: { $0.name == name }), declared.provider != action.provider
    else { return }
    findings.add(
      Diagnostic(
        .planAccountOfOtherProvider,
        ["account": name, "provider": declared.provider, "action": action.fullName], at: account.location))
  }

  // MARK: manual/step

  private static let untilKeys = ["uses", "with", "every", "for"]

  /// `until: {uses: probe/..., with: {...}, every: 30s, for: 0s}`.
  private mutating func checkUntil() {
    guard let until = step.argument("until")?.value, case .object(let members) = until.kind else { return }
    for member in members where !Self.untilKeys.contains(member.key) {
      findings.add(
        Diagnostic(
          .documentUnknownKey,
          [
            "key": member.key, "part": "steps.\(step.id).with.until",
            "known": Self.untilKeys.joined(separator: ", "),
          ], at: member.keyLocation
        ).suggesting(member.key, among: Self.untilKeys))
    }
    for key in ["every", "for"] {
      guard let member = until[key], let text = member.constant?.scalarText, Duration(text: text) == nil else {
        continue
      }
      findings.add(
        Diagnostic(
          .documentBadDuration, ["part": "steps.\(step.id).with.until.\(key)", "text": text], at: member.location))
    }
    guard let name = until["uses"]?.constant?.string else {
      findings.add(
        Diagnostic(
          .documentMissingKey, ["key": "uses", "part": "steps.\(step.id).with.until"], at: until.location))
      return
    }
    guard let action = catalog.action(name) else {
      findings.add(.unknownAction(name, catalog, at: until["uses"]?.location))
      return
    }
    checkUntil(action, until["with"])
  }

  private mutating func checkUntil(_ action: ActionDescription, _ with: Template?) {
    var members: [Template.Member] = []
    if case .object(let written)? = with?.kind { members = written }
    let known = action.inputs.map(\.name)
    for member in members where !known.contains(member.key) {
      findings.add(
        Diagnostic(
          .planUnknownArgument,
          ["argument": member.key, "action": action.fullName, "known": known.joined(separator: ", ")],
          at: member.keyLocation
        ).suggesting(member.key, among: known))
    }
    for field in action.inputs
    where field.required && field.defaultValue == nil && !members.contains(where: { $0.key == field.name }) {
      findings.add(
        Diagnostic(
          .planMissingArgument,
          ["argument": field.name, "type": field.type.name, "action": action.fullName, "step": step.id],
          at: with?.location ?? step.location))
    }
  }
}
