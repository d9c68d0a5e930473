internal import Basics
package import Expressions
internal import JMESPath

/// What `each` is inside a `for_each` step, told from the expression alone.
package enum ForEachTyping {
  /// The root `each`: `key` and `value`.
  package static func each(of forEach: Template, inputs: StaticValue) -> StaticValue {
    let collection = collection(forEach, inputs)
    let item = collection.item
    return StaticValue(
      .object([
        Field("key", .string, sensitive: collection.sensitive),
        Field("value", item.type, sensitive: item.sensitive),
      ]))
  }

  /// The list or map itself; anything when the expression computes it in a way that only data can tell.
  package static func collection(_ forEach: Template, _ inputs: StaticValue) -> StaticValue {
    guard case .expression(let expression) = forEach.kind else {
      return computed(forEach.references, inputs, shape: shape(of: forEach))
    }
    if let path = expression.plainPath { return follow(path, inputs) }
    if let selection = selection(expression.jmes.root, inputs) { return selection }
    return combination(expression.jmes.root, inputs) ?? computed(expression.references, inputs, shape: .any)
  }

  /// The pairs that `pairs(list)` and `product(a, b)` make of lists of the inputs, or some of them: `pairs(inputs.sites)[?from.login]`.
  private static func combination(_ node: JMESNode, _ inputs: StaticValue) -> StaticValue? {
    if case .projection(let projection) = node, case .filter = projection.kind, projection.body == .current {
      return combination(projection.source, inputs)
    }
    guard case .function(let call) = node, ["pairs", "product"].contains(call.name) else { return nil }
    let items = call.arguments.compactMap { argument -> StaticValue? in
      guard let path = argument.plainComponents, path.first == .field("inputs") else { return nil }
      return (try? inputs.following(Array(path.dropFirst())))?.item
    }
    guard !items.isEmpty, items.count == call.arguments.count else { return nil }
    let names = call.name == "pairs" ? ["from", "to"] : ["a", "b"]
    let members = names.enumerated().map { index, name in
      let item = items[min(index, items.count - 1)]
      return Field(name, item.type, sensitive: item.sensitive)
    }
    return StaticValue(.list(.object(members)))
  }

  /// Some elements of a list of the inputs: `inputs.sites[?active]`, `inputs.sites[*].name`, `inputs.names[1:]`.
  private static func selection(_ node: JMESNode, _ inputs: StaticValue) -> StaticValue? {
    guard let path = node.selectedComponents, path.first == .field("inputs"),
      let item = try? inputs.following(Array(path.dropFirst()))
    else { return nil }
    return StaticValue(.list(item.type), sensitive: item.sensitive)
  }

  private static func shape(of template: Template) -> ValueType {
    switch template.kind {
    case .list: .list(.any)
    case .object: .map(.any)
    case .literal, .expression, .text: .any
    }
  }

  private static func computed(_ references: [Reference], _ inputs: StaticValue, shape: ValueType) -> StaticValue {
    StaticValue(shape, sensitive: references.contains { follow($0, inputs).holdsSecret })
  }

  private static func follow(_ reference: Reference, _ inputs: StaticValue) -> StaticValue {
    guard reference.root == "inputs" else { return .anything }
    return (try? inputs.following(reference.path)) ?? .anything
  }
}

extension TemplateExpression {
  /// The one path that the expression is, when it computes nothing and goes through no projection.
  package var plainPath: Reference? {
    guard jmes.root.isPlainPath, references.count == 1 else { return nil }
    return references.first
  }
}

extension JMESNode {
  /// The path to the elements of a projection over a list, when everything around it is plain; `nil` for anything else.
  fileprivate var selectedComponents: [Reference.Component]? {
    switch self {
    case .member(let left, let right):
      guard let left = left.plainComponents, let right = right.selectedComponents else { return nil }
      return left + right
    case .projection(let projection) where projection.kind != .values && projection.kind != .flatten:
      guard let source = projection.source.plainComponents else { return nil }
      if projection.body == .current { return source + [.wildcard] }
      return projection.body.plainComponents.map { source + [.wildcard] + $0 }
    default: return nil
    }
  }

  /// The names and indices of a plain path, the root first; `nil` for anything else.
  fileprivate var plainComponents: [Reference.Component]? {
    switch self {
    case .field(let name), .variable(let name): return [.field(name.text)]
    case .index(let inner, let index): return inner.plainComponents.map { $0 + [.index(index)] }
    case .member(let left, let right):
      guard let left = left.plainComponents, let right = right.plainComponents else { return nil }
      return left + right
    default: return nil
    }
  }

  /// `a.b[0].c`: names and indices only.
  package var isPlainPath: Bool {
    switch self {
    case .field, .variable: true
    case .member(let left, let right): left.isPlainPath && right.isPlainPath
    case .index(let inner, _): inner.isPlainPath
    default: false
    }
  }
}
