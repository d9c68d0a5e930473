import Basics
import CloudWire
import ProviderModel
import RunEngine

/// A change that the other side goes on with after its answer, as the journal keeps it: inside the object, until it has
/// ended.
///
/// The call and its first answer give the operation again, so that a resumed run asks at the same address.
struct PendingOperation {
  private typealias Member = AzureARMProtocol.Member

  /// The call's place in the action's list.
  var ordinal: Int
  /// As much of the first answer as the operation needs.
  var answer: Value

  init(ordinal: Int, of operation: any OngoingOperation) {
    self.ordinal = ordinal
    answer = operation.record
  }

  /// What an object of the journal tells of; `nil` when nothing was under way.
  init?(in object: Value) {
    let member = object[Member.operation]
    guard let ordinal = member["ordinal"].integer else { return nil }
    self.ordinal = ordinal
    answer = member["answer"]
  }

  /// The object with this noted in it.
  func noted(in object: Value) -> Value {
    object.merged(with: .object([Member.operation: ["ordinal": .integer(ordinal), "answer": answer]]))
  }
}

extension Lifecycle {
  /// The operation that goes on after a call's answer; `nil` when the answer was the end.
  func operation(after answer: Value, to request: CallRequest) -> (any OngoingOperation)? {
    let begun = WireForms.operation(
      of: provider.wireProtocol, after: answer, to: request.wire, errors: request.errors)
    if case .done? = begun?.step { return nil }
    return begun
  }

  /// Asks until the operation has ended, and gives its result.
  ///
  /// Faults on the way do not end it, and neither does a pause that is asked for; only the operation's own failure
  /// (thrown as a refusal), a refusal of the question that nothing makes up for, and the action's time (both thrown as
  /// failures: the operation may still succeed).
  func follow(
    _ begun: any OngoingOperation, of request: CallRequest, _ checkpoint: (any Checkpoint)?
  ) async throws(CallProblem) -> Value {
    var operation = begun
    let limit = max(action.wait?.timeout ?? .zero, Self.usualWait)
    let start = time.elapsed
    var schedule = WaitSchedule()
    while true {
      switch operation.step {
      case .done(let result): return result
      case .failed(let error): throw .refused(error)
      case .ask(let call, let asked):
        let elapsed = time.elapsed - start
        guard elapsed < limit else { throw .failed(operationTimedOut(after: limit, request)) }
        checkpoint?.progress(
          StepProgress(
            .cloudWaiting, ["action": action.fullName, "elapsed": Duration.seconds(elapsed.components.seconds).text]))
        try await caller.sleep(asked ?? schedule.gap(at: elapsed))
        try await ask(CallRequest(name: request.name, wire: call, errors: request.errors), of: &operation, request)
      }
    }
  }

  private func ask(
    _ poll: CallRequest, of operation: inout any OngoingOperation, _ request: CallRequest
  ) async throws(CallProblem) {
    let asked = operation
    do throws(CallProblem) { operation.take(try await caller.poll(poll) { asked.isEnd($0) }) } catch {
      if let refusal = error.refusal {
        if asked.isEnd(refusal) { throw error }
        if operation.take(refusal: refusal) { return }
      }
      guard error.passes else { throw .failed(error.failure(of: request)) }
    }
  }

  private func operationTimedOut(after limit: Duration, _ request: CallRequest) -> StepFailure {
    StepFailure(
      .timeout, .cloudWaitTimeout, ["action": action.fullName, "after": limit.text, "condition": request.name],
      call: request.name)
  }

  // MARK: In the life of a step

  /// How an operation of an earlier attempt turned out.
  enum OperationEnd {
    /// None was under way, or it has succeeded: the object as it is now.
    case object(Value)
    /// It has failed; the call of this place of the list has to be made again.
    case failed(StepFailure, ordinal: Int)
  }

