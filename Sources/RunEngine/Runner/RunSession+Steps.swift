import Basics
import Planning

extension RunSession {
  /// Starts, skips or fails everything that is ready, as far as the limit allows.
  func startReadySteps() async {
    while failure == nil, let position = machine.schedule?.next() {
      if order.kind == .destroy { await startUndo(position) } else { await start(position) }
    }
  }

  private func start(_ position: Int) async {
    machine.account(position)
    switch machine.slots[position].phase {
    case .succeeded, .skipped:
      guard machine.isOutOfDate(position, runner.decisions) else { return machine.passOver(position) }
      machine.startOver(position)
      record(machine.resetFact([position]))
    // Its way back was cut off: first to the end of that.
    case .undoing: return await startUndo(position)
    default: break
    }
    do throws(StepFailure) {
      switch try runner.decisions.decide(position, outputs: machine.outputs) {
      case .skip: record(.skipped(.condition), position)
      case .run(let inputs):
        learnInputs(inputs, position)
        let call = call(position, inputs: inputs, generation: machine.slots[position].nextGeneration)
        guard try await takeKey(call, position) else { return }
        let slot = machine.slots[position]
        record(.started(generation: slot.nextGeneration, attempt: slot.attempt + 1, inputs: inputs), position)
        prepareLaunch(position, call)
      }
    } catch {
      record(.failed(error.masked(by: runner.options.masker), retryIn: nil), position)
    }
  }

  private func startUndo(_ position: Int) async {
    let slot = machine.slots[position]
    if machine.graph.steps[position].isKept { return record(.stays(.kept), position) }
    if let owner = machine.schedule?.owner(of: position), machine.slots[owner].phase == .undone {
      record(.undoStarted(attempt: slot.attempt + 1), position)
      return record(.undone, position)
    }
    let call = call(position, inputs: slot.inputs, generation: slot.generation, isTakingBack: true)
    do throws(StepFailure) {
      guard try await takeKey(call, position) else { return }
      record(.undoStarted(attempt: slot.attempt + 1), position)
      prepareLaunch(position, call)
    } catch {
      record(.stuck(error.masked(by: runner.options.masker)), position)
    }
  }

  /// Takes the step's `serialize` key, in this run and in the journal; false when the step has to wait for it.
  private func takeKey(_ call: StepCall, _ position: Int) async throws(StepFailure) -> Bool {
    guard let key = try runner.performer.serializeKey(call) else { return true }
    guard machine.schedule?.hold(key, position) ?? true else { return false }
    do throws(JournalFailure) {
      if try await runner.journal.claim(key, for: runID, epoch: epoch) { return true }
    } catch {
      stop(because: error)
    }
    machine.delay(position)
    wake(position, after: .seconds(1))
    return false
  }

  private func call(
    _ position: Int, inputs: [String: Value], generation: Int, isTakingBack: Bool = false
  ) -> StepCall {
    let step = runner.plan.steps[position]
    var call = StepCall(
      step, runID: runID, accounts: machine.header?.accounts ?? [:], inputs: inputs, generation: generation)
    call.isTakingBack = isTakingBack
    call.isTakenBackAlone = order.takesBackPart && order.from.isEmpty
    call.standsOnNew = machine.standsOnNew(position)
    call.timeout = isTakingBack ? nil : step.timeout
    return call
  }

  /// The attempt begins once its start is durable.
  private func prepareLaunch(_ position: Int, _ call: StepCall) {
    var call = call
    call.record = machine.slots[position].record
    attemptCount += 1
    tries[position, default: 0] += 1
    let attempt = LiveAttempt(
      id: AttemptID(position: position, number: attemptCount), call: call, number: machine.slots[position].attempt)
    attempts[position] = attempt
    releases.append(.launch(attempt))
  }

  func launch(_ attempt: LiveAttempt) {
    var attempt = attempt
    let mailbox = runner.mailbox
    let id = attempt.id
    let body = body(of: attempt)
    attempt.task = Task { mailbox.send(.finished(await body(), attempt: id)) }
    if let timeout = runner.plan.steps[id.position].timeout, !attempt.call.isTakingBack {
      attempt.timer = timer(after: timeout, .timeout(id))
    }
    attempts[id.position] = attempt
  }

  private func body(of attempt: LiveAttempt) -> @Sendable () async -> AttemptResult {
    let (run, address, number, log) = (runID, attempt.call.address, attempt.number, runner.log)
    let checkpoint = StepCheckpoint(attempt.id, call: attempt.call, mailbox: runner.mailbox, observer: runner.observer)
    {
      log.append($0, run: run, address: address, attempt: number)
    }
    guard attempt.call.isTakingBack else {
      let perform = PerformAttempt(performer: runner.performer, checkpoint: checkpoint, call: attempt.call)
      return { await perform.run() }
    }
    let backoff = Backoff(policy: runner.options.undoRetry, random: runner.random)
    let undo = UndoAttempt(
      performer: runner.performer, checkpoint: checkpoint, call: attempt.call, backoff: backoff, time: runner.time)
    return { await undo.run() }
  }

  func wake(_ position: Int, after pause: Duration) {
    timers[position]?.cancel()
    timers[position] = timer(after: pause, .wake(position))
  }

  func timer(after pause: Duration, _ message: RunnerMessage) -> Task<Void, Never> {
    let (time, mailbox) = (runner.time, runner.mailbox)
    return Task { if (try? await time.sleep(for: pause)) != nil { mailbox.send(message) } }
  }
}
