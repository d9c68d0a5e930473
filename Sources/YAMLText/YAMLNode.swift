package import Basics

/// One node of a YAML document, with its place in the file.
///
/// Aliases are already replaced by what they stand for; such a node has the place of its anchor.
package struct YAMLNode: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case scalar(Scalar)
    /// Entries in the order of the file; keys are unique.
    case mapping([Entry])
    case sequence([YAMLNode])
  }

  /// A text, number, boolean or null as it was written and as it is understood.
  package struct Scalar: Sendable, Hashable {
    package enum Style: Sendable, Hashable {
      case plain, singleQuoted, doubleQuoted, block
    }

    /// The content after quotes, escapes and line folding are taken away.
    package let text: String
    /// What a plain scalar denotes (`PlainScalar`); the text itself for every other style.
    package let value: Value
    package let style: Style
    /// Whether the content stands in the file character by character on one line, so that an offset into it is a column.
    package let isVerbatim: Bool
  }

  /// One key of a mapping with its value.
  package struct Entry: Sendable, Hashable {
    package let key: String
    package let keyLocation: SourceLocation
    package let value: YAMLNode
  }

  package let kind: Kind
  /// The first character of the node: of a quoted scalar the quote, of a block scalar the `|` or `>`.
  package let location: SourceLocation

  package init(kind: Kind, location: SourceLocation) {
    self.kind = kind
    self.location = location
  }
}

extension YAMLNode {
  /// A text that did not come from a file, such as an argument of the command line.
  package init(text: String, location: SourceLocation) {
    let scalar = Scalar(text: text, value: .string(text), style: .block, isVerbatim: false)
    self.init(kind: .scalar(scalar), location: location)
  }

  /// The node as plain data, places and order of keys left out.
  package var value: Value {
    switch kind {
    case .scalar(let scalar): scalar.value
    case .sequence(let elements): .list(elements.map(\.value))
    case .mapping(let entries):
      .object(Dictionary(entries.map { ($0.key, $0.value.value) }) { first, _ in first })
    }
  }

  /// The content of a scalar as it was written: `1.10` stays `1.10`; `nil` for a mapping or a sequence.
  package var text: String? { scalar?.text }

  package var scalar: Scalar? { if case .scalar(let scalar) = kind { scalar } else { nil } }

  package var entries: [Entry]? { if case .mapping(let entries) = kind { entries } else { nil } }

  package var elements: [YAMLNode]? { if case .sequence(let elements) = kind { elements } else { nil } }

  /// Whether the node is `null`, `~` or nothing at all.
  package var isNull: Bool { scalar?.value.isNull ?? false }

  /// The value of `key` in a mapping; `nil` when it is missing or this is no mapping.
  package subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

  /// The place of the character number `offset` (in Unicode scalars) of a scalar's text; the start of the scalar where
  /// escapes, folding or a block make a column uncertain.
  package func location(at offset: Int) -> SourceLocation {
    guard let scalar, scalar.isVerbatim else { return location }
    var place = location
    place.column += offset + (scalar.style == .plain ? 0 : 1)
    return place
  }
}
