import Basics
import CloudWire
import Expressions
import ProviderModel
import RunEngine

extension Lifecycle {
  /// Takes the step back and proves it; may be repeated at any point.
  func undo(_ checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome {
    guard mayHaveChanged else { return .nothing }
    let calls: [Call]
    switch action.undo {
    case .none(let reason): return .stays(reason)
    case .calls(let declared): calls = declared
    }
    if calls.isEmpty { return .nothing }
    let answered = Set(record.undoIntents.filter(\.answered).map(\.intent.ordinal))
    // Everything was answered before: usually only the proof is missing; if it never comes, the calls are worth another try.
    if !answered.isEmpty, answered.count == record.undoIntents.count, answered.contains(calls.count - 1),
      try await isProved(checkpoint, isLast: false)
    {
      return .undone
    }
    let skipped = answered.contains(calls.count - 1) ? [] : answered
    if try await isGoneAlready() { return .undone }
    for (ordinal, call) in calls.enumerated() where !skipped.contains(ordinal) {
      try await undoOne(call, ordinal: ordinal, checkpoint)
    }
    _ = try await isProved(checkpoint, isLast: true)
    return .undone
  }

  /// Whether anything of ours can be there: a setting that nothing was written to has nothing to take back.
  private var mayHaveChanged: Bool {
    if action.create.isEmpty { return !action.update.isEmpty && !(record.intents.isEmpty && record.before.isNull) }
    return !record.intents.isEmpty || !record.object.isNull
  }

  private func isGone(_ object: Value?) throws(StepFailure) -> Bool {
    guard let gone = action.gone else { return object == nil }
    return try isTrue(gone, scope(object ?? .null, before: record.before))
  }

  /// Looks before the first call. A thing that was made a moment ago may not show yet: then the look is repeated.
  private func isGoneAlready() async throws(StepFailure) -> Bool {
    guard let sight = try sight(of: record.object) else { return false }
    let isFresh = !record.succeeded && record.undoIntents.isEmpty && !action.create.isEmpty && !record.object.isNull
    let patience = isFresh ? min(action.doubt.patience, .seconds(60)) : .zero
    let start = time.elapsed
    var schedule = WaitSchedule()
    while true {
      let began = time.elapsed - start
      let found = try await look(sight, from: record.object, before: record.before)
      if found != nil || began >= patience { return try isGone(found) }
      try await sleep(min(began + schedule.gap(at: began), patience) - (time.elapsed - start))
    }
  }

  /// One call, on a fresh look each time; repeated while something still uses the thing. Not there any more is success.
  private func undoOne(_ call: Call, ordinal: Int, _ checkpoint: any Checkpoint) async throws(StepFailure) {
    let limit = max(action.wait?.timeout ?? .zero, Self.usualWait)
    let start = time.elapsed
    var schedule = WaitSchedule()
    var announced: String?
    while true {
      let began = time.elapsed - start
      guard let (request, scope) = try await undoRequest(call) else { return }
      if announced != request.digest {
        try await checkpoint.undoIntent(
          Intent(call: call.name, ordinal: ordinal, digest: request.digest, before: scope["before"]))
        announced = request.digest
      }
      do throws(Caller.ChangeFailure) {
        _ = try await caller.change(request, isRepeatable: true)
        break
      } catch {
        if error.problem.isRefusal(.notFound) { break }
        let isBusy = error.problem.isRefusal(.inUse) || error.problem.isRefusal(.notYet)
        guard isBusy, began < limit else { throw error.problem.failure(of: request) }
        checkpoint.progress(
          StepProgress(.cloudRepeating, ["call": request.name, "code": error.problem.refusal?.code ?? ""]))
        try await sleep(max(schedule.gap(at: began), error.problem.refusal?.retryAfter ?? .zero))
      }
    }
    try await checkpoint.undoAnswered(ordinal: ordinal)
  }

  /// The call as it has to go out now; `nil` when there is nothing left for it to do.
  private func undoRequest(_ call: Call) async throws(StepFailure) -> (CallRequest, Scope)? {
    var object = record.object
    if let sight = try sight(of: object) {
      let found = try await look(sight, from: object, before: record.before)
      if try isGone(found) { return nil }
      if let found { object = object.merged(with: found) }
    }
    let scope = scope(object, before: record.before)
    guard try isMade(call, scope) else { return nil }
    if try lacksID([call], scope) {
      throw StepFailure(.unknown, .cloudNoID, ["action": action.fullName, "call": call.name])
    }
    return (try request(call, scope), scope)
  }

  /// Looks until the thing is gone, or a setting differs from ours again; throws when it never does and `isLast`.
  private func isProved(_ checkpoint: any Checkpoint, isLast: Bool) async throws(StepFailure) -> Bool {
    guard let sight = try sight(of: record.object) else { return true }
    let limit = action.create.isEmpty ? action.doubt.patience : max(action.wait?.timeout ?? .zero, Self.usualWait)
    let start = time.elapsed
    var schedule = WaitSchedule()
    while true {
      let began = time.elapsed - start
      if try await isTakenBack(sight) { return true }
      guard began < (isLast ? limit : .seconds(10)) else {
        if !isLast { return false }
        throw StepFailure(.timeout, .cloudUndoNotSeen, ["action": action.fullName, "after": limit.text])
      }
      checkpoint.progress(StepProgress(.cloudWaiting, ["action": action.fullName]))
      try await sleep(schedule.gap(at: began) - (time.elapsed - start - began))
    }
  }

  private func isTakenBack(_ sight: Sight) async throws(StepFailure) -> Bool {
    let found: Value?
    do throws(StepFailure) { found = try await look(sight, from: record.object, before: record.before) } catch {
      if error.kind == .notYet || error.kind == .transient || error.kind == .throttled { return false }
      throw error
    }
    if try isGone(found) { return true }
    guard action.create.isEmpty, action.gone == nil, let found else { return false }
    // A setting stays; it is taken back when every input that differed before differs again.
    guard !record.before.isNull else { return true }
    let now = Set(try differences(found, before: record.before))
    return try differences(record.before, before: record.before).allSatisfy(now.contains)
  }
}
