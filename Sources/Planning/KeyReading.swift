internal import JMESPath

/// What the key of `at(collection, key)` reads.
enum KeyReading {
  /// Whether the key can be evaluated before any step has run.
  static func needsNoSteps(_ key: JMESNode) -> Bool { !mentions(["steps", "run"], key) }

  static func readsInputs(_ key: JMESNode) -> Bool { mentions(["inputs"], key) }

  /// Whether one of the names stands anywhere in the key: more than it reads, never less.
  private static func mentions(_ names: Set<String>, _ node: JMESNode) -> Bool {
    switch node {
    case .current, .literal: false
    case .field(let name), .variable(let name): names.contains(name.text)
    case .member(let left, let right), .pipe(let left, let right), .comparison(_, let left, let right),
      .and(let left, let right), .or(let left, let right):
      mentions(names, left) || mentions(names, right)
    case .index(let inner, _), .not(let inner), .reference(let inner): mentions(names, inner)
    case .projection(let projection): mentions(names, projection)
    case .list(let elements): elements.contains { mentions(names, $0) }
    case .object(let members): members.contains { mentions(names, $0.value) }
    case .function(let call): call.arguments.contains { mentions(names, $0) }
    }
  }

  private static func mentions(_ names: Set<String>, _ projection: JMESProjection) -> Bool {
    if case .filter(let condition) = projection.kind, mentions(names, condition) { return true }
    return mentions(names, projection.source) || mentions(names, projection.body)
  }
}
