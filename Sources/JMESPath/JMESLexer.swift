internal import Basics

/// Cuts the source of an expression into tokens.
struct JMESLexer {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  static func tokens(of source: String) throws(JMESPathError) -> [JMESToken] {
    var lexer = JMESLexer(source)
    var tokens: [JMESToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    tokens.append(JMESToken(kind: .end, offset: lexer.scalars.count, end: lexer.scalars.count))
    return tokens
  }

  private mutating func next() throws(JMESPathError) -> JMESToken? {
    while let scalar = peek, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { position += 1 }
    guard let first = peek else { return nil }
    let start = position
    let kind = try kind(beginning: first)
    return JMESToken(kind: kind, offset: start, end: position)
  }

  private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func kind(beginning first: Unicode.Scalar) throws(JMESPathError) -> JMESToken.Kind {
    switch first {
    case "a"..."z", "A"..."Z", "_": return .name(takeName())
    case "0"..."9", "-": return try number()
    case "$": return try variable()
    case "\"": return try quotedName()
    case "'": return try rawString()
    case "`": return try jsonLiteral()
    default: return try symbol(first)
    }
  }

  private mutating func symbol(_ first: Unicode.Scalar) throws(JMESPathError) -> JMESToken.Kind {
    let start = position
    position += 1
    switch first {
    case ".": return .dot
    case "*": return .star
    case ",": return .comma
    case ":": return .colon
    case "@": return .current
    case "]": return .rightBracket
    case "{": return .leftBrace
    case "}": return .rightBrace
    case "(": return .leftParenthesis
    case ")": return .rightParenthesis
    case "[": return take("?") ? .filter : take("]") ? .flatten : .leftBracket
    case "|": return take("|") ? .or : .pipe
    case "&": return take("&") ? .and : .reference
    case "!": return take("=") ? .comparison(.notEqual) : .not
    case "<": return .comparison(take("=") ? .lessOrEqual : .less)
    case ">": return .comparison(take("=") ? .greaterOrEqual : .greater)
    case "=":
      guard take("=") else { throw .syntax(.jmesSingleEquals, at: start) }
      return .comparison(.equal)
    default: throw .syntax(.jmesUnexpectedCharacter, ["character": String(first)], at: start)
    }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  private mutating func takeName() -> String {
    let start = position
    while let scalar = peek, Self.isNamePart(scalar) { position += 1 }
    return text(start..<position)
  }

  private mutating func variable() throws(JMESPathError) -> JMESToken.Kind {
    let start = position
    position += 1
    guard let first = peek, Self.isNamePart(first), !("0"..."9" ~= first) else {
      throw .syntax(.jmesUnexpectedCharacter, ["character": "$"], at: start)
    }
    return .variable(takeName())
  }

  private mutating func number() throws(JMESPathError) -> JMESToken.Kind {
    let start = position
    position += 1
    while let digit = peek, "0"..."9" ~= digit { position += 1 }
    let digits = text(start..<position)
    if digits == "-" { throw .syntax(.jmesUnexpectedCharacter, ["character": "-"], at: start) }
    guard let number = Int(digits) else { throw .syntax(.jmesNumberRange, ["number": digits], at: start) }
    return .number(number)
  }

  private mutating func quotedName() throws(JMESPathError) -> JMESToken.Kind {
    let start = position
    let content = try takeDelimited("\"")
    guard case .string(let name)? = JSONLiteral.parse("\"\(content)\"") else {
      throw .syntax(.jmesBadName, ["name": "\"\(content)\""], at: start)
    }
    return .quotedName(name)
  }

  /// `'text'`: only `\'` is an escape; every other backslash stands for itself.
  private mutating func rawString() throws(JMESPathError) -> JMESToken.Kind {
    .literal(.string(Self.unescaping("'", try takeDelimited("'"))))
  }

  private mutating func jsonLiteral() throws(JMESPathError) -> JMESToken.Kind {
    let start = position
    let content = try takeDelimited("`")
    let json = Self.unescaping("`", content)
    guard let value = JSONLiteral.parse(json) else {
      throw .syntax(.jmesBadLiteral, ["literal": content], at: start)
    }
    return .literal(value)
  }

  private static func unescaping(_ delimiter: Unicode.Scalar, _ content: String) -> String {
    guard content.utf8.contains(UInt8(ascii: "\\")) else { return content }
    var result = String.UnicodeScalarView()
    for scalar in content.unicodeScalars {
      if scalar == delimiter, result.last == "\\" { result.removeLast() }
      result.append(scalar)
    }
    return String(result)
  }

  /// What stands between two delimiters; a backslash keeps the next character from closing.
  private mutating func takeDelimited(_ delimiter: Unicode.Scalar) throws(JMESPathError) -> String {
    let start = position
    position += 1
    while let scalar = peek, scalar != delimiter { position += scalar == "\\" ? 2 : 1 }
    guard position < scalars.count else {
      position = scalars.count
      throw .syntax(.jmesUnclosed, ["opening": String(delimiter)], at: start)
    }
    position += 1
    return text(start + 1..<position - 1)
  }

  private func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}
