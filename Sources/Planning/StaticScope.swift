internal import Basics
internal import Expressions
internal import JMESPath
internal import WorkflowModel

/// What is known of each root before any data is there.
struct StaticScope {
  var inputs: StaticValue
  var steps: [String: StaticValue]
  var each: StaticValue?

  /// What a path denotes; anything for a root or a step that is reported elsewhere.
  func value(_ reference: Reference) throws(StaticValue.UnknownMember) -> StaticValue {
    switch reference.root {
    case "inputs": return try inputs.following(reference.path)
    case "each": return try (each ?? .anything).following(reference.path)
    case "run": return StaticValue(.string)
    default:
      guard case .field(let name)? = reference.path.first, let step = steps[name] else { return .anything }
      return try step.following(reference.path, skipping: 1)
    }
  }

  /// What a template gives, as far as it can be told; a computed value is as secret as what it reads.
  func value(of template: Template) -> StaticValue {
    if case .expression(let expression) = template.kind, let path = expression.plainPath {
      return (try? value(path)) ?? .anything
    }
    let secret = template.references.contains { (try? value($0))?.holdsSecret ?? false }
    return StaticValue(type(of: template), sensitive: secret)
  }

  private func type(of template: Template) -> ValueType {
    switch template.kind {
    case .text: .string
    case .literal(.string): .string
    case .literal(.bool): .boolean
    case .literal(.integer): .integer
    case .literal(.number): .number
    case .literal, .expression: .any
    case .list: .list(.any)
    case .object(let members): .object(members.map { Field($0.key, value(of: $0.value).type, required: false) })
    }
  }
}

extension JMESTypes {
  /// Whether some value of these types can become a value of `type`.
  func mayFit(_ type: ValueType) -> Bool {
    if contains(.null) && self == .null { return true }
    switch type {
    case .any: return true
    case .string, .cidr, .ip, .duration: return !isDisjoint(with: [.string, .number, .boolean])
    case .integer, .number: return !isDisjoint(with: [.number, .string])
    case .boolean: return !isDisjoint(with: [.boolean, .string])
    case .host: return !isDisjoint(with: [.string, .object])
    case .list: return !isDisjoint(with: [.array, .numbers, .strings])
    case .map, .object: return contains(.object)
    }
  }
}
