package import Basics
package import Expressions

/// What is known of a value before any data is there: its type, and whether it must be kept secret.
///
/// Members of objects keep their own `sensitive`, so that one secret field does not hide its neighbours.
package struct StaticValue: Sendable, Hashable {
  package var type: ValueType
  package var sensitive: Bool

  package init(_ type: ValueType, sensitive: Bool = false) {
    self.type = type
    self.sensitive = sensitive
  }

  package init(_ field: Field) { self.init(field.type, sensitive: field.sensitive) }

  package static let anything = StaticValue(.any)

  /// Whether the value as a whole holds a secret anywhere.
  package var holdsSecret: Bool { sensitive || type.holdsSensitiveField }
}

extension ValueType {
  /// Whether some field inside an object of this type is sensitive.
  package var holdsSensitiveField: Bool {
    switch self {
    case .list(let item), .map(let item): item.holdsSensitiveField
    case .object(let fields): fields.contains { $0.sensitive || $0.type.holdsSensitiveField }
    default: false
    }
  }
}

extension StaticValue {
  /// A member that a path asks for and the type cannot have.
  package struct UnknownMember: Error, Hashable {
    package var name: String
    /// The members that there are; empty for a value that has none (a text, a list).
    package var known: [String]
    package var type: ValueType
  }

  /// What stands at the end of `path`, without its first `skipped` components.
  package func following(
    _ path: [Reference.Component], skipping skipped: Int = 0
  ) throws(UnknownMember) -> StaticValue {
    var value = self
    for component in path.dropFirst(skipped) {
      switch component {
      case .field(let name): value = try value.member(name)
      case .index, .item: value = value.item
      // `[]` opens up lists among the elements, and a path does not tell it from `[*]`.
      case .wildcard: value = value.item.opened
      }
    }
    return value
  }

  private func member(_ name: String) throws(UnknownMember) -> StaticValue {
    switch type {
    case .object(let fields):
      guard let field = fields.first(where: { $0.name == name }) else {
        throw UnknownMember(name: name, known: fields.map(\.name), type: type)
      }
      return StaticValue(field.type, sensitive: sensitive || field.sensitive)
    case .map(let item): return StaticValue(item, sensitive: sensitive)
    case .any, .host: return StaticValue(.any, sensitive: sensitive)
    default: throw UnknownMember(name: name, known: [], type: type)
    }
  }

  /// One item of a list or map; anything else may hold anything.
  package var item: StaticValue {
    switch type {
    case .list(let item), .map(let item): StaticValue(item, sensitive: sensitive)
    default: StaticValue(.any, sensitive: holdsSecret)
    }
  }

  private var opened: StaticValue {
    if case .list = type { StaticValue(.any, sensitive: holdsSecret) } else { self }
  }
}

extension ValueType {
  /// Whether a value of this type may be given where `wanted` is; `false` only when no value of this type ever fits.
  package func mayFit(_ wanted: ValueType) -> Bool {
    switch (self, wanted) {
    case (.any, _), (_, .any): true
    case (.list(let own), .list(let other)): own.mayFit(other)
    case (.map(let own), .map(let other)): own.mayFit(other)
    case (.object, .map), (.map, .object), (.object, .host), (.map, .host): true
    case (.object(let own), .object(let other)): Self.objectMayFit(own, other)
    case (.host, .object), (.host, .map): true
    case (.list, _), (_, .list), (.map, _), (_, .map), (.object, _), (_, .object): false
    case (.string, _), (_, .string): true
    case (.integer, .number), (.number, .integer): true
    case (.cidr, .host), (.duration, .host): false
    case (.ip, .host), (.host, .ip): true
    default: self == wanted
    }
  }

  private static func objectMayFit(_ own: [Field], _ other: [Field]) -> Bool {
    other.allSatisfy { field in
      own.first { $0.name == field.name }.map { $0.type.mayFit(field.type) } ?? !field.required
    }
  }
}

extension StaticValue.UnknownMember {
  /// The finding about a path that asks for this member, with "did you mean".
  package func diagnostic(
    _ code: Diagnostic.Code, path: String, at location: SourceLocation?
  ) -> Diagnostic {
    Diagnostic(
      code,
      ["name": name, "path": path, "type": type.name, "known": known.joined(separator: ", ")], at: location
    ).suggesting(name, among: known)
  }
}
