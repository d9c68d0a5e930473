/// YAML as user data has it: block mappings and lists, plain and quoted scalars, `|` and `>` texts, `[a, b]` lists on one line.
///
/// No anchors, tags, flow mappings or multi-line plain scalars. It never fails: what it cannot read becomes text or is read over, since
/// user data is the operator's and the lab's host then behaves like one whose cloud-init was told nothing.
indirect enum PlainYAML: Hashable, Sendable {
  case text(String)
  case list([PlainYAML])
  case map([String: PlainYAML])

  subscript(key: String) -> PlainYAML? {
    if case .map(let members) = self { members[key] } else { nil }
  }

  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  var items: [PlainYAML] {
    if case .list(let items) = self { items } else { [] }
  }

  /// Lines of a text, or the texts of a list.
  var lines: [String] {
    switch self {
    case .text(let text): text.split(separator: "\n").map(String.init)
    case .list(let items): items.compactMap(\.text)
    case .map: []
    }
  }

  static func parse(_ text: String) -> PlainYAML {
    var reader = Reader(text)
    return reader.block(indent: 0) ?? .map([:])
  }
}

private struct Reader {
  private struct Line {
    var indent: Int
    var content: String
    var raw: Substring
  }

  private var lines: [Line]
  private var position = 0

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { raw in
      let content = raw.drop { $0 == " " }
      return Line(indent: raw.count - content.count, content: String(content).trimmed, raw: raw)
    }
  }

  /// Steps over empty lines and comments; the next line, unless the end.
  private mutating func next() -> Line? {
    while position < lines.count {
      let line = lines[position]
      if !line.content.isEmpty, !line.content.hasPrefix("#"), line.content != "---" { return line }
      position += 1
    }
    return nil
  }

  mutating func block(indent: Int) -> PlainYAML? {
    guard let first = next(), first.indent >= indent else { return nil }
    return Self.isItem(first.content) ? list(indent: first.indent) : map(indent: first.indent)
  }

  private static func isItem(_ content: String) -> Bool { content == "-" || content.hasPrefix("- ") }

  private mutating func list(indent: Int) -> PlainYAML {
    var items: [PlainYAML] = []
    while let line = next(), line.indent == indent, Self.isItem(line.content) {
      let rest = String(line.content.dropFirst(2)).trimmed
      if rest.isEmpty {
        position += 1
        items.append(block(indent: indent + 1) ?? .text(""))
      } else if Self.isItem(rest) || Self.split(rest) != nil {
        items.append(inner(line, rest))
      } else {
        position += 1
        items.append(scalar(rest, indent: indent))
      }
    }
    return .list(items)
  }

  /// A mapping or list that begins on the line of its dash: read as if the dash were spaces.
  private mutating func inner(_ line: Line, _ rest: String) -> PlainYAML {
    let width = line.content.count - rest.count
    lines[position] = Line(indent: line.indent + width, content: rest, raw: line.raw)
    return Self.isItem(rest) ? list(indent: line.indent + width) : map(indent: line.indent + width)
  }

  private mutating func map(indent: Int) -> PlainYAML {
    var members: [String: PlainYAML] = [:]
    while let line = next(), line.indent == indent {
      position += 1
      guard let (key, rest) = Self.split(line.content) else { continue }
      if rest.isEmpty {
        // A list may stand at the indentation of its key.
        let isListHere = next().map { $0.indent == indent && Self.isItem($0.content) } ?? false
        members[key] = block(indent: isListHere ? indent : indent + 1) ?? .text("")
      } else {
        members[key] = scalar(rest, indent: indent)
      }
    }
    return .map(members)
  }

  /// `key: rest`, unless the text is no member of a mapping.
  private static func split(_ content: String) -> (key: String, rest: String)? {
    if content.hasPrefix("\"") || content.hasPrefix("'") || content.hasPrefix("[") { return nil }
    guard let colon = content.firstRange(of: ": ")?.lowerBound ?? (content.hasSuffix(":") ? content.indices.last : nil)
    else {
      return nil
    }
    let key = content[..<colon]
    guard key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }), !key.isEmpty else {
      return nil
    }
    return (String(key), String(content[content.index(after: colon)...]).trimmed)
  }

  private mutating func scalar(_ text: String, indent: Int) -> PlainYAML {
    if let style = text.first, style == "|" || style == ">" {
      return .text(literal(text, folded: style == ">", indent: indent))
    }
    if text.hasPrefix("["), text.hasSuffix("]") {
      return .list(text.dropFirst().dropLast().split(separator: ",").map { .text(Self.plain(String($0).trimmed)) })
    }
    return .text(Self.plain(text))
  }

  private mutating func literal(_ head: String, folded: Bool, indent: Int) -> String {
    var body: [Substring] = []
    var width: Int?
    while position < lines.count {
      let line = lines[position]
      if !line.content.isEmpty {
        if line.indent <= indent { break }
        width = width ?? line.indent
      }
      body.append(line.raw.dropFirst(line.content.isEmpty ? line.raw.count : min(width ?? 0, line.indent)))
      position += 1
    }
    while body.last?.isEmpty == true { body.removeLast() }
    let text = body.joined(separator: folded ? " " : "\n")
    return head.contains("-") || text.isEmpty ? text : text + "\n"
  }

  private static func plain(_ text: String) -> String {
    if text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") {
      return String(text.dropFirst().dropLast()).replacing("''", with: "'")
    }
    if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
      return String(text.dropFirst().dropLast()).replacing("\\n", with: "\n").replacing("\\\"", with: "\"").replacing(
        "\\\\", with: "\\")
    }
    if let comment = text.firstRange(of: " #") { return String(text[..<comment.lowerBound]).trimmed }
    return text
  }
}
