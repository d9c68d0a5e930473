package import Basics
package import YAMLText

/// Reads the keys of one mapping of a document that people write, and collects everything that is wrong with them.
///
/// `part` is the mapping's own path in the document (`steps.verify.retry`), shown in messages; it is empty for the document itself.
/// A key whose value is null counts as not given. The readers answer `nil` both for a missing key and for a wrong value; the
/// latter leaves a finding.
package struct MappingReader {
  package let node: YAMLNode
  package let part: String
  private let entries: [String: YAMLNode.Entry]

  /// Reports unknown keys (with "did you mean"), missing ones, and a node that is no mapping (`nil`).
  package init?(
    _ node: YAMLNode, part: String, keys: [String], required: [String] = [], _ findings: inout Diagnostics
  ) {
    guard let written = node.entries else {
      findings.add(.wrongKind(node, part: part, expected: "mapping"))
      return nil
    }
    self.node = node
    self.part = part
    for entry in written where !keys.contains(entry.key) {
      findings.add(
        Diagnostic(
          .documentUnknownKey, ["key": entry.key, "part": part, "known": keys.joined(separator: ", ")],
          at: entry.keyLocation
        ).suggesting(entry.key, among: keys))
    }
    entries = Dictionary(written.filter { !$0.value.isNull }.map { ($0.key, $0) }) { first, _ in first }
    for key in required where entries[key] == nil {
      findings.add(Diagnostic(.documentMissingKey, ["key": key, "part": part], at: node.location))
    }
  }

  /// The value of a key; `nil` when it is missing or null.
  package subscript(key: String) -> YAMLNode? { entries[key]?.value }

  /// A key with its place and value; `nil` when it is missing or null.
  package func entry(_ key: String) -> YAMLNode.Entry? { entries[key] }

  /// The path of a key in the document.
  package func path(_ key: String) -> String { part.isEmpty ? key : "\(part).\(key)" }

  /// The members of the mapping that stands at `key`, in the order of the file; none when it is missing.
  package func members(_ key: String, _ findings: inout Diagnostics) -> [YAMLNode.Entry] {
    guard let node = self[key] else { return [] }
    guard let members = node.entries else {
      findings.add(.wrongKind(node, part: path(key), expected: "mapping"))
      return []
    }
    return members
  }

  /// The elements of the list that stands at `key`; none when it is missing.
  package func elements(_ key: String, _ findings: inout Diagnostics) -> [YAMLNode] {
    guard let node = self[key] else { return [] }
    guard let elements = node.elements else {
      findings.add(.wrongKind(node, part: path(key), expected: "list"))
      return []
    }
    return elements
  }
}

extension MappingReader {
  /// A text, as written: a plain `1.10` is the text `1.10`.
  package func text(_ key: String, _ findings: inout Diagnostics) -> String? {
    self[key].flatMap { ScalarReader.text($0, part: path(key), &findings) }
  }

  package func bool(_ key: String, _ findings: inout Diagnostics) -> Bool? {
    self[key].flatMap { ScalarReader.scalar($0, part: path(key), expected: "boolean", \.bool, &findings) }
  }

  package func number(_ key: String, _ findings: inout Diagnostics) -> Double? {
    self[key].flatMap { ScalarReader.scalar($0, part: path(key), expected: "number", \.double, &findings) }
  }

  package func integer(_ key: String, in range: ClosedRange<Int>, _ findings: inout Diagnostics) -> Int? {
    guard let node = self[key],
      let number = ScalarReader.scalar(node, part: path(key), expected: "integer", \.integer, &findings)
    else { return nil }
    if range.contains(number) { return number }
    findings.add(
      Diagnostic(
        .documentOutOfRange,
        [
          "part": path(key), "value": String(number), "minimum": String(range.lowerBound),
          "maximum": String(range.upperBound),
        ], at: node.location))
    return nil
  }

  /// A duration such as `250ms`, `30s`, `5m`, `2h`, `1d`.
  package func duration(_ key: String, _ findings: inout Diagnostics) -> Duration? {
    self[key].flatMap { ScalarReader.duration($0, part: path(key), &findings) }
  }

  /// One of the words of an enumeration.
  package func word<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ findings: inout Diagnostics
  ) -> Word? {
    guard let node = self[key], let text = ScalarReader.text(node, part: path(key), &findings) else { return nil }
    if let word = Word(rawValue: text) { return word }
    findings.add(.unknownWord(text, part: path(key), known: Word.allCases.map(\.rawValue), at: node.location))
    return nil
  }

  /// A text in one or more languages: a plain text, or `{en: ..., zh: ...}`.
  package func localized(_ key: String, _ findings: inout Diagnostics) -> LocalizedText? {
    self[key].flatMap { ScalarReader.localized($0, part: path(key), &findings) }
  }

  /// A list of texts; a single text stands for a list of one.
  package func texts(_ key: String, _ findings: inout Diagnostics) -> [(text: String, location: SourceLocation)] {
    guard let node = self[key] else { return [] }
    let nodes = node.scalar == nil ? elements(key, &findings) : [node]
    return nodes.compactMap { element in
      ScalarReader.text(element, part: path(key), &findings).map { ($0, element.location) }
    }
  }
}
