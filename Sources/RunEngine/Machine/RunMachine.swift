package import Basics
package import Planning

package import struct FoundationEssentials.Date

/// The state of a run as a value: what its events say, and what may start now.
///
/// The same code runs live and in replay: `apply` takes in one event, `next` gives what may start. The work per event depends on the
/// step's own edges, not on the size of the run.
package struct RunMachine: Sendable {
  package let graph: StepGraph
  /// One slot per planned step, by position; then the steps of earlier texts that the plan no longer has.
  package internal(set) var slots: [StepSlot]
  package private(set) var header: RunHeader?
  package private(set) var lastSequence = 0
  /// The order of the last session.
  package private(set) var order: WorkOrder?
  /// How the last session ended; `nil` while one is open, or was cut off.
  package private(set) var verdict: RunVerdict?
  package private(set) var startedAt: Date?
  package private(set) var endedAt: Date?
  /// The sessions of `run` and `resume` together.
  package private(set) var workedFor = Duration.zero
  private var openedAt: Date?
  package private(set) var approved: Set<StepAddress> = []
  package private(set) var wasInterrupted = false
  /// The whole run was taken back: it is not built again unless somebody says from where.
  package private(set) var wasDestroyed = false
  /// The outputs of every step that succeeded: what decisions about later steps read.
  package private(set) var outputs: [StepAddress: Value] = [:]
  /// The run as one line of a list.
  package private(set) var head: RunHead?
  /// By position, while a session is live: the latest `renewedAt` among all that the step depends on, as of its turn.
  private(set) var newest: [Int] = []
  /// What may start, while a session is live.
  package internal(set) var schedule: Schedule?
  private var extra: [StepAddress: Int] = [:]

  package init(_ graph: StepGraph) {
    self.graph = graph
    slots = graph.steps.map { StepSlot(address: $0.address) }
  }

  package init(plan: Plan) { self.init(StepGraph(plan)) }

  /// Replays a journal.
  package init(_ graph: StepGraph, events: [RunEvent]) throws(JournalCorrupt) {
    self.init(graph)
    for event in events { try apply(event) }
  }

  /// The slot of a step, planned or left over from earlier texts.
  package func slot(_ address: StepAddress) -> StepSlot? { index(of: address).map { slots[$0] } }

  /// Steps of earlier texts that the plan no longer has.
  package var removedSteps: [StepSlot] { Array(slots.dropFirst(graph.steps.count)) }

  package func index(of address: StepAddress) -> Int? { graph.position(of: address) ?? extra[address] }

  /// Takes in the next event; throws when it cannot follow what came before.
  package mutating func apply(_ event: RunEvent) throws(JournalCorrupt) {
    guard event.sequence == lastSequence + 1 else {
      throw JournalCorrupt(sequence: event.sequence, "number \(event.sequence) after \(lastSequence)")
    }
    guard (header == nil) == event.fact.isCreation else {
      throw JournalCorrupt(sequence: event.sequence, "\(event.kind) at \(event.sequence)")
    }
    do throws(IllegalMove) {
      try apply(event.fact, at: event.time)
    } catch {
      throw JournalCorrupt(sequence: event.sequence, error.text)
    }
    lastSequence = event.sequence
    if head == nil { head = RunHead(first: event) } else { head?.apply(event) }
  }

  private mutating func apply(_ fact: RunFact, at time: Date) throws(IllegalMove) {
    switch fact {
    case .created(let header):
      self.header = header
      startedAt = time
    case .updated(let header): self.header = header
    case .opened(let order):
      open(order)
      openedAt = time
    case .approved(let steps, _): approved.formUnion(steps)
    case .step(let address, let fact): try apply(fact, to: address, at: time)
    case .reset(let steps, let sameToken):
      let same = Set(sameToken)
      for step in steps { try reset(step, keepsToken: same.contains(step)) }
    case .interrupted: wasInterrupted = true
    case .ended(let verdict, _):
      self.verdict = verdict
      endedAt = time
      if order?.kind == .run, let openedAt { workedFor += .milliseconds(Int(time.timeIntervalSince(openedAt) * 1000)) }
    }
  }

  private mutating func apply(_ fact: StepFact, to address: StepAddress, at time: Date) throws(IllegalMove) {
    let index = slotIndex(address)
    let earlier = slots[index].inputs
    try slots[index].apply(fact, at: time)
    record(fact, at: index)
    if case .started = fact, isAnotherSetting(index, than: earlier) { slots[index].record = StepRecord() }
    guard index < graph.steps.count else { return }
    let allowsFailure = graph.steps[index].continuesOnFailure && !slots[index].record.isInDoubt
    schedule?.take(fact, position: index, allowsFailure: allowsFailure, graph: graph)
  }

  /// Keeps `outputs` in step with the slots.
  private mutating func record(_ fact: StepFact, at index: Int) {
    switch fact {
    case .succeeded(let values, _, let effect):
      outputs[slots[index].address] = .object(values)
      done(index, values, effect)
    case .undone:
      outputs[slots[index].address] = nil
      slots[index].doneAt = 0
      approved.remove(slots[index].address)
    case .skipped, .failed: outputs[slots[index].address] = nil
    default: break
    }
  }

  /// Begins to keep account of what is new before each step.
  mutating func beginAccount() { newest = newestBefore() }

  /// The step's turn has come: all before it is settled.
  mutating func account(_ position: Int) { newest[position] = newestBefore(position, among: newest) }

  private mutating func done(_ index: Int, _ outputs: [String: Value], _ effect: Effect) {
    let number = lastSequence + 1
    slots[index].doneAt = number
    if effect == .created || effect == .updated {
      slots[index].madeAt = number
      // A setting is of the thing that it was of before, whatever it says of it now.
      let isThing = index < graph.steps.count && graph.steps[index].settingOf == nil
      if isThing, let last = slots[index].lastOutputs, last != outputs {
        slots[index].renewedAt = number
      }
    }
    slots[index].lastOutputs = outputs
  }

  /// Whether a setting is now one of another thing than before, since what it stands on was made anew.
  ///
  /// What was there before our first change is not its past then.
  private func isAnotherSetting(_ index: Int, than earlier: [String: Value]) -> Bool {
    guard index < graph.steps.count, let identity = graph.steps[index].settingOf else { return false }
    return identity.contains { earlier[$0] != slots[index].inputs[$0] } && standsOnNew(index)
  }

  private mutating func slotIndex(_ address: StepAddress) -> Int {
    if let known = index(of: address) { return known }
    slots.append(StepSlot(address: address))
    extra[address] = slots.count - 1
    return slots.count - 1
  }

  /// A new session: what an earlier one left running is not running any more, what failed is tried again.
  private mutating func open(_ order: WorkOrder) {
    self.order = order
    verdict = nil
    endedAt = nil
    wasInterrupted = false
    switch order.kind {
    case .destroy: wasDestroyed = wasDestroyed || !order.takesBackPart
    case .run: wasDestroyed = wasDestroyed && order.from.isEmpty
    case .verify: break
    }
    let wanted = wanted(order)
    for index in slots.indices {
      if slots[index].phase == .running { slots[index].phase = .waiting }
      guard order.kind != .destroy, wanted.indices.contains(index), wanted[index] else { continue }
      if slots[index].phase == .failed, !countsAsDone(index) { slots[index].phase = .waiting }
    }
  }

  private mutating func reset(_ address: StepAddress, keepsToken: Bool) throws(IllegalMove) {
    let index = slotIndex(address)
    guard slots[index].phase != .running else { throw IllegalMove(kind: "reset", phase: .running) }
    if !keepsToken { slots[index].enter(slots[index].generation + 1) }
    slots[index].phase = .waiting
    slots[index].failure = nil
    slots[index].stay = nil
    outputs[address] = nil
  }
}

