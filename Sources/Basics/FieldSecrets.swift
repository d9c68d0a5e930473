extension Field {
  /// The parts of a value of this field that must never be shown: all of it, or the sensitive fields inside.
  package func secrets(in value: Value) -> [Value] {
    if value.isNull { return [] }
    return sensitive ? [value] : type.secrets(in: value)
  }
}

extension ValueType {
  /// The parts of a value of this type that must never be shown.
  ///
  /// Of a `host` that is declared without `sensitive` at least the password and a private key's text.
  package func secrets(in value: Value) -> [Value] {
    switch self {
    case .list(let item): (value.list ?? []).flatMap(item.secrets)
    case .map(let item): (value.object ?? [:]).values.flatMap(item.secrets)
    case .object(let fields): fields.flatMap { $0.secrets(in: value[$0.name]) }
    case .host: [value["password"], value["key"]].filter { !$0.isNull && !Self.isPath($0) }
    default: []
    }
  }

  /// A key may be given as the path of its file.
  private static func isPath(_ value: Value) -> Bool {
    value.string.map { !$0.contains("\n") && $0.contains("/") } ?? false
  }
}
