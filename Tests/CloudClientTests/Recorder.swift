import Basics
import RunEngine
import Synchronization

/// A checkpoint that remembers each fact in words, and the record that the journal would hold.
final class Recorder: Checkpoint {
  private struct State {
    var facts: [String] = []
    var record: StepRecord
    var progress: [StepProgress] = []
    var failsAt: String?
  }
  private let state: Mutex<State>

  /// - Parameter failsAt: The fact that cannot be made durable, `intent 0`.
  init(_ record: StepRecord = StepRecord(), failsAt: String? = nil) {
    state = Mutex(State(record: record, failsAt: failsAt))
  }

  var facts: [String] { state.withLock { $0.facts } }
  var record: StepRecord { state.withLock { $0.record } }
  var progressed: [StepProgress] { state.withLock { $0.progress } }

  func intent(_ intent: Intent) async throws(StepFailure) {
    try add("intent \(intent.ordinal)", "\(intent.call)") { record in
      record.intents.removeAll { !$0.answered && $0.intent.ordinal == intent.ordinal }
      record.intents.append(IntentRecord(intent: intent))
      if record.before.isNull { record.before = intent.before }
    }
  }

  func answered(ordinal: Int, object: Value) async throws(StepFailure) {
    try add("answered \(ordinal)") { record in
      if let index = record.intents.lastIndex(where: { $0.intent.ordinal == ordinal }) {
        record.intents[index].answered = true
      }
      record.object = object
    }
  }

  func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure) {
    try add("refused \(ordinal)", failure.kind.rawValue) { record in
      record.intents.removeAll { !$0.answered && $0.intent.ordinal == ordinal }
    }
  }

  func undoIntent(_ intent: Intent) async throws(StepFailure) {
    try add("undo-intent \(intent.ordinal)", intent.call) { record in
      record.undoIntents.removeAll { !$0.answered && $0.intent.ordinal == intent.ordinal }
      record.undoIntents.append(IntentRecord(intent: intent))
    }
  }

  func undoAnswered(ordinal: Int) async throws(StepFailure) {
    try add("undo-answered \(ordinal)") { record in
      if let index = record.undoIntents.lastIndex(where: { $0.intent.ordinal == ordinal }) {
        record.undoIntents[index].answered = true
      }
    }
  }

  func progress(_ progress: StepProgress) { state.withLock { $0.progress.append(progress) } }
  func output(_ bytes: [UInt8]) {}

  private func add(
    _ fact: String, _ detail: String = "", _ change: (inout StepRecord) -> Void
  ) throws(StepFailure) {
    let fails = state.withLock { state in
      if state.failsAt == fact { return true }
      state.facts.append(detail.isEmpty ? fact : "\(fact) \(detail)")
      change(&state.record)
      return false
    }
    if fails { throw StepFailure(.interrupted, Diagnostic.Code("test.journal-full")) }
  }
}
