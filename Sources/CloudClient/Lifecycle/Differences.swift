import Basics
import Expressions
import ProviderModel

/// Compares what was asked for with what is there, by the declared types (`decisions.md` §4, `compare`).
enum Differences {
  /// The names of the given inputs whose present value differs, in the order of the description.
  ///
  /// `scope` has the object as `self`. An input that is null was not given and is not compared.
  static func of(_ action: ActionDescription, in scope: Scope) throws(StepFailure) -> [String] {
    let inputs = scope["inputs"]
    var different: [String] = []
    for comparison in action.compare {
      let given = inputs[comparison.input]
      guard !given.isNull else { continue }
      let present: Value
      do throws(ExpressionError) { present = try comparison.present.evaluate(scope) } catch { throw error.failure }
      let type = action.inputs.first { $0.name == comparison.input }?.type ?? .any
      if !matches(given, present, type, comparison.mode) { different.append(comparison.input) }
    }
    return different
  }

  static func matches(_ given: Value, _ present: Value, _ type: ValueType, _ mode: Comparison.Mode) -> Bool {
    let wanted = canonical(given, type)
    let found = canonical(present, type)
    switch mode {
    case .equal: return wanted == found
    case .ignoreCase: return lowered(wanted) == lowered(found)
    case .set: return Set(elements(wanted)) == Set(elements(found))
    case .contains: return Set(elements(wanted)).isSubset(of: elements(found))
    }
  }

  /// The one form of a value by its type: converted from text, networks without host bits, null members left out.
  static func canonical(_ value: Value, _ type: ValueType) -> Value {
    let converted = type.converted(value) ?? value
    switch (type, converted) {
    case (.cidr, .string(let text)): return .string(IPNetwork(text)?.network.description ?? text)
    case (.ip, .string(let text)): return .string(IPAddress(text)?.description ?? text)
    case (.duration, .string(let text)):
      return Duration(text: text).map { .integer($0.inMilliseconds) } ?? converted
    case (.list(let item), .list(let elements)): return .list(elements.map { canonical($0, item) })
    case (.map(let item), .object(let members)):
      return .object(members.filter { !$0.value.isNull }.mapValues { canonical($0, item) })
    case (.object(let fields), .object(let members)):
      return .object(
        members.filter { !$0.value.isNull }.reduce(into: [:]) { result, member in
          let type = fields.first { $0.name == member.key }?.type ?? .any
          result[member.key] = canonical(member.value, type)
        })
    default: return converted
    }
  }

  private static func elements(_ value: Value) -> [Value] {
    switch value {
    case .list(let elements): elements
    case .null: []
    default: [value]
    }
  }

  private static func lowered(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(text.lowercased())
    case .list(let elements): .list(elements.map { lowered($0) })
    case .object(let members): .object(members.mapValues { lowered($0) })
    default: value
    }
  }
}
