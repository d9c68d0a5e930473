internal import Basics
internal import Expressions
internal import WorkflowModel

/// Makes the given inputs those of a workflow: converts, fills in defaults, holds each to its rules, and names all that are missing.
struct InputBinder {
  /// Sensitive text of fewer characters is not masked by value.
  static let shortestMasked = 8

  let workflow: Workflow
  private(set) var findings = Diagnostics()

  init(workflow: Workflow) { self.workflow = workflow }

  mutating func bind(_ given: [String: Value]) -> [FrameInput] {
    let known = workflow.inputs.map(\.name)
    for name in given.keys.sorted() where !known.contains(name) {
      findings.add(
        Diagnostic(
          .planUnknownInput,
          ["input": name, "workflow": workflow.name, "known": known.joined(separator: ", ")]
        ).suggesting(name, among: known))
    }
    return workflow.inputs.map { field in
      .known(value(of: field, given[field.name] ?? .null), sensitive: field.sensitive)
    }
  }

  private mutating func value(of field: Field, _ given: Value) -> Value {
    if given.isNull {
      if field.required, field.defaultValue == nil {
        findings.add(
          Diagnostic(
            .planMissingInput, ["input": field.name, "type": field.type.name, "workflow": workflow.name],
            at: field.location))
      }
      return FieldValue.completed(field.defaultValue ?? .null, field)
    }
    let value = FieldValue.completed(InputText.value(given, field.type), field)
    for problem in field.problems(with: value) {
      findings.add(problem.diagnostic(part: "inputs.\(field.name)", at: field.location))
    }
    if Self.holdsShortSecret(value, field.type, sensitive: field.sensitive) {
      findings.add(
        Diagnostic(
          .planShortSecret, ["input": field.name, "length": String(Self.shortestMasked)], at: field.location,
          severity: .warning))
    }
    return value
  }

  private static func holdsShortSecret(_ value: Value, _ type: ValueType, sensitive: Bool) -> Bool {
    switch (type, value) {
    case (_, .string(let text)): sensitive && text.count < shortestMasked
    case (.list(let item), .list(let elements)):
      elements.contains { holdsShortSecret($0, item, sensitive: sensitive) }
    case (.map(let item), .object(let members)):
      members.values.contains { holdsShortSecret($0, item, sensitive: sensitive) }
    case (.object(let fields), .object(let members)):
      fields.contains { field in
        holdsShortSecret(members[field.name] ?? .null, field.type, sensitive: sensitive || field.sensitive)
      }
    default: false
    }
  }
}
