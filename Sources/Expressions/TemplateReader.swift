internal import Basics
internal import YAMLText

/// Reads YAML nodes into templates and collects what is wrong.
struct TemplateReader {
  /// What begins and ends an expression, for sentences whose own braces name arguments.
  private static let braces = ["begin": "${{", "end": "}}"]

  let rules: ExpressionRules
  var diagnostics: Diagnostics

  mutating func read(_ node: YAMLNode) -> Template {
    switch node.kind {
    case .scalar(let scalar):
      guard case .string(let text) = scalar.value else { return literal(scalar.value, node) }
      return read(text, node)
    case .sequence(let elements): return Template(.list(elements.map { read($0) }), at: node.location)
    case .mapping(let entries): return Template(.object(entries.map { member($0) }), at: node.location)
    }
  }

  mutating func readExpression(_ node: YAMLNode) -> Template {
    guard case .scalar(let scalar) = node.kind else { return read(node) }
    guard case .string(let text) = scalar.value else { return literal(scalar.value, node) }
    let pieces = TemplateScanner.pieces(of: text)
    if pieces.allSatisfy({ if case .text = $0 { true } else { false } }) { return bare(text, node) }
    let meant = pieces.filter { if case .text(let text) = $0 { !text.allSatisfy(\.isWhitespace) } else { true } }
    guard meant.count == 1, let only = meant.first else { return wrong(.expressionMixed, node, 0) }
    return template(only, node)
  }

  private mutating func read(_ text: String, _ node: YAMLNode) -> Template {
    let pieces = TemplateScanner.pieces(of: text)
    if pieces.count == 1, let only = pieces.first { return template(only, node) }
    let segments = pieces.compactMap { segment($0, node) }
    return segments.isEmpty ? literal(.string(""), node) : Template(.text(segments), at: node.location)
  }

  private mutating func bare(_ text: String, _ node: YAMLNode) -> Template {
    let space = text.unicodeScalars.prefix { $0.properties.isWhitespace }.count
    var source = text.unicodeScalars.dropFirst(space)
    while let last = source.last, last.properties.isWhitespace { source.removeLast() }
    return template(.expression(String(source), offset: space), node)
  }

  private mutating func template(_ piece: TemplateScanner.Piece, _ node: YAMLNode) -> Template {
    switch segment(piece, node) {
    case .text(let text): literal(.string(text), node)
    case .expression(let expression): Template(.expression(expression), at: node.location)
    case nil: literal(.null, node)
    }
  }

  private mutating func segment(_ piece: TemplateScanner.Piece, _ node: YAMLNode) -> Template.Segment? {
    switch piece {
    case .text(let text): return .text(text)
    case .unclosed(let offset):
      diagnostics.add(Diagnostic(.expressionUnclosed, Self.braces, at: node.location(at: offset)))
      return nil
    case .expression("", let offset):
      diagnostics.add(Diagnostic(.expressionEmpty, Self.braces, at: node.location(at: offset)))
      return nil
    case .expression(let source, let offset):
      let place = ExpressionPlace(node, offset: offset)
      return TemplateExpression(source, place, rules, into: &diagnostics).map(Template.Segment.expression)
    }
  }

  private mutating func member(_ entry: YAMLNode.Entry) -> Template.Member {
    let pieces = TemplateScanner.pieces(of: entry.key)
    if pieces.contains(where: { if case .text = $0 { false } else { true } }) {
      diagnostics.add(Diagnostic(.expressionInKey, ["key": entry.key], at: entry.keyLocation))
    }
    let key = pieces.reduce(into: "") { key, piece in if case .text(let text) = piece { key += text } }
    return Template.Member(key: key, keyLocation: entry.keyLocation, value: read(entry.value))
  }

  private mutating func wrong(_ code: Diagnostic.Code, _ node: YAMLNode, _ offset: Int) -> Template {
    diagnostics.add(Diagnostic(code, Self.braces, at: node.location(at: offset)))
    return literal(.null, node)
  }

  private func literal(_ value: Value, _ node: YAMLNode) -> Template { Template(.literal(value), at: node.location) }
}
