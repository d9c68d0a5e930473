import Basics
import ProviderModel
import RunEngine
import Synchronization

/// Keeps what a performer reports, as the journal would, and lets a test stop it at a fact.
final class TestCheckpoint: Checkpoint {
  enum Fact: Hashable, Sendable {
    case intent(Int), answered(Int), refused(Int), undoIntent(Int), undoAnswered(Int)
  }

  private struct State {
    var record: StepRecord
    var facts: [Fact] = []
    var progress: [StepProgress] = []
    var output: [UInt8] = []
    var outputSize = 0
  }

  private let state: Mutex<State>
  private let keepsOutput: Bool
  private let onFact: @Sendable (Fact) async throws(StepFailure) -> Void
  private let onOutput: @Sendable ([UInt8]) -> Void

  init(
    record: StepRecord = StepRecord(), keepsOutput: Bool = true,
    onFact: @escaping @Sendable (Fact) async throws(StepFailure) -> Void = { _ in },
    onOutput: @escaping @Sendable ([UInt8]) -> Void = { _ in }
  ) {
    state = Mutex(State(record: record))
    self.keepsOutput = keepsOutput
    self.onFact = onFact
    self.onOutput = onOutput
  }

  var record: StepRecord { state.withLock { $0.record } }
  var facts: [Fact] { state.withLock { $0.facts } }
  var progress: [StepProgress] { state.withLock { $0.progress } }
  var output: [UInt8] { state.withLock { $0.output } }
  var outputSize: Int { state.withLock { $0.outputSize } }
  var outputText: String { String(decoding: output, as: UTF8.self) }

  func intent(_ intent: Intent) async throws(StepFailure) {
    try await onFact(.intent(intent.ordinal))
    state.withLock { state in
      state.facts.append(.intent(intent.ordinal))
      state.record.intents.removeAll { !$0.answered && $0.intent.ordinal == intent.ordinal }
      state.record.intents.append(IntentRecord(intent: intent))
      if state.record.before.isNull { state.record.before = intent.before }
    }
  }

  func answered(ordinal: Int, object: Value) async throws(StepFailure) {
    state.withLock { state in
      state.facts.append(.answered(ordinal))
      if let index = state.record.intents.lastIndex(where: { $0.intent.ordinal == ordinal }) {
        state.record.intents[index].answered = true
      }
      state.record.object = object
    }
    try await onFact(.answered(ordinal))
  }

  func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure) {
    state.withLock { state in
      state.facts.append(.refused(ordinal))
      state.record.intents.removeAll { !$0.answered && $0.intent.ordinal == ordinal }
    }
  }

  func undoIntent(_ intent: Intent) async throws(StepFailure) {
    state.withLock { state in
      state.facts.append(.undoIntent(intent.ordinal))
      state.record.undoIntents.removeAll { !$0.answered && $0.intent.ordinal == intent.ordinal }
      state.record.undoIntents.append(IntentRecord(intent: intent))
    }
  }

  func undoAnswered(ordinal: Int) async throws(StepFailure) {
    state.withLock { state in
      state.facts.append(.undoAnswered(ordinal))
      if let index = state.record.undoIntents.lastIndex(where: { $0.intent.ordinal == ordinal }) {
        state.record.undoIntents[index].answered = true
      }
    }
  }

  func progress(_ progress: StepProgress) { state.withLock { $0.progress.append(progress) } }

  func output(_ bytes: [UInt8]) {
    onOutput(bytes)
    state.withLock { state in
      state.outputSize += bytes.count
      if keepsOutput { state.output += bytes }
    }
  }
}

/// A step that uses a built-in action.
func stepCall(
  _ action: String, _ inputs: [String: Value], token: String = "cw-0123456789abcdef0123456789abcdef",
  record: StepRecord = StepRecord(), timeout: Duration? = nil
) -> StepCall {
  let parts = action.split(separator: "/").map(String.init)
  let description = ActionDescription(
    provider: parts[0], name: parts[1], product: "", title: LocalizedText(plain: action),
    location: SourceLocation(file: "provider.yaml"))
  var call = StepCall(
    runID: "run", address: StepAddress("step"), action: description, inputs: inputs, token: token, record: record)
  call.timeout = timeout
  return call
}

/// The failure that `body` ends with.
func failure<Result>(of body: () async throws -> Result) async -> StepFailure? {
  do {
    _ = try await body()
    return nil
  } catch { return error as? StepFailure }
}
