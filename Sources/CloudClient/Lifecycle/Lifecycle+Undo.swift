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
    // Everything was answered before: usually only the proof is missing; if it never comes, the calls are worth another
    // try.
    if !answered.isEmpty, answered.count == record.undoIntents.count, answered.contains(calls.count - 1),
      try await isProved(checkpoint, isLast: false)
    {
      return .undone
    }
    let skipped = answered.contains(calls.count - 1) ? [] : answered
    let isBlind = try needsNoLook(calls)
    guard var known = isBlind ? record.object : try await firstLook() else { return .undone }
    for (ordinal, call) in calls.enumerated() where !skipped.contains(ordinal) {
      let undoing = Undoing(call: call, ordinal: ordinal, count: calls.count, isBlind: isBlind)
      guard let next = try await undoOne(undoing, from: known, checkpoint) else { break }
      known = next
    }
    _ = try await isProved(checkpoint, isLast: true)
    return .undone
  }

  /// One call of the way back.
  private struct Undoing {
    var call: Call
    var ordinal: Int
    /// How many calls the way back has.
    var count: Int
    /// The call takes its parameters from what is known, without a look before.
    var isBlind: Bool
  }

  /// Whether the ids that are known are enough: a plain deletion of what was seen to be there, at the first attempt.
  ///
  /// The other side answers not-found where somebody else was quicker. Everything else is looked at just before it is
  /// written.
  private func needsNoLook(_ calls: [Call]) throws(StepFailure) -> Bool {
    guard record.succeeded, !record.adopted, record.undoIntents.isEmpty, !action.create.isEmpty else { return false }
    let scope = scope(record.object, before: record.before)
    for call in calls {
      let readsBefore = call.parameters.references.contains { $0.root == "before" }
      if call.when != nil || readsBefore { return false }
      if try lacksID([call], scope) { return false }
    }
    return true
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

  /// How long a thing that no look shows is looked for before it counts as gone; zero where it was seen before.
  ///
  /// What was made a moment ago may not show yet. A step that ended without a wait never looked, and then neither did a
  /// way back that began without a look.
  private var patience: Duration {
    guard !action.create.isEmpty, !record.adopted, !record.object.isNull else { return .zero }
    let isUnseen = record.succeeded ? action.wait == nil : record.undoIntents.isEmpty
    guard isUnseen, !record.undoIntents.contains(where: \.answered) else { return .zero }
    return min(action.doubt.patience, .seconds(60))
  }

  /// Looks before the first call; `nil` when the thing is gone.
  private func firstLook() async throws(StepFailure) -> Value? {
    guard let sight = try sight(of: record.object) else { return record.object.withoutOperation }
    let found = try await look(sight, for: patience)
    return try isGone(found) ? .none : .some(record.object.withoutOperation.merged(with: found ?? .null))
  }

  /// Looks until the thing shows, or for so long.
  private func look(_ sight: Sight, for patience: Duration) async throws(StepFailure) -> Value? {
    let start = time.elapsed
    var schedule = WaitSchedule()
    while true {
      let began = time.elapsed - start
      let found = try await look(sight, from: record.object, before: record.before)
      if found != nil || began >= patience { return found }
      try await sleep(min(began + schedule.gap(at: began), patience) - (time.elapsed - start))
    }
  }

  /// The object of a call that was answered with not-found, when it shows after all; `nil` when it is gone.
  private func shown(_ object: Value, for patience: Duration) async throws(StepFailure) -> Value? {
    guard patience > .zero, let sight = try sight(of: object) else { return nil }
    let found = try await look(sight, for: patience)
    return try isGone(found) ? .none : .some(object.merged(with: found ?? .null))
  }

  /// One call, on a fresh look each time; repeated while something still uses the thing.
  ///
  /// Not there any more is success, whatever the other side calls it; but what was never seen is looked for before.
  ///
  /// - Parameter known: The object as of this moment.
  /// - Returns: The object for the next call, freshly looked at; `nil` when the thing is gone.
  private func undoOne(
    _ undoing: Undoing, from known: Value, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> Value? {
    let limit = max(action.wait?.timeout ?? .zero, Self.usualWait)
    let start = time.elapsed
    var schedule = WaitSchedule()
    var announced: String?
    var object = known
    // A try whose answer was lost may be at work.
    var isUncertain = false
    while true {
      let began = time.elapsed - start
      guard let request = try undoRequest(undoing, object) else { return object }
      if announced != request.digest {
        try await checkpoint.undoIntent(
          Intent(call: undoing.call.name, ordinal: undoing.ordinal, digest: request.digest, before: record.before))
        announced = request.digest
      }
      do throws(Caller.ChangeFailure) {
        try await remove(request, checkpoint)
        break
      } catch {
        let problem = error.problem
        if problem.isRefusal(.notFound) {
          guard let now = try await shown(object, for: patience - began) else { break }
          object = now
          try await sleep(schedule.gap(at: began))
          continue
        }
        let isInUse = problem.isRefusal(.inUse)
        if error.isUncertain { isUncertain = true }
        let isEchoed = isUncertain && problem.isVerdict
        let isBusy = isInUse || isEchoed ? true : await isHeldUp(problem, object)
        let limit = call.isTakenBackAlone && isInUse ? min(limit, Self.waitAlone) : limit
        if isBusy, began < limit {
          checkpoint.progress(
            StepProgress(.cloudRepeating, ["call": request.name, "code": problem.refusal?.code ?? ""]))
          try await sleep(max(schedule.gap(at: began), problem.refusal?.retryAfter ?? .zero))
        }
        let isLast = !isBusy || began >= limit
        if isLast || isEchoed || !undoing.isBlind {
          guard let now = try await lookAgain(object) else { break }
          object = now
        }
        if isLast { throw problem.failure(of: request) }
      }
    }
    try await checkpoint.undoAnswered(ordinal: undoing.ordinal)
    let isLastCall = undoing.ordinal == undoing.count - 1
    return undoing.isBlind || isLastCall ? object : try await lookAgain(object)
  }

  private func lookAgain(_ object: Value) async throws(StepFailure) -> Value? {
    guard let sight = try sight(of: object) else { return object }
    let found = try await look(sight, from: object, before: record.before)
    return try isGone(found) ? .none : .some(object.merged(with: found ?? .null))
  }

  /// The call as it has to go out now; `nil` when there is nothing left for it to do.
  private func undoRequest(_ undoing: Undoing, _ object: Value) throws(StepFailure) -> CallRequest? {
    let scope = scope(object, before: record.before)
    guard try isMade(undoing.call, scope) else { return nil }
    if try lacksID([undoing.call], scope) {
      // Of a list that was made in part, what was never made has no id; a list with nothing but unknown ids is not
      // proved gone.
      if undoing.count > 1 { return nil }
      throw StepFailure(.unknown, .cloudNoID, ["action": action.fullName, "call": undoing.call.name])
    }
    return try request(undoing.call, scope)
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

extension CallProblem {
  /// Whether the other side refused the thing itself, and not only this moment.
  ///
  /// After a try whose answer was lost it may only say that this try is at work, or has done it: then a look tells.
  fileprivate var isVerdict: Bool {
    guard let kind = refusal?.kind else { return false }
    return ![.transient, .throttled, .expired, .clock].contains(kind)
  }
}
