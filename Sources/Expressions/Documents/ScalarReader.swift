package import Basics
package import YAMLText

/// Reads single values of a document: each answers `nil` and leaves a finding when the node holds something else.
package enum ScalarReader {
  /// A text that is not empty, as written: a plain `1.10` is the text `1.10`.
  package static func text(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> String? {
    guard let text = node.text, !node.isNull else {
      findings.add(.wrongKind(node, part: part, expected: "text"))
      return nil
    }
    if text.isEmpty {
      findings.add(Diagnostic(.documentEmptyText, ["part": part], at: node.location))
      return nil
    }
    return text
  }

  package static func duration(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> Duration? {
    guard let text = text(node, part: part, &findings) else { return nil }
    if let duration = Duration(text: text) { return duration }
    findings.add(Diagnostic(.documentBadDuration, ["part": part, "text": text], at: node.location))
    return nil
  }

  /// A text in one or more languages: a plain text, or a mapping with `en` and `zh`.
  package static func localized(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> LocalizedText? {
    if node.scalar != nil { return text(node, part: part, &findings).map { LocalizedText(plain: $0) } }
    guard let mapping = MappingReader(node, part: part, keys: ["en", "zh"], &findings) else { return nil }
    var byLanguage: [String: String] = [:]
    for language in ["en", "zh"] {
      byLanguage[language] = mapping.text(language, &findings)
    }
    if byLanguage.isEmpty, node.entries?.isEmpty == true {
      findings.add(Diagnostic(.documentEmptyText, ["part": part], at: node.location))
    }
    return byLanguage.isEmpty ? nil : LocalizedText(byLanguage)
  }

  static func scalar<Scalar>(
    _ node: YAMLNode, part: String, expected: String, _ kind: (Value) -> Scalar?, _ findings: inout Diagnostics
  ) -> Scalar? {
    if let value = node.scalar.flatMap({ kind($0.value) }) { return value }
    findings.add(.wrongKind(node, part: part, expected: expected))
    return nil
  }
}

extension YAMLNode {
  /// What the node holds, in the words of messages: `mapping`, `list`, `text`, `number`, `boolean`, `null`.
  package var kindName: String {
    switch kind {
    case .mapping: "mapping"
    case .sequence: "list"
    case .scalar(let scalar): scalar.value.string == nil ? scalar.value.typeName : "text"
    }
  }

  /// The node as a value of `type`: where a text is wanted, a plain scalar counts as written (`1.10` stays `1.10`).
  package func value(as type: ValueType) -> Value {
    switch (type, kind) {
    case (.list(let item), .sequence(let elements)): .list(elements.map { $0.value(as: item) })
    case (.map(let item), .mapping(let entries)): Self.object(entries) { _ in item }
    case (.object(let fields), .mapping(let entries)):
      Self.object(entries) { key in fields.first { $0.name == key }?.type ?? .any }
    case (_, .scalar(let scalar)) where type.isWrittenAsText && !scalar.value.isNull: .string(scalar.text)
    default: value
    }
  }

  private static func object(_ entries: [Entry], _ type: (String) -> ValueType) -> Value {
    .object(Dictionary(entries.map { ($0.key, $0.value.value(as: type($0.key))) }) { first, _ in first })
  }
}

extension ValueType {
  /// Whether a scalar of this type is a text.
  package var isWrittenAsText: Bool {
    switch self {
    case .string, .cidr, .ip, .duration, .host: true
    case .integer, .number, .boolean, .any, .list, .map, .object: false
    }
  }
}

extension Diagnostic {
  package static func wrongKind(_ node: YAMLNode, part: String, expected: String) -> Diagnostic {
    Diagnostic(
      .documentWrongKind, ["part": part, "expected": expected, "found": node.kindName], at: node.location)
  }

  package static func unknownWord(
    _ word: String, part: String, known: [String], at location: SourceLocation
  ) -> Diagnostic {
    Diagnostic(
      .documentUnknownWord, ["word": word, "part": part, "known": known.joined(separator: ", ")], at: location
    ).suggesting(word, among: known)
  }
}
