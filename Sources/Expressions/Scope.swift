package import Basics

/// The data that expressions read: a value for each root.
///
/// A root is both a member of the current node (`inputs.cidr`) and a variable (`$inputs.cidr`), which filters need.
package struct Scope: Sendable {
  /// The name of the hidden variable with the keys of `for_each` steps; no `$name` can spell it.
  static let groupKeysName = "group keys"

  private(set) var variables: [String: Value]
  private(set) var current: Value

  /// - Parameters:
  ///   - roots: The values by name, such as `inputs` and `steps`.
  ///   - groupKeys: For each `for_each` step over a list, by its id in `steps`, the keys of its instances in the order of
  ///     that list; `at(steps.x, key)` finds an element by them, since outputs do not hold their key.
  package init(_ roots: [String: Value], groupKeys: [String: [String]] = [:]) {
    current = .object(roots)
    variables = roots
    if !groupKeys.isEmpty {
      variables[Self.groupKeysName] = .object(groupKeys.mapValues { .list($0.map(Value.string)) })
    }
  }

  /// The value of one root; `.null` for a root that is not there.
  package subscript(root: String) -> Value { current[root] }

  /// The same scope with one root set or replaced.
  package func with(_ root: String, _ value: Value) -> Scope {
    var copy = self
    var roots = current.object ?? [:]
    roots[root] = value
    copy.current = .object(roots)
    copy.variables[root] = value
    return copy
  }
}
