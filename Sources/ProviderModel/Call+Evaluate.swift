package import Basics
package import Expressions

extension Call {
  /// The tree of parameters for a scope: null members, and what is empty only because its members are null, are left out.
  package func parameters(in scope: Scope) throws(ExpressionError) -> Value {
    try parameters.evaluate(scope).withoutNulls
  }

  /// The part of an answer that is the object, with the roots as variables; the empty object when there is no `pick`.
  package func object(from answer: Value, in scope: Scope) throws(ExpressionError) -> Value {
    guard let pick else { return .object([:]) }
    guard case .expression(let expression) = pick.kind else { return try pick.evaluate(scope) }
    return try expression.evaluate(scope, on: answer)
  }

  /// Whether the call is made: `when` is missing or true.
  package func isMade(in scope: Scope) throws(ExpressionError) -> Bool {
    guard let when else { return true }
    return try when.evaluate(scope).bool ?? false
  }

  /// Whether a refusal counts as an empty answer (`ignore`).
  package func ignores(code: String, status: Int) -> Bool {
    ErrorTable([.unknown: ignore]).classify(code: code, status: status) != nil
  }
}

extension OutputField {
  /// The output for a scope whose `self` is the object, converted to the declared type.
  package func value(in scope: Scope) throws(ExpressionError) -> Value {
    let raw = try value?.evaluate(scope) ?? scope["self"][field.name]
    return field.type.converted(raw) ?? raw
  }
}

extension Value {
  /// Objects without their null members and lists without null elements, all the way down.
  package var withoutNulls: Value {
    switch self {
    case .object(let members):
      .object(members.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
    case .list(let elements): .list(elements.filter { !$0.isNull }.map(\.withoutNulls))
    default: self
    }
  }
}
