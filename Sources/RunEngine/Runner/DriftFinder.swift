package import Basics
package import Planning

/// What a look at the cloud says about a step that is done.
package struct StepDrift: Sendable {
  package enum Finding: Sendable {
    case unchanged
    /// There, but these inputs have another value than they were given; `object` is what was seen.
    case changed(inputs: [String], object: Value)
    case gone
    /// The action has no way to look (a script, a person's work).
    case unknown
    case failed(StepFailure)
  }

  package var call: StepCall
  package var finding: Finding

  package var address: StepAddress { call.address }
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
      var next = 0
      while next < calls.count || found.count < next {
        while next < calls.count, next - found.count < parallel {
          let (number, call) = (next, calls[next])
          group.addTask { [performer] in Numbered(number: number, drift: await Self.look(call, performer)) }
          next += 1
        }
        if let one = await group.next() { found[one.number] = one.drift }
      }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  private struct Numbered: Sendable {
    var number: Int
    var drift: StepDrift
  }

  private static func look(_ call: StepCall, _ performer: any ActionPerformer) async -> StepDrift {
    let finding: StepDrift.Finding
    do throws(StepFailure) {
      switch try await performer.read(call) {
      case .absent: finding = .gone
      case .unknown: finding = .unknown
      case .present(_, let differences) where differences.isEmpty: finding = .unchanged
      case .present(let object, let differences): finding = .changed(inputs: differences, object: object)
      }
    } catch { finding = .failed(error) }
    return StepDrift(call: call, finding: finding)
  }
}

extension RunMachine {
  /// The call by which a step that left something is looked at; `nil` for every other step.
  fileprivate func look(at step: PlannedStep, _ position: Int, _ header: RunHeader) -> StepCall? {
    let slot = slots[position]
    guard slot.phase == .succeeded, slot.effect?.isLasting == true else { return nil }
    var call = StepCall(
      runID: header.id, address: step.address, action: step.action, inputs: slot.inputs,
      sensitiveInputs: step.sensitiveInputs, sensitiveOutputs: step.sensitiveOutputs,
      account: step.account.map { header.accounts[$0] ?? $0 }, adopt: step.adopt,
      token: StepToken.text(runID: header.id, address: step.address, generation: slot.generation), record: slot.record)
    call.declaredOutputs = step.declaredOutputs
    return call
  }
}
