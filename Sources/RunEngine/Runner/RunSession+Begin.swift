import Basics
import Planning
import ProviderModel

extension RunSession {
  /// Locks and replays the run, checks the order, asks for approval, and writes the session's first events; false when nothing is left to do.
  func begin() async throws(RunRefusal) -> Bool {
    if case .new(let header) = target { return try await beginNew(header) }
    epoch = try await refusing { () async throws(JournalFailure) in
      try await runner.journal.lock(runID, takeOver: runner.options.takesOver)
    }
    do throws(RunRefusal) {
      return try await goOn()
    } catch {
      await runner.journal.unlock(runID, epoch: epoch)
      throw error
    }
  }

  /// Approval comes before everything: a run that is refused leaves no trace.
  private func beginNew(_ header: RunHeader) async throws(RunRefusal) -> Bool {
    learnSecrets(of: header)
    try refuse(machine.problems(with: order))
    let approval = try await approval()
    epoch = try await refusing { () async throws(JournalFailure) in
      try await runner.journal.lock(header.id, takeOver: false)
    }
    let known = try await refusing { () async throws(JournalFailure) in try await runner.journal.read(header.id) }
    guard known.isEmpty else {
      await runner.journal.unlock(header.id, epoch: epoch)
      throw RunRefusal(Diagnostics(Diagnostic(.engineRunExists, ["run": header.id])), exitStatus: 2)
    }
    record(.created(header))
    record(.opened(order))
    if let approval { record(approval) }
    for fact in machine.preparation(for: order) { record(fact) }
    try await commitOrRefuse()
    return true
  }

  private func goOn() async throws(RunRefusal) -> Bool {
    let events = try await refusing { () async throws(JournalFailure) in try await runner.journal.read(runID) }
    guard !events.isEmpty else { throw RunRefusal(.noRun(runID)) }
    for event in events {
      do throws(JournalCorrupt) { try machine.apply(event) } catch { throw RunRefusal(corrupt: error, run: runID) }
    }
    var stale: [Int] = []
    if case .updated(let header) = target { stale = try update(to: header) } else { try checkPlan() }
    if let header = machine.header { learnSecrets(of: header) }
    for slot in machine.slots { learnSecrets(of: slot) }
    try refuse(machine.problems(with: order))
    try refuseRebuilding()
    guard machine.hasWork(order) || !stale.isEmpty else { return false }
    let approval = order.kind == .run ? try await approval() : nil
    if case .updated(let header) = target { record(.updated(header)) }
    record(.opened(order))
    if let approval { record(approval) }
    if !stale.isEmpty { record(machine.resetFact(stale)) }
    for fact in machine.preparation(for: order) { record(fact) }
    try await commitOrRefuse()
    return true
  }

  private func checkPlan() throws(RunRefusal) {
    guard let header = machine.header, header.planDigest != runner.plan.digest else { return }
    throw RunRefusal(Diagnostics(Diagnostic(.engineOtherPlan, ["run": runID])), exitStatus: 2)
  }

  /// The steps that run again because their arguments changed; refuses to lose sight of a step that may own something.
  private func update(to header: RunHeader) throws(RunRefusal) -> [Int] {
    var problems = Diagnostics()
    for slot in machine.removedSteps where slot.mayExist {
      problems.add(Diagnostic(.engineStepRemoved, ["step": slot.address.text]))
    }
    try refuse(problems)
    let comparison = machine.comparison(with: runner.decisions)
    return comparison.indices.filter { comparison[$0].validity.runsAgain }
  }

  /// What was taken back is not built again by accident.
  private func refuseRebuilding() throws(RunRefusal) {
    guard order.kind == .run, order.from.isEmpty, machine.wasDestroyed else { return }
    throw RunRefusal(Diagnostics(Diagnostic(.engineDestroyed, ["run": runID])), exitStatus: 4)
  }

  /// Asks once for every step that needs a yes and has none; gives the fact to record, or `nil` when nothing needs one.
  private func approval() async throws(RunRefusal) -> RunFact? {
    let wanted = machine.wanted(order)
    let open = runner.plan.steps.indices.filter { position in
      wanted[position] && runner.plan.steps[position].needsApproval && !machine.countsAsDone(position)
        && !machine.approved.contains(runner.plan.steps[position].address)
        && runner.plan.steps[position].condition != .never
    }
    guard !open.isEmpty else { return nil }
    let steps = open.map { runner.plan.steps[$0].address }
    switch await runner.approver.approve(steps) {
    case .approved(let by): return .approved(steps, by: by)
    case .refused, .noTerminal:
      let names = steps.map(\.text).joined(separator: ", ")
      throw RunRefusal(Diagnostics(Diagnostic(.engineNotApproved, ["steps": names])), exitStatus: 4)
    }
  }

  private func commitOrRefuse() async throws(RunRefusal) {
    await commit()
    if let failure {
      await runner.journal.unlock(runID, epoch: epoch)
      throw RunRefusal(failure)
    }
  }

  private func refuse(_ problems: Diagnostics) throws(RunRefusal) {
    if problems.hasErrors { throw RunRefusal(problems, exitStatus: 2) }
  }

  private func refusing<Answer>(_ body: () async throws(JournalFailure) -> Answer) async throws(RunRefusal) -> Answer {
    do throws(JournalFailure) { return try await body() } catch { throw RunRefusal(error) }
  }
}

extension RunSession {
  private func learnSecrets(of header: RunHeader) {
    for secret in runner.plan.secrets { runner.options.masker.add(secret) }
  }

  private func learnSecrets(of slot: StepSlot) {
    guard let position = machine.graph.position(of: slot.address) else { return }
    learnInputs(slot.inputs, position)
    learnOutputs(slot.record.outputs, position)
  }

  func learnInputs(_ inputs: [String: Value], _ position: Int) {
    // What is derived from a secret holds the secret's own text, which is known already; the rest of it is no secret.
    for field in runner.plan.steps[position].action.inputs {
      for secret in field.secrets(in: inputs[field.name] ?? .null) { runner.options.masker.add(secret) }
    }
  }

  func learnOutputs(_ outputs: [String: Value], _ position: Int) {
    for name in runner.plan.steps[position].sensitiveOutputs { runner.options.masker.add(outputs[name] ?? .null) }
  }
}
