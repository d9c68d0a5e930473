import Basics
import ProviderModel
import RunEngine

extension Lifecycle {
  /// Creates the thing, or goes on where an earlier attempt stopped: in the middle of the list, or in the wait.
  func create(_ checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let answered = record.intents.filter(\.answered).map(\.intent.ordinal).max()
    var object = record.object.withoutOperation
    var first = answered.map { $0 + 1 } ?? 0
    let earlier = try await settlePending(
      record.object, calls: action.create, base: 0, before: record.before, checkpoint)
    switch earlier {
    case .object(let settled): object = settled
    case .failed(let failure, let ordinal):
      try await clearFailed(object, after: failure, checkpoint)
      first = ordinal
    }
    if answered == nil, let there = try await lookBefore(checkpoint) {
      switch there {
      case .ours(let found, let ordinal):
        object = found
        first = ordinal + 1
      case .ended(let outcome): return outcome
      }
    }
    for (ordinal, call) in action.create.enumerated() where ordinal >= first {
      switch try await createOne(call, ordinal: ordinal, object, checkpoint) {
      case .object(let answered): object = answered
      case .ended(let outcome): return outcome
      }
    }
    doubts.forget(call.token)
    return try await finish(object, effect: .created, checkpoint)
  }

  /// Waits, and evaluates the outputs.
  func finish(_ object: Value, effect: Effect, _ checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let object = try await complete(object, checkpoint)
    guard !object.isNull || action.outputs.isEmpty else {
      throw StepFailure(.notFound, .cloudVanished, ["action": action.fullName])
    }
    return .succeeded(outputs: try outputs(object), object: object, effect: effect)
  }

  /// Without a wait the answer of the create is enough when it gives every output; else the object is read once it
  /// shows.
  private func complete(_ object: Value, _ checkpoint: any Checkpoint) async throws(StepFailure) -> Value {
    if action.wait == nil, !object.isNull {
      let known = try? outputs(object)
      if let known, !known.values.contains(.null) { return object }
    }
    return try await wait(object, checkpoint)
  }

  private enum Created {
    case object(Value)
    case ended(StepOutcome)
  }

  private func createOne(
    _ call: Call, ordinal: Int, _ object: Value, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> Created {
    let scope = scope(object, before: record.before)
    guard try isMade(call, scope) else { return .object(object) }
    let request = try request(call, scope)
    do throws(ChangeEnd) {
      let answer = try await change(call, request, ordinal: ordinal, object, before: record.before, checkpoint)
      return .object(try await report(answer, of: call, request, ordinal, object, checkpoint))
    } catch {
      return try await settleExisting(error, ordinal: ordinal, checkpoint)
    }
  }

  /// Merges the pick into the object and makes it durable as soon as the answer is read.
  private func report(
    _ answer: Value, of call: Call, _ request: CallRequest, _ ordinal: Int, _ object: Value,
    _ checkpoint: any Checkpoint
  ) async throws(ChangeEnd) -> Value {
    do throws(StepFailure) {
      return try await take(answer, of: call, request, ordinal, object, before: record.before, checkpoint)
    } catch { throw .failed(error) }
  }

  /// The create said that the thing is there: ours when an earlier try may have made it, else `adopt` decides.
  private func settleExisting(
    _ end: ChangeEnd, ordinal: Int, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> Created {
    switch end {
    case .failed(let failure): throw failure
    case .perhapsOurs(let failure):
      guard let lookUp = action.find ?? action.match, let found = try await look(lookUp) else { throw failure.inDoubt }
      return .object(try await takeAsOurs(found, ordinal: ordinal, checkpoint))
    case .alreadyExists(let failure):
      if doubts.ordinal(of: call.token) == ordinal, let find = action.find, let found = try await look(find) {
        return .object(try await takeAsOurs(found, ordinal: ordinal, checkpoint))
      }
      guard call.adopt != .never, let lookUp = action.match ?? action.find, let found = try await look(lookUp) else {
        var conflict = failure
        conflict.kind = .conflict
        throw conflict
      }
      return .ended(try await adopt(found, checkpoint))
    }
  }
}

extension StepFailure {
  /// The same with class `doubt`.
  var inDoubt: StepFailure {
    var failure = self
    failure.kind = .doubt
    failure.code = .cloudDoubt
    return failure
  }
}
