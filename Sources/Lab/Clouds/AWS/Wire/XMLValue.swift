import CloudWire

/// The content of an XML element of an answer, written in the order given.
indirect enum XMLValue: Hashable, Sendable {
  case text(String)
  case fields([Field])
  /// Each in an `<item>`.
  case items([XMLValue])
  /// The element is left out.
  case nothing

  struct Field: Hashable, Sendable {
    var name: String
    var value: XMLValue
  }

  static func optional(_ text: String?) -> XMLValue { text.map(XMLValue.text) ?? .nothing }

  static func number(_ number: Int) -> XMLValue { .text(String(number)) }

  static func flag(_ flag: Bool) -> XMLValue { .text(flag ? "true" : "false") }

  /// The members of two objects, one after the other.
  func adding(_ other: XMLValue) -> XMLValue {
    guard case .fields(let mine) = self, case .fields(let more) = other else { return self }
    return .fields(mine + more)
  }

  /// The text between the tags.
  var content: String {
    switch self {
    case .nothing: ""
    case .text(let text): XMLText.escape(text)
    case .items(let items): items.map { "<item>\($0.content)</item>" }.joined()
    case .fields(let fields):
      fields.filter { $0.value != .nothing }.map { "<\($0.name)>\($0.value.content)</\($0.name)>" }.joined()
    }
  }
}

extension XMLValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral
{
  init(dictionaryLiteral elements: (String, XMLValue)...) {
    self = .fields(elements.map { Field(name: $0.0, value: $0.1) })
  }

  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(integerLiteral value: Int) { self = .number(value) }
}
