import Basics
import CloudWire
import Expressions
import ProviderModel
import RunEngine

/// One step of a cloud action on its way: what its expressions read, and the calls that they become.
///
/// The rules are those of `decisions.md` §4 and §6; each verb stands in a file of its own.
struct Lifecycle: Sendable {
  var call: StepCall
  let caller: Caller
  let endpoints: EndpointOverrides
  let time: any TimeSource
  let doubts: DoubtMemory
  /// The root `inputs`.
  let inputs: [String: Value]
  /// The root `account`; null when no expression of the action reads it.
  var account = Value.null

  var action: ActionDescription { call.action }
  var provider: ProviderDescription { caller.session.provider }
  var record: StepRecord { call.record }

  /// The longest that a wait takes where the action says nothing.
  static let usualWait = Duration.seconds(600)
  /// How long a thing that is still used is asked for again when nothing else is taken back: only a passing use can end.
  static let waitAlone = Duration.seconds(5)
  /// How long a change is repeated that names what the other side does not know: it may have been made a moment ago.
  static let waitForFresh = Duration.seconds(5)
  /// The longest that a change is repeated while the other side is busy with something else.
  static let longestBusy = Duration.seconds(3600)

  func scope(_ object: Value, before: Value = .null) -> Scope {
    Scope([
      "inputs": .object(inputs), "self": object, "before": before, "token": .string(call.token),
      "id": .string(call.id), "account": account,
    ])
  }

  // MARK: Expressions

  func isTrue(_ condition: Template, _ scope: Scope) throws(StepFailure) -> Bool {
    do throws(ExpressionError) { return try condition.evaluate(scope).bool ?? false } catch { throw error.failure }
  }

  func differences(_ object: Value, before: Value = .null) throws(StepFailure) -> [String] {
    try Differences.of(action, in: scope(object, before: before))
  }

  /// The declared outputs, converted to their types.
  func outputs(_ object: Value) throws(StepFailure) -> [String: Value] {
    let scope = scope(object)
    var outputs: [String: Value] = [:]
    for output in action.outputs {
      do throws(ExpressionError) { outputs[output.field.name] = try output.value(in: scope) } catch {
        throw error.failure
      }
      let value = outputs[output.field.name] ?? .null
      guard value.isNull || output.field.type.problems(with: value, at: "").isEmpty else {
        throw StepFailure(
          .invalid, .cloudOutputType,
          ["output": output.field.name, "action": action.fullName, "expected": output.field.type.name])
      }
    }
    return outputs
  }

  // MARK: Calls

  /// A call with its parameters for a scope.
  func request(_ call: Call, _ scope: Scope) throws(StepFailure) -> CallRequest {
    guard let product = provider.products[call.product] else {
      throw StepFailure(.invalid, .cloudProductUnknown, ["product": call.product, "provider": provider.name])
    }
    let origin = try endpoints.origin(
      of: product, provider: provider, scope: scope, home: try caller.session.origin())
    do throws(ExpressionError) {
      let wire = WireCall(
        product: product, operation: call.operation, parameters: try call.parameters(in: scope),
        path: try call.path?.evaluate(scope) ?? .null, region: inputs["region"]?.string, origin: origin)
      return CallRequest(name: call.name, wire: wire, errors: [action.errors, product.errors, provider.errors])
    } catch { throw error.failure }
  }

  func isMade(_ call: Call, _ scope: Scope) throws(StepFailure) -> Bool {
    do throws(ExpressionError) { return try call.isMade(in: scope) } catch { throw error.failure }
  }

  /// The part of an answer that is the object.
  func pick(_ call: Call, from answer: Value, _ scope: Scope) throws(StepFailure) -> Value {
    do throws(ExpressionError) { return try call.object(from: answer, in: scope) } catch { throw error.failure }
  }

  func sleep(_ pause: Duration) async throws(StepFailure) {
    guard pause > .zero else { return }
    do { try await time.sleep(for: pause) } catch { throw .interrupted(nil) }
  }
}

extension Value {
  /// This object with the members of a newer answer; a member that the answer leaves null keeps its value.
  func merged(with newer: Value) -> Value {
    guard case .object(let new) = newer else { return newer.isNull ? self : newer }
    guard case .object(let old) = self else { return newer }
    return .object(old.merging(new.filter { !$0.value.isNull }) { $1 })
  }
}
