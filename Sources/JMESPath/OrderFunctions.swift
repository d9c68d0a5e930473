internal import Basics

/// `sort`, `min`, `max` and their `_by` forms: numbers among numbers, strings among strings by code points.
extension JMESFunctions {
  mutating func addOrder() {
    add("sort", [.numbers, .strings], result: .array) { arguments throws(JMESPathError) in
      let elements = arguments[0].list ?? []
      return .list(SortKey.order(elements.compactMap(SortKey.init)).map { elements[$0] })
    }
    add("sort_by", .array, .expression, result: .array) { arguments throws(JMESPathError) in
      let (elements, keys) = try Self.keyed(arguments)
      return .list(SortKey.order(keys).map { elements[$0] })
    }
    addExtreme("max") { candidate, best in best < candidate }
    addExtreme("min") { candidate, best in candidate < best }
  }

  private mutating func addExtreme(_ name: String, _ isBetter: @escaping @Sendable (SortKey, SortKey) -> Bool) {
    add(name, [.numbers, .strings], result: [.number, .string, .null]) { arguments throws(JMESPathError) in
      let elements = arguments[0].list ?? []
      return Self.best(of: elements, elements.compactMap(SortKey.init), isBetter)
    }
    add("\(name)_by", .array, .expression, result: .any) { arguments throws(JMESPathError) in
      let (elements, keys) = try Self.keyed(arguments)
      return Self.best(of: elements, keys, isBetter)
    }
  }

  private static func best(
    of elements: [Value], _ keys: [SortKey], _ isBetter: (SortKey, SortKey) -> Bool
  ) -> Value {
    guard var best = keys.indices.first else { return .null }
    for index in keys.indices where isBetter(keys[index], keys[best]) { best = index }
    return elements[best]
  }

  /// The elements of the first argument with the keys that the second gives: all numbers or all strings.
  private static func keyed(_ arguments: JMESArguments) throws(JMESPathError) -> ([Value], [SortKey]) {
    let elements = arguments[0].list ?? []
    var keys: [SortKey] = []
    keys.reserveCapacity(elements.count)
    for element in elements {
      let value = try arguments.evaluate(1, on: element)
      guard let key = SortKey(value), keys.first.map({ $0.isNumber == key.isNumber }) ?? true else {
        throw arguments.error(.invalidType, .jmesKeyType, ["found": value.typeName])
      }
      keys.append(key)
    }
    return (elements, keys)
  }
}

/// A number or a string to order by.
private enum SortKey: Sendable {
  case number(Value)
  case string(String.UnicodeScalarView)

  init?(_ value: Value) {
    switch value {
    case .integer, .number: self = .number(value)
    case .string(let text): self = .string(text.unicodeScalars)
    default: return nil
    }
  }

  var isNumber: Bool { if case .number = self { true } else { false } }

  static func < (left: SortKey, right: SortKey) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): NumberOrder.compare(a, b) == .ascending
    case (.string(let a), .string(let b)): a.lexicographicallyPrecedes(b)
    default: left.isNumber && !right.isNumber
    }
  }

  /// The indices of `keys` in ascending order; equal keys keep theirs.
  static func order(_ keys: [SortKey]) -> [Int] {
    keys.indices.sorted { keys[$0] < keys[$1] || (!(keys[$1] < keys[$0]) && $0 < $1) }
  }
}
