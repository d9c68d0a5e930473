package import Basics

extension RunStore {
  /// Writes down what a person says about a step that waits for one or is in doubt; the next `resume` goes on from there.
  ///
  /// Outputs may be texts as typed on the command line: they are converted to the types that the step declared.
  package func answer(
    run: String, step: StepAddress, _ answer: PersonAnswer, time: some TimeSource, takesOver: Bool = false
  ) async throws(RunRefusal) {
    let epoch: Int
    do throws(JournalFailure) { epoch = try await journal.lock(run, takeOver: takesOver) } catch {
      throw RunRefusal(error)
    }
    let result: Swift.Result<Void, RunRefusal>
    do throws(RunRefusal) {
      result = .success(try await write(answer, run, step, time, epoch))
    } catch {
      result = .failure(error)
    }
    await journal.unlock(run, epoch: epoch)
    try result.get()
  }

  private func write(
    _ answer: PersonAnswer, _ run: String, _ step: StepAddress, _ time: some TimeSource, _ epoch: Int
  ) async throws(RunRefusal) {
    let stored = try await load(run)
    var machine = try stored.machine()
    guard let slot = machine.slot(step) else {
      throw RunRefusal(Diagnostics(Diagnostic(.engineNoStep, ["step": step.text])), exitStatus: 2)
    }
    let facts = try facts(for: answer, slot)
    let fields = slot.request?.outputs ?? []
    var events: [RunEvent] = []
    for fact in facts {
      let event = RunEvent(
        sequence: machine.lastSequence + 1, time: time.now, fact: .step(step, fact),
        sensitive: fact.sensitiveOutputs(fields))
      do throws(JournalCorrupt) { try machine.apply(event) } catch { throw unfit(answer, slot) }
      events.append(event)
    }
    do throws(JournalFailure) {
      try await journal.append(events, to: run, epoch: epoch)
    } catch {
      throw RunRefusal(error)
    }
  }

  private func facts(for answer: PersonAnswer, _ slot: StepSlot) throws(RunRefusal) -> [StepFact] {
    switch answer {
    case .outputs(let given):
      guard slot.request?.reason == .manual else { throw unfit(answer, slot) }
      let outputs = try converted(given, slot)
      return [.personAnswered(.outputs(outputs)), .succeeded(outputs: outputs, object: .null, effect: .nothing)]
    case .adopt:
      guard slot.record.isInDoubt || slot.request?.reason == .adopt || slot.request?.reason == .doubt else {
        throw unfit(answer, slot)
      }
      return [.personAnswered(answer)]
    case .notCreated:
      guard slot.record.isInDoubt else { throw unfit(answer, slot) }
      return [.personAnswered(answer)]
    case .abandon: return [.personAnswered(answer)]
    }
  }

  private func converted(_ given: [String: Value], _ slot: StepSlot) throws(RunRefusal) -> [String: Value] {
    let fields = slot.request?.outputs ?? []
    var problems = Diagnostics()
    for name in given.keys.sorted() where !fields.contains(where: { $0.name == name }) {
      let arguments = ["step": slot.address.text, "output": name]
      let near = [Diagnostic].didYouMean(name, among: fields.map(\.name))
      problems.add(Diagnostic(.engineAnswerUnknownOutput, arguments, related: near))
    }
    var outputs: [String: Value] = [:]
    for field in fields {
      let value = field.type.converted(given[field.name] ?? .null) ?? given[field.name] ?? .null
      for problem in field.problems(with: value) {
        let arguments = ["step": slot.address.text, "output": problem.path, "type": field.type.name]
        problems.add(Diagnostic(.engineAnswerWrongOutput, arguments))
      }
      if !value.isNull { outputs[field.name] = value }
    }
    if problems.hasErrors { throw RunRefusal(problems, exitStatus: 2) }
    return outputs
  }

  private func unfit(_ answer: PersonAnswer, _ slot: StepSlot) -> RunRefusal {
    let state = slot.state(live: false, blocked: false).rawValue
    let diagnostic = Diagnostic(.engineAnswerUnfit, ["step": slot.address.text, "state": state])
    return RunRefusal(Diagnostics(diagnostic), exitStatus: 2)
  }
}

extension StepFact {
  fileprivate func sensitiveOutputs(_ fields: [Field]) -> Set<SensitivePart> {
    switch self {
    case .personAnswered(.outputs(let outputs)), .succeeded(let outputs, _, _):
      Set(fields.filter { $0.sensitive && outputs[$0.name] != nil }.map { SensitivePart("outputs", $0.name) })
    default: []
    }
  }
}
