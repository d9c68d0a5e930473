import Basics
import Expressions
import ProviderModel
import RunEngine

extension Lifecycle {
  /// Brings a setting to the given inputs: reads afresh, writes only a difference, and reads back what the answers leave
  /// open.
  func update(_ checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let base = action.create.count
    var answered = record.intents.filter { $0.answered && $0.intent.ordinal >= base }.map(\.intent.ordinal).max()
    // An operation of an earlier attempt is heard to its end; one that failed is made again where a difference is left.
    if case .failed(_, let ordinal) = try await settlePending(
      record.object, calls: action.update, base: base, before: record.before, checkpoint)
    {
      answered = ordinal > base ? ordinal - 1 : nil
    }
    var object = try await readNow(record.object.withoutOperation)
    let before = record.before.isNull ? object : record.before
    let isBroken = answered == nil && hasFailed(scope(object, before: before))
    if answered == nil, !isBroken, !action.compare.isEmpty, try differences(object, before: before).isEmpty {
      let done = try await settled(object, before, checkpoint)
      return .succeeded(outputs: try outputs(done), object: done, effect: .nothing)
    }
    if answered == nil { try checkRules(scope(object, before: before)) }
    var changes = answered == nil ? 0 : 1
    var areAllTold = answered == nil
    var isFresh = true
    for (index, call) in action.update.enumerated() where base + index > answered ?? -1 {
      if !isFresh { object = try await readNow(object) }
      let scope = scope(object, before: before)
      guard try isMade(call, scope) else { continue }
      let request = try request(call, scope)
      do throws(ChangeEnd) {
        let answer = try await change(call, request, ordinal: base + index, object, before: before, checkpoint)
        object = try await reported(answer, of: call, request, base + index, object, before, checkpoint)
      } catch { throw error.failure }
      isFresh = false
      changes += 1
      areAllTold = areAllTold && call.pick != nil
    }
    if changes == 0 { return .succeeded(outputs: try outputs(object), object: object, effect: .nothing) }
    if areAllTold, let outputs = told(object, before) {
      return .succeeded(outputs: outputs, object: object, effect: .updated)
    }
    let done = try await wait(object, before: before, confirming: true, checkpoint)
    return .succeeded(outputs: try outputs(done), object: done, effect: .updated)
  }

  /// The outputs, where the picks of the answers give every one and leave no difference; else the object is read back.
  private func told(_ object: Value, _ before: Value) -> [String: Value]? {
    guard action.wait == nil, !action.compare.isEmpty, let different = try? differences(object, before: before),
      different.isEmpty, let known = try? outputs(object), !known.values.contains(.null)
    else { return nil }
    return known
  }

  private func reported(
    _ answer: Value, of call: Call, _ request: CallRequest, _ ordinal: Int, _ object: Value, _ before: Value,
    _ checkpoint: any Checkpoint
  ) async throws(ChangeEnd) -> Value {
    do throws(StepFailure) {
      return try await take(answer, of: call, request, ordinal, object, before: before, checkpoint)
    } catch { throw .failed(error) }
  }

  /// Whether the thing shows that its last change has failed: the same values written again mend it.
  private func hasFailed(_ scope: Scope) -> Bool {
    guard let failed = action.wait?.failed else { return false }
    return (try? isTrue(failed, scope)) == true
  }

  /// Stops before the first write where the action says that it must not be made.
  private func checkRules(_ scope: Scope) throws(StepFailure) {
    for rule in action.checks where !(try isTrue(rule.that, scope)) {
      throw StepFailure(
        .conflict, .cloudCheck,
        ["action": action.fullName].merging(rule.message.arguments("message")) { first, _ in first })
    }
  }

  /// Nothing differs, but what an earlier change started may still be under way.
  private func settled(_ object: Value, _ before: Value, _ checkpoint: any Checkpoint) async throws(StepFailure)
    -> Value
  {
    guard let wait = action.wait, !(try isTrue(wait.until, scope(object, before: before))) else { return object }
    return try await self.wait(object, before: before, confirming: true, checkpoint)
  }

  /// The thing that the setting belongs to, as it is now.
  private func readNow(_ object: Value) async throws(StepFailure) -> Value {
    guard action.read != nil || action.find != nil else { return object }
    guard let found = try await present(object) else {
      throw StepFailure(.notFound, .cloudNothingFound, ["action": action.fullName])
    }
    return found
  }

  /// A step that succeeded before and runs again (`--from`): looked at and brought up to date, never created a second
  /// time.
  ///
  /// Only what is proved to be gone together with the thing that it stood on, and was made again meanwhile, is created
  /// anew; never what was paid for.
  func refresh(_ checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let isMadeAnew = call.standsOnNew && !record.adopted && !action.create.isEmpty && action.billing.kind != .prepaid
    if isMadeAnew, record.intents.contains(where: { $0.answered && $0.intent.ordinal < action.create.count }) {
      return try await create(checkpoint)
    }
    guard let found = try await present(record.object) else {
      guard isMadeAnew else { throw StepFailure(.notFound, .cloudVanished, ["action": action.fullName]) }
      var anew = self
      anew.call.record = StepRecord()
      return try await anew.create(checkpoint)
    }
    if record.adopted { return try await finish(found, effect: .adopted, checkpoint) }
    let different = try differences(found, before: record.before)
    if different.isEmpty { return try await finish(found, effect: .nothing, checkpoint) }
    guard !action.update.isEmpty else {
      throw StepFailure(
        .conflict, .cloudCannotUpdate, ["action": action.fullName, "inputs": different.joined(separator: ", ")])
    }
    return try await update(checkpoint)
  }
}

extension Lifecycle.ChangeEnd {
  var failure: StepFailure {
    switch self {
    case .failed(let failure), .alreadyExists(let failure): failure
    case .perhapsOurs(let failure): failure.inDoubt
    }
  }
}
