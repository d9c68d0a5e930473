package import Basics
import Planning

extension RunMachine {
  /// Begins to schedule for the last opened order; the sessions of a replayed journal have none.
  package mutating func beginSession(parallel: Int) {
    guard let order else { return }
    beginAccount()
    let hasWork = order.kind == .destroy ? undoable(order) : []
    schedule =
      order.kind == .destroy
      ? Schedule(backward: graph, hasWork: hasWork, owners: owners(order, hasWork: hasWork), limit: parallel)
      : Schedule(
        forward: self, wanted: wanted(order), alone: order.kind == .verify, reviews: order.isPlain, limit: parallel)
  }

  /// A step ends without an outcome: the session was interrupted, or its journal fails.
  mutating func park(_ position: Int) { schedule?.park(position, graph) }

  /// Puts a step that `next` gave off, until `wake`.
  mutating func delay(_ position: Int) { schedule?.delay(position, graph) }

  mutating func wake(_ position: Int) { schedule?.wake(position, graph) }

  /// The steps that `destroy` has to look at.
  private func undoable(_ order: WorkOrder) -> [Bool] {
    let wanted = wanted(order)
    return graph.steps.indices.map { position in
      let slot = slots[position]
      guard wanted[position] else { return false }
      if slot.record.adopted && !order.includesAdopted { return false }
      let done = slot.phase == .undone || slot.phase == .stays
      return !done && (slot.mayExist || undoesWithoutIntent(position))
    }
  }

  private func undoesWithoutIntent(_ position: Int) -> Bool {
    let adopted = slots[position].record.adopted
    // A way back that was cut off, or that got stuck, is gone again.
    return (graph.steps[position].isManual || adopted)
      && [.succeeded, .undoing, .stuck].contains(slots[position].phase)
  }

  /// What an order adds before it begins: steps to reset, steps to skip.
  ///
  /// Empty for an order that only goes on.
  package func preparation(for order: WorkOrder) -> [RunFact] {
    if order.kind == .destroy { return [] }
    let again = graph.following(order.from.flatMap(graph.positions(within:)))
    let wanted = wanted(order)
    var reset = graph.steps.indices.filter { again[$0] && wanted[$0] && slots[$0].isResettable }
    if order.kind == .run, order.named.isEmpty, !wasDestroyed { reset = takenBack() }
    if order.kind == .verify {
      reset = graph.steps.indices.filter { graph.steps[$0].isProbe && slots[$0].isResettable }
    }
    let skipped = order.skip.flatMap(graph.positions(within:)).filter { !countsAsDone($0) }
    return (reset.isEmpty ? [] : [resetFact(reset)])
      + skipped.map { .step(graph.steps[$0].address, .skipped(.request)) }
  }

  /// The steps that a plain `resume` does again after a part was taken back: that part, and what was read on top of it.
  ///
  /// What was made on top of it is looked at when its turn comes (`isOutOfDate`). A step whose way back was cut off is taken back to the
  /// end first, when its turn comes. A look or a check that stands before something that is still there has served its purpose and is left alone.
  private func takenBack() -> [Int] {
    let undone = graph.steps.indices.filter { [.undone, .stuck, .stays].contains(slots[$0].phase) }
    let below = undone + graph.steps.indices.filter { slots[$0].phase == .undoing }
    if below.isEmpty { return [] }
    let above = graph.following(below)
    let lasting = graph.steps.indices.filter {
      slots[$0].phase == .succeeded && slots[$0].effect?.isLasting == true && !graph.steps[$0].isProbe
    }
    let before = graph.closure(of: lasting)
    return graph.steps.indices.filter { position in
      undone.contains(position) || (above[position] && !before[position] && slots[position].phase == .succeeded)
    }
  }

  /// The reset of these steps: what was paid for, what is in doubt and what never was carried out keeps its token.
  func resetFact(_ positions: [Int]) -> RunFact {
    let same = positions.filter { position in
      let slot = slots[position]
      return graph.steps[position].isPrepaid || slot.record.isInDoubt || !slot.record.succeeded
    }
    return .reset(positions.map { graph.steps[$0].address }, sameToken: same.map { graph.steps[$0].address })
  }

  /// Whether an order leaves anything to do; when not, nothing is written and nothing is asked of anybody.
  package func hasWork(_ order: WorkOrder) -> Bool {
    if header == nil || !preparation(for: order).isEmpty { return true }
    if order.kind == .destroy { return undoable(order).contains(true) }
    // After a part was to be taken back the run is whole again only when a session has said so.
    if order.isPlain, self.order?.takesBackPart == true { return true }
    if order.isPlain {
      let newest = newestBefore()
      if graph.steps.indices.contains(where: { mayBeOutOfDate($0, newest: newest[$0]) }) { return true }
    }
    let wanted = wanted(order)
    return graph.steps.indices.contains { wanted[$0] && !countsAsDone($0) && slots[$0].phase != .abandoned }
  }

