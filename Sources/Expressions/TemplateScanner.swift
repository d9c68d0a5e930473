/// Cuts a text into literal pieces and `${{ ... }}`.
///
/// `${{` ends at the first `}}` outside quotes, backticks and open brackets; `$${{` is a literal `${{`.
struct TemplateScanner {
  enum Piece: Hashable {
    case text(String)
    /// What stands between the braces without the space around it, and where it begins (in Unicode scalars).
    case expression(String, offset: Int)
    /// `${{` without an end.
    case unclosed(offset: Int)
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var pieces: [Piece] = []
  private var text = String.UnicodeScalarView()

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  static func mayHoldExpressions(_ text: String) -> Bool {
    var previous: (UInt8, UInt8) = (0, 0)
    for byte in text.utf8 {
      if byte == UInt8(ascii: "{"), previous == (UInt8(ascii: "$"), UInt8(ascii: "{")) { return true }
      previous = (previous.1, byte)
    }
    return false
  }

  static func pieces(of text: String) -> [Piece] {
    guard mayHoldExpressions(text) else { return [.text(text)] }
    var scanner = TemplateScanner(text)
    scanner.run()
    return scanner.pieces
  }

  private mutating func run() {
    while position < scalars.count {
      if holds("$${{") {
        text.append(contentsOf: "${{".unicodeScalars)
        position += 4
      } else if holds("${{") {
        flush()
        takeExpression()
      } else {
        text.append(scalars[position])
        position += 1
      }
    }
    flush()
  }

  private mutating func flush() {
    if !text.isEmpty { pieces.append(.text(String(text))) }
    text = String.UnicodeScalarView()
  }

  private mutating func takeExpression() {
    let start = position + 3
    guard let end = end(of: start) else {
      pieces.append(.unclosed(offset: position))
      position = scalars.count
      return
    }
    position = end + 2
    let first = scalars[start..<end].firstIndex { !Self.isSpace($0) } ?? end
    let last = scalars[start..<end].lastIndex { !Self.isSpace($0) } ?? first - 1
    var source = String.UnicodeScalarView()
    source.append(contentsOf: scalars[first..<last + 1])
    pieces.append(.expression(String(source), offset: first))
  }

  /// Where the `}}` stands; where brackets do not match, the first one outside quotes, so that the error is about the expression.
  private func end(of start: Int) -> Int? {
    var index = start
    var open = 0
    var fallback: Int?
    while index < scalars.count {
      switch scalars[index] {
      case "'", "\"", "`":
        guard let closing = closingQuote(index) else { return fallback ?? firstEnd(start) }
        index = closing
      case "(", "[", "{": open += 1
      case "}" where index + 1 < scalars.count && scalars[index + 1] == "}":
        if open == 0 { return index }
        fallback = fallback ?? index
        open -= 1
      case ")", "]", "}": open = max(open - 1, 0)
      default: break
      }
      index += 1
    }
    return fallback
  }

  private func closingQuote(_ opening: Int) -> Int? {
    var index = opening + 1
    while index < scalars.count {
      if scalars[index] == scalars[opening] { return index }
      index += scalars[index] == "\\" ? 2 : 1
    }
    return nil
  }

  private func firstEnd(_ start: Int) -> Int? {
    (start..<max(start, scalars.count - 1)).first { scalars[$0] == "}" && scalars[$0 + 1] == "}" }
  }

  private func holds(_ text: StaticString) -> Bool {
    guard scalars.count - position >= text.utf8CodeUnitCount else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { scalars[position + $0].value == UInt32(text.utf8Start[$0]) }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
  }
}
