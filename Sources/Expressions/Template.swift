package import Basics

/// A value of a file that may hold expressions: a tree of literals, expressions, texts, lists and objects.
package struct Template: Sendable, Hashable {
  package indirect enum Kind: Sendable, Hashable {
    case literal(Value)
    /// `${{ expression }}` alone, or a field that is always an expression: the value keeps its type.
    case expression(TemplateExpression)
    /// Text around expressions.
    case text([Segment])
    case list([Template])
    /// Members in the order of the file.
    case object([Member])
  }

  package enum Segment: Sendable, Hashable {
    case text(String)
    case expression(TemplateExpression)
  }

  package struct Member: Sendable, Hashable {
    package let key: String
    package let keyLocation: SourceLocation
    package let value: Template
  }

  package let kind: Kind
  package let location: SourceLocation

  package init(_ kind: Kind, at location: SourceLocation) {
    self.kind = kind
    self.location = location
  }
}

extension Template {
  /// Every expression in the tree, in the order of the file.
  package var expressions: [TemplateExpression] {
    switch kind {
    case .literal: []
    case .expression(let expression): [expression]
    case .text(let segments):
      segments.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
    case .list(let elements): elements.flatMap(\.expressions)
    case .object(let members): members.flatMap(\.value.expressions)
    }
  }

  /// What the whole tree reads of the roots; the same path may come more than once.
  package var references: [Reference] { expressions.flatMap(\.references) }

  /// The value when the tree holds no expression, else `nil`.
  package var constant: Value? {
    switch kind {
    case .literal(let value): return value
    case .expression, .text: return nil
    case .list(let elements):
      let values = elements.compactMap(\.constant)
      guard values.count == elements.count else { return nil }
      return .list(values)
    case .object(let members):
      let values = members.compactMap { member in member.value.constant.map { (member.key, $0) } }
      guard values.count == members.count else { return nil }
      return .object(Dictionary(values) { first, _ in first })
    }
  }

  /// The member of an object template.
  package subscript(key: String) -> Template? {
    if case .object(let members) = kind { members.first { $0.key == key }?.value } else { nil }
  }

  /// The value for a scope.
  ///
  /// Members and elements that are null are kept; whoever leaves out null arguments does so afterwards. Inside text null is empty
  /// text, and a list or an object is an error.
  package func evaluate(_ scope: Scope) throws(ExpressionError) -> Value {
    switch kind {
    case .literal(let value): return value
    case .expression(let expression): return try expression.evaluate(scope)
    case .text(let segments): return .string(try Self.text(segments, scope))
    case .list(let elements):
      var values: [Value] = []
      values.reserveCapacity(elements.count)
      for element in elements { values.append(try element.evaluate(scope)) }
      return .list(values)
    case .object(let members):
      var values: [String: Value] = [:]
      values.reserveCapacity(members.count)
      for member in members { values[member.key] = try member.value.evaluate(scope) }
      return .object(values)
    }
  }

  private static func text(_ segments: [Segment], _ scope: Scope) throws(ExpressionError) -> String {
    var text = ""
    for segment in segments {
      switch segment {
      case .text(let literal): text += literal
      case .expression(let expression):
        let value = try expression.evaluate(scope)
        guard let scalar = value.scalarText else {
          let arguments = ["expression": expression.source, "found": value.typeName]
          throw ExpressionError(Diagnostic(.expressionTextNeedsScalar, arguments, at: expression.location))
        }
        text += scalar
      }
    }
    return text
  }
}
