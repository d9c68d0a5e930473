import Basics

package import struct FoundationEssentials.Date

/// A fact that cannot follow what is known of a step: a programming error live, a corrupt journal in replay.
package struct IllegalMove: Error, Hashable, Sendable {
  package var kind: String
  package var phase: StepSlot.Phase

  package var text: String { "\(kind) while \(phase.rawValue)" }
}

extension StepSlot {
  /// The legal moves: which facts may follow in which phase.
  package func allows(_ fact: StepFact) -> Bool {
    switch fact {
    case .started(let generation, let attempt, _):
      [.waiting, .person, .failed].contains(phase) && generation == nextGeneration && attempt == self.attempt + 1
    case .intent(let intent):
      phase == .running && !record.intents.contains { !$0.answered && $0.intent.ordinal != intent.ordinal }
    case .answered(let ordinal, _), .refused(let ordinal, _):
      (phase == .running || phase == .undoing) && record.intents.contains { $0.intent.ordinal == ordinal }
    case .succeeded: phase == .running || (phase == .person && request?.reason == .manual)
    case .failed: [.running, .waiting, .person, .failed].contains(phase)
    case .waiting: phase == .running
    case .personAnswered: record.isInDoubt || (request != nil && [.person, .waiting, .running].contains(phase))
    case .skipped: phase != .running && phase != .undoing
    case .undoStarted(let attempt): phase != .running && attempt == self.attempt + 1
    case .undoIntent, .undone: phase == .undoing
    case .undoAnswered(let ordinal):
      phase == .undoing && record.undoIntents.contains { $0.intent.ordinal == ordinal }
    case .stays, .stuck: phase != .running
    }
  }

  /// Takes in a fact; throws when it cannot follow what is known.
  package mutating func apply(_ fact: StepFact, at time: Date) throws(IllegalMove) {
    guard allows(fact) else { throw IllegalMove(kind: fact.kind, phase: phase) }
    switch fact {
    case .started(let generation, let attempt, let inputs):
      begin(generation, attempt, inputs, time)
    case .undoStarted(let attempt):
      self.attempt = attempt
      phase = .undoing
      startedAt = time
    case .skipped:
      phase = .skipped
      endedAt = time
    case .personAnswered(let answer): take(answer)
    case .intent, .answered, .refused: change(fact)
    case .undoIntent, .undoAnswered: record.apply(fact)
    case .succeeded, .failed, .waiting: finish(fact, time)
    case .undone, .stays, .stuck: finishUndo(fact, time)
    }
  }

  private mutating func begin(_ generation: Int, _ attempt: Int, _ inputs: [String: Value], _ time: Date) {
    if generation != self.generation { enter(generation) }
    self.attempt = attempt
    self.inputs = inputs
    wasAbandoned = false
    phase = .running
    failure = nil
    startedAt = time
    endedAt = nil
  }

  /// A new generation: what was announced in the old one is settled, what exists stays known.
  mutating func enter(_ generation: Int) {
    self.generation = generation
    record.intents = []
    record.undoIntents = []
    wasRefused = false
    wasDoubted = false
  }

  private mutating func change(_ fact: StepFact) {
    switch fact {
    case .intent: if record.isInDoubt { wasDoubted = true }
    case .answered: hasEffects = true
    case .refused: wasRefused = true
    default: break
    }
    record.apply(fact)
  }

  private mutating func take(_ answer: PersonAnswer) {
    switch answer {
    case .outputs:
      phase = .person
    case .adopt(let id):
      record.adoptID = id
      phase = .waiting
    case .notCreated:
      record.intents.removeAll { !$0.answered }
      wasDoubted = true
      phase = .waiting
    case .abandon:
      phase = .abandoned
      wasAbandoned = true
    }
  }

  private mutating func finish(_ fact: StepFact, _ time: Date) {
    endedAt = time
    switch fact {
    case .succeeded(let outputs, let object, let effect):
      phase = .succeeded
      failure = nil
      self.effect = standing(effect)
      record.apply(fact)
      record.outputs = outputs
      record.object = object
      if effect == .created || effect == .updated { hasEffects = true }
      request = nil
    case .failed(let failure, let retryIn):
      self.failure = failure
      phase = retryIn == nil ? .failed : .waiting
    case .waiting(let request):
      self.request = request
      phase = .person
    default: break
    }
  }

  /// How what is there came to be: a look that finds it in order, or a change of it, takes nothing away from that.
  private func standing(_ effect: Effect) -> Effect {
    guard hasEffects, effect == .nothing || effect == .updated else { return effect }
    return self.effect == .created ? .created : self.effect == .updated ? .updated : effect
  }

  private mutating func finishUndo(_ fact: StepFact, _ time: Date) {
    endedAt = time
    switch fact {
    case .undone:
      enter(generation + 1)
      record = StepRecord()
      effect = nil
      failure = nil
      hasEffects = false
      request = nil
      phase = .undone
    case .stays(let reason):
      stay = reason
      phase = .stays
    case .stuck(let failure):
      self.failure = failure
      phase = .stuck
    default: break
    }
  }
}

extension StepRecord {
  /// Takes in a fact about a change; the one place where a record grows, live and in replay.
  package mutating func apply(_ fact: StepFact) {
    switch fact {
    case .intent(let intent):
      intents.removeAll { !$0.answered && $0.intent.ordinal == intent.ordinal }
      intents.append(IntentRecord(intent: intent))
      if before.isNull { before = intent.before }
    case .answered(let ordinal, let object):
      mark(&intents, ordinal)
      self.object = object
    case .refused(let ordinal, _): intents.removeAll { !$0.answered && $0.intent.ordinal == ordinal }
    case .undoIntent(let intent):
      undoIntents.removeAll { !$0.answered && $0.intent.ordinal == intent.ordinal }
      undoIntents.append(IntentRecord(intent: intent))
    case .undoAnswered(let ordinal): mark(&undoIntents, ordinal)
    case .succeeded(let outputs, let object, let effect):
      self.outputs = outputs
      self.object = object
      adopted = effect == .adopted
      for index in intents.indices { intents[index].answered = true }
      succeeded = true
      adoptID = nil
    default: break
    }
  }

  private func mark(_ intents: inout [IntentRecord], _ ordinal: Int) {
    guard let index = intents.lastIndex(where: { $0.intent.ordinal == ordinal }) else { return }
    intents[index].answered = true
  }
}
