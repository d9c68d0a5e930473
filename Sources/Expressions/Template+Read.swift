package import Basics
package import YAMLText

extension Template {
  /// Reads a value that may hold `${{ }}`; everything that is wrong goes to `diagnostics`, and null stands in its place.
  ///
  /// - Parameter roots: The names that may stand at the root of an expression and as variables, such as `inputs`.
  package static func read(
    _ node: YAMLNode, roots: Set<String>, into diagnostics: inout Diagnostics
  ) -> Template {
    var reader = TemplateReader(rules: ExpressionRules(roots: roots, current: .roots), diagnostics: diagnostics)
    defer { diagnostics = reader.diagnostics }
    return reader.read(node)
  }

  package static func read(_ node: YAMLNode, roots: Set<String>) throws(Diagnostics) -> Template {
    var diagnostics = Diagnostics()
    let template = read(node, roots: roots, into: &diagnostics)
    try diagnostics.throwIfErrors()
    return template
  }

  /// Reads a field that is always an expression, with or without `${{ }}` around it.
  ///
  /// A boolean, a number or null of YAML stands for itself, and a list or a mapping is read as by `read`.
  package static func expression(
    from node: YAMLNode, roots: Set<String>, current: TemplateExpression.CurrentNode = .roots,
    into diagnostics: inout Diagnostics
  ) -> Template {
    var reader = TemplateReader(rules: ExpressionRules(roots: roots, current: current), diagnostics: diagnostics)
    defer { diagnostics = reader.diagnostics }
    return reader.readExpression(node)
  }

  package static func expression(
    from node: YAMLNode, roots: Set<String>, current: TemplateExpression.CurrentNode = .roots
  ) throws(Diagnostics) -> Template {
    var diagnostics = Diagnostics()
    let template = expression(from: node, roots: roots, current: current, into: &diagnostics)
    try diagnostics.throwIfErrors()
    return template
  }
}
