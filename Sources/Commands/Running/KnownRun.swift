import Basics
import Planning
import RunEngine
import WorkflowModel

/// A run of the journal with the plan that its snapshot gives: what resume, verify, destroy, answer and status work on.
struct KnownRun {
  let stored: StoredRun
  let work: WorkPlan
  let state: RunState

  var plan: Plan { work.plan }
  var header: RunHeader { stored.header }
  var events: [RunEvent] { stored.events }

  /// Loads the run that `name` means: an id, its unique beginning, or a `--name`; without one the latest that is unfinished.
  static func load(_ name: String?, session: Session, store: Storage) async throws -> KnownRun {
    let head = try await find(name, store: store)
    let stored = try await store.runs.load(head.id)
    // Its owner may have left meanwhile.
    let hasEnded = head.state == .running && stored.holder == nil
    let state = hasEnded ? try await store.runs.find(head.id).state : head.state
    let work = try work(of: stored.header, session: session)
    for secret in stored.secrets(by: work.plan) { session.masker.add(secret) }
    return KnownRun(stored: stored, work: work, state: state)
  }

  /// The name that was given, else the id of the latest run, finished or not.
  static func nameOrLatest(_ name: String?, store: Storage) async throws -> String {
    if let name { return name }
    guard let latest = try await store.runs.journal.runs().first else { throw Diagnostics(Diagnostic(.commandNoRuns)) }
    return latest.id
  }

  private static func find(_ name: String?, store: Storage) async throws -> RunHead {
    if let name { return try await store.runs.find(name) }
    let runs = try await store.runs.journal.runs()
    if runs.isEmpty { throw Diagnostics(Diagnostic(.commandNoRuns)) }
    guard let latest = runs.first(where: { $0.state.isUnfinished && $0.state != .running }) else {
      throw Diagnostics(Diagnostic(.commandNoUnfinished))
    }
    return latest
  }

  /// The plan from the texts that the run was made from, not from what is on disk today.
  static func work(of header: RunHeader, session: Session) throws -> WorkPlan {
    for source in header.sources where !source.isIntact {
      throw Diagnostics(Diagnostic(.commandSnapshot, ["path": source.path, "run": header.id]))
    }
    let library = Library(snapshot: header.sources.map { SourceText(path: $0.path, text: $0.text) })
    guard let source = header.sources.first(where: { $0.path == header.workflowFile }) else {
      throw Diagnostics(Diagnostic(.commandSnapshot, ["path": header.workflowFile, "run": header.id]))
    }
    let workflow = try Workflow.read(text: source.text, file: source.path)
    return try PlanMaker(session: session, library: library).plan(workflow, inputs: header.inputs)
  }

  /// The machine replayed from the journal, for listings.
  func machine() throws -> RunMachine { try stored.machine(StepGraph(plan)) }
}
