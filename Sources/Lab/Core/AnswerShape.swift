import Basics

/// The full shape of a JSON answer: what a handler leaves out is filled in with the type's empty value.
///
/// Written as `{Name: s, Count: i, Ready: b, Price: n, Tags: {Tag: [{Key: s}]}, Extra: *}`: text, integer, boolean, number, anything.
indirect enum AnswerShape: Hashable, Sendable {
  case text, integer, flag, number, anything
  case list(AnswerShape)
  case object([String: AnswerShape])

  /// Reads the notation; a mistake in it is a mistake in this source.
  init(_ text: String) {
    var reader = ShapeReader(rest: text[...])
    self = reader.shape()
    reader.expectEnd()
  }

  /// `value` with every missing member, scalars turned into the declared type.
  func filled(with value: Value) -> Value {
    switch self {
    case .anything: value.isNull ? [:] : value
    case .text: .string(value.scalarText ?? "")
    case .integer: .integer(value.integer ?? value.string.flatMap { Int($0) } ?? 0)
    case .number: .number(value.double ?? 0)
    case .flag: .bool(value.bool ?? (value.string?.lowercased() == "true"))
    case .list(let element): .list((value.list ?? []).map { element.filled(with: $0) })
    case .object(let members): filled(members, with: value.object ?? [:])
    }
  }

  private func filled(_ members: [String: AnswerShape], with given: [String: Value]) -> Value {
    for name in given.keys { precondition(members[name] != nil, "\(name) is no declared member of the answer") }
    return .object(members.reduce(into: [:]) { $0[$1.key] = $1.value.filled(with: given[$1.key] ?? .null) })
  }
}

private struct ShapeReader {
  var rest: Substring

  mutating func shape() -> AnswerShape {
    skipBlanks()
    guard let first = rest.popFirst() else { preconditionFailure("an answer's shape ends too early") }
    switch first {
    case "s": return .text
    case "i": return .integer
    case "b": return .flag
    case "n": return .number
    case "*": return .anything
    case "[": return list()
    case "{": return object()
    default: preconditionFailure("\(first) begins no shape of an answer")
    }
  }

  mutating func expectEnd() {
    skipBlanks()
    precondition(rest.isEmpty, "an answer's shape goes on after its end: \(rest.prefix(20))")
  }

  private mutating func list() -> AnswerShape {
    let element = shape()
    expect("]")
    return .list(element)
  }

  private mutating func object() -> AnswerShape {
    var members: [String: AnswerShape] = [:]
    repeat {
      skipBlanks()
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      rest = rest.dropFirst(name.count)
      expect(":")
      members[String(name)] = shape()
      skipBlanks()
    } while skip(",")
    expect("}")
    return .object(members)
  }

  private mutating func skip(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ character: Character) {
    skipBlanks()
    precondition(skip(character), "an answer's shape lacks \(character) before \(rest.prefix(20))")
  }

  private mutating func skipBlanks() { rest = rest.drop { $0.isWhitespace } }
}
