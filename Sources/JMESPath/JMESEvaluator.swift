internal import Basics

/// Evaluates a tree; holds what is the same for every node of one evaluation.
struct JMESEvaluator {
  let variables: [String: Value]
  let functions: JMESFunctions

  func evaluate(_ node: JMESNode, _ current: Value) throws(JMESPathError) -> Value {
    switch node {
    case .current: return current
    case .field(let name): return current[name.text]
    case .literal(let value, _): return value
    case .variable(let name): return try variable(name)
    case .member(let left, let right), .pipe(let left, let right):
      return try evaluate(right, evaluate(left, current))
    case .index(let source, let index): return element(of: try evaluate(source, current), index)
    case .projection(let projection): return try project(projection, current)
    case .comparison(let comparison, let left, let right):
      return compare(comparison, try evaluate(left, current), try evaluate(right, current))
    case .and(let left, let right):
      let value = try evaluate(left, current)
      return value.isTruthy ? try evaluate(right, current) : value
    case .or(let left, let right):
      let value = try evaluate(left, current)
      return value.isTruthy ? value : try evaluate(right, current)
    case .not(let operand): return .bool(!(try evaluate(operand, current)).isTruthy)
    case .list(let elements): return try list(elements, current)
    case .object(let members): return try object(members, current)
    case .function(let call): return try functions.call(call, current, self)
    case .reference:
      preconditionFailure("the parser lets & stand only as an argument, which functions take unevaluated")
    }
  }

  private func variable(_ name: JMESName) throws(JMESPathError) -> Value {
    guard let value = variables[name.text] else {
      throw JMESPathError(.undefinedVariable, .jmesUndefinedVariable, ["name": name.text], offset: name.offset)
    }
    return value
  }

  private func element(of source: Value, _ index: Int) -> Value {
    guard case .list(let elements) = source else { return .null }
    return source[index < 0 ? elements.count + index : index]
  }

  private func list(_ elements: [JMESNode], _ current: Value) throws(JMESPathError) -> Value {
    if current.isNull { return .null }
    var result: [Value] = []
    result.reserveCapacity(elements.count)
    for element in elements { result.append(try evaluate(element, current)) }
    return .list(result)
  }

  private func object(_ members: [JMESMember], _ current: Value) throws(JMESPathError) -> Value {
    if current.isNull { return .null }
    var result: [String: Value] = [:]
    for member in members { result[member.key] = try evaluate(member.value, current) }
    return .object(result)
  }

  // MARK: Projections

  private func project(_ projection: JMESProjection, _ current: Value) throws(JMESPathError) -> Value {
    let source = try evaluate(projection.source, current)
    guard let elements = try elements(of: source, projection.kind) else { return .null }
    if case .current = projection.body { return .list(elements.filter { !$0.isNull }) }
    var result: [Value] = []
    result.reserveCapacity(elements.count)
    for element in elements {
      let value = try evaluate(projection.body, element)
      if !value.isNull { result.append(value) }
    }
    return .list(result)
  }

  private func elements(of source: Value, _ kind: JMESProjection.Kind) throws(JMESPathError) -> [Value]? {
    if case .values = kind { return source.object.map { $0.sorted { $0.key < $1.key }.map(\.value) } }
    guard let elements = source.list else { return nil }
    switch kind {
    case .elements, .values: return elements
    case .flatten: return elements.flatMap { $0.list ?? [$0] }
    case .slice(let slice): return slice.indices(in: elements.count).map { elements[$0] }
    case .filter(let condition):
      var kept: [Value] = []
      for element in elements where try evaluate(condition, element).isTruthy { kept.append(element) }
      return kept
    }
  }

  // MARK: Comparisons

  private func compare(_ comparison: JMESComparison, _ left: Value, _ right: Value) -> Value {
    switch comparison {
    case .equal: return .bool(left == right)
    case .notEqual: return .bool(left != right)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let order = NumberOrder.compare(left, right) else { return .null }
      return .bool(comparison.holds(order))
    }
  }
}

extension JMESComparison {
  fileprivate func holds(_ order: NumberOrder) -> Bool {
    switch self {
    case .equal: order == .same
    case .notEqual: order != .same
    case .less: order == .ascending
    case .lessOrEqual: order != .descending
    case .greater: order == .descending
    case .greaterOrEqual: order != .ascending
    }
  }
}

extension JMESSlice {
  /// The indices that the slice takes of a list, by the rules of Python.
  func indices(in count: Int) -> [Int] {
    let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
    let clamp = { (bound: Int) in min(max(bound < 0 ? bound + count : bound, lowest), highest) }
    let from = start.map(clamp) ?? (step > 0 ? lowest : highest)
    let to = stop.map(clamp) ?? (step > 0 ? highest : lowest)
    return Array(stride(from: from, to: to, by: min(max(step, -count - 1), count + 1)))
  }
}

extension Value {
  /// JMESPath's truth: false, null and everything empty are false; 0 is true.
  package var isTruthy: Bool {
    switch self {
    case .null: false
    case .bool(let value): value
    case .integer, .number: true
    case .string(let text): !text.isEmpty
    case .list(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    }
  }
}

/// The order of two numbers, exact also between an integer and a `Double`.
enum NumberOrder {
  case ascending, same, descending

  /// `nil` unless both are numbers.
  static func compare(_ left: Value, _ right: Value) -> NumberOrder? {
    switch (left, right) {
    case (.integer(let a), .integer(let b)): order(a, b)
    case (.number(let a), .number(let b)): order(a, b)
    case (.integer(let a), .number(let b)): compare(a, b)
    case (.number(let a), .integer(let b)): compare(b, a).reversed
    default: nil
    }
  }

  private static func compare(_ a: Int, _ b: Double) -> NumberOrder {
    guard let whole = Int(exactly: b.rounded(.towardZero)) else { return b > 0 ? .ascending : .descending }
    return a == whole ? order(0, b - Double(whole)) : order(a, whole)
  }

  private static func order<Number: Comparable>(_ a: Number, _ b: Number) -> NumberOrder {
    a < b ? .ascending : a == b ? .same : .descending
  }

  private var reversed: NumberOrder {
    switch self {
    case .ascending: .descending
    case .same: .same
    case .descending: .ascending
    }
  }
}
