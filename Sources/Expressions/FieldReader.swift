package import Basics
package import YAMLText

/// Reads declarations of inputs and outputs in the notation of a workflow's `inputs:`.
///
/// `name: {type, items, fields, required, default, enum, min, max, pattern, unit, sensitive, example, help}`. A field is required
/// unless it has a default or says `required: false`. A list or map without `items` holds anything; an object without `fields`
/// is a map of anything. Defaults, examples and `enum` are held to the field's own type and rules.
package enum FieldReader {
  package static let keys = [
    "type", "items", "fields", "required", "default", "enum", "min", "max", "pattern", "unit", "sensitive", "example",
    "help",
  ]

  /// Every field of a mapping `name: declaration`, in the order of the file; wrong ones are left out.
  package static func fields(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> [Field] {
    guard let entries = node.entries else {
      findings.add(.wrongKind(node, part: part, expected: "mapping"))
      return []
    }
    return entries.compactMap { field($0, part: part, &findings) }
  }

  /// One field.
  ///
  /// `alsoAllowed` names keys that the caller reads itself, such as `value` of a provider's output.
  package static func field(
    _ entry: YAMLNode.Entry, part: String, alsoAllowed: [String] = [], _ findings: inout Diagnostics
  ) -> Field? {
    checkName(entry, part: part, &findings)
    guard
      let mapping = MappingReader(
        entry.value, part: "\(part).\(entry.key)", keys: keys + alsoAllowed, required: ["type"], &findings),
      let type = type(mapping, &findings)
    else { return nil }
    var field = Field(entry.key, type, location: entry.keyLocation)
    field.sensitive = mapping.bool("sensitive", &findings) ?? false
    field.unit = mapping.text("unit", &findings)
    field.help = mapping.localized("help", &findings)
    readRules(mapping, &field, &findings)
    readValues(mapping, &field, &findings)
    field.required = mapping.bool("required", &findings) ?? (field.defaultValue == nil)
    return field
  }

  private static func checkName(_ entry: YAMLNode.Entry, part: String, _ findings: inout Diagnostics) {
    if !Name.isField(entry.key) {
      findings.add(
        Diagnostic(
          .documentBadName, ["name": entry.key, "part": part, "rule": Name.fieldRule], at: entry.keyLocation))
    }
  }
}

// MARK: - Type

extension FieldReader {
  private static func type(_ mapping: MappingReader, _ findings: inout Diagnostics) -> ValueType? {
    guard let node = mapping["type"], let word = mapping.text("type", &findings) else { return nil }
    switch word {
    case "list": return .list(items(mapping, &findings))
    case "map": return .map(items(mapping, &findings))
    case "object":
      refuse(["items"], of: word, mapping, &findings)
      guard let fields = mapping["fields"] else { return .map(.any) }
      return .object(self.fields(fields, part: mapping.path("fields"), &findings))
    default:
      guard let type = ValueType(scalarName: word) else {
        findings.add(.unknownWord(word, part: mapping.path("type"), known: ValueType.names, at: node.location))
        return nil
      }
      refuse(["items", "fields"], of: word, mapping, &findings)
      return type
    }
  }

  private static func items(_ mapping: MappingReader, _ findings: inout Diagnostics) -> ValueType {
    refuse(["fields"], of: mapping["type"]?.text ?? "", mapping, &findings)
    guard let items = mapping["items"] else { return .any }
    let part = mapping.path("items")
    guard let inner = MappingReader(items, part: part, keys: itemKeys, required: ["type"], &findings) else {
      return .any
    }
    return type(inner, &findings) ?? .any
  }

  /// What `items` may say: the type of each item, not rules for it.
  package static let itemKeys = ["type", "items", "fields"]

  fileprivate static func refuse(
    _ keys: [String], of type: String, _ mapping: MappingReader, _ findings: inout Diagnostics
  ) {
    for key in keys {
      guard let entry = mapping.entry(key) else { continue }
      findings.add(
        Diagnostic(
          .fieldKeyNotForType, ["key": key, "part": mapping.part, "type": type], at: entry.keyLocation))
    }
  }
}

// MARK: - Rules and values

extension FieldReader {
  private static func readRules(_ mapping: MappingReader, _ field: inout Field, _ findings: inout Diagnostics) {
    if !field.type.hasSize { refuse(["min", "max"], of: field.type.name, mapping, &findings) }
    if field.type != .string { refuse(["pattern"], of: field.type.name, mapping, &findings) }
    field.minimum = mapping.number("min", &findings)
    field.maximum = mapping.number("max", &findings)
    if let minimum = field.minimum, let maximum = field.maximum, minimum > maximum, let node = mapping["max"] {
      findings.add(Diagnostic(.fieldEmptyRange, ["part": mapping.part], at: node.location))
    }
    guard let node = mapping["pattern"], let pattern = mapping.text("pattern", &findings) else { return }
    if (try? Regex(pattern)) == nil {
      findings.add(Diagnostic(.fieldBadPattern, ["part": mapping.path("pattern")], at: node.location))
    } else {
      field.pattern = pattern
    }
  }

  private static func readValues(_ mapping: MappingReader, _ field: inout Field, _ findings: inout Diagnostics) {
    if mapping["enum"] != nil {
      let nodes = mapping.elements("enum", &findings)
      if let node = mapping["enum"], node.elements?.isEmpty == true {
        findings.add(Diagnostic(.fieldEmptyEnum, ["part": mapping.path("enum")], at: node.location))
      }
      let plain = Field(field.name, field.type)
      field.allowed = nodes.compactMap { checked($0, plain, part: mapping.path("enum"), &findings) }
    }
    if let node = mapping["default"] {
      field.defaultValue = checked(node, field, part: mapping.path("default"), &findings)
    }
    if let node = mapping["example"] {
      field.example = checked(node, field, part: mapping.path("example"), &findings)
    }
  }

  /// The node's value as the field's, held to the field's rules; given back even when it breaks them.
  private static func checked(
    _ node: YAMLNode, _ field: Field, part: String, _ findings: inout Diagnostics
  ) -> Value? {
    let value = node.value(as: field.type)
    for problem in field.problems(with: value) {
      findings.add(problem.diagnostic(part: part, at: node.location))
    }
    return value
  }
}

extension ValueType {
  /// The type that a word stands for, of those that need nothing else.
  fileprivate init?(scalarName: String) {
    let types: [ValueType] = [.string, .integer, .number, .boolean, .cidr, .ip, .duration, .host, .any]
    guard let type = types.first(where: { $0.name == scalarName }) else { return nil }
    self = type
  }

  /// Whether `min` and `max` bound something: the value of a number, the length of a text, list or map.
  fileprivate var hasSize: Bool {
    switch self {
    case .integer, .number, .string, .list, .map: true
    case .boolean, .cidr, .ip, .duration, .host, .any, .object: false
    }
  }
}
