package import Basics
import Planning
package import ProviderModel

/// The port through which steps are carried out: one conformance per kind of step (cloud calls, SSH, probes, the engine's own).
///
/// A performer decides nothing about order, retry of the step, or the journal: it carries out one step, reports each fact through
/// its `checkpoint` before going on, and answers what happened. It may be called again at any time with the `record` of what the
/// journal knows: what `record` shows as answered must not be sent again.
package protocol ActionPerformer: Sendable {
  /// Carries out the step, or goes on with it: a record with an answer and no success means "go on waiting".
  ///
  /// Throws a failure of class `doubt` when a changing request may have left and its outcome is unknown.
  func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome

  /// Settles a doubt: the record holds an intent without an answer. Never repeats a call blindly.
  func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution

  /// Looks at what is there now, changing nothing (`drift`, `plan --refresh`, proof after undo).
  func read(_ call: StepCall) async throws(StepFailure) -> Reading

  /// Takes the step back and proves it; repeat-safe.
  func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome

  /// The step's `serialize` key: steps with equal keys, of every run in one journal, never overlap; `nil` for none.
  func serializeKey(_ call: StepCall) throws(StepFailure) -> String?
}

extension ActionPerformer {
  package func serializeKey(_ call: StepCall) throws(StepFailure) -> String? { nil }
}

/// What a performer is told about a step.
package struct StepCall: Sendable {
  package var runID: String
  package var address: StepAddress
  package var action: ActionDescription
  /// The evaluated arguments; those that came out null are left out, defaults of the action are filled in.
  package var inputs: [String: Value]
  /// Names of arguments and outputs that are sensitive.
  package var sensitiveInputs: Set<String>
  package var sensitiveOutputs: Set<String>
  /// The profile bound to the step's account; `nil` is the vendor's default chain.
  package var account: String?
  /// The time that the step has, from the call on; what a performer left running elsewhere is stopped when it is up.
  package var timeout: Duration?
  package var adopt: AdoptPolicy
  /// The idempotency token `cw-` + 32 hex digits, constant within a generation (`decisions.md` §6).
  package var token: String
  /// What the journal knows of this step in its current generation.
  package var record: StepRecord
  /// `manual/step`: the outputs that the step declares.
  package var declaredOutputs: [Field] = []
  /// The step is on its way back (`destroy`): a doubt is settled by looking, since the announced call will not be sent again.
  package var isTakingBack = false
  /// Nothing else is taken back in this session: what still uses the thing will not go away meanwhile.
  package var isTakenBackAlone = false
  /// Something that the step depends on was made again since the step was last done: what it made may be gone with that.
  package var standsOnNew = false

  /// The first 10 hex digits of the token: the suffix of our own names.
  package var id: String { String(token.dropFirst(3).prefix(10)) }

  /// What the step uses: `ssh/script`.
  package var uses: String { action.fullName }

  package init(
    runID: String, address: StepAddress, action: ActionDescription, inputs: [String: Value],
    sensitiveInputs: Set<String> = [], sensitiveOutputs: Set<String> = [], account: String? = nil,
    adopt: AdoptPolicy = .never, token: String, record: StepRecord = StepRecord()
  ) {
    self.runID = runID
    self.address = address
    self.action = action
    self.inputs = inputs
    self.sensitiveInputs = sensitiveInputs
    self.sensitiveOutputs = sensitiveOutputs
    self.account = account
    self.adopt = adopt
    self.token = token
    self.record = record
  }

  /// The call of a planned step, before anything that a session adds.
  init(_ step: PlannedStep, runID: String, accounts: [String: String], inputs: [String: Value], generation: Int) {
    self.init(
      runID: runID, address: step.address, action: step.action, inputs: inputs, sensitiveInputs: step.sensitiveInputs,
      sensitiveOutputs: step.sensitiveOutputs, account: step.account.map { accounts[$0] ?? $0 }, adopt: step.adopt,
      token: StepToken.text(runID: runID, address: step.address, generation: generation))
    declaredOutputs = step.declaredOutputs
  }
}

