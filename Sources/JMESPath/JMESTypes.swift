package import Basics

/// A set of types that a function takes or gives.
package struct JMESTypes: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let null = JMESTypes(rawValue: 1)
  package static let boolean = JMESTypes(rawValue: 2)
  package static let number = JMESTypes(rawValue: 4)
  package static let string = JMESTypes(rawValue: 8)
  package static let array = JMESTypes(rawValue: 16)
  package static let object = JMESTypes(rawValue: 32)
  /// `&expression`.
  package static let expression = JMESTypes(rawValue: 64)
  /// A list that holds numbers only; the empty list is one.
  package static let numbers = JMESTypes(rawValue: 128)
  /// A list that holds strings only; the empty list is one.
  package static let strings = JMESTypes(rawValue: 256)

  /// Every type of data.
  package static let any: JMESTypes = [.null, .boolean, .number, .string, .array, .object]
}

extension JMESTypes {
  package func accept(_ value: Value) -> Bool {
    switch value {
    case .null: contains(.null)
    case .bool: contains(.boolean)
    case .integer, .number: contains(.number)
    case .string: contains(.string)
    case .object: contains(.object)
    case .list(let elements):
      contains(.array) || (contains(.numbers) && elements.allSatisfy { $0.double != nil })
        || (contains(.strings) && elements.allSatisfy { $0.string != nil })
    }
  }

  /// The names of the types for an error: `string, array`.
  package var names: String {
    let all: [(JMESTypes, String)] = [
      (.null, "null"), (.boolean, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
      (.object, "object"), (.expression, "&expression"), (.numbers, "array[number]"), (.strings, "array[string]"),
    ]
    return all.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }
}

extension Value {
  /// The name of the type for an error; of a list also what it holds: `array[number, string]`.
  package var detailedTypeName: String {
    guard case .list(let elements) = self, !elements.isEmpty else { return typeName }
    return "array[\(Set(elements.map(\.typeName)).sorted().joined(separator: ", "))]"
  }
}
