import ArgumentParser
import Basics
import Planning
import Reporting
import RunEngine
import WorkflowModel

/// `causeway run`: carries out a workflow from the first step, or previews it with `--dry-run`.
struct RunCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("run") }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var target: WorkflowOptions
  @Flag(help: HelpText.help("option.dry-run")) var dryRun = false
  @Flag(help: HelpText.help("option.requests")) var requests = false
  @Flag(help: HelpText.help("option.lab")) var lab = false
  @Option(help: HelpText.help("option.lab-name", value: "name")) var labName: String?
  @Flag(help: HelpText.help("option.keep-lab")) var keepLab = false
  @Option(help: HelpText.help("option.fault", value: "cloud:action:kind:count")) var fault: [String] = []
  @Option(help: HelpText.help("option.parallel", value: "n")) var parallel = RunCoordinator.usualParallel
  @Flag(help: HelpText.help("option.auto-approve")) var autoApprove = false
  @Option(help: HelpText.help("option.until", value: "step")) var until: [String] = []
  @Option(help: HelpText.help("option.run-name", value: "name")) var name: String?
  @Flag(name: .customLong("json-lines"), help: HelpText.help("option.json-lines")) var jsonLines = false

  func run() async throws {
    let session = Session(global, jsonLines: jsonLines)
    if dryRun {
      return try await PlanCommand.preview(
        session, target, in: try labOfPreview(session), requests: requests, detailed: false)
    }
    let library = Library(homes: session.homes)
    let workflow = try library.workflow(target.workflow, directory: session.surroundings.directory)
    let store = try Storage(session)
    let taken = try await store.runs.journal.runs().contains { $0.name == name || $0.id == name }
    if let name, taken {
      throw Diagnostics(Diagnostic(.commandNameTaken, ["name": name]))
    }
    let given = try InputReader(surroundings: session.surroundings).inputs(for: workflow, options: target.given)
    if !lab && labName == nil {
      let work = try PlanMaker(session: session, library: library).plan(workflow, inputs: given)
      return try await carryOut(work, session: session, store: store, lab: nil)
    }
    // What can be refused without a lab is refused before one is started.
    _ = try library.catalog(for: workflow)
    let keeper = LabKeeper(session: session)
    let handle = try await keeper.obtain(name: labName, fixture: workflow.name, faults: fault)
    let work: WorkPlan
    do {
      let inputs = handle.inputs(for: workflow).merging(given) { $1 }
      work = try PlanMaker(session: session, library: library).plan(workflow, inputs: inputs)
    } catch {
      // No run has begun, so nothing needs the lab.
      if handle.isEphemeral { await keeper.down(handle) }
      throw error
    }
    do {
      try await carryOut(work, session: session, store: store, lab: handle)
    } catch let ending as Ending {
      await keeper.leave(handle, wasGreen: ending.status == ExitStatus.done, keep: keepLab || labName != nil)
      throw ending
    } catch {
      await keeper.leave(handle, wasGreen: false, keep: keepLab || labName != nil)
      throw error
    }
  }

  /// The running lab whose fixture's values a preview is made with; a preview starts none.
  private func labOfPreview(_ session: Session) throws -> LabHandle? {
    guard let labName else {
      if lab { throw Diagnostics(Diagnostic(.commandPreviewLab)) }
      return nil
    }
    guard let running = LabKeeper(session: session).running(labName) else {
      throw Refused(.commandLabNotRunning, ["name": labName, "detail": ""])
    }
    return running
  }

  private func carryOut(_ work: WorkPlan, session: Session, store: Storage, lab: LabHandle?) async throws {
    var coordinator = RunCoordinator(session: session, store: store, lab: lab)
    coordinator.parallel = parallel
    coordinator.autoApprove = autoApprove
    let order = WorkOrder(.run, until: until.map(work.plan.address))
    let accounts = try Accounts.parse(target.account, workflowAccounts: work.accounts)
    let summary = try await coordinator.start(work, name: name, accounts: accounts, order: order)
    try SummaryPrinter(session: session).finish(summary, plan: work.plan, order: order)
  }
}
