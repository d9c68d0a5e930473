internal import Basics
internal import Expressions
internal import ProviderModel
internal import WorkflowModel

/// A workflow whose steps know what they use: one for each text, shared by everything that includes it.
final class CheckedWorkflow: Sendable {
  let workflow: Workflow
  let steps: [CheckedStep]
  let stepNumbers: [String: Int]
  let inputNumbers: [String: Int]
  let outputs: [CheckedTemplate]
  let outputNumbers: [String: Int]
  let checks: [CheckedTemplate]
  /// What an include of it gives: an object of the outputs.
  let result: StaticValue
  /// How many includes stand inside each other below this one.
  let height: Int

  init(_ workflow: Workflow, steps: [CheckedStep], result: StaticValue) {
    self.workflow = workflow
    self.steps = steps
    self.result = result
    stepNumbers = Self.numbers(workflow.steps.map(\.id))
    inputNumbers = Self.numbers(workflow.inputs.map(\.name))
    outputNumbers = Self.numbers(workflow.outputs.map(\.name))
    outputs = workflow.outputs.map { CheckedTemplate($0.value) }
    checks = workflow.checks.map { CheckedTemplate($0.that) }
    height = steps.compactMap { if case .workflow(let inner) = $0.use { inner.height + 1 } else { nil } }.max() ?? 0
  }

  private static func numbers(_ names: [String]) -> [String: Int] {
    Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
  }
}

/// A template with what it reads, found once and not again for each instance.
struct CheckedTemplate: Sendable {
  let template: Template
  let references: [Reference]

  init(_ template: Template) {
    self.template = template
    references = template.references
  }

  /// Of a condition: the operands of its outermost `&&`, each for itself.
  var conjuncts: [CheckedTemplate] {
    guard case .expression(let expression) = template.kind else { return [] }
    return expression.conjuncts.map { CheckedTemplate(Template(.expression($0), at: template.location)) }
  }
}

/// A step with what it uses.
struct CheckedStep: Sendable {
  enum Use: Sendable {
    case action(ActionDescription)
    case workflow(CheckedWorkflow)
  }

  let step: Step
  let use: Use
  /// `with`, then the provider's defaults that it leaves open.
  let arguments: [CheckedArgument]
  let when: CheckedTemplate?
  let forEach: CheckedTemplate?
  let account: CheckedTemplate?
}

/// One argument of a step.
struct CheckedArgument: Sendable {
  let name: String
  let template: CheckedTemplate
  /// The declared input; `nil` for one that the action does not have.
  let field: Field?
  /// The literal as a value of the declared type, when nothing has to be evaluated.
  let literal: Value?
  let location: SourceLocation

  init(_ argument: Argument, _ field: Field?) {
    name = argument.name
    template = CheckedTemplate(argument.value)
    self.field = field
    let written = argument.literal(as: field?.type ?? .any)
    literal = field.flatMap { field in written.map { FieldValue.completed($0, field) } } ?? written
    location = argument.value.location
  }
}
