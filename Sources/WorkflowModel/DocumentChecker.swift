internal import Basics
internal import Expressions
internal import YAMLText

/// Checks what a workflow says about itself: names, roots, members of inputs, accounts, order.
struct DocumentChecker {
  private let workflow: Workflow
  private let steps: [String: Step]
  /// Every id under `steps:`, those included whose step could not be read.
  private let stepNames: Set<String>
  private let inputs: StaticValue
  private var findings: Diagnostics

  static func check(_ workflow: Workflow, _ node: YAMLNode, _ findings: inout Diagnostics) {
    var checker = DocumentChecker(workflow, node, findings)
    checker.checkName(node)
    checker.checkAll()
    findings = checker.findings
    StepOrder.check(workflow, &findings)
  }

  private init(_ workflow: Workflow, _ node: YAMLNode, _ findings: Diagnostics) {
    self.workflow = workflow
    self.findings = findings
    steps = Dictionary(workflow.steps.map { ($0.id, $0) }) { first, _ in first }
    stepNames = Set(node["steps"]?.entries?.map(\.key) ?? [])
    inputs = Self.inputs(workflow, node)
  }

  /// The inputs as an object; inputs that could not be read may hold anything, so that they are reported once.
  private static func inputs(_ workflow: Workflow, _ node: YAMLNode) -> StaticValue {
    let unread = (node["inputs"]?.entries ?? []).filter { workflow.input($0.key) == nil }
    return StaticValue(.object(workflow.inputs + unread.map { Field($0.key, .any) }))
  }

  private mutating func checkName(_ node: YAMLNode) {
    let source = workflow.source
    guard source.isInFolder("workflows"), !workflow.name.isEmpty, workflow.name != source.stem else { return }
    findings.add(
      Diagnostic(
        .workflowNameNotStem, ["name": workflow.name, "stem": source.stem], at: node["name"]?.location))
  }

  private mutating func checkAll() {
    for input in workflow.inputs where input.sensitive && input.type.isNeverMasked {
      findings.add(
        Diagnostic(
          .workflowSecretNotMasked, ["input": input.name, "type": input.type.name], at: input.location,
          severity: .warning))
    }
    for check in workflow.checks { self.check(check.that, allowing: ["inputs"], in: "checks") }
    for defaults in workflow.defaults {
      for argument in defaults.arguments { check(argument.value, allowing: ["inputs"], in: "defaults") }
    }
    for step in workflow.steps { check(step) }
    for output in workflow.outputs { check(output.value, allowing: ["inputs", "steps", "run"], in: "outputs") }
  }

  private mutating func check(_ step: Step) {
    let each = step.forEach.map { ForEachTyping.each(of: $0, inputs: inputs) }
    let own: Set<String> = each == nil ? ["inputs", "steps", "run"] : ["inputs", "steps", "run", "each"]
    if let forEach = step.forEach { check(forEach, allowing: ["inputs"], in: "for_each") }
    if let when = step.when { check(when, allowing: own, in: "when", each: each) }
    for argument in step.arguments { check(argument.value, allowing: own, in: "with", each: each) }
    checkAccount(step, own.subtracting(["steps", "run"]), each)
    for need in step.needs where !stepNames.contains(need.step) {
      findings.add(unknownStep(need.step, at: need.location))
    }
  }

  private mutating func checkAccount(_ step: Step, _ roots: Set<String>, _ each: StaticValue?) {
    guard let account = step.account else { return }
    check(account, allowing: roots, in: "account", each: each)
    guard let name = account.constant?.string else { return }
    let known = workflow.accounts.map(\.name)
    if !known.contains(name) {
      findings.add(
        Diagnostic(
          .workflowUnknownAccount, ["account": name, "known": known.joined(separator: ", ")], at: account.location
        ).suggesting(name, among: known))
    }
  }

  // MARK: References

  private mutating func check(
    _ template: Template, allowing roots: Set<String>, in part: String, each: StaticValue? = nil
  ) {
    for reference in template.references {
      guard roots.contains(reference.root) else {
        refuse(reference, roots, part)
        continue
      }
      switch reference.root {
      case "inputs": follow(reference, from: inputs, unknown: .workflowUnknownInput)
      case "each": if let each { follow(reference, from: each, unknown: .workflowUnknownEachField) }
      case "run": follow(reference, from: Self.run, unknown: .workflowUnknownRunField)
      default: checkStep(reference)
      }
    }
  }

  private static let run = StaticValue(.object([Field("id", .string), Field("name", .string)]))

  private mutating func refuse(_ reference: Reference, _ roots: Set<String>, _ part: String) {
    let code: Diagnostic.Code =
      reference.root == "each" && part != "outputs" && !roots.isSubset(of: ["inputs"])
      ? .workflowEachOutsideForEach : .workflowRootNotHere
    findings.add(
      Diagnostic(
        code, ["root": reference.root, "part": part, "known": roots.sorted().joined(separator: ", ")],
        at: reference.location))
  }

  private mutating func follow(_ reference: Reference, from root: StaticValue, unknown code: Diagnostic.Code) {
    do throws(StaticValue.UnknownMember) {
      _ = try root.following(reference.path)
    } catch {
      let isFirst = error.type == root.type
      findings.add(
        error.diagnostic(isFirst ? code : .workflowUnknownMember, path: reference.description, at: reference.location))
    }
  }

  private mutating func checkStep(_ reference: Reference) {
    guard case .field(let name)? = reference.path.first else {
      findings.add(Diagnostic(.workflowNoStepNamed, at: reference.location))
      return
    }
    if !stepNames.contains(name) { findings.add(unknownStep(name, at: reference.location)) }
  }

  private func unknownStep(_ name: String, at location: SourceLocation) -> Diagnostic {
    Diagnostic(.workflowUnknownStep, ["step": name], at: location).suggesting(name, among: stepNames)
  }
}

extension ValueType {
  /// Numbers and booleans are too common to be masked by value.
  fileprivate var isNeverMasked: Bool {
    switch self {
    case .integer, .number, .boolean: true
    default: false
    }
  }
}
