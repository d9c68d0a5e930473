package import Basics
package import RunEngine

/// A performer whose other side is a `TestWorld`: it follows the port's contract to the letter and checks the engine's side of it.
package struct ScriptedPerformer: ActionPerformer {
  package enum Doubt: Hashable, Sendable { case lookup, token, none }

  package let world: TestWorld
  package var doubt: Doubt = .lookup
  /// Sees the journal: each change looks whether its intent is really there.
  package var journal: MemoryJournal?
  /// Called in the middle of each change.
  package var duringCall: (@Sendable (StepCall) async throws(StepFailure) -> Void)?
  /// Whether changes are announced and made at all; false makes it a probe.
  package var announces = true
  /// Sends its calls again although the record shows their answers: a performer that breaks its contract.
  package var isStubborn = false
  package var key: (@Sendable (StepCall) -> String?)?

  package init(_ world: TestWorld, journal: MemoryJournal? = nil, doubt: Doubt = .lookup) {
    self.world = world
    self.journal = journal
    self.doubt = doubt
  }

  package func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    try live()
    world.enter()
    defer { world.leave() }
    if call.record.isInDoubt { world.violation("\(call.address) is performed in doubt") }
    if let id = call.record.adoptID {
      return .succeeded(outputs: ["id": .string(id)], object: ["id": .string(id)], effect: .adopted)
    }
    if !announces { return try look(call) }
    for ordinal in 0..<world.callsPerStep where isStubborn || !call.record.answered(ordinal) {
      try await change(call, ordinal, checkpoint)
    }
    try live()
    if case .failWait(let kind)? = world.next(call.address, \.isWait) { throw failure(kind) }
    let id = name(call, 0)
    return .succeeded(
      outputs: ["id": .string("id-\(id)"), "secret": .string("secret-of-\(call.address)")],
      object: ["id": .string("id-\(id)"), "password": .string("secret-of-\(call.address)")], effect: .created)
  }

  private func look(_ call: StepCall) throws(StepFailure) -> StepOutcome {
    if case .refuse(let kind)? = world.next(call.address, \.isRefusal) { throw failure(kind) }
    return .succeeded(outputs: [:], object: .null, effect: .read)
  }

  private func change(_ call: StepCall, _ ordinal: Int, _ checkpoint: any Checkpoint) async throws(StepFailure) {
    try await checkpoint.intent(Intent(call: "test:Create", ordinal: ordinal, digest: "digest of \(call.address)"))
    checkDurable(call, ordinal)
    if case .refuse(let kind)? = world.next(call.address, \.isRefusal) {
      try await checkpoint.refused(ordinal: ordinal, failure: failure(kind))
      throw failure(kind)
    }
    if world.next(call.address, { $0 == .loseRequest }) != nil { throw failure(.doubt) }
    var id = ""
    try live { id = world.create(call.address, name(call, ordinal)) }
    try live()
    try await duringCall?(call)
    if world.next(call.address, { $0 == .loseAnswer }) != nil { throw failure(.doubt) }
    try await checkpoint.answered(ordinal: ordinal, object: ["id": .string(id)])
  }

  package func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    try live()
    world.enter()
    defer { world.leave() }
    if let id = call.record.adoptID { return .happened(object: ["id": .string(id)]) }
    if case .failResolve(let kind)? = world.next(call.address, \.isResolve) { throw failure(kind) }
    guard doubt != .none else { return .ask(PersonRequest(reason: .doubt, text: LocalizedText(plain: "look"))) }
    let ordinal = call.record.intents.last?.intent.ordinal ?? 0
    if let id = world.find(name(call, ordinal)) { return .happened(object: ["id": .string(id)]) }
    return .didNotHappen
  }

  package func read(_ call: StepCall) async throws(StepFailure) -> Reading { .unknown }

  package func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome {
    try live()
    world.enter()
    defer { world.leave() }
    for ordinal in (0..<world.callsPerStep).reversed() {
      try await checkpoint.undoIntent(Intent(call: "test:Delete", ordinal: ordinal, digest: ""))
      if case .failUndo(let kind)? = world.next(call.address, \.isUndo) { throw failure(kind) }
      try live { world.delete(call.address, name(call, ordinal)) }
      try live()
      try await checkpoint.undoAnswered(ordinal: ordinal)
    }
    return .undone
  }

  package func serializeKey(_ call: StepCall) throws(StepFailure) -> String? { key?(call) }

  /// The name on the other side: it changes only with the token.
  private func name(_ call: StepCall, _ ordinal: Int) -> String { "\(call.address)-\(call.id)-\(ordinal)" }

  private func checkDurable(_ call: StepCall, _ ordinal: Int) {
    guard let journal else { return }
    let kept = (try? journal.events(of: call.runID)) ?? []
    let has = kept.contains { event in
      guard case .step(call.address, .intent(let intent)) = event.fact else { return false }
      return intent.ordinal == ordinal
    }
    if !has { world.violation("\(call.address) changes something before its intent is durable") }
  }

  /// A process that died does nothing more.
  private func live(_ effect: () -> Void = {}) throws(StepFailure) {
    do throws(CrashSwitch.Crashed) { try world.crash.point(effect) } catch { throw failure(.interrupted) }
  }

  private func failure(_ kind: FailureClass) -> StepFailure {
    StepFailure(kind, Diagnostic.Code("test.\(kind.rawValue)"), vendorMessage: "the other side says \(kind.rawValue)")
  }
}

extension StepRecord {
  fileprivate func answered(_ ordinal: Int) -> Bool {
    intents.contains { $0.intent.ordinal == ordinal && $0.answered }
  }
}

extension TestWorld.Fault {
  fileprivate var isWait: Bool { if case .failWait = self { true } else { false } }
  fileprivate var isRefusal: Bool { if case .refuse = self { true } else { false } }
  fileprivate var isResolve: Bool { if case .failResolve = self { true } else { false } }
  fileprivate var isUndo: Bool { if case .failUndo = self { true } else { false } }
}

/// Says the same to every question and counts them.
package final class ScriptedApprover: Approver {
  private let answer: Approval
  private let asked = Asked()

  package init(_ answer: Approval = .approved(by: "test")) { self.answer = answer }

  package var questions: [[StepAddress]] { asked.questions }

  package func approve(_ steps: [StepAddress]) async -> Approval {
    asked.add(steps)
    return answer
  }
}
