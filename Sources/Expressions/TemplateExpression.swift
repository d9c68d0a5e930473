package import Basics
package import JMESPath

/// One expression of a file, read and checked, with its place and what it reads.
package struct TemplateExpression: Sendable, Hashable {
  /// What the current node of an expression is.
  package enum CurrentNode: Sendable, Hashable {
    /// An object of the roots: `inputs.x` is the root `inputs`.
    case roots
    /// Data that is handed in, such as a cloud's answer: roots are variables only (`$inputs.x`).
    case data
  }

  package let jmes: JMESExpression
  /// What it reads of the roots, in the order of the source; the same path may come twice.
  package let references: [Reference]
  /// The operands of the outermost `&&`; empty where there is none.
  ///
  /// When one of them is false or null, the whole cannot hold, whatever the others are.
  package let conjuncts: [TemplateExpression]
  private let place: ExpressionPlace

  /// Reads and checks one expression; everything that is wrong with it goes to `diagnostics`.
  init?(
    _ source: String, _ place: ExpressionPlace, _ rules: ExpressionRules, into diagnostics: inout Diagnostics
  ) {
    let jmes: JMESExpression
    do throws(JMESPathError) { jmes = try JMESExpression(source) } catch {
      diagnostics.add(Self.diagnostic(error, source, place))
      return nil
    }
    let analysis = ExpressionAnalysis.of(jmes, rules)
    for problem in analysis.problems { diagnostics.add(Self.diagnostic(problem, source, place)) }
    guard analysis.problems.isEmpty else { return nil }
    self.jmes = jmes
    self.place = place
    references = analysis.references.map { $0.reference(source, place) }
    conjuncts = Self.operands(of: jmes.root).map { Self(part: $0, source, place, rules) }
  }

  /// An operand of an expression that is good as a whole.
  private init(part: JMESNode, _ source: String, _ place: ExpressionPlace, _ rules: ExpressionRules) {
    jmes = JMESExpression(part: part, of: source)
    self.place = place
    references = ExpressionAnalysis.of(jmes, rules).references.map { $0.reference(source, place) }
    conjuncts = []
  }

  private static func operands(of node: JMESNode) -> [JMESNode] {
    guard case .and(let left, let right) = node else { return [] }
    return [left, right].flatMap { side in
      let inner = operands(of: side)
      return inner.isEmpty ? [side] : inner
    }
  }

  package var source: String { jmes.source }

  /// The first character of the expression.
  package var location: SourceLocation { place.location() }

  /// The types that the result can have as far as the expression alone tells.
  package var staticType: JMESTypes { StaticType.of(jmes.root) }

  /// The value with the roots as the current node.
  package func evaluate(_ scope: Scope) throws(ExpressionError) -> Value { try evaluate(scope, on: scope.current) }

  /// The value with `data` as the current node and the roots as variables.
  package func evaluate(_ scope: Scope, on data: Value) throws(ExpressionError) -> Value {
    do throws(JMESPathError) {
      return try jmes.evaluate(data, variables: scope.variables, functions: .extended)
    } catch {
      throw ExpressionError(Self.diagnostic(error, source, place))
    }
  }

  private static func diagnostic(_ error: JMESPathError, _ source: String, _ place: ExpressionPlace) -> Diagnostic {
    Diagnostic(
      error.code, error.arguments.merging(["expression": source]) { given, _ in given },
      at: place.location(at: error.offset))
  }
}
