internal import Basics

extension JMESFunctions {
  /// The 26 functions of the JMESPath specification.
  package static let standard: JMESFunctions = {
    var functions = JMESFunctions()
    functions.addNumbers()
    functions.addTexts()
    functions.addCollections()
    functions.addOrder()
    functions.addTypes()
    return functions
  }()

  private mutating func addNumbers() {
    add("abs", .number, result: .number) { arguments throws(JMESPathError) in arguments[0].magnitude }
    add("ceil", .number, result: .number) { arguments throws(JMESPathError) in arguments[0].rounded(.up) }
    add("floor", .number, result: .number) { arguments throws(JMESPathError) in arguments[0].rounded(.down) }
    add("sum", .numbers, result: .number) { arguments throws(JMESPathError) in arguments[0].sum }
    add("avg", .numbers, result: [.number, .null]) { arguments throws(JMESPathError) in
      guard let elements = arguments[0].list, !elements.isEmpty, let sum = arguments[0].sum.double else { return .null }
      return .number(sum / Double(elements.count))
    }
  }

  private mutating func addTexts() {
    add("starts_with", .string, .string, result: .boolean) { arguments throws(JMESPathError) in
      .bool(arguments[0].utf8Text.starts(with: arguments[1].utf8Text))
    }
    add("ends_with", .string, .string, result: .boolean) { arguments throws(JMESPathError) in
      .bool(arguments[0].utf8Text.reversed().starts(with: arguments[1].utf8Text.reversed()))
    }
    add("join", .string, .strings, result: .string) { arguments throws(JMESPathError) in
      .string((arguments[1].list ?? []).compactMap(\.string).joined(separator: arguments[0].string ?? ""))
    }
    add("contains", [.array, .string], .any, result: .boolean) { arguments throws(JMESPathError) in
      if let elements = arguments[0].list { return .bool(elements.contains(arguments[1])) }
      guard arguments[1].string != nil else { return false }
      return .bool(arguments[0].utf8Text.contains(arguments[1].utf8Text))
    }
  }

  private mutating func addCollections() {
    add("length", [.string, .array, .object], result: .number) { arguments throws(JMESPathError) in
      switch arguments[0] {
      case .string(let text): .integer(text.unicodeScalars.count)
      case .list(let elements): .integer(elements.count)
      case .object(let members): .integer(members.count)
      default: .null
      }
    }
    add("keys", .object, result: .array) { arguments throws(JMESPathError) in
      .list((arguments[0].object ?? [:]).keys.sorted().map(Value.string))
    }
    add("values", .object, result: .array) { arguments throws(JMESPathError) in
      .list((arguments[0].object ?? [:]).sorted { $0.key < $1.key }.map(\.value))
    }
    add("merge", rest: .object, result: .object) { arguments throws(JMESPathError) in
      .object(
        arguments.values.compactMap(\.object).reduce(into: [:]) { merged, next in merged.merge(next) { $1 } })
    }
    add("map", .expression, .array, result: .array) { arguments throws(JMESPathError) in
      var result: [Value] = []
      for element in arguments[1].list ?? [] { result.append(try arguments.evaluate(0, on: element)) }
      return .list(result)
    }
    add("not_null", .any, rest: .any, result: .any) { arguments throws(JMESPathError) in
      arguments.values.first { !$0.isNull } ?? .null
    }
    add("reverse", [.string, .array], result: [.string, .array]) { arguments throws(JMESPathError) in
      if let elements = arguments[0].list { return .list(elements.reversed()) }
      return .string(String(String.UnicodeScalarView((arguments[0].string ?? "").unicodeScalars.reversed())))
    }
  }

  private mutating func addTypes() {
    add("type", .any, result: .string) { arguments throws(JMESPathError) in .string(arguments[0].typeName) }
    add("to_array", .any, result: .array) { arguments throws(JMESPathError) in
      arguments[0].list == nil ? [arguments[0]] : arguments[0]
    }
    add("to_string", .any, result: .string) { arguments throws(JMESPathError) in
      .string(arguments[0].string ?? arguments[0].jsonText)
    }
    add("to_number", .any, result: [.number, .null]) { arguments throws(JMESPathError) in
      switch arguments[0] {
      case .integer, .number: arguments[0]
      case .string(let text): JSONLiteral.number(text) ?? .null
      default: .null
      }
    }
  }
}

extension Value {
  fileprivate var utf8Text: String.UTF8View { (string ?? "").utf8 }

  fileprivate var magnitude: Value {
    switch self {
    case .integer(.min): .number(-Double(Int.min))
    case .integer(let value): .integer(abs(value))
    case .number(let value): .number(abs(value))
    default: .null
    }
  }

  fileprivate func rounded(_ rule: FloatingPointRoundingRule) -> Value {
    guard case .number(let value) = self else { return self }
    let whole = value.rounded(rule)
    return Int(exactly: whole).map(Value.integer) ?? .number(whole)
  }

  /// The sum of a list of numbers: an integer as long as all are and none overflows.
  fileprivate var sum: Value {
    (list ?? []).reduce(.integer(0)) { sum, next in
      if case .integer(let a) = sum, case .integer(let b) = next {
        let (exact, overflow) = a.addingReportingOverflow(b)
        if !overflow { return .integer(exact) }
      }
      return .number((sum.double ?? 0) + (next.double ?? 0))
    }
  }
}
