import Basics
import Synchronization

/// What attempts tell the runner's loop.
enum RunnerMessage: Sendable {
  /// A fact to make durable; the answer tells the performer whether it may go on.
  case fact(StepFact, attempt: AttemptID, CheckedContinuation<Swift.Result<Void, StepFailure>, Never>)
  case finished(AttemptResult, attempt: AttemptID)
  /// A step that was put off may start again.
  case wake(Int)
  case timeout(AttemptID)
  case interrupt
  case graceOver(last: Bool)

  /// Answers a message that nobody will handle any more, so that its sender does not wait forever.
  static func reject(_ message: RunnerMessage) {
    if case .fact(_, _, let continuation) = message {
      continuation.resume(returning: .failure(StepFailure(.interrupted, .engineInterrupted)))
    }
  }
}

/// One attempt at one step; an attempt that was given up is told apart from its successor by its number.
struct AttemptID: Hashable, Sendable {
  var position: Int
  var number: Int
}

/// The way back from one attempt to the loop, with the record as it grows.
final class StepCheckpoint: Checkpoint {
  private let id: AttemptID
  private let mailbox: Mailbox<RunnerMessage>
  private let address: StepAddress
  private let observer: any RunObserver
  private let write: @Sendable ([UInt8]) -> Void
  private let current: Mutex<StepRecord>

  init(
    _ id: AttemptID, call: StepCall, mailbox: Mailbox<RunnerMessage>, observer: any RunObserver,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.id = id
    self.mailbox = mailbox
    address = call.address
    self.observer = observer
    self.write = write
    current = Mutex(call.record)
  }

  /// What the journal knows by now.
  var record: StepRecord { current.withLock { $0 } }

  func intent(_ intent: Intent) async throws(StepFailure) { try await report(.intent(intent)) }

  func answered(ordinal: Int, object: Value) async throws(StepFailure) {
    try await report(.answered(ordinal: ordinal, object: object))
  }

  func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure) {
    try await report(.refused(ordinal: ordinal, failure: failure))
  }

  func undoIntent(_ intent: Intent) async throws(StepFailure) { try await report(.undoIntent(intent)) }

  func undoAnswered(ordinal: Int) async throws(StepFailure) { try await report(.undoAnswered(ordinal: ordinal)) }

  func progress(_ progress: StepProgress) { observer.progress(progress, of: address) }

  func output(_ bytes: [UInt8]) { write(bytes) }

  /// The doubt is settled: the announced call may be sent again.
  ///
  /// Nothing is written, so a crash here only asks once more.
  func forgetDoubt() { current.withLock { $0.intents.removeAll { !$0.answered } } }

  private func report(_ fact: StepFact) async throws(StepFailure) {
    let answer = await withCheckedContinuation { mailbox.send(.fact(fact, attempt: id, $0)) }
    try answer.get()
    current.withLock { $0.apply(fact) }
  }
}
