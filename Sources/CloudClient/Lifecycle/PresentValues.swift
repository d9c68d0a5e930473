package import Basics
import Expressions
import ProviderModel
package import RunEngine

/// What the compared inputs of an action are at the cloud now, for whoever shows a difference.
package enum PresentValues {
  /// - Parameters:
  ///   - names: The inputs whose present values are wanted.
  ///   - object: What was read of the thing.
  /// - Returns: by input; one that cannot be told from the object is missing.
  package static func of(_ names: [String], _ call: StepCall, object: Value) -> [String: Value] {
    let scope = Scope([
      "inputs": .object(call.inputs), "self": object, "before": call.record.before, "token": .string(call.token),
      "id": .string(call.id), "account": .null,
    ])
    var values: [String: Value] = [:]
    for comparison in call.action.compare where names.contains(comparison.input) {
      values[comparison.input] = try? comparison.present.evaluate(scope)
    }
    return values
  }
}
