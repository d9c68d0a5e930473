/// The type of an input or output, in workflows and providers alike (`decisions.md` §3).
package indirect enum ValueType: Hashable, Sendable {
  case string, integer, number, boolean, cidr, ip, duration, host, any
  case list(ValueType)
  case map(ValueType)
  case object([Field])

  /// The word that stands for it in a file and in messages.
  package var name: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .cidr: "cidr"
    case .ip: "ip"
    case .duration: "duration"
    case .host: "host"
    case .any: "any"
    case .list: "list"
    case .map: "map"
    case .object: "object"
    }
  }

  /// All words, in the order of the documentation.
  package static let names = [
    "string", "integer", "number", "boolean", "cidr", "ip", "duration", "list", "map", "object", "host", "any",
  ]
}

/// One declared input or output: a name, a type and the rules for its value.
package struct Field: Hashable, Sendable {
  package var name: String
  package var type: ValueType
  package var required: Bool
  package var defaultValue: Value?
  package var allowed: [Value]?
  package var minimum: Double?
  package var maximum: Double?
  /// A regular expression that the whole text must match.
  package var pattern: String?
  package var sensitive: Bool
  package var example: Value?
  package var unit: String?
  package var help: LocalizedText?
  package var location: SourceLocation?

  package init(
    _ name: String, _ type: ValueType, required: Bool = true, defaultValue: Value? = nil, allowed: [Value]? = nil,
    minimum: Double? = nil, maximum: Double? = nil, pattern: String? = nil, sensitive: Bool = false,
    example: Value? = nil, unit: String? = nil, help: LocalizedText? = nil, location: SourceLocation? = nil
  ) {
    self.name = name
    self.type = type
    self.required = required
    self.defaultValue = defaultValue
    self.allowed = allowed
    self.minimum = minimum
    self.maximum = maximum
    self.pattern = pattern
    self.sensitive = sensitive
    self.example = example
    self.unit = unit
    self.help = help
    self.location = location
  }
}
