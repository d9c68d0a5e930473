/// Text from elsewhere made harmless for a terminal: control characters and escapes are shown, not obeyed.
package enum SafeText {
  /// One line: line breaks and every control character become visible.
  package static func line(_ text: String) -> String { clean(text, keepingLines: false) }

  /// Several lines: line breaks and tabs stay.
  package static func block(_ text: String) -> String { clean(text, keepingLines: true) }

  private static func clean(_ text: String, keepingLines: Bool) -> String {
    guard text.unicodeScalars.contains(where: { isDangerous($0) }) else { return text }
    let text = keepingLines ? text.replacing("\r\n", with: "\n") : text
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if keepingLines, scalar == "\n" || scalar == "\t" {
        result.append(scalar)
      } else if scalar == "\n" || scalar == "\t" {
        result.append(" ")
      } else if isDangerous(scalar) {
        result.append(contentsOf: scalar.value < 32 ? picture(scalar) : "\u{FFFD}".unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func picture(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    (Unicode.Scalar(0x2400 + scalar.value).map { String(Character($0)) } ?? "\u{FFFD}").unicodeScalars
  }

  /// C0 and C1 controls, and the marks that reorder text for the eye.
  private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F: true
    default: false
    }
  }
}