extension RunMachine {
  /// Whether dependants of the step may start: it is done, or failed where the workflow allows that.
  package func countsAsDone(_ position: Int) -> Bool {
    let slot = slots[position]
    return slot.isDone || (slot.phase == .failed && graph.steps[position].continuesOnFailure && !slot.record.isInDoubt)
  }

  /// The planned steps that an order is about.
  package func wanted(_ order: WorkOrder) -> [Bool] {
    let count = graph.steps.count
    if order.kind == .verify { return graph.steps.map(\.isProbe) }
    if order.takesBackPart {
      let from = graph.following(order.from.flatMap(graph.positions(within:)))
      let only = graph.marks(order.only.flatMap(graph.positions(within:)))
      return zip(from, only).map { $0 || $1 }
    }
    if !order.only.isEmpty { return graph.marks(order.only.flatMap(graph.positions(within:))) }
    if !order.until.isEmpty { return graph.closure(of: order.until.flatMap(graph.positions(within:))) }
    return [Bool](repeating: true, count: count)
  }

  package func state(_ position: Int) -> StepState {
    let live = schedule?.isRunning(position) ?? false
    return slots[position].state(live: live, blocked: schedule?.isBlocked(position) ?? false)
  }
}

extension RunFact {
  fileprivate var isCreation: Bool { if case .created = self { true } else { false } }
}
