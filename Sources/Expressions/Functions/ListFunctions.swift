internal import Basics
internal import JMESPath

/// Lists and objects as sets and tables.
extension JMESFunctions {
  mutating func addLists() {
    add("unique", .array, result: .array) { arguments throws(JMESPathError) in
      var seen = Set<Value>()
      return .list(arguments.elements(0).filter { seen.insert($0).inserted })
    }
    add("minus", .array, [.array, .null], result: .array) { arguments throws(JMESPathError) in
      let removed = Set(arguments.elements(1))
      return .list(arguments.elements(0).filter { !removed.contains($0) })
    }
    add("pairs", .array, result: .array) { arguments throws(JMESPathError) in
      let elements = arguments.elements(0)
      return .list(
        elements.flatMap { from in elements.filter { $0 != from }.map { ["from": from, "to": $0] } })
    }
    add("product", .array, .array, result: .array) { arguments throws(JMESPathError) in
      let right = arguments.elements(1)
      return .list(arguments.elements(0).flatMap { a in right.map { ["a": a, "b": $0] } })
    }
    add("without", .object, .strings, result: .object) { arguments throws(JMESPathError) in
      arguments.elements(1).reduce(arguments[0]) { object, path in
        Self.removing((path.string ?? "").split(separator: ".")[...], from: object)
      }
    }
  }

  /// The value without the member at `path`; a list on the way stands for each of its elements.
  private static func removing(_ path: ArraySlice<Substring>, from value: Value) -> Value {
    guard let key = path.first.map(String.init) else { return value }
    switch value {
    case .list(let elements): return .list(elements.map { removing(path, from: $0) })
    case .object(var members):
      guard let member = members[key] else { return value }
      if path.count == 1 {
        members.removeValue(forKey: key)
      } else {
        members[key] = removing(path.dropFirst(), from: member)
      }
      return .object(members)
    default: return value
    }
  }
}

extension JMESArguments {
  fileprivate func elements(_ position: Int) -> [Value] { self[position].list ?? [] }
}
