internal import Basics
internal import JMESPath

/// The types that an expression can give whatever the data is.
enum StaticType {
  static func of(_ node: JMESNode) -> JMESTypes {
    switch node {
    case .current, .field, .variable, .index: .any
    case .literal(let value, _): type(of: value.typeName)
    case .member(_, let right), .pipe(_, let right): of(right)
    case .projection: [.array, .null]
    case .comparison(.equal, _, _), .comparison(.notEqual, _, _), .not: .boolean
    case .comparison: [.boolean, .null]
    case .and(let left, let right), .or(let left, let right): of(left).union(of(right))
    case .list: [.array, .null]
    case .object: [.object, .null]
    case .function(let call): JMESFunctions.extended.byName[call.name]?.signature.result ?? .any
    case .reference: .any
    }
  }

  private static func type(of name: String) -> JMESTypes {
    switch name {
    case "null": .null
    case "boolean": .boolean
    case "number": .number
    case "string": .string
    case "array": .array
    default: .object
    }
  }
}
