import Basics
import CloudWire
import Expressions
import ProviderModel
import RunEngine

extension Lifecycle {
  /// Carries out a look-up; `nil` means that the object is not there.
  ///
  /// - Parameters:
  ///   - object: The root `self` of its first call; later calls see what was found so far.
  ///   - memo: Answers of this moment by digest: two look-ups that ask the same are one request.
  func look(
    _ lookUp: LookUp, from object: Value = .null, before: Value = .null, memo: inout [String: Value]
  ) async throws(StepFailure) -> Value? {
    var seen = object
    var found: Value?
    for call in lookUp.calls {
      let scope = scope(seen, before: before)
      guard try isMade(call, scope) else { continue }
      guard let answer = try await answer(call, scope, &memo) else { return nil }
      let part = try pick(call, from: answer, scope)
      if part.isNull { return nil }
      found = found?.merged(with: part) ?? part
      seen = seen.merged(with: part)
    }
    return found
  }

  func look(
    _ lookUp: LookUp, from object: Value = .null, before: Value = .null
  ) async throws(StepFailure) -> Value? {
    var memo: [String: Value] = [:]
    return try await look(lookUp, from: object, before: before, memo: &memo)
  }

  /// One call's answer; `nil` for class `not-found`, an empty object for a code that the call ignores.
  private func answer(
    _ call: Call, _ scope: Scope, _ memo: inout [String: Value]
  ) async throws(StepFailure) -> Value? {
    let request = try request(call, scope)
    if let known = memo[request.digest] { return known }
    do throws(CallProblem) {
      let answer = try await whole(caller.ask(request), to: request)
      memo[request.digest] = answer
      return answer
    } catch {
      if let refusal = error.refusal {
        if call.ignores(code: refusal.code, status: refusal.status) { return .object([:]) }
        if refusal.kind == .notFound { return nil }
      }
      throw error.failure(of: request)
    }
  }

  /// What a question comes to that is answered later (Azure's effective routes).
  private func whole(_ answer: Value, to request: CallRequest) async throws(CallProblem) -> Value {
    guard let operation = operation(after: answer, to: request) else { return answer }
    return try await follow(operation, of: request, nil)
  }

  /// A way to see the object as it is now.
  struct Sight {
    var lookUp: LookUp
    /// By id, from what is known; else by token, tag or name, from nothing.
    var isByID: Bool
  }

  /// How the object is looked at by what is known of it; `nil` when there is no way.
  ///
  /// A `read` whose id is not known would ask for everything and find somebody else's: then `find` has to do.
  func sight(of object: Value) throws(StepFailure) -> Sight? {
    if let read = action.read, !(try lacksID(read.calls, scope(object, before: record.before))) {
      return Sight(lookUp: read, isByID: true)
    }
    return action.find.map { Sight(lookUp: $0, isByID: false) }
  }

  func look(_ sight: Sight, from object: Value, before: Value) async throws(StepFailure) -> Value? {
    try await look(sight.lookUp, from: sight.isByID ? object : .null, before: before)
  }

  /// Looks at the object as it is now; `nil` when it is not there.
  ///
  /// There must be a way to look.
  func present(_ object: Value) async throws(StepFailure) -> Value? {
    guard let sight = try sight(of: object) else {
      throw StepFailure(.unknown, .cloudNoID, ["action": action.fullName])
    }
    return try await look(sight, from: object, before: record.before)
  }

  /// Whether a call would go out without an id that it takes from `self`.
  func lacksID(_ calls: [Call], _ scope: Scope) throws(StepFailure) -> Bool {
    guard let first = calls.first(where: { $0.when == nil }) ?? calls.first else { return false }
    return first.parameters.expressions.contains { $0.missesID(in: scope) }
      || (first.path?.expressions.contains { $0.missesID(in: scope) } ?? false)
  }
}

extension TemplateExpression {
  /// Whether the expression reads members of `self` that are not there, and says nothing of that case.
  func missesID(in scope: Scope) -> Bool {
    let own = references.filter { $0.root == "self" }
    guard !own.isEmpty, !source.contains("||"), !source.contains("&&") else { return false }
    return own.contains { reference in
      var value = scope["self"]
      for component in reference.path {
        guard case .field(let name) = component else { return value.isNull }
        value = value[name]
      }
      return value.isNull || value == ""
    }
  }
}
