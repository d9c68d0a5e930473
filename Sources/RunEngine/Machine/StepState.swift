package import Basics

package import struct FoundationEssentials.Date

/// Where a step stands; the same words in journal listings, `status --json` and the report.
package enum StepState: String, Hashable, Sendable, CaseIterable {
  case waiting
  case started
  /// A change was announced and nobody knows whether it happened.
  case inDoubt = "in-doubt"
  /// A change was answered and the step goes on waiting for its effect.
  case answered
  case succeeded, adopted, skipped, failed
  /// Something that it depends on failed.
  case blocked
  case waitingForPerson = "waiting-for-person"
  /// A person gave it up.
  case abandoned
  case undoing, undone
  case stuck
  /// Left behind by `destroy`, as declared.
  case stays
}

/// What the journal says about one step: the part of the machine that replay restores.
package struct StepSlot: Hashable, Sendable {
  /// The stored state; `StepState` adds what follows from the record.
  package enum Phase: String, Hashable, Sendable {
    case waiting, running, succeeded, failed, skipped, person, abandoned, undoing, undone, stuck, stays
  }

  package var address: StepAddress
  package var phase: Phase = .waiting
  package var generation = 0
  /// Attempts of perform and undo so far, over all sessions; numbers the log files.
  package var attempt = 0
  package var record = StepRecord()
  /// The arguments of the last attempt.
  package var inputs: [String: Value] = [:]
  package var failure: StepFailure?
  package var request: PersonRequest?
  package var effect: Effect?
  package var stay: StayReason?
  package var startedAt: Date?
  package var endedAt: Date?
  /// The number of the event with which it last succeeded; 0 when what it did was taken back since.
  package var doneAt = 0
  /// The same of the last time that it changed something: what stands on it and is older is out of date.
  package var madeAt = 0
  /// The same of the last time that something else took the place of what it had made.
  package var renewedAt = 0
  /// The outputs of its last success, also after it was taken back: others than these mean another thing.
  package var lastOutputs: [String: Value]?
  /// A change was answered since the last undo.
  package var hasEffects = false
  /// A person gave the step up while it was in doubt.
  package var wasAbandoned = false
  /// A change of this generation was refused for certain.
  package var wasRefused = false
  /// A change of this generation was repeated without knowing how the first one ended.
  package var wasDoubted = false

  package init(address: StepAddress) { self.address = address }

  /// Whether there may be something to take back.
  package var mayExist: Bool { hasEffects || record.isInDoubt }

  /// Whether dependants may start; a failure that the workflow allows is decided by the machine.
  package var isDone: Bool { phase == .succeeded || phase == .skipped }

  /// The generation of the next attempt: a new one only after a definite refusal, never within doubt, and never while something of
  /// the present one exists.
  package var nextGeneration: Int {
    let clean = wasRefused && !wasDoubted && !record.isInDoubt && !record.intents.contains { $0.answered }
    return clean ? generation + 1 : generation
  }

  package func state(live: Bool, blocked: Bool) -> StepState {
    switch phase {
    case .succeeded: record.adopted ? .adopted : .succeeded
    case .skipped: .skipped
    case .person: .waitingForPerson
    case .abandoned: .abandoned
    case .undoing: .undoing
    case .undone: .undone
    case .stuck: .stuck
    case .stays: .stays
    case .running where live: hasAnswer ? .answered : .started
    case .failed where !record.isInDoubt: .failed
    case .waiting, .running, .failed:
      record.isInDoubt ? .inDoubt : blocked ? .blocked : hasAnswer ? .answered : .waiting
    }
  }

  private var hasAnswer: Bool { record.intents.last?.answered ?? false }
}
