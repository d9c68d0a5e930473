extension Value {
  /// The value as compact JSON (RFC 8259): keys sorted by code points, text as UTF-8, control characters escaped.
  ///
  /// A whole `Double` is written without a fraction; NaN and infinity, which no reader of ours produces, become `null`.
  package var jsonText: String { jsonText(indent: nil) }

  /// The same, over several lines with `indent` spaces per level.
  package func jsonText(indent: Int?) -> String {
    var writer = JSONWriter(indent: indent)
    writer.write(self, level: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// Writes JSON bytes; the one place that decides how a value looks in JSON.
private struct JSONWriter {
  var bytes: [UInt8] = []
  let indent: Int?

  init(indent: Int?) { self.indent = indent }

  mutating func write(_ value: Value, level: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .integer(let number): append(String(number))
    case .number(let number): append(number.isFinite ? value.scalarText ?? "null" : "null")
    case .string(let text): write(text)
    case .list(let elements):
      write(elements, "[", "]", level) { writer, element in writer.write(element, level: level + 1) }
    case .object(let members):
      let sorted = members.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
      write(sorted, "{", "}", level) { writer, member in
        writer.write(member.key)
        writer.append(writer.indent == nil ? ":" : ": ")
        writer.write(member.value, level: level + 1)
      }
    }
  }

  private mutating func write<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, _ level: Int,
    _ body: (inout JSONWriter, Element) -> Void
  ) {
    append(opening)
    for (index, element) in elements.enumerated() {
      if index > 0 { append(",") }
      newLine(level + 1)
      body(&self, element)
    }
    if !elements.isEmpty { newLine(level) }
    append(closing)
  }

  private mutating func newLine(_ level: Int) {
    guard let indent else { return }
    bytes.append(10)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 8: append("\\b")
      case 9: append("\\t")
      case 10: append("\\n")
      case 12: append("\\f")
      case 13: append("\\r")
      case 0..<32: append("\\u00\(byte < 16 ? "0" : "1")\(String(byte & 15, radix: 16))")
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
