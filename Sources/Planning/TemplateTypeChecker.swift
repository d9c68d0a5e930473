internal import Basics
internal import Expressions
internal import JMESPath
internal import WorkflowModel

/// Holds a template against the type of the input that it feeds, as far as that can be told without data.
struct TemplateTypeChecker {
  let scope: StaticScope
  var findings = Diagnostics()

  init(scope: StaticScope) { self.scope = scope }

  mutating func check(_ template: Template, as type: ValueType, part: String) {
    switch template.kind {
    case .literal(let value): check(value, type, part, template)
    case .expression(let expression): check(expression, type, part)
    case .text: if !ValueType.string.mayFit(type) { wrong(part, type, found: "text", template.location) }
    case .list(let elements): check(elements, type, part, template)
    case .object(let members): check(members, type, part, template)
    }
  }

  private mutating func check(_ value: Value, _ type: ValueType, _ part: String, _ template: Template) {
    guard !value.isNull, type.converted(value) == nil else { return }
    for problem in type.problems(with: value, at: "value") {
      findings.add(problem.diagnostic(part: part, at: template.location))
    }
  }

  private mutating func check(_ expression: TemplateExpression, _ type: ValueType, _ part: String) {
    if let path = expression.plainPath {
      guard let found = try? scope.value(path).type, !found.mayFit(type) else { return }
      wrong(part, type, found: found.name, expression.location)
    } else if !expression.staticType.mayFit(type) {
      wrong(part, type, found: expression.staticType.names, expression.location)
    }
  }

  private mutating func check(_ elements: [Template], _ type: ValueType, _ part: String, _ template: Template) {
    guard case .list(let item) = type else {
      if type != .any { wrong(part, type, found: "list", template.location) }
      return
    }
    for (index, element) in elements.enumerated() { check(element, as: item, part: "\(part)[\(index)]") }
  }

  private mutating func check(
    _ members: [Template.Member], _ type: ValueType, _ part: String, _ template: Template
  ) {
    switch type {
    case .any, .host: break
    case .map(let item): for member in members { check(member.value, as: item, part: "\(part).\(member.key)") }
    case .object(let fields):
      for member in members {
        if let field = fields.first(where: { $0.name == member.key }) {
          check(member.value, as: field.type, part: "\(part).\(member.key)")
        } else {
          let finding = Diagnostic(.valueUnknownMember, ["part": "\(part).\(member.key)"], at: member.keyLocation)
          findings.add(finding.suggesting(member.key, among: fields.map(\.name)))
        }
      }
    default: wrong(part, type, found: "mapping", template.location)
    }
  }

  private mutating func wrong(_ part: String, _ type: ValueType, found: String, _ location: SourceLocation) {
    findings.add(
      Diagnostic(.planWrongType, ["part": part, "expected": type.name, "found": found], at: location))
  }
}
