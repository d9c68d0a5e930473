import Basics
import ProviderModel

/// The arguments of a step as its calls see them: defaults filled in, converted, and checked before any request.
enum StepInputs {
  /// The root `inputs`; throws class `invalid` with the first argument that breaks a rule.
  static func checked(_ given: [String: Value], by action: ActionDescription) throws(StepFailure) -> [String: Value] {
    var inputs: [String: Value] = [:]
    for field in action.inputs {
      var value = given[field.name] ?? .null
      if value.isNull { value = field.defaultValue ?? .null }
      guard !value.isNull else {
        if field.required {
          throw StepFailure(.invalid, .cloudInputMissing, ["input": field.name, "action": action.fullName])
        }
        continue
      }
      value = field.type.converted(value) ?? value
      if let problem = field.problems(with: value).first {
        throw StepFailure(
          .invalid, .cloudInputInvalid,
          ["input": problem.path, "action": action.fullName, "rule": rule(problem.rule)])
      }
      inputs[field.name] = value
    }
    return inputs
  }

  private static func rule(_ rule: FieldProblem.Rule) -> String {
    switch rule {
    case .missing: "required"
    case .wrongType(let expected, _): expected
    case .notAllowed(let allowed): allowed.joined(separator: ", ")
    case .tooSmall(let limit): ">= \(Value.number(limit).scalarText ?? "")"
    case .tooLarge(let limit): "<= \(Value.number(limit).scalarText ?? "")"
    case .pattern(let pattern): pattern
    case .unknownMember(let suggestion): suggestion ?? "-"
    case .hostBitsSet(let canonical): canonical
    }
  }
}
