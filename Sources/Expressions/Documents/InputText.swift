package import Basics
internal import YAMLText

/// Text that a person gives for an input on the command line.
package enum InputText {
  /// The text of a list, map or object read as YAML (`[a, b]`, `{name: bj}`); everything else as it is.
  package static func value(_ given: Value, _ type: ValueType) -> Value {
    guard let text = given.string, type.isWrittenAsCollection(text) else { return given }
    guard let node = try? YAMLReader.read(text, file: "") else { return given }
    return node.value(as: type)
  }
}

extension ValueType {
  fileprivate func isWrittenAsCollection(_ text: String) -> Bool {
    switch self {
    case .list, .map, .object: true
    case .host: text.hasPrefix("{")
    default: false
    }
  }
}
