internal import Basics
internal import Expressions
internal import YAMLText

/// Reads templates and expressions of a workflow; which of the roots make sense where is checked afterwards, with a better message.
enum ArgumentReader {
  static let roots: Set<String> = ["inputs", "steps", "each", "run"]

  static func template(_ node: YAMLNode, _ findings: inout Diagnostics) -> Template {
    Template.read(node, roots: roots, into: &findings)
  }

  static func expression(_ node: YAMLNode, _ findings: inout Diagnostics) -> Template {
    Template.expression(from: node, roots: roots, into: &findings)
  }

  /// The members of `with` or of a provider's `defaults`.
  static func arguments(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> [Argument] {
    guard let entries = node.entries else {
      findings.add(.wrongKind(node, part: part, expected: "mapping"))
      return []
    }
    return entries.map { entry in
      Argument(
        name: entry.key, value: template(entry.value, &findings), node: entry.value, location: entry.keyLocation)
    }
  }
}
