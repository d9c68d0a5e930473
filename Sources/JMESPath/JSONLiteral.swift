internal import Basics

/// Reads the JSON inside `` `...` `` and `"..."` of an expression (RFC 8259, at most 100 deep).
struct JSONLiteral {
  private static let deepest = 100
  private var rest: Substring.UTF8View

  /// The value; `nil` when the text is not exactly one JSON value.
  static func parse(_ text: String) -> Value? {
    var reader = JSONLiteral(rest: text[...].utf8)
    guard let value = reader.value(depth: 1) else { return nil }
    reader.skipSpace()
    guard reader.rest.isEmpty else { return nil }
    return value
  }

  /// The number that a whole text denotes in JSON's notation.
  static func number(_ text: String) -> Value? {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || isDigit(first) else { return nil }
    var reader = JSONLiteral(rest: text[...].utf8)
    guard let number = reader.number(), reader.rest.isEmpty else { return nil }
    return number
  }

  private mutating func value(depth: Int) -> Value? {
    guard depth <= Self.deepest else { return nil }
    skipSpace()
    switch rest.first {
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "["): return list(depth)
    case UInt8(ascii: "\""): return string().map(Value.string)
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  // Not a conditional expression: in one, `nil` could as well mean the value null.
  private mutating func word(_ text: StaticString, _ value: Value) -> Value? {
    guard take(text) else { return Value?.none }
    return value
  }

  private mutating func object(_ depth: Int) -> Value? {
    rest.removeFirst()
    var members: [String: Value] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard rest.first == UInt8(ascii: "\""), let key = string() else { return nil }
      skipSpace()
      guard take(":"), let member = value(depth: depth + 1) else { return nil }
      members[key] = member
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { return nil }
    }
  }

  private mutating func list(_ depth: Int) -> Value? {
    rest.removeFirst()
    var elements: [Value] = []
    skipSpace()
    if take("]") { return .list(elements) }
    while true {
      guard let element = value(depth: depth + 1) else { return nil }
      elements.append(element)
      skipSpace()
      if take("]") { return .list(elements) }
      guard take(",") else { return nil }
    }
  }

  private mutating func number() -> Value? {
    let text = rest
    _ = take("-")
    let whole = takeDigits()
    guard whole.count == 1 || (whole.count > 1 && whole.first != UInt8(ascii: "0")) else { return nil }
    var isWhole = true
    if take(".") {
      isWhole = false
      if takeDigits().isEmpty { return nil }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      if takeDigits().isEmpty { return nil }
    }
    let digits = String(Substring(text[..<rest.startIndex]))
    if isWhole, let integer = Int(digits) { return .integer(integer) }
    guard let number = Double(digits), number.isFinite else { return nil }
    return .number(number)
  }

  private mutating func string() -> String? {
    rest.removeFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
      case 0..<0x20: return nil
      default: bytes.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    switch rest.popFirst() {
    case UInt8(ascii: "\""): "\""
    case UInt8(ascii: "\\"): "\\"
    case UInt8(ascii: "/"): "/"
    case UInt8(ascii: "b"): "\u{8}"
    case UInt8(ascii: "f"): "\u{C}"
    case UInt8(ascii: "n"): "\n"
    case UInt8(ascii: "r"): "\r"
    case UInt8(ascii: "t"): "\t"
    case UInt8(ascii: "u"): unicodeEscape()
    default: nil
    }
  }

  private mutating func unicodeEscape() -> Unicode.Scalar? {
    guard let unit = hexUnit() else { return nil }
    guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) }
    guard take("\\u"), let low = hexUnit(), (0xDC00..<0xE000).contains(low) else { return nil }
    return Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
  }

  private mutating func hexUnit() -> UInt32? {
    let digits = rest.prefix(4)
    guard digits.count == 4, digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let unit = UInt32(Substring(digits), radix: 16)
    else { return nil }
    rest.removeFirst(4)
    return unit
  }

  private mutating func takeDigits() -> Substring.UTF8View {
    let digits = rest.prefix(while: Self.isDigit)
    rest = rest[digits.endIndex...]
    return digits
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard rest.starts(with: wanted) else { return false }
    rest.removeFirst(wanted.count)
    return true
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
