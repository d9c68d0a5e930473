internal import Basics
internal import Digests
internal import JMESPath
internal import JSONText

/// Texts: encodings, digests, case, splitting and putting together.
extension JMESFunctions {
  mutating func addEncodings() {
    add("base64", .string, result: .string) { arguments throws(JMESPathError) in
      .string(Base64.encode(Array(arguments.text(0).utf8)))
    }
    add("sha256", .string, result: .string) { arguments throws(JMESPathError) in
      .string(Hash.sha256Hex(arguments.text(0)))
    }
    add("urlencode", .string, result: .string) { arguments throws(JMESPathError) in
      .string(PercentEncoding.encode(arguments.text(0)))
    }
    add("lower", .string, result: .string) { arguments throws(JMESPathError) in
      .string(arguments.text(0).lowercased())
    }
    add("split", .string, [.string, .null], result: .array) { arguments throws(JMESPathError) in
      .list(try Self.split(arguments).map(Value.string))
    }
    add("format", .string, rest: .any, result: .string) { arguments throws(JMESPathError) in
      .string(try FormatText.fill(arguments))
    }
    add("parse_json", [.string, .null], result: .any) { arguments throws(JMESPathError) in
      guard let text = arguments[0].string else { return .null }
      do throws(JSONSyntaxError) { return try JSON.parse(text) } catch {
        throw arguments.error(
          .invalidValue, .expressionNotJSON,
          ["reason": error.reason.rawValue, "line": String(error.line), "column": String(error.column)])
      }
    }
  }

  /// The parts between separators; none for null or the empty text.
  private static func split(_ arguments: JMESArguments) throws(JMESPathError) -> [String] {
    let separator = Array(arguments.text(0).unicodeScalars)
    guard !separator.isEmpty else { throw arguments.error(.invalidValue, .expressionEmptySeparator) }
    guard !arguments.text(1).isEmpty else { return [] }
    var parts: [String.UnicodeScalarView] = [String.UnicodeScalarView()]
    var rest = Array(arguments.text(1).unicodeScalars)[...]
    while let scalar = rest.first {
      if rest.starts(with: separator) {
        rest = rest.dropFirst(separator.count)
        parts.append(String.UnicodeScalarView())
      } else {
        rest = rest.dropFirst()
        parts[parts.count - 1].append(scalar)
      }
    }
    return parts.map { String($0) }
  }
}

/// `format('{0}-{1}', a, b)` by the rules of GitHub Actions: `{{` and `}}` are braces, null is empty text.
private enum FormatText {
  static func fill(_ arguments: JMESArguments) throws(JMESPathError) -> String {
    var result = ""
    var rest = arguments.text(0)[...]
    while let character = rest.popFirst() {
      switch character {
      case "{" where rest.first == "{", "}" where rest.first == "}":
        rest.removeFirst()
        result.append(character)
      case "{": result += try argument(takeNumber(&rest), arguments)
      case "}": throw arguments.error(.invalidValue, .expressionFormatBrace)
      default: result.append(character)
      }
    }
    return result
  }

  private static func takeNumber(_ rest: inout Substring) -> String? {
    guard let end = rest.firstIndex(of: "}") else { return nil }
    defer { rest = rest[rest.index(after: end)...] }
    return String(rest[..<end])
  }

  private static func argument(_ number: String?, _ arguments: JMESArguments) throws(JMESPathError) -> String {
    guard let number, number.utf8.allSatisfy({ (48...57).contains($0) }), let index = Int(number) else {
      throw arguments.error(.invalidValue, .expressionFormatBrace)
    }
    guard index < arguments.count - 1 else {
      throw arguments.error(
        .invalidValue, .expressionFormatPlaceholder, ["number": number, "count": String(arguments.count - 1)])
    }
    let value = arguments[index + 1]
    guard let text = value.scalarText else {
      throw arguments.error(.invalidType, .expressionTextNeedsScalar, ["found": value.typeName])
    }
    return text
  }
}
