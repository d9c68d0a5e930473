import ArgumentParser
import Basics
import Planning
import RunEngine
import WorkflowModel

/// `causeway resume`: goes on with a run from where it stands.
struct ResumeCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("resume") }

  @OptionGroup var global: GlobalOptions
  @ArgumentParser.Argument(help: HelpText.help("argument.run", value: "run")) var run: String?
  @Option(help: HelpText.help("option.from", value: "step")) var from: [String] = []
  @Option(help: HelpText.help("option.skip", value: "step")) var skip: [String] = []
  @Option(help: HelpText.help("option.only", value: "step")) var only: [String] = []
  @Option(help: HelpText.help("option.until", value: "step")) var until: [String] = []
  @Flag(help: HelpText.help("option.take-over")) var takeOver = false
  @Flag(help: HelpText.help("option.auto-approve")) var autoApprove = false
  @Flag(help: HelpText.help("option.keep-lab")) var keepLab = false
  @Flag(help: HelpText.help("option.updated")) var updated = false
  @OptionGroup var given: InputOptions
  @Option(help: HelpText.help("option.parallel", value: "n")) var parallel = RunCoordinator.usualParallel
  @Flag(name: .customLong("json-lines"), help: HelpText.help("option.json-lines")) var jsonLines = false

  func run() async throws {
    let session = Session(global, jsonLines: jsonLines)
    let store = try Storage(session)
    let stored = try await KnownRun.load(run, session: session, store: store)
    let plan = stored.plan
    let order = WorkOrder(
      .run, from: from.map(plan.address), skip: skip.map(plan.address), only: only.map(plan.address),
      until: until.map(plan.address))
    var work = RunWork(session: session, store: store, stored: stored, order: order)
    work.parallel = parallel
    work.takesOver = takeOver
    work.autoApprove = autoApprove
    work.keepsLab = keepLab
    if updated { work.replacement = try replacement(for: stored, session: session) }
    try await work.carryOut()
  }

  /// The plan from the files and inputs of today (`--updated`).
  private func replacement(for stored: KnownRun, session: Session) throws -> WorkPlan {
    let library = Library(homes: session.homes)
    let name = stored.header.workflowFile.hasSuffix(".yaml") ? stored.header.workflowFile : stored.header.workflow
    let workflow = try library.workflow(name, directory: session.surroundings.directory)
    let given = try InputReader(surroundings: session.surroundings).inputs(for: workflow, options: given)
    return try PlanMaker(session: session, library: library)
      .plan(workflow, inputs: stored.header.inputs.merging(given) { $1 })
  }
}
