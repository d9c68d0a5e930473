package import Basics

package import struct FoundationEssentials.Date

/// One fact about a run: the only thing that a journal holds, and the only way in which a run's state changes.
///
/// Events of one run are numbered from 1 without a gap. Their order is the order in which they became true; whatever follows from an
/// event (a request, a dependent step) starts only after `Journal.append` has returned for it.
package struct RunEvent: Hashable, Sendable {
  /// The version of the encoding that this build writes; every lower one can be read.
  package static let formatVersion = 1

  package var sequence: Int
  /// Wall-clock time, exact to the millisecond.
  package var time: Date
  package var fact: RunFact
  /// Which parts of the encoded fact are secret: the journal encrypts exactly these.
  package var sensitive: Set<SensitivePart>

  package init(sequence: Int, time: Date, fact: RunFact, sensitive: Set<SensitivePart> = []) {
    self.sequence = sequence
    self.time = time
    self.fact = fact
    self.sensitive = sensitive
  }
}

/// A part of an encoded event: a whole member (`object`), or one member of it (`inputs/password`).
package struct SensitivePart: Hashable, Sendable, Comparable {
  package var member: String
  package var name: String?

  package init(_ member: String, _ name: String? = nil) {
    self.member = member
    self.name = name
  }

  /// `object` or `inputs/password`.
  package var text: String { name.map { "\(member)/\($0)" } ?? member }

  package init(text: String) {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    self.init(parts.first ?? "", parts.count > 1 ? parts[1] : nil)
  }

  package static func < (left: SensitivePart, right: SensitivePart) -> Bool { left.text < right.text }
}

/// What an event says.
package enum RunFact: Hashable, Sendable {
  /// The run exists: what it was asked to do, with every text that it goes by.
  case created(RunHeader)
  /// From here on the run goes by other texts or inputs (`resume --updated`).
  case updated(RunHeader)
  /// A session of work begins; not written when there is nothing to do.
  case opened(WorkOrder)
  /// A person, or a flag, said yes to these steps.
  case approved([StepAddress], by: String)
  case step(StepAddress, StepFact)
  /// These finished steps are to run again; what they own stays known, and the generation of all but `sameToken` grows.
  case reset([StepAddress], sameToken: [StepAddress])
  /// The user asked to stop.
  case interrupted
  /// A session of work is over; `isComplete` tells that no step of the plan is left to do.
  case ended(RunVerdict, isComplete: Bool)
}

/// What an event says about one step.
package enum StepFact: Hashable, Sendable {
  /// An attempt begins, with the arguments as they are now.
  case started(generation: Int, attempt: Int, inputs: [String: Value])
  /// A changing request is about to leave.
  case intent(Intent)
  /// The announced request was answered; `object` is the new root `self`.
  case answered(ordinal: Int, object: Value)
  /// The announced request definitely changed nothing.
  case refused(ordinal: Int, failure: StepFailure)
  /// Done; with `Effect.adopted` the thing belongs to somebody else.
  case succeeded(outputs: [String: Value], object: Value, effect: Effect)
  /// The attempt failed; `retryIn` tells that another one follows.
  case failed(StepFailure, retryIn: Duration?)
  case waiting(PersonRequest)
  case personAnswered(PersonAnswer)
  case skipped(SkipReason)
  case undoStarted(attempt: Int)
  case undoIntent(Intent)
  case undoAnswered(ordinal: Int)
  /// Taken back and proved; the next attempt is a new generation.
  case undone
  /// Left where it is, as declared.
  case stays(StayReason)
  /// Could not be taken back: a person has to look.
  case stuck(StepFailure)
}

package enum SkipReason: String, Hashable, Sendable {
  /// `when` is false.
  case condition
  /// `--skip`.
  case request
}

/// Why something stays after `destroy`.
package enum StayReason: Hashable, Sendable {
  /// `undo: keep` in the workflow.
  case kept
  /// `undo: none` of the action, or a term that was paid for.
  case declared(LocalizedText)
  /// Something that stays still uses it.
  case neededBy([StepAddress])
  /// A person gave it up while nobody knew whether it exists.
  case abandoned
}

/// What a person said about a step that waits for one.
package enum PersonAnswer: Hashable, Sendable {
  /// The outputs of a manual step.
  case outputs([String: Value])
  /// It is there, under this id of the other side.
  case adopt(id: String)
  /// It was not created: try again.
  case notCreated
  /// Do not try again.
  case abandon
}
