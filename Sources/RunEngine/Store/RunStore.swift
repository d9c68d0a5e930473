package import Basics
package import Planning
import ProviderModel

/// Finds, reads and answers runs in a journal: what `runs`, `status`, `logs` and `answer` go through.
package struct RunStore: Sendable {
  package let journal: any Journal

  package init(_ journal: any Journal) { self.journal = journal }

  /// The run that `text` means: an id, its unique beginning, or a name (the newest of that name); `nil` means the latest unfinished run.
  package func find(_ text: String?) async throws(JournalFailure) -> RunHead {
    let all = try await journal.runs()
    guard let text else {
      guard let latest = all.first(where: \.state.isUnfinished) else { throw .noRun("") }
      return latest
    }
    if let exact = all.first(where: { $0.id == text }) ?? all.first(where: { $0.name == text }) { return exact }
    let matches = text.isEmpty ? [] : all.filter { $0.id.hasPrefix(text) }
    if let only = matches.first, matches.count == 1 { return only }
    if matches.isEmpty { throw .noRun(text) }
    throw .ambiguousRun(text, candidates: matches.map(\.id))
  }

  /// The run as its events tell it.
  package func load(_ id: String) async throws(RunRefusal) -> StoredRun {
    do throws(JournalFailure) {
      // First: whoever has left by now has written everything that is read after.
      let holder = try await journal.holder(of: id)
      let events = try await journal.read(id)
      guard !events.isEmpty else { throw JournalFailure.noRun(id) }
      return try StoredRun(events: events, holder: holder)
    } catch {
      throw RunRefusal(error)
    }
  }
}

/// A run as its journal tells it.
package struct StoredRun: Sendable {
  /// The present header: of the first event, or of the last update.
  package let header: RunHeader
  package let events: [RunEvent]
  /// Who works on it now.
  package let holder: LockHolder?

  package init(events: [RunEvent], holder: LockHolder?) throws(JournalFailure) {
    var header: RunHeader?
    for event in events {
      switch event.fact {
      case .created(let next), .updated(let next): header = next
      default: break
      }
    }
    guard let header else { throw .corrupt(path: "", detail: "no run_created") }
    self.header = header
    self.events = events
    self.holder = holder
  }

  /// The steps that the process which works on the run now has begun in its session; none when nobody does.
  package var begun: Set<StepAddress> {
    guard holder != nil else { return [] }
    var begun: Set<StepAddress> = []
    for event in events {
      switch event.fact {
      case .opened: begun = []
      case .step(let address, .started): begun.insert(address)
      default: break
      }
    }
    return begun
  }

  /// What must never be shown of what the run took in and gave, by the declarations of its plan: for the masker of whoever reads it.
  package func secrets(by plan: Plan) -> [Value] {
    events.flatMap { event -> [Value] in
      guard case .step(let address, let fact) = event.fact, let position = plan.position(of: address) else { return [] }
      return fact.secrets(of: plan.steps[position])
    }
  }

  /// The state of the run, with the steps of `graph` in order; an empty graph shows the steps that the journal names.
  package func machine(_ graph: StepGraph = StepGraph([])) throws(RunRefusal) -> RunMachine {
    do throws(JournalCorrupt) {
      return try RunMachine(graph, events: events)
    } catch {
      throw RunRefusal(corrupt: error, run: header.id)
    }
  }
}

extension StepFact {
  fileprivate func secrets(of step: PlannedStep) -> [Value] {
    switch self {
    case .started(_, _, let inputs): step.action.inputs.flatMap { $0.secrets(in: inputs[$0.name] ?? .null) }
    case .succeeded(let outputs, _, _), .personAnswered(.outputs(let outputs)):
      step.sensitiveOutputs.compactMap { outputs[$0] }
    default: []
    }
  }
}
