internal import Basics

/// What an unquoted scalar denotes: the strict part of the YAML 1.2 core schema that agrees with JSON.
///
/// - `null`, `~` and nothing at all are null; `true` and `false` are booleans.
/// - `-?(0|[1-9][0-9]*)` is an integer when it fits into 64 bits, with `.digits` or an exponent a number.
/// - Everything else is text: `yes`, `on`, `Null`, `True`, `007`, `+1`, `0x1F`, `0o17`, `1_000`, `.5`, `.inf`, dates, and
///   integers that 64 bits cannot hold, so that no digit is ever lost.
enum PlainScalar {
  static func value(of text: String) -> Value {
    switch text {
    case "", "~", "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      guard let first = text.utf8.first, isDigit(first) || first == UInt8(ascii: "-") else { return .string(text) }
      return number(text) ?? .string(text)
    }
  }

  private static func number(_ text: String) -> Value? {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    guard let whole = takeDigits(&rest), whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
    if rest.isEmpty { return Int(text).map(Value.integer) }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard takeDigits(&rest) != nil else { return nil }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
      guard takeDigits(&rest) != nil else { return nil }
    }
    guard rest.isEmpty, let number = Double(text), number.isFinite else { return nil }
    return .number(number)
  }

  private static func takeDigits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View? {
    let digits = rest.prefix(while: isDigit)
    rest = rest[digits.endIndex...]
    return digits.isEmpty ? nil : digits
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
