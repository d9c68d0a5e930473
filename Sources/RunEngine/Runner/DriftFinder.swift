package import Basics
package import Planning

/// What a look at the cloud says about a step that is done.
package struct StepDrift: Sendable {
  package enum Finding: String, Sendable {
    case unchanged
    /// There, but `inputs` have another value than they were given.
    case changed
    case gone
    /// The action has no way to look (a script, a person's work).
    case unknown
    /// The look failed.
    case failed
  }

  package var call: StepCall
  package var finding: Finding
  /// The inputs that differ.
  package var inputs: [String] = []
  /// What was seen of a thing that is there.
  package var object = Value.null
  package var failure: StepFailure?

  package var address: StepAddress { call.address }
  /// Whether what the run left is not there as it left it.
  package var hasDrifted: Bool { finding == .changed || finding == .gone }

  package init(_ call: StepCall, _ finding: Finding) {
    self.call = call
    self.finding = finding
  }
}

/// Compares what a run left with what is there now: reads only, writes nothing, needs no lock.
package struct DriftFinder: Sendable {
  private let calls: [StepCall]
  private let performer: any ActionPerformer
  private let parallel: Int

  /// - Parameters:
  ///   - run: As the journal tells it.
  ///   - parallel: Most steps that are looked at at the same time.
  package init(
    _ run: StoredRun, plan: Plan, performer: any ActionPerformer, parallel: Int
  ) throws(RunRefusal) {
    let machine = try run.machine(StepGraph(plan))
    calls = plan.steps.indices.compactMap { machine.look(at: plan.steps[$0], $0, run.header) }
    self.performer = performer
    self.parallel = max(1, parallel)
  }

  /// Every step that left something, in the order of the plan.
  package func find() async -> [StepDrift] {
    var found: [Int: StepDrift] = [:]
    await withTaskGroup(of: Numbered.self) { group in
      for (number, call) in calls.enumerated() {
        if number - found.count >= parallel, let one = await group.next() { found[one.number] = one.drift }
        group.addTask { [performer] in Numbered(number: number, drift: await Self.look(call, performer)) }
      }
      for await one in group { found[one.number] = one.drift }
    }
    return calls.indices.compactMap { found[$0] }
  }

  private struct Numbered: Sendable {
    var number: Int
    var drift: StepDrift
  }

  private static func look(_ call: StepCall, _ performer: any ActionPerformer) async -> StepDrift {
    do throws(StepFailure) {
      switch try await performer.read(call) {
      case .absent: return StepDrift(call, .gone)
      case .unknown: return StepDrift(call, .unknown)
      case .present(let object, let differences):
        var drift = StepDrift(call, differences.isEmpty ? .unchanged : .changed)
        (drift.object, drift.inputs) = (object, differences)
        return drift
      }
    } catch {
      var drift = StepDrift(call, .failed)
      drift.failure = error
      return drift
    }
  }
}

extension RunMachine {
  /// The call by which a step that left something is looked at; `nil` for every other step.
  fileprivate func look(at step: PlannedStep, _ position: Int, _ header: RunHeader) -> StepCall? {
    let slot = slots[position]
    guard slot.phase == .succeeded, slot.effect?.isLasting == true else { return nil }
    var call = StepCall(
      step, runID: header.id, accounts: header.accounts, inputs: slot.inputs, generation: slot.generation)
    call.record = slot.record
    return call
  }
}
