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
  @Option(name: [.customShort("o"), .customLong("output")], help: HelpText.help("option.dry-output", value: "file"))
  var output: String?
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
        session, target, in: try labOfPreview(session), requests: requests, detailed: false, output: output)
    }
    if output != nil { throw Diagnostics(Diagnostic(.commandOutputNeedsDryRun)) }
    let frozen = try frozenPlan(session)
    let library = Library(homes: session.homes)
    let workflow = try library.workflow(frozen?.workflow ?? target.workflow, directory: session.surroundings.directory)
    let store = try Storage(session)
    let taken = try await store.runs.journal.runs().contains { $0.name == name || $0.id == name }
    if let name, taken {
      throw Diagnostics(Diagnostic(.commandNameTaken, ["name": name]))
    }
    var given = try InputReader(surroundings: session.surroundings).inputs(for: workflow, options: target.given)
    if let frozen { given = frozen.inputs.merging(given) { $1 } }
    if !lab && labName == nil {
      let work = try plan(workflow, inputs: given, frozen, session, library)
      return try await carryOut(work, frozen, session: session, store: store, lab: nil)
    }
    // What can be refused without a lab is refused before one is started.
    _ = try library.catalog(for: workflow)
    let keeper = LabKeeper(session: session)
    let handle = try await keeper.obtain(name: labName, fixture: workflow.name, faults: fault)
    let work: WorkPlan
    do {
      let inputs = handle.inputs(for: workflow).merging(given) { $1 }
      work = try plan(workflow, inputs: inputs, frozen, session, library)
    } catch {
      // No run has begun, so nothing needs the lab.
      if handle.isEphemeral { await keeper.down(handle) }
      throw error
    }
    do {
      try await carryOut(work, frozen, session: session, store: store, lab: handle)
    } catch let ending as Ending {
      await keeper.leave(handle, wasGreen: ending.status == ExitStatus.done, keep: keepLab || labName != nil)
      throw ending
    } catch {
      await keeper.leave(handle, wasGreen: false, keep: keepLab || labName != nil)
      throw error
    }
  }

  private func frozenPlan(_ session: Session) throws -> FrozenPlan? {
    guard target.workflow.hasSuffix(FrozenPlanFile.ending) else { return nil }
    return try FrozenPlanFile(target.workflow, session: session).read()
  }

  /// The plan of today; refused when it is not the frozen one in everything.
  private func plan(
    _ workflow: Workflow, inputs: [String: Value], _ frozen: FrozenPlan?, _ session: Session, _ library: Library
  ) throws -> WorkPlan {
    if let missing = frozen?.missing(in: inputs).first {
      throw Diagnostics(Diagnostic(.commandPlanNeedsSecret, ["name": missing, "path": target.workflow]))
    }
    let work = try PlanMaker(session: session, library: library).plan(workflow, inputs: inputs)
    guard let frozen else { return work }
    let differences = frozen.differences(
      from: work.plan, accounts: try accounts(of: work, frozen), toolVersion: CausewayTool.version,
      marker: try Storage.marker(session, makesKey: false))
    if !differences.all.isEmpty { throw Refused(differences) }
    return work
  }

  private func accounts(of work: WorkPlan, _ frozen: FrozenPlan?) throws -> [String: String] {
    (frozen?.accounts ?? [:]).merging(try Accounts.parse(target.account, workflowAccounts: work.accounts)) { $1 }
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

  private func carryOut(
    _ work: WorkPlan, _ frozen: FrozenPlan?, session: Session, store: Storage, lab: LabHandle?
  ) async throws {
    var coordinator = RunCoordinator(session: session, store: store, lab: lab)
    coordinator.parallel = parallel
    coordinator.autoApprove = autoApprove
    let order = WorkOrder(.run, until: until.map(work.plan.address))
    let accounts = try accounts(of: work, frozen)
    let summary = try await coordinator.start(work, name: name, accounts: accounts, order: order)
    try SummaryPrinter(session: session).finish(summary, plan: work.plan, order: order)
  }
}
