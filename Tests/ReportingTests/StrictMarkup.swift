import Foundation

/// Strict readers of the formats that are written: small, and without mercy.
enum StrictMarkup {
  struct Wrong: Error, CustomStringConvertible {
    var description: String
  }

  /// Reads elements, attributes in double quotes, text and five entities, and nothing else.
  ///
  /// Gives each element's name with its attributes, and all text.
  static func xml(_ text: String) throws -> (elements: [(name: String, attributes: [String: String])], text: String) {
    var rest = text[...]
    if rest.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") { rest = rest.drop { $0 != "\n" }.dropFirst() }
    var open: [String] = []
    var elements: [(String, [String: String])] = []
    var words = ""
    while !rest.isEmpty {
      let plain = rest.prefix { $0 != "<" }
      words += try entities(plain)
      rest = rest.dropFirst(plain.count)
      if rest.isEmpty { break }
      guard let end = rest.firstIndex(of: ">") else { throw Wrong(description: "no > after \(rest.prefix(40))") }
      var tag = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { throw Wrong(description: "</\(tag.dropFirst())>") }
        if open.isEmpty, !rest.allSatisfy(\.isWhitespace) {
          throw Wrong(description: "text after the end: \(rest.prefix(80))")
        }
        continue
      }
      let isEmpty = tag.hasSuffix("/")
      if isEmpty { tag = tag.dropLast() }
      let element = try element(tag)
      elements.append(element)
      if !isEmpty { open.append(element.0) }
    }
    if !open.isEmpty { throw Wrong(description: "not closed: \(open)") }
    return (elements, words)
  }

  private static func element(_ tag: Substring) throws -> (String, [String: String]) {
    let name = tag.prefix { $0.isLetter || $0.isNumber }
    var rest = tag.dropFirst(name.count)
    var attributes: [String: String] = [:]
    while !rest.isEmpty {
      guard let match = rest.prefixMatch(of: /\ ([A-Za-z][A-Za-z0-9-]*)="([^"<]*)"/) else {
        throw Wrong(description: "<\(tag)>")
      }
      guard attributes.updateValue(try entities(match.2), forKey: String(match.1)) == nil else {
        throw Wrong(description: "twice: \(match.1)")
      }
      rest = rest[match.range.upperBound...]
    }
    if name.isEmpty { throw Wrong(description: "<\(tag)>") }
    return (String(name), attributes)
  }

  private static func entities(_ text: Substring) throws -> String {
    let legal = { (scalar: Unicode.Scalar) in
      scalar.value >= 32 && scalar.value != 0xFFFE && scalar.value != 0xFFFF || scalar == "\n" || scalar == "\t"
    }
    guard text.unicodeScalars.allSatisfy(legal), !text.contains(">") else {
      throw Wrong(description: "in text: \(text)")
    }
    let known = ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&amp;": "&"]
    var result = ""
    var rest = text
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      guard let (entity, plain) = known.first(where: { rest[start...].hasPrefix($0.key) }) else {
        throw Wrong(description: "entity: \(rest[start...].prefix(10))")
      }
      result += plain
      rest = rest[start...].dropFirst(entity.count)
    }
    return result + rest
  }

  /// Reads the part of the language of Graphviz that is written, line by line; gives the labels.
  static func dot(_ lines: [String]) throws -> [String] {
    let quoted = #"("(?:[^"\\\n]|\\\\|\\"|\\n)*")"#
    let forms = try [
      "digraph \(quoted) \\{", "\\}", "subgraph cluster_[0-9]+ \\{ label=\(quoted);",
      "[nj][0-9]+ -> [nj][0-9]+(?: \\[arrowhead=none\\])?;",
      "(?:graph|node|edge|[nj][0-9]+) \\[(?:[a-zA-Z]+=(?:\(quoted)|[A-Za-z0-9.]+)(?:, )?)+\\];",
    ].map { try Regex<AnyRegexOutput>($0) }
    var depth = 0
    var labels: [String] = []
    let label = try Regex<AnyRegexOutput>("label=\(quoted)")
    for line in lines {
      let text = line.trimmingCharacters(in: .whitespaces)
      guard try forms.contains(where: { try $0.wholeMatch(in: text) != nil }) else { throw Wrong(description: line) }
      depth += text.hasSuffix("{") || text.hasPrefix("subgraph") ? 1 : text == "}" ? -1 : 0
      if let match = try label.firstMatch(in: text), let found = match[1].substring { labels.append(String(found)) }
    }
    if depth != 0 { throw Wrong(description: "braces: \(depth)") }
    return labels
  }

  /// Reads the part of Mermaid that is written, line by line; gives the labels.
  static func mermaid(_ lines: [String]) throws -> [String] {
    // Inside quotes: plain characters, `#code;`, and line breaks of our own.
    let label = #""((?:[A-Za-z0-9 \-./,:()+=@!?]|[^\x00-\x7F]|#[0-9]+;|<br/>)*)""#
    let forms = try [
      "subgraph c[0-9]+\\[\(label)\\]", "end", "[nj][0-9]+ --[->] [nj][0-9]+", "j[0-9]+\\(\\(\" \"\\)\\)",
      "n[0-9]+\\[\(label)\\]",
      "n[0-9]+\\(\\[\(label)\\]\\)",
      "classDef [a-z]+ [a-z0-9#:,-]+", "class n[0-9]+(?:,n[0-9]+)* [a-z]+",
    ].map { try Regex<AnyRegexOutput>($0) }
    guard lines.first == "flowchart TB" else { throw Wrong(description: lines.first ?? "") }
    var depth = 0
    var labels: [String] = []
    for line in lines.dropFirst() {
      let text = line.trimmingCharacters(in: .whitespaces)
      guard let match = forms.lazy.compactMap({ try? $0.wholeMatch(in: text) }).first else {
        throw Wrong(description: line)
      }
      depth += text.hasPrefix("subgraph") ? 1 : text == "end" ? -1 : 0
      if match.count > 1, let found = match[1].substring { labels.append(String(found)) }
    }
    if depth != 0 { throw Wrong(description: "subgraphs: \(depth)") }
    return labels
  }
}
