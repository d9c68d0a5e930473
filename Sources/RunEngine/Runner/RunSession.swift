import Basics
import Planning

/// One session of a runner: the loop that takes messages, decides, commits, and only then lets effects begin.
///
/// Plain sequential code decides the order of events; attempts run as tasks of their own and talk to it through the mailbox.
final class RunSession {
  /// What is let go once the events of a commit are durable.
  enum Release {
    case answer(CheckedContinuation<Swift.Result<Void, StepFailure>, Never>)
    case launch(LiveAttempt)
    case key(String)
  }

  struct LiveAttempt {
    var id: AttemptID
    var call: StepCall
    var number: Int
    var task: Task<Void, Never>?
    var timer: Task<Void, Never>?
    var timedOut = false
    var wasCancelled = false
  }

  let runner: Runner
  let target: RunTarget
  let order: WorkOrder
  var machine: RunMachine
  var epoch = 0
  var batch: [RunEvent] = []
  var releases: [Release] = []
  var attempts: [Int: LiveAttempt] = [:]
  /// Attempts of this session by position: what `retry` counts.
  var tries: [Int: Int] = [:]
  var timers: [Int: Task<Void, Never>] = [:]
  var attemptCount = 0
  var interrupts = 0
  var undoneCount = 0
  var isAbandoned = false
  var failure: JournalFailure?
  var diagnostics = Diagnostics()

  init(_ runner: Runner, target: RunTarget, order: WorkOrder) {
    self.runner = runner
    self.target = target
    self.order = order
    machine = RunMachine(plan: runner.plan)
  }

  var runID: String { target.id }
  var isStopping: Bool { interrupts > 0 || failure != nil }

  func run() async throws(RunRefusal) -> RunSummary {
    let begins = try await begin()
    if begins {
      machine.beginSession(parallel: runner.options.parallel)
      await work()
      await end()
    }
    for timer in timers.values { timer.cancel() }
    if failure != nil { await lookAgain() }
    if epoch > 0 { await runner.journal.unlock(runID, epoch: epoch) }
    return summary()
  }

  private func work() async {
    while true {
      await startReadySteps()
      await commit()
      guard !isAbandoned, !(attempts.isEmpty && isIdle) else { return }
      for message in await runner.mailbox.take() { handle(message) }
    }
  }

  /// After a failed append only the journal knows what became durable: nothing else is reported.
  private func lookAgain() async {
    guard let events = try? await runner.journal.read(runID) else { return }
    if let replayed = try? RunMachine(machine.graph, events: events) { machine = replayed }
  }

  private var isIdle: Bool { machine.schedule?.isIdle ?? true }

  private func end() async {
    if isAbandoned { abandonAttempts() }
    record(.ended(machine.conclusion(), isComplete: machine.isComplete))
    await commit()
  }

  private func abandonAttempts() {
    for attempt in attempts.values {
      attempt.task?.cancel()
      attempt.timer?.cancel()
      runner.log.close(run: runID, address: attempt.call.address, attempt: attempt.number)
    }
    attempts = [:]
  }

  private func handle(_ message: RunnerMessage) {
    switch message {
    case .fact(let fact, let attempt, let continuation): handle(fact, of: attempt, continuation)
    case .finished(let result, let attempt): finish(result, of: attempt)
    case .wake(let position): machine.wake(position)
    case .timeout(let attempt): timeOut(attempt)
    case .interrupt: interrupt()
    case .graceOver(let last): if last { isAbandoned = true } else { cancelAll(evenInFlight: true) }
    }
  }

  func summary() -> RunSummary {
    var outputs: [String: Value] = [:]
    if machine.isComplete, order.kind != .destroy {
      do throws(StepFailure) {
        outputs = try runner.decisions.finalOutputs(machine.outputs)
      } catch {
        diagnostics.add(Diagnostic(error.code, error.arguments, severity: .warning))
      }
    }
    let verdict = failure == nil ? machine.conclusion() : failure?.exitStatus == 4 ? .refused : .failed
    return RunSummary(
      runID: runID, verdict: verdict, exitStatus: verdict.exitStatus, state: machine.head?.state ?? .stopped,
      steps: machine.stepSummaries(), takenBack: undoneCount, outputs: outputs,
      leftovers: order.kind == .destroy ? machine.leftovers(order) : [], diagnostics: diagnostics)
  }
}