  /// What is wrong with an order: unknown names, and `--only` without its prerequisites.
  package func problems(with order: WorkOrder) -> Diagnostics {
    var problems = Diagnostics()
    for address in order.named where graph.positions(within: address).isEmpty {
      let names = graph.steps.map(\.address.text)
      problems.add(
        Diagnostic(.engineNoStep, ["step": address.text], related: .didYouMean(address.text, among: names)))
    }
    for position in order.only.flatMap(graph.positions(within:)) where order.kind != .destroy {
      let open = graph.steps[position].dependencies.filter {
        !countsAsDone($0) && !order.only.contains(graph.steps[$0].address)
      }
      guard !open.isEmpty else { continue }
      let names = open.map { graph.steps[$0].address.text }.joined(separator: ", ")
      problems.add(Diagnostic(.engineOnlyNeeds, ["step": graph.steps[position].address.text, "needs": names]))
    }
    return problems
  }
}

extension RunMachine {
  /// Whether what the step did, or saw, may be gone with what was there before.
  ///
  /// So it is when something that it depends on directly was made, or changed, since the step was last done; or something that it depends
  /// on in any way is another thing since.
  package func standsOnNew(_ position: Int) -> Bool {
    guard slots[position].doneAt > 0 else { return false }
    return standsOnNew(position, newest: newest.isEmpty ? newestBefore()[position] : newest[position])
  }

  private func standsOnNew(_ position: Int, newest: Int) -> Bool {
    let done = slots[position].doneAt
    return newest > done || graph.steps[position].dependencies.contains { slots[$0].madeAt > done }
  }

  /// By position: the latest `renewedAt` among all that the step depends on.
  func newestBefore() -> [Int] {
    var newest = [Int](repeating: 0, count: graph.steps.count)
    for position in graph.steps.indices { newest[position] = newestBefore(position, among: newest) }
    return newest
  }

  /// The same of one step, from what is known of those before it.
  func newestBefore(_ position: Int, among newest: [Int]) -> Int {
    graph.steps[position].dependencies.reduce(0) { max($0, newest[$1], slots[$1].renewedAt) }
  }

  /// Whether a plain `resume` has to look at a step that is done.
  ///
  /// - Parameter newest: The latest `renewedAt` among all that it depends on.
  func mayBeOutOfDate(_ position: Int, newest: Int) -> Bool {
    guard slots[position].phase == .succeeded, !isLeftAlone(position) else { return false }
    let done = slots[position].doneAt
    return slots[position].effect?.isLasting == true ? standsOnNew(position, newest: newest) : newest > done
  }

  /// What was paid for, what belongs to somebody else, and what a person did is not done again for what it stands on.
  private func isLeftAlone(_ position: Int) -> Bool {
    graph.steps[position].isPrepaid || graph.steps[position].isManual || slots[position].record.adopted
  }

  /// Whether a step that is done runs again, now that everything before it is done.
  ///
  /// It does when what it stands on was made again, or gave it other arguments; what came out the same is no reason.
  func isOutOfDate(_ position: Int, _ decisions: some PlanDecisions) -> Bool {
    guard slots[position].phase == .succeeded else { return false }
    if mayBeOutOfDate(position, newest: newest[position]) { return true }
    guard !graph.steps[position].isPrepaid, !slots[position].record.adopted else { return false }
    do throws(StepFailure) {
      switch try decisions.decide(position, outputs: outputs) {
      case .run(let inputs): return inputs != slots[position].inputs
      case .skip: return false
      }
    } catch {
      return true
    }
  }

  /// A step that is done is left as it is.
  mutating func passOver(_ position: Int) { schedule?.passOver(position, graph) }

  /// A step that is done is carried out again.
  mutating func startOver(_ position: Int) { schedule?.startOver(position) }
}

extension StepSlot {
  /// Whether `--from` makes the step run again; what did not finish runs anyway.
  fileprivate var isResettable: Bool {
    switch phase {
    case .succeeded, .skipped, .abandoned, .undone, .stays, .stuck, .undoing: true
    case .waiting, .running, .failed, .person: false
    }
  }
}

extension [Diagnostic] {
  /// A note with the nearest of the known names, if one is near.
  static func didYouMean(_ name: String, among known: [String]) -> [Diagnostic] {
    guard let near = Suggestion.nearest(to: name, in: known) else { return [] }
    return [Diagnostic(.engineDidYouMean, ["suggestion": near], severity: .note)]
  }
}