  /// Goes on with what the journal says was under way.
  func settlePending(
    _ object: Value, calls: [Call], base: Int, before: Value, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> OperationEnd {
    guard let pending = PendingOperation(in: object) else { return .object(object) }
    let plain = object.withoutOperation
    guard calls.indices.contains(pending.ordinal - base) else { return .object(plain) }
    let call = calls[pending.ordinal - base]
    let request = try request(call, scope(plain, before: before))
    guard let operation = operation(after: pending.answer, to: request) else { return .object(plain) }
    let result: Value
    do throws(CallProblem) { result = try await follow(operation, of: request, checkpoint) } catch {
      let failure = error.failure(of: request)
      guard error.refusal != nil else { throw failure }
      return .failed(failure, ordinal: pending.ordinal)
    }
    return .object(try result.isNull ? plain : ended(result, of: call, plain, before))
  }

  /// Makes the answer of a change durable, and follows what goes on after it to its end.
  func take(
    _ answer: Value, of call: Call, _ request: CallRequest, _ ordinal: Int, _ object: Value, before: Value,
    _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> Value {
    let merged = object.merged(with: try pick(call, from: answer.withoutMarks, scope(object, before: before)))
    guard let operation = operation(after: answer, to: request) else {
      try await checkpoint.answered(ordinal: ordinal, object: merged)
      return merged
    }
    try await checkpoint.answered(
      ordinal: ordinal, object: PendingOperation(ordinal: ordinal, of: operation).noted(in: merged))
    let result: Value
    do throws(CallProblem) { result = try await follow(operation, of: request, checkpoint) } catch {
      throw error.failure(of: request)
    }
    return try result.isNull ? merged : ended(result, of: call, merged, before)
  }

  private func ended(
    _ result: Value, of call: Call, _ object: Value, _ before: Value
  ) throws(StepFailure) -> Value {
    object.merged(with: try pick(call, from: result.withoutMarks, scope(object, before: before)))
  }

  /// Takes away what a create that failed half-way left behind, so that it can be made anew.
  ///
  /// Azure keeps a thing whose making failed, and a second request for a machine of that name is refused. Where nothing
  /// is left (a NIC that was not attached) there is nothing to take away.
  func clearFailed(_ object: Value, after failure: StepFailure, _ checkpoint: any Checkpoint) async throws(StepFailure)
  {
    if action.billing.kind == .prepaid { throw failure }
    guard case .calls(let calls) = action.undo, try await isLeft(object) else { return }
    for call in calls {
      let scope = scope(object, before: record.before)
      guard try isMade(call, scope), !(try lacksID([call], scope)) else { continue }
      let request = try request(call, scope)
      do throws(Caller.ChangeFailure) { try await remove(request, checkpoint) } catch {
        guard error.problem.isRefusal(.notFound) else { throw error.problem.failure(of: request) }
      }
    }
  }

  private func isLeft(_ object: Value) async throws(StepFailure) -> Bool {
    guard try sight(of: object) != nil else { return true }
    let found = try await present(object)
    guard let gone = action.gone else { return found != nil }
    return !(try isTrue(gone, scope(found ?? .null, before: record.before)))
  }

  /// An undo's call to the end of its operation; harmless a second time.
  func remove(_ request: CallRequest, _ checkpoint: any Checkpoint) async throws(Caller.ChangeFailure) {
    let answer = try await caller.change(request, isRepeatable: true)
    guard let operation = operation(after: answer, to: request) else { return }
    do throws(CallProblem) { _ = try await follow(operation, of: request, checkpoint) } catch {
      throw Caller.ChangeFailure(problem: error, isUncertain: false)
    }
  }
}

extension CallProblem {
  /// Whether asking again later may give an answer, when asking is harmless.
  fileprivate var passes: Bool {
    switch self {
    case .failed: return false
    case .http(let failure): return failure.kind != .cancelled
    case .refused(let error): return [.transient, .throttled, .notYet].contains(error.kind)
    }
  }
}

extension Value {
  /// An answer without what the wire form noted of its HTTP side.
  fileprivate var withoutMarks: Value {
    removing([AzureARMProtocol.Member.headers, AzureARMProtocol.Member.status])
  }

  /// An object of the journal without the operation that was under way.
  var withoutOperation: Value { removing([AzureARMProtocol.Member.operation]) }

  private func removing(_ names: Set<String>) -> Value {
    guard case .object(let members) = self, members.keys.contains(where: names.contains) else { return self }
    return .object(members.filter { !names.contains($0.key) })
  }
}
