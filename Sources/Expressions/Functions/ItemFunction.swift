package import Basics
internal import JMESPath

/// `at(collection, key)`: one item by the key that `for_each` would give it.
extension JMESFunctions {
  mutating func addItems() {
    add("at", [.array, .object, .null], [.string, .number, .boolean], result: .any) {
      arguments throws(JMESPathError) in
      // A group that was skipped as a whole is null, and so are its items.
      if arguments[0].isNull { return .null }
      let key = arguments[1].scalarText ?? ""
      if let members = arguments[0].object {
        guard let item = members[key] else { throw arguments.noSuchKey(key, members.keys.sorted()) }
        return item
      }
      let elements = arguments[0].list ?? []
      let keys = arguments.groupKeys(count: elements.count) ?? ItemKeys.of(elements)
      guard let index = keys.firstIndex(of: key) else { throw arguments.noSuchKey(key, keys) }
      return elements[index]
    }
  }
}

/// The keys of the instances that `for_each` makes of a list.
package enum ItemKeys {
  /// A scalar's text, an object's `name`, else the index.
  package static func of(_ elements: [Value]) -> [String] {
    elements.enumerated().map { index, element in
      switch element {
      case .bool, .integer, .number, .string: element.scalarText ?? String(index)
      case .object(let members):
        members["name"].flatMap { $0.isNull ? nil : $0.scalarText } ?? String(index)
      case .null, .list: String(index)
      }
    }
  }
}

extension JMESArguments {
  /// How many keys an error names.
  private static let shownKeys = 20

  fileprivate func noSuchKey(_ key: String, _ keys: [String]) -> JMESPathError {
    let shown = keys.prefix(Self.shownKeys).joined(separator: ", ")
    return error(
      .invalidValue, .expressionNoSuchKey,
      ["key": key, "keys": keys.count > Self.shownKeys ? "\(shown), ..." : shown])
  }

  /// The keys that the scope knows for a collection written as `steps.id` or `$steps.id`.
  fileprivate func groupKeys(count: Int) -> [String]? {
    guard case .member(let root, .field(let step)) = node(0), Self.isSteps(root),
      let keys = variable(Scope.groupKeysName)?[step.text].list, keys.count == count
    else { return nil }
    return keys.compactMap(\.string)
  }

  private static func isSteps(_ node: JMESNode) -> Bool {
    switch node {
    case .field(let name), .variable(let name): name.text == "steps"
    default: false
    }
  }
}
