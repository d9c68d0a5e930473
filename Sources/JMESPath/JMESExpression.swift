package import Basics

/// A JMESPath expression, read once and evaluated without effects as often as wanted.
///
/// The language is that of jmespath.org in full (its public compliance suite is a test), with one extension: `$name` stands for a value
/// handed in by name, also inside filters, where JMESPath itself sees only the element.
package struct JMESExpression: Sendable {
  package let source: String
  package let root: JMESNode

  /// The longest source in bytes.
  package static let longest = 65536

  /// Reads an expression; errors are of kind `syntax`, or `invalidValue` for a slice with step 0.
  package init(_ source: String) throws(JMESPathError) {
    guard source.utf8.count <= Self.longest else {
      throw .syntax(.jmesTooLong, ["limit": String(Self.longest)], at: 0)
    }
    self.source = source
    root = try JMESParser.parse(source)
  }

  /// A part of a tree that was read before.
  package init(part: JMESNode, of source: String) {
    self.source = source
    root = part
  }

  /// The result for `current`.
  ///
  /// Objects have no order: `*`, `keys` and `values` go by sorted keys, so that the same values give the same result.
  package func evaluate(
    _ current: Value, variables: [String: Value] = [:], functions: JMESFunctions = .standard
  ) throws(JMESPathError) -> Value {
    try JMESEvaluator(variables: variables, functions: functions).evaluate(root, current)
  }
}

extension JMESExpression: Hashable {
  package static func == (left: JMESExpression, right: JMESExpression) -> Bool {
    left.source == right.source && left.root == right.root
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
