package import Basics
package import Planning

/// Carries out a plan and is the only writer of its run.
///
/// Each intent is durable before its effect begins, each outcome before anything that depends on it begins. A run may be killed at any
/// point and gone on with by another runner. One runner serves one session: make a new one for the next.
package final class Runner: Sendable {
  let plan: Plan
  let decisions: any PlanDecisions
  let journal: any Journal
  let performer: any ActionPerformer
  let approver: any Approver
  let observer: any RunObserver
  let log: any StepLog
  let time: any TimeSource
  let random: any RandomSource
  let options: RunnerOptions
  let mailbox = Mailbox<RunnerMessage>(reject: RunnerMessage.reject)

  package init(
    plan: Plan, decisions: any PlanDecisions, journal: any Journal, performer: any ActionPerformer,
    approver: any Approver, observer: any RunObserver = NoObserver(), log: any StepLog = NoStepLog(),
    time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom(),
    options: RunnerOptions = RunnerOptions()
  ) {
    self.plan = plan
    self.decisions = decisions
    self.journal = journal
    self.performer = performer
    self.approver = approver
    self.observer = observer
    self.log = log
    self.time = time
    self.random = random
    self.options = options
  }

  /// Does what `order` says with the run, and gives how it ended.
  ///
  /// A run on which nothing is left to do is answered from the journal: nothing is written and nobody is asked anything. Cancelling the
  /// calling task counts as one `interrupt`.
  /// - Throws: `RunRefusal` when the session could not begin; nothing was touched then.
  package func run(_ target: RunTarget, order: WorkOrder = WorkOrder()) async throws(RunRefusal) -> RunSummary {
    let result = await withTaskCancellationHandler {
      await Swift.Result<RunSummary, RunRefusal>.catching { () async throws(RunRefusal) in
        try await RunSession(self, target: target, order: order).run()
      }
    } onCancel: {
      self.interrupt()
    }
    mailbox.close()
    return try result.get()
  }

  /// The first time: no new step starts, calls in flight may end or are recorded as ambiguous.
  ///
  /// The second time: return at once.
  package func interrupt() { mailbox.send(.interrupt) }
}

extension Swift.Result {
  /// `Result(catching:)` for an asynchronous body.
  fileprivate static func catching(_ body: () async throws(Failure) -> Success) async -> Self {
    do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
  }
}
