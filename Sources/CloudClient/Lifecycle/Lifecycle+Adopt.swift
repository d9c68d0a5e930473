import Basics
import Expressions
import JSONText
import ProviderModel
import RunEngine

extension Lifecycle {
  /// What the look-ups before a create found.
  enum Existing {
    /// The late result of a create of ours that was in doubt.
    case ours(Value, ordinal: Int)
    case ended(StepOutcome)
  }

  /// Looks before the first create, as the action declares; `nil` when nothing is in the way.
  func lookBefore(_ checkpoint: any Checkpoint) async throws(StepFailure) -> Existing? {
    var memo: [String: Value] = [:]
    if let id = record.adoptID {
      return .ended(try await adoptByID(id, checkpoint))
    }
    if action.doubt.by != .token, let ordinal = doubts.ordinal(of: call.token) {
      guard let find = action.find, let found = try await look(find, memo: &memo) else { return nil }
      return .ours(try await takeAsOurs(found, ordinal: ordinal, checkpoint), ordinal: ordinal)
    }
    if action.looksBeforeCreate(call.adopt) || !record.intents.isEmpty, action.doubt.by != .token,
      let find = action.find, let found = try await look(find, memo: &memo)
    {
      return .ended(try await adopt(found, checkpoint))
    }
    if call.adopt != .never, let match = action.match, let found = try await look(match, memo: &memo) {
      return .ended(try await adopt(found, checkpoint))
    }
    return nil
  }

  /// Somebody else's: `adopt` decides.
  func adopt(_ found: Value, _ checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    switch call.adopt {
    case .never:
      throw StepFailure(.conflict, .cloudNotOurs, ["action": action.fullName])
    case .identical:
      let (object, different) = try await compared(found)
      guard !action.compare.isEmpty, different.isEmpty else {
        throw StepFailure(
          .conflict, .cloudNotIdentical, ["action": action.fullName, "inputs": different.joined(separator: ", ")])
      }
      return try await finish(object, effect: .adopted, checkpoint)
    case .ask:
      let (_, different) = try await compared(found)
      return .waiting(
        PersonRequest(reason: .adopt, text: question(action.match ?? action.find, different: different)))
    }
  }

  /// `answer --adopt ID`, where nothing of ours was sent: it belongs to somebody else and is only used.
  private func adoptByID(_ id: String, _ checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    guard let found = try await lookByID(id) else {
      throw StepFailure(.notFound, .cloudVanished, ["action": action.fullName, "id": id])
    }
    return try await finish(found, effect: .adopted, checkpoint)
  }

  /// Reads the object that a person named by the other side's id.
  func lookByID(_ id: String) async throws(StepFailure) -> Value? {
    guard let read = action.read else { throw StepFailure(.unknown, .cloudNoID, ["action": action.fullName]) }
    let idName = read.calls.lazy.flatMap { $0.parameters.references + ($0.path?.references ?? []) }.filter {
      $0.root == "self"
    }
    .compactMap(\.firstField).first
    let object: Value = idName.map { .object([$0: .string(id)]) } ?? .object([:])
    return try await look(read, from: object).map { object.merged(with: $0) }
  }

  /// Ours if `compare` finds no difference, else a conflict; makes it durable as the answer of the create in doubt.
  func takeAsOurs(_ found: Value, ordinal: Int, _ checkpoint: any Checkpoint) async throws(StepFailure) -> Value {
    let object = try await ours(found)
    try await checkpoint.answered(ordinal: ordinal, object: object)
    return object
  }

  func ours(_ found: Value) async throws(StepFailure) -> Value {
    let (object, different) = try await compared(found)
    guard different.isEmpty else {
      throw StepFailure(
        .conflict, .cloudDoubtDiffers, ["action": action.fullName, "inputs": different.joined(separator: ", ")])
    }
    return object
  }

  /// The differences of what a list showed; where it shows too little, the object is read by its id first.
  func compared(_ found: Value) async throws(StepFailure) -> (object: Value, different: [String]) {
    let different = try? differences(found)
    if let different, different.isEmpty { return (found, []) }
    if let read = action.read, !(try lacksID(read.calls, scope(found))), let whole = try await look(read, from: found) {
      return (found.merged(with: whole), try differences(found.merged(with: whole)))
    }
    return (found, try differences(found))
  }

  /// What a person needs to look for themselves: the look-up and its parameters, and what differs.
  func question(_ lookUp: LookUp?, different: [String] = []) -> LocalizedText {
    guard let call = lookUp?.calls.first, let parameters = try? call.parameters(in: scope(record.object)) else {
      return LocalizedText(plain: action.fullName)
    }
    let asked = "\(call.name) \(JSON.text(caller.masker.mask(parameters)))"
    return LocalizedText(plain: different.isEmpty ? asked : "\(asked): \(different.joined(separator: ", "))")
  }
}

extension ActionDescription {
  /// Whether `find` is asked before a first create: not with a token, and not where the create itself is refused when the
  /// thing is there already, so that asking would tell nothing more.
  ///
  /// Only where nothing can be adopted, and only while nothing was announced: what is to be used, or may be ours, is
  /// always looked for.
  func looksBeforeCreate(_ adopt: AdoptPolicy) -> Bool {
    doubt.by != .token && (doubt.duplicates == .possible || adopt != .never)
  }
}

extension Reference {
  /// `name` in `self.name...`.
  fileprivate var firstField: String? {
    if case .field(let name)? = path.first { return name }
    return nil
  }
}
