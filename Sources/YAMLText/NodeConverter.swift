internal import Basics
internal import Yams

/// Turns Yams' nodes into ours: resolves scalars, finds exact places, counts nodes, collects what is wrong.
struct NodeConverter {
  let source: SourceText
  var findings = Diagnostics()
  private var count = 0

  init(source: SourceText) { self.source = source }

  mutating func convert(_ node: Node, depth: Int) throws -> YAMLNode {
    let location = place(of: node)
    count += 1
    if count > YAMLReader.mostNodes { throw over(.yamlTooManyNodes, YAMLReader.mostNodes, location) }
    if depth > YAMLReader.deepest { throw over(.yamlTooDeep, YAMLReader.deepest, location) }
    switch node {
    case .scalar(let scalar):
      checkTag(scalar.tag, .str, location)
      return YAMLNode(kind: .scalar(convert(scalar, location)), location: location)
    case .sequence(let sequence):
      checkTag(sequence.tag, .seq, location)
      var elements: [YAMLNode] = []
      elements.reserveCapacity(sequence.count)
      for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
      return YAMLNode(kind: .sequence(elements), location: location)
    case .mapping(let mapping):
      checkTag(mapping.tag, .map, location)
      var entries: [YAMLNode.Entry] = []
      entries.reserveCapacity(mapping.count)
      for (key, value) in mapping { entries.append(try entry(key, value, depth)) }
      return YAMLNode(kind: .mapping(entries), location: location)
    case .alias:
      preconditionFailure("the parser replaces every alias by its node")
    }
  }

  private mutating func entry(_ key: Node, _ value: Node, _ depth: Int) throws -> YAMLNode.Entry {
    let location = place(of: key)
    let name = keyText(key, location)
    return YAMLNode.Entry(key: name, keyLocation: location, value: try convert(value, depth: depth + 1))
  }

  private mutating func keyText(_ key: Node, _ location: SourceLocation) -> String {
    guard case .scalar(let scalar) = key else {
      findings.add(Diagnostic(.yamlKeyNotText, at: location))
      return ""
    }
    checkTag(scalar.tag, .str, location)
    if scalar.style == .plain {
      if scalar.string == "<<" { findings.add(Diagnostic(.yamlMergeKey, at: location)) }
      if PlainScalar.value(of: scalar.string).string == nil {
        findings.add(Diagnostic(.yamlKeyNotQuoted, ["key": scalar.string], at: location))
      }
    }
    return scalar.string
  }

  private func convert(_ scalar: Node.Scalar, _ location: SourceLocation) -> YAMLNode.Scalar {
    let style = Self.style(scalar.style)
    // Only `!!str` leaves a plain scalar with a tag of its own.
    let isResolved = style == .plain && scalar.tag.rawValue.isEmpty
    return YAMLNode.Scalar(
      text: scalar.string, value: isResolved ? PlainScalar.value(of: scalar.string) : .string(scalar.string),
      style: style, isVerbatim: isVerbatim(scalar.string, style, location))
  }

  private func isVerbatim(_ text: String, _ style: YAMLNode.Scalar.Style, _ location: SourceLocation) -> Bool {
    let start = source.offset(line: location.line, column: location.column)
    return switch style {
    case .plain: source.holds(text, at: start)
    case .singleQuoted: !text.contains("'") && source.holds(text + "'", at: start + 1)
    case .doubleQuoted: !text.contains("\\") && source.holds(text + "\"", at: start + 1)
    case .block: false
    }
  }

  /// The node's first character; libyaml's mark of a node with an anchor or a tag is that of the anchor or tag.
  private func place(of node: Node) -> SourceLocation {
    guard let mark = node.mark else { return SourceLocation(file: source.file) }
    let location = SourceLocation(file: source.file, line: mark.line, column: mark.column)
    if case .scalar(let scalar) = node, scalar.string.isEmpty, scalar.style == .plain { return location }
    let start = source.offset(line: mark.line, column: mark.column)
    let behind = source.skippingProperties(from: start)
    return behind == start ? location : source.location(of: behind)
  }

  private mutating func checkTag(_ tag: Tag, _ own: Tag.Name, _ location: SourceLocation) {
    if !tag.rawValue.isEmpty, tag.rawValue != own.rawValue {
      findings.add(Diagnostic(.yamlTag, ["tag": tag.rawValue], at: location))
    }
  }

  private func over(_ code: Diagnostic.Code, _ limit: Int, _ location: SourceLocation) -> Diagnostics {
    Diagnostics(Diagnostic(code, ["limit": String(limit)], at: location))
  }

  private static func style(_ style: Node.Scalar.Style) -> YAMLNode.Scalar.Style {
    switch style {
    case .any, .plain: .plain
    case .singleQuoted: .singleQuoted
    case .doubleQuoted: .doubleQuoted
    case .literal, .folded: .block
    }
  }
}
