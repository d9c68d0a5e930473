import Basics

/// How an attempt ended.
enum AttemptResult: Sendable {
  case performed(StepOutcome)
  case undone(UndoOutcome)
  case failed(StepFailure)
}

/// One attempt at carrying out a step: settles what is in doubt, then performs.
struct PerformAttempt: Sendable {
  /// How often one attempt settles a doubt that comes back before it leaves it to a resume.
  static let mostDoubts = 3

  var performer: any ActionPerformer
  var checkpoint: StepCheckpoint
  var call: StepCall

  func run() async -> AttemptResult {
    var call = call
    for _ in 0...Self.mostDoubts {
      do throws(StepFailure) {
        if let request = try await settle(&call) { return .performed(.waiting(request)) }
        return .performed(try await performer.perform(call, checkpoint: checkpoint))
      } catch {
        call.record = checkpoint.record
        guard error.kind == .doubt, call.record.isInDoubt, !Task.isCancelled else { return .failed(error) }
      }
    }
    return .failed(StepFailure(.doubt, .engineDoubtPersists, ["step": call.address.text]))
  }

  /// Settles a doubt; gives what a person is to be asked when only a person can tell.
  private func settle(_ call: inout StepCall) async throws(StepFailure) -> PersonRequest? {
    guard let open = call.record.intents.last(where: { !$0.answered }) else { return nil }
    switch try await performer.resolve(call, checkpoint: checkpoint) {
    case .happened(let object):
      if checkpoint.record.isInDoubt { try await checkpoint.answered(ordinal: open.intent.ordinal, object: object) }
    case .didNotHappen: checkpoint.forgetDoubt()
    case .ask(let request): return request
    }
    call.record = checkpoint.record
    return nil
  }
}

/// One attempt at taking a step back: settles what is in doubt, then undoes, again and again while something still uses the thing.
struct UndoAttempt: Sendable {
  var performer: any ActionPerformer
  var checkpoint: StepCheckpoint
  var call: StepCall
  var backoff: Backoff
  var time: any TimeSource

  func run() async -> AttemptResult {
    var call = call
    call.isTakingBack = true
    var tries = 1
    while true {
      do throws(StepFailure) {
        guard try await settle(&call) else { return .undone(.nothing) }
        return .undone(try await performer.undo(call, checkpoint: checkpoint))
      } catch {
        call.record = checkpoint.record
        let isHopeless = call.isTakenBackAlone && error.kind == .inUse
        guard error.isRepeatedByUndo, !isHopeless, tries < backoff.policy.attempts, !Task.isCancelled else {
          return .failed(error)
        }
        let pause = backoff.delay(after: tries, retryAfter: error.retryAfter)
        guard (try? await time.sleep(for: pause)) != nil else { return .failed(error) }
        tries += 1
      }
    }
  }

  /// Settles a doubt about the create; false when it turns out that there is nothing to take back.
  private func settle(_ call: inout StepCall) async throws(StepFailure) -> Bool {
    guard let open = call.record.intents.last(where: { !$0.answered }) else { return true }
    switch try await performer.resolve(call, checkpoint: checkpoint) {
    case .happened(let object):
      if checkpoint.record.isInDoubt { try await checkpoint.answered(ordinal: open.intent.ordinal, object: object) }
    case .didNotHappen:
      checkpoint.forgetDoubt()
      guard checkpoint.record.intents.contains(where: \.answered) || !call.record.object.isNull else { return false }
    case .ask: throw StepFailure(.doubt, .engineDoubt, ["step": call.address.text, "call": open.intent.call])
    }
    call.record = checkpoint.record
    return true
  }
}

extension StepFailure {
  /// Whether a repeat of the undo may find things changed.
  fileprivate var isRepeatedByUndo: Bool {
    switch kind {
    case .inUse, .conflict, .throttled, .transient, .notYet, .timeout, .expired, .clock: true
    default: false
    }
  }
}
