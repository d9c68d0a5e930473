import Basics
import ProviderModel
import RunEngine

extension Lifecycle {
  /// Settles what an announced change came to, without repeating it.
  func resolve(_ checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    guard let open = record.intents.last(where: { !$0.answered })?.intent else { return .didNotHappen }
    if let id = record.adoptID {
      guard let found = try await lookByID(id) else {
        throw StepFailure(.notFound, .cloudVanished, ["action": action.fullName, "id": id])
      }
      return .happened(object: record.object.merged(with: found))
    }
    if open.ordinal >= action.create.count { return try await resolveUpdate(open) }
    switch action.doubt.by {
    case .token: return try await resolveByToken(open, checkpoint)
    case .lookup: return try await resolveByLookUp(open, checkpoint)
    case .none: return .ask(PersonRequest(reason: .doubt, text: question(action.find ?? action.read)))
    }
  }

  /// A setting tells by itself whether it was written; written again it is the same.
  private func resolveUpdate(_ open: Intent) async throws(StepFailure) -> Resolution {
    guard !action.compare.isEmpty, action.read != nil else {
      return action.doubt.by == .none
        ? .ask(PersonRequest(reason: .doubt, text: question(action.read ?? action.find))) : .didNotHappen
    }
    guard let found = try await present(record.object) else { return .didNotHappen }
    let isWritten = try differences(found, before: open.before).isEmpty
    return isWritten ? .happened(object: found) : .didNotHappen
  }

  /// The same parameters a second time are harmless: one look is enough, and none of patience, where they will be sent
  /// again.
  ///
  /// Parameters other than the announced ones would be refused under the same token, and a step that is to be taken
  /// back is not sent again: then the look has patience.
  private func resolveByToken(_ open: Intent, _ checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    doubts.remember(call.token, ordinal: open.ordinal)
    guard let find = action.find else {
      return try isStillTheSame(open)
        ? .didNotHappen : .ask(PersonRequest(reason: .doubt, text: question(action.match ?? action.read)))
    }
    guard try isStillTheSame(open), !call.isTakingBack else { return try await resolveByLookUp(open, checkpoint) }
    guard open.ordinal == firstOrdinal, let found = try await look(find) else { return .didNotHappen }
    let (object, different) = try await compared(found)
    return different.isEmpty ? .happened(object: object) : .didNotHappen
  }

  /// Whether the call would go out as it was announced, with its token.
  private func isStillTheSame(_ open: Intent) throws(StepFailure) -> Bool {
    guard action.create.indices.contains(open.ordinal) else { return false }
    let call = action.create[open.ordinal]
    guard call.carriesToken else { return false }
    return try request(call, scope(record.object, before: record.before)).digest == open.digest
  }

  /// Looks again and again: found is ours if nothing differs; not found for the whole patience means not created.
  private func resolveByLookUp(_ open: Intent, _ checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    let isFirst = open.ordinal == firstOrdinal
    guard let sight = try isFirst ? action.find.map({ Sight(lookUp: $0, isByID: false) }) : laterSight() else {
      return .ask(PersonRequest(reason: .doubt, text: question(action.match ?? action.read)))
    }
    let (found, different) = try await lookPatiently(sight, checkpoint)
    if let found, different.isEmpty { return .happened(object: record.object.merged(with: found)) }
    if isFirst, found != nil {
      throw StepFailure(
        .conflict, .cloudDoubtDiffers, ["action": action.fullName, "inputs": different.joined(separator: ", ")])
    }
    if mustNotRepeat, action.doubt.by != .token || call.isTakingBack {
      return .ask(PersonRequest(reason: .doubt, text: question(sight.lookUp)))
    }
    doubts.remember(call.token, ordinal: open.ordinal)
    return .didNotHappen
  }

  /// Whether a second thing would be worse than to wait for a person.
  private var mustNotRepeat: Bool { action.billing.kind == .prepaid || action.doubt.notFound == .ask }

  /// The first call of the list that is made: it is the one that brings the thing into being.
  private var firstOrdinal: Int {
    record.intents.first { $0.answered }?.intent.ordinal
      ?? record.intents.first { $0.intent.ordinal < action.create.count }?.intent.ordinal ?? 0
  }

  /// A later call of the list changes what the first one made; only a comparison can show that it happened.
  private func laterSight() throws(StepFailure) -> Sight? {
    action.compare.isEmpty ? nil : try sight(of: record.object)
  }

  /// Until the thing is there without a difference, or the patience is over; then what was seen last.
  ///
  /// A list that lags behind may show a thing before its members.
  private func lookPatiently(
    _ sight: Sight, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> (found: Value?, different: [String]) {
    let start = time.elapsed
    let patience = action.doubt.patience
    var schedule = WaitSchedule()
    while true {
      let began = time.elapsed - start
      var seen: (Value?, [String]) = (nil, [])
      if let found = try await look(sight, from: record.object, before: record.before) {
        let (object, different) = try await compared(found)
        if different.isEmpty { return (object, []) }
        seen = (object, different)
      }
      guard began < patience else { return seen }
      checkpoint.progress(StepProgress(.cloudLookingUp, ["action": action.fullName]))
      try await sleep(min(began + schedule.gap(at: began), patience) - (time.elapsed - start))
    }
  }
}
