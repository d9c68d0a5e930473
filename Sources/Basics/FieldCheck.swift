/// One way in which a value breaks the rules of its field; `path` leads to the part that is wrong (`sites[1].cidr`).
package struct FieldProblem: Hashable, Sendable {
  package enum Rule: Hashable, Sendable {
    case missing
    case wrongType(expected: String, found: String)
    case notAllowed([String])
    case tooSmall(Double)
    case tooLarge(Double)
    case pattern(String)
    case unknownMember(suggestion: String?)
    case hostBitsSet(canonical: String)
  }

  package var path: String
  package var rule: Rule
}

extension Field {
  /// Every way in which `value` breaks this field's rules; empty when it is fine.
  ///
  /// Null counts as not given. Length rules: `minimum` and `maximum` bound a number's value, and the length of a text, list or map.
  package func problems(with value: Value) -> [FieldProblem] {
    if value.isNull {
      return required && defaultValue == nil ? [FieldProblem(path: name, rule: .missing)] : []
    }
    let typed = type.problems(with: value, at: name)
    return typed.isEmpty ? ruleProblems(value) : typed
  }

  private func ruleProblems(_ value: Value) -> [FieldProblem] {
    var rules: [FieldProblem.Rule] = []
    if let allowed, !allowed.contains(value) { rules.append(.notAllowed(allowed.compactMap(\.scalarText))) }
    if let size = value.measure {
      if let minimum, size < minimum { rules.append(.tooSmall(minimum)) }
      if let maximum, size > maximum { rules.append(.tooLarge(maximum)) }
    }
    if let pattern, let text = value.string, !Self.matches(text, pattern) { rules.append(.pattern(pattern)) }
    return rules.map { FieldProblem(path: name, rule: $0) }
  }

  private static func matches(_ text: String, _ pattern: String) -> Bool {
    (try? Regex(pattern).wholeMatch(in: text)) != nil
  }
}

extension Value {
  fileprivate var measure: Double? {
    switch self {
    case .integer, .number: double
    case .string(let text): Double(text.count)
    case .list(let elements): Double(elements.count)
    case .object(let members): Double(members.count)
    case .null, .bool: nil
    }
  }
}

extension ValueType {
  /// Type errors only; the rules of a field come on top.
  package func problems(with value: Value, at path: String) -> [FieldProblem] {
    switch (self, value) {
    case (.any, _), (.string, .string), (.boolean, .bool): []
    case (.integer, _) where value.integer != nil: []
    case (.number, .integer), (.number, .number): []
    case (.cidr, .string(let text)): Self.cidrProblems(text, path)
    case (.ip, .string(let text)) where IPAddress(text) != nil: []
    case (.duration, .string(let text)) where Duration(text: text) != nil: []
    case (.host, .string(let text)) where !text.isEmpty: []
    case (.host, .object(let members)) where members["address"] != nil || members["via"] != nil: []
    case (.list(let item), .list(let elements)):
      elements.enumerated().flatMap { item.problems(with: $0.element, at: "\(path)[\($0.offset)]") }
    case (.map(let item), .object(let members)):
      members.sorted { $0.key < $1.key }.flatMap { item.problems(with: $0.value, at: "\(path).\($0.key)") }
    case (.object(let fields), .object(let members)): Self.objectProblems(fields, members, path)
    default: [FieldProblem(path: path, rule: .wrongType(expected: name, found: value.typeName))]
    }
  }

  private static func cidrProblems(_ text: String, _ path: String) -> [FieldProblem] {
    guard let network = IPNetwork(text) else {
      return [FieldProblem(path: path, rule: .wrongType(expected: "cidr", found: "string"))]
    }
    if network.isCanonical { return [] }
    return [FieldProblem(path: path, rule: .hostBitsSet(canonical: network.network.description))]
  }

  private static func objectProblems(_ fields: [Field], _ members: [String: Value], _ path: String) -> [FieldProblem] {
    let known = fields.map(\.name)
    let unknown = members.keys.filter { !known.contains($0) }.sorted().map {
      FieldProblem(path: "\(path).\($0)", rule: .unknownMember(suggestion: Suggestion.nearest(to: $0, in: known)))
    }
    let wrong = fields.flatMap { field in
      field.problems(with: members[field.name] ?? .null).map {
        FieldProblem(path: "\(path).\($0.path)", rule: $0.rule)
      }
    }
    return unknown + wrong
  }
}

extension ValueType {
  /// The value converted to this type where text stands for it (wire answers, `-i name=value`); `nil` when it cannot be.
  ///
  /// `nil` is written `.none` here: beside a `Value` the literal `nil` would become the value null.
  package func converted(_ value: Value) -> Value? {
    switch (self, value) {
    case (_, .null), (.any, _): value
    case (.integer, .string(let text)): Int(text).map { .integer($0) }
    case (.integer, .number): value.integer.map { .integer($0) }
    case (.number, .string(let text)): Double(text).flatMap { $0.isFinite ? .some(.number($0)) : .none }
    case (.boolean, .string(let text)): Self.boolean(text)
    case (.string, .integer), (.string, .number), (.string, .bool): value.scalarText.map { .string($0) }
    case (.list(let item), .list(let elements)): Self.all(elements.map { item.converted($0) }).map { .list($0) }
    case (.map(let item), .object(let members)): Self.all(members.mapValues { item.converted($0) })
    case (.object(let fields), .object(let members)): Self.object(fields, members)
    default: problems(with: value, at: "").isEmpty ? .some(value) : .none
    }
  }

  private static func boolean(_ text: String) -> Value? {
    switch text.lowercased() {
    case "true": .some(.bool(true))
    case "false": .some(.bool(false))
    default: .none
    }
  }

  private static func all(_ values: [Value?]) -> [Value]? {
    values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }

  private static func all(_ values: [String: Value?]) -> Value? {
    values.values.contains { $0 == nil } ? .none : .some(.object(values.compactMapValues { $0 }))
  }

  private static func object(_ fields: [Field], _ members: [String: Value]) -> Value? {
    var result = members
    for field in fields {
      guard let value = members[field.name] else { continue }
      guard let converted = field.type.converted(value) else { return nil }
      result[field.name] = converted
    }
    return .object(result)
  }
}
