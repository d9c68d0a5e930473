import Basics

extension RunSession {
  /// Takes a fact into the machine now and into the journal with the next commit.
  func record(_ fact: RunFact) {
    let event = RunEvent(
      sequence: machine.lastSequence + 1, time: runner.time.now, fact: fact,
      sensitive: SensitiveParts(runner.plan).parts(of: fact, at: fact.position(in: machine.graph)))
    do throws(JournalCorrupt) {
      try machine.apply(event)
      batch.append(event)
    } catch {
      preconditionFailure("the runner only records legal moves: \(error.detail)")
    }
  }

  func record(_ fact: StepFact, _ position: Int) {
    record(.step(machine.slots[position].address, fact))
    if case .undone = fact { undoneCount += 1 }
  }

  /// Writes what gathered in one commit, and then lets go what waited for it.
  ///
  /// When the journal cannot write, nothing that waited is let go: no effect begins that a resume would not know of.
  func commit() async {
    guard !batch.isEmpty || !releases.isEmpty else { return }
    let events = batch
    let waiting = releases
    batch = []
    releases = []
    if failure == nil, !events.isEmpty { await append(events) }
    for release in waiting { await settle(release) }
    guard failure == nil else { return }
    let tally = machine.tally
    for event in events { runner.observer.observe(event, tally: tally) }
  }

  private func append(_ events: [RunEvent]) async {
    do throws(JournalFailure) {
      try await runner.journal.append(events, to: runID, epoch: epoch)
    } catch {
      failure = error
      diagnostics.add(error.diagnostic)
      machine.schedule?.stop()
      cancelAll(evenInFlight: false)
      startGrace()
    }
  }

  private func settle(_ release: Release) async {
    switch release {
    case .answer(let continuation): continuation.resume(returning: failure == nil ? .success(()) : .failure(notDurable))
    case .launch(let attempt): if failure == nil { launch(attempt) } else { forget(attempt) }
    case .key(let key):
      guard failure == nil, machine.schedule?.isHeld(key) != true else { return }
      await runner.journal.release(key, for: runID, epoch: epoch)
    }
  }

  private func forget(_ attempt: LiveAttempt) {
    attempts[attempt.id.position] = nil
    machine.park(attempt.id.position)
  }

  private var notDurable: StepFailure { StepFailure(.interrupted, .engineNotDurable) }
}

extension RunMachine {
  /// How far the live session is.
  var tally: RunTally {
    RunTally(done: schedule?.doneCount ?? 0, running: schedule?.runningCount ?? 0, total: schedule?.wantedCount ?? 0)
  }
}

extension RunFact {
  fileprivate func position(in graph: StepGraph) -> Int? {
    if case .step(let address, _) = self { graph.position(of: address) } else { nil }
  }
}
