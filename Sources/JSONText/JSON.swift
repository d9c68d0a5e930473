package import Basics
internal import CJansson

/// JSON text to values and back.
package enum JSON {
  /// The deepest nesting that is read.
  package static let deepest = 512

  /// Reads one JSON value of any kind (RFC 8259, strict UTF-8; a byte order mark in front is skipped).
  ///
  /// Of members with the same name the last one counts. A number without fraction and exponent is an `integer`; one that 64 bits
  /// cannot hold is an error, as is any other number beyond a `Double`, since a value that silently changed is worse than none.
  package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> Value {
    try bytes.withUnsafeBufferPointer { buffer throws(JSONSyntaxError) in try parse(buffer) }
  }

  package static func parse(_ text: String) throws(JSONSyntaxError) -> Value { try parse(Array(text.utf8)) }

  /// Writes a value with sorted keys and unescaped UTF-8, compact or `pretty` with two spaces per level.
  ///
  /// The same value always gives the same text. NaN and infinity cannot come from any reader; they are written as `null`.
  package static func text(_ value: Value, pretty: Bool = false) -> String { value.jsonText(indent: pretty ? 2 : nil) }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) -> Value {
    let skipped = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    let content = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[skipped...])
    guard let start = content.baseAddress?.assumingMemoryBound(to: CChar.self), !content.isEmpty else {
      throw JSONSyntaxError(reason: .prematureEnd, line: 1, column: 1, offset: 0)
    }
    var error = json_error_t()
    guard let json = json_loadb(start, content.count, Int(JSON_DECODE_ANY | JSON_ALLOW_NUL), &error) else {
      throw JSONSyntaxError(error, skipped: skipped)
    }
    defer { json_decref(json) }
    return try JanssonTree.value(of: json, depth: 1)
  }
}
