import Basics
import Foundation
import Glibc
import Lab
import Planning
import Reporting
import RunEngine
import WorkflowModel

/// Starts labs as background processes, finds them again, and ends them.
struct LabKeeper: Sendable {
  let session: Session

  /// The lab for a run: the running one of `name`, or a new one with the fixture made in it.
  ///
  /// Faults are armed after the fixture, so that they meet the workflow and not its test ground.
  func obtain(name: String?, fixture: String, faults: [String]) async throws -> LabHandle {
    for fault in faults { _ = try Fault(fault) }
    if let name, let running = running(name) {
      try await running.admin.arm(faults)
      return running
    }
    let chosen = name ?? "rehearsal-\(session.surroundings.random.hex(3))"
    let handle = try await up(name: chosen, fixture: fixture, isEphemeral: name == nil)
    try await handle.admin.arm(faults)
    return handle
  }

  /// Starts a lab and makes the fixture in it.
  ///
  /// - Parameter given: Inputs of the fixture. A bad one is told before anything is started.
  func up(
    name: String, fixture: String?, given: InputOptions? = nil, isEphemeral: Bool, ports: [String] = [],
    pace: String? = nil
  ) async throws -> LabHandle {
    if running(name) != nil { throw Refused(.commandLabRunning, ["name": name]) }
    let work = try fixture.map { try plan($0, given) }
    let folder = LabFolder(name: name, session: session)
    folder.remove()
    try folder.make()
    if isEphemeral { _ = FileManager.default.createFile(atPath: folder.ephemeralMark, contents: nil) }
    if !session.options.json { session.talk("lab.starting", ["name": name]) }
    var handle = try await LabProcess(session: session, folder: folder).start(ports: ports, pace: pace)
    guard let fixture, let work else { return handle }
    do {
      handle = try await make(fixture, work, in: handle)
    } catch {
      await down(handle)
      throw error
    }
    if !session.options.json { session.talk("lab.ready", ["name": name]) }
    return handle
  }

  private func plan(_ fixture: String, _ given: InputOptions?) throws -> WorkPlan {
    guard let source = session.homes.workflow(fixture, isFixture: true) else {
      throw Diagnostics(
        Diagnostic(
          .commandNoFixture, ["name": fixture, "known": session.homes.fixtureNames.joined(separator: ", ")]))
    }
    let library = Library(homes: session.homes, forFixtures: true)
    let workflow = try Workflow.read(source)
    let reader = InputReader(surroundings: session.surroundings)
    let inputs = try given.map { try reader.inputs(for: workflow, options: $0) } ?? [:]
    return try PlanMaker(session: session, library: library).plan(workflow, inputs: inputs)
  }

  /// Runs the fixture with the engine and keeps what it gives.
  private func make(_ fixture: String, _ work: WorkPlan, in handle: LabHandle) async throws -> LabHandle {
    if !session.options.json { session.talk("lab.fixture", ["steps": String(work.plan.steps.count)]) }
    let folder = LabFolder(name: handle.name, session: session)
    var quiet = session
    quiet.isQuiet = true
    var coordinator = RunCoordinator(session: quiet, store: try Storage(path: folder.journalFile), lab: handle)
    coordinator.isFixture = true
    let summary = try await coordinator.start(work, name: nil, accounts: [:], order: WorkOrder(.run))
    guard summary.verdict == .done else {
      let text = SummaryText(phrases: session.phrases, style: session.talkStyle, masker: session.masker)
      session.surroundings.errors.lines(text.lines(summary, plan: work.plan, order: WorkOrder(.run)))
      throw Diagnostics(Diagnostic(.commandFixtureFailed, ["name": fixture]))
    }
    try await handle.admin.setFixture(fixture, inputs: .object(summary.outputs.filter { !$0.value.isNull }))
    guard let complete = running(handle.name) else {
      throw Refused(.commandLabNotRunning, ["name": handle.name, "detail": ""])
    }
    return complete
  }

  /// The lab of a name when its process lives.
  func running(_ name: String) -> LabHandle? {
    let folder = LabFolder(name: name, session: session)
    guard folder.livingProcess != nil, let record = folder.read(folder.recordFile) else { return nil }
    return LabHandle(
      name: name, folder: folder.path, record: record,
      isEphemeral: FileManager.default.fileExists(atPath: folder.ephemeralMark))
  }

  /// The lab that a run of the journal belongs to; refused when it is gone, for the run's things are gone with it.
  func find(runningFor header: RunHeader, named name: String) async throws -> LabHandle {
    guard let handle = running(name) else {
      throw Refused(.commandLabRun, ["run": header.id, "lab": name])
    }
    return handle
  }

  /// After a run: a lab that was started for it ends when the run is green, and stays otherwise.
  func leave(_ handle: LabHandle, wasGreen: Bool, keep: Bool) async {
    // Asked to stay once, it stays until `lab down`.
    if keep { unlink(LabFolder(name: handle.name, session: session).ephemeralMark) }
    if handle.isEphemeral && wasGreen && !keep {
      await down(handle)
    } else if handle.isEphemeral, !session.options.json, !session.options.jsonLines {
      session.talk("lab.kept", ["name": handle.name])
    }
  }

  /// Ends a lab and everything of it; returns when its process is gone.
  func down(_ handle: LabHandle) async {
    let folder = LabFolder(name: handle.name, session: session)
    await LabProcess(session: session, folder: folder).stop()
    folder.remove()
  }
}
