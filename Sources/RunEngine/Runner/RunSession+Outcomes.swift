import Basics
import Planning
import ProviderModel

extension RunSession {
  /// A performer reports a fact: it is recorded if it is legal, and answered when it is durable.
  func handle(
    _ fact: StepFact, of id: AttemptID, _ continuation: CheckedContinuation<Swift.Result<Void, StepFailure>, Never>
  ) {
    if let objection = objection(to: fact, of: id) { return continuation.resume(returning: .failure(objection)) }
    record(masked(fact), id.position)
    releases.append(.answer(continuation))
    if isStopping { cancelAll(evenInFlight: false) }
  }

  private func objection(to fact: StepFact, of id: AttemptID) -> StepFailure? {
    let address = runner.plan.steps[id.position].address.text
    if failure != nil { return StepFailure(.interrupted, .engineNotDurable) }
    guard attempts[id.position]?.id == id else { return StepFailure(.interrupted, .engineInterrupted) }
    if fact.announcesChange {
      if isStopping || attempts[id.position]?.wasCancelled == true {
        return StepFailure(.interrupted, .engineInterrupted)
      }
      if buysAgain(fact, id.position) { return StepFailure(.conflict, .enginePaidOnce, ["step": address]) }
    }
    guard machine.slots[id.position].allows(fact) else {
      return StepFailure(.unknown, .engineIllegalMove, ["step": address, "event": fact.kind])
    }
    return nil
  }

  /// What was paid for once is looked up, never created again (`--from`).
  private func buysAgain(_ fact: StepFact, _ position: Int) -> Bool {
    guard case .intent(let intent) = fact, machine.graph.steps[position].isPrepaid else { return false }
    return machine.slots[position].record.succeeded
      && runner.plan.steps[position].action.create.contains { $0.name == intent.call }
  }

  private func masked(_ fact: StepFact) -> StepFact {
    guard case .refused(let ordinal, let failure) = fact else { return fact }
    return .refused(ordinal: ordinal, failure: failure.masked(by: runner.options.masker))
  }

  /// An attempt is over.
  func finish(_ result: AttemptResult, of id: AttemptID) {
    guard let attempt = attempts[id.position], attempt.id == id else { return }
    attempts[id.position] = nil
    attempt.timer?.cancel()
    runner.log.close(run: runID, address: attempt.call.address, attempt: attempt.number)
    let key = machine.schedule?.key(of: id.position)
    take(result, of: attempt)
    if let key { releases.append(.key(key)) }
  }

  private func take(_ result: AttemptResult, of attempt: LiveAttempt) {
    let position = attempt.id.position
    guard failure == nil else { return park(position) }
    switch result {
    case .performed(.succeeded(let outputs, let object, let effect)):
      learnOutputs(outputs, position)
      record(.succeeded(outputs: outputs, object: object, effect: effect), position)
    case .performed(.waiting(let request)): record(.waiting(request), position)
    case .undone(.undone), .undone(.nothing):
      record(.undone, position)
      goOnForward(position)
    case .undone(.stays(let text)):
      record(.stays(.declared(text)), position)
      goOnForward(position)
    case .failed where attempt.wasCancelled && isStopping: park(position)
    case .failed(let failure) where attempt.call.isTakingBack: undoFailed(failure, position)
    case .failed(let failure): failed(failure, attempt)
    }
  }

  /// A step whose way back was cut off, and which is now back, is made again.
  private func goOnForward(_ position: Int) {
    guard order.kind != .destroy else { return }
    record(machine.resetFact([position]))
    machine.wake(position)
  }

  private func failed(_ failure: StepFailure, _ attempt: LiveAttempt) {
    let position = attempt.id.position
    var failure = failure.masked(by: runner.options.masker)
    if attempt.timedOut { failure = timeoutFailure(position) }
    let pause = isStopping ? nil : retryPause(after: failure, position)
    record(.failed(failure, retryIn: pause), position)
    if let pause { wake(position, after: pause) }
  }