/// What the journal knows of a step within its generation.
package struct StepRecord: Hashable, Sendable {
  /// Calls of perform that were announced, in order.
  package var intents: [IntentRecord] = []
  /// Calls of undo that were announced, in order.
  package var undoIntents: [IntentRecord] = []
  /// The object, as last answered or read: the root `self`.
  package var object: Value = .null
  /// What `read` gave before the first change: the root `before`.
  package var before: Value = .null
  /// The object was there before us and belongs to somebody else.
  package var adopted = false
  package var outputs: [String: Value] = [:]
  /// The step succeeded before (a re-run after `--from`): what `object` shows is read and brought up to date, not created again.
  package var succeeded = false
  /// `answer --adopt ID`: a person says that the thing in doubt, or to be adopted, is there under this id of the other side.
  package var adoptID: String?

  package init() {}

  /// The last announced call has no answer: nobody knows whether it happened.
  package var isInDoubt: Bool { intents.last.map { !$0.answered } ?? false }
}

package struct IntentRecord: Hashable, Sendable {
  package var intent: Intent
  package var answered: Bool
  package init(intent: Intent, answered: Bool = false) {
    self.intent = intent
    self.answered = answered
  }
}

/// The announcement of a change, durable before its first byte leaves.
package struct Intent: Hashable, Sendable {
  /// `cbn:CreateCen`, `ssh:script`.
  package var call: String
  /// Which call of the action's list, from 0.
  package var ordinal: Int
  /// SHA-256 (hex) of operation and parameters before signing: a repeat must have the same one.
  package var digest: String
  /// What `read` gave before the first change, where undo or compare needs it.
  package var before: Value

  package init(call: String, ordinal: Int = 0, digest: String, before: Value = .null) {
    self.call = call
    self.ordinal = ordinal
    self.digest = digest
    self.before = before
  }
}

/// The way back from a performer to the one writer of the run; each function returns when its fact is durable.
package protocol Checkpoint: Sendable {
  /// Before a changing request: throws when the intent could not be made durable, and then nothing may be sent.
  func intent(_ intent: Intent) async throws(StepFailure)
  /// As soon as a change's answer is read: `object` is the new root `self`.
  func answered(ordinal: Int, object: Value) async throws(StepFailure)
  /// The announced call definitely did not happen (refused before a byte left, or a clear refusal by the other side).
  func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure)
  func undoIntent(_ intent: Intent) async throws(StepFailure)
  func undoAnswered(ordinal: Int) async throws(StepFailure)
  /// What the step waits for now; shown, not journaled.
  func progress(_ progress: StepProgress)
  /// Output of a script, for the step's log file; masked by the receiver.
  func output(_ bytes: [UInt8])
}

/// What a running step is busy with, for the live display.
package struct StepProgress: Hashable, Sendable {
  package var code: Diagnostic.Code
  package var arguments: [String: String]
  package init(_ code: Diagnostic.Code, _ arguments: [String: String] = [:]) {
    self.code = code
    self.arguments = arguments
  }
}

package enum StepOutcome: Sendable {
  /// Done: the outputs, the object that later reads start from, and how it came to be.
  case succeeded(outputs: [String: Value], object: Value, effect: Effect)
  /// A person or another party has to act; durable, the run goes on elsewhere and ends with exit 6.
  case waiting(PersonRequest)
}

package enum Effect: String, Hashable, Sendable {
  case created, updated, adopted, read, nothing

  /// Whether something is there because of it, or by its leave.
  package var isLasting: Bool { self == .created || self == .updated || self == .adopted }
}

/// What a person is asked for: instructions, and the outputs to hand in.
package struct PersonRequest: Hashable, Sendable {
  package enum Reason: String, Hashable, Sendable { case manual, doubt, adopt }
  package var reason: Reason
  package var text: LocalizedText
  package var outputs: [Field]
  /// What the person has to type in, by name.
  package var values: [String: Value]
  package init(reason: Reason, text: LocalizedText, outputs: [Field] = [], values: [String: Value] = [:]) {
    self.reason = reason
    self.text = text
    self.outputs = outputs
    self.values = values
  }
}

package enum Resolution: Sendable {
  /// It happened; `object` is what was found. The step goes on from there.
  case happened(object: Value)
  /// It did not happen: the same generation may send the same request again.
  case didNotHappen
  /// Only a person can tell.
  case ask(PersonRequest)
}

package enum Reading: Sendable {
  case absent
  /// There, with the names of the inputs whose present value differs from the given one.
  case present(object: Value, differences: [String])
  /// The action has no way to look (a script, a probe).
  case unknown
}

package enum UndoOutcome: Sendable {
  case undone
  /// Declared to stay: `undo: none`, a prepaid term.
  case stays(LocalizedText)
  /// There is nothing that could be undone (a read, a probe).
  case nothing
}
