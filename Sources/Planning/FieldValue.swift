internal import Basics

/// Makes a given value one of a field: converts text where text stands for the type, and fills in the defaults of members.
enum FieldValue {
  /// The converted value, or the value itself where it cannot be converted; `Field.problems` then says why.
  static func completed(_ value: Value, _ field: Field) -> Value {
    completed(field.type.converted(value) ?? value, field.type)
  }

  private static func completed(_ value: Value, _ type: ValueType) -> Value {
    guard type.hasDefaults else { return value }
    switch (type, value) {
    case (.list(let item), .list(let elements)): return .list(elements.map { completed($0, item) })
    case (.map(let item), .object(let members)): return .object(members.mapValues { completed($0, item) })
    case (.object(let fields), .object(var members)):
      for field in fields {
        let given = members[field.name] ?? .null
        let value = given.isNull ? field.defaultValue ?? .null : completed(given, field.type)
        if !value.isNull { members[field.name] = value }
      }
      return .object(members)
    default: return value
    }
  }
}

extension ValueType {
  fileprivate var hasDefaults: Bool {
    switch self {
    case .list(let item), .map(let item): item.hasDefaults
    case .object(let fields): fields.contains { $0.defaultValue != nil || $0.type.hasDefaults }
    default: false
    }
  }
}