  /// A verification says what is so now: its probes are asked once.
  private func retryPause(after failure: StepFailure, _ position: Int) -> Duration? {
    let count = tries[position] ?? 1
    guard order.kind != .verify, let policy = runner.plan.steps[position].retry, count < policy.attempts,
      failure.kind.isRetriedByStep || failure.kind == .doubt
    else { return nil }
    return Backoff(policy: policy, random: runner.random).delay(after: count, retryAfter: failure.retryAfter)
  }

  private func timeoutFailure(_ position: Int) -> StepFailure {
    let inDoubt = machine.slots[position].record.isInDoubt
    let arguments = [
      "step": runner.plan.steps[position].address.text, "timeout": runner.plan.steps[position].timeout?.text ?? "",
    ]
    return StepFailure(inDoubt ? .doubt : .timeout, .engineTimeout, arguments)
  }

  /// A thing that something declared to stay still uses stays with it.
  private func undoFailed(_ failure: StepFailure, _ position: Int) {
    if machine.slots[position].phase == .undoing, machine.slots[position].record.isInDoubt,
      machine.slots[position].wasAbandoned
    {
      return record(.stays(.abandoned), position)
    }
    let staying = machine.graph.dependants[position].filter { machine.slots[$0].phase == .stays }
    if !staying.isEmpty, failure.kind == .inUse || failure.kind == .conflict {
      return record(.stays(.neededBy(staying.map { machine.slots[$0].address })), position)
    }
    record(.stuck(failure.masked(by: runner.options.masker)), position)
  }

  /// The step ends without an outcome; what the journal knows of it is enough to go on.
  private func park(_ position: Int) { machine.park(position) }
}

extension RunSession {
  /// Cancels an attempt whose time is used up; one that does not end within the grace is given up.
  func timeOut(_ id: AttemptID) {
    guard let attempt = attempts[id.position], attempt.id == id else { return }
    if attempt.timedOut { return finish(.failed(timeoutFailure(id.position)), of: id) }
    attempts[id.position]?.timer = timer(after: runner.options.grace, .timeout(id))
    attempts[id.position]?.timedOut = true
    attempts[id.position]?.wasCancelled = true
    attempts[id.position]?.task?.cancel()
  }

  func interrupt() {
    interrupts += 1
    if interrupts == 1 {
      if failure == nil { record(.interrupted) }
      machine.schedule?.stop()
      cancelAll(evenInFlight: false)
      startGrace()
    } else {
      isAbandoned = true
    }
  }

  func stop(because failure: JournalFailure) {
    guard self.failure == nil else { return }
    self.failure = failure
    diagnostics.add(failure.diagnostic)
    machine.schedule?.stop()
    cancelAll(evenInFlight: false)
    startGrace()
  }

  /// Cancels every attempt; those with a call in flight only when `evenInFlight`.
  func cancelAll(evenInFlight: Bool) {
    for (position, attempt) in attempts where evenInFlight || !machine.slots[position].hasCallInFlight {
      attempts[position]?.wasCancelled = true
      attempt.task?.cancel()
    }
  }

  /// Calls in flight get the grace, then all are cancelled, then, after as long again, given up.
  func startGrace() {
    timers[-1] = timer(after: runner.options.grace, .graceOver(last: false))
    timers[-2] = timer(after: runner.options.grace * 2, .graceOver(last: true))
  }
}

extension StepFact {
  fileprivate var announcesChange: Bool {
    switch self {
    case .intent, .undoIntent: true
    default: false
    }
  }
}

extension StepSlot {
  /// A call was announced and its answer has not come yet.
  var hasCallInFlight: Bool {
    let last = phase == .undoing && !record.isInDoubt ? record.undoIntents.last : record.intents.last
    return last.map { !$0.answered } ?? false
  }
}
