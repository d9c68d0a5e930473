import ArgumentParser
import Basics
import CloudClient
import Planning
import Reporting
import WorkflowModel

/// `causeway plan` (= `run --dry-run`): the preview, offline and without credentials.
struct PlanCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("plan") }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var target: WorkflowOptions
  @Flag(help: HelpText.help("option.requests")) var requests = false
  @Option(name: [.customShort("o"), .customLong("output")], help: HelpText.help("option.plan-output", value: "file"))
  var output: String?
  @Flag(name: .customLong("detailed-exitcode"), help: HelpText.help("option.detailed-exitcode")) var detailed = false

  func run() async throws {
    try await Self.preview(Session(global), target, requests: requests, detailed: detailed, output: output)
  }

  /// - Parameters:
  ///   - lab: A running lab: what its fixture gives counts as given.
  ///   - output: Where to freeze the plan.
  static func preview(
    _ session: Session, _ target: WorkflowOptions, in lab: LabHandle? = nil, requests: Bool, detailed: Bool,
    output: String? = nil
  ) async throws {
    let file = try output.map { try FrozenPlanFile($0, session: session) }
    let library = Library(homes: session.homes)
    let workflow = try library.workflow(target.workflow, directory: session.surroundings.directory)
    let given = try InputReader(surroundings: session.surroundings).inputs(for: workflow, options: target.given)
    let inputs = (lab?.inputs(for: workflow) ?? [:]).merging(given) { $1 }
    let work = try PlanMaker(session: session, library: library).plan(workflow, inputs: inputs)
    let plan = work.plan
    let previews = requests ? RequestPreviews.all(of: work, session: session) : []
    if session.options.json {
      var value = PlanJSON.value(plan, masker: session.masker).object ?? [:]
      if requests { value["requests"] = .list(previews.map(\.value)) }
      session.result(.object(value))
    } else {
      let text = PlanText(phrases: session.phrases, style: session.resultStyle, masker: session.masker)
      session.surroundings.output.lines(text.lines(plan))
      if requests { session.surroundings.output.lines(RequestPreviews.lines(previews, session: session)) }
      session.talk("plan.level")
    }
    if let file {
      let accounts = try Accounts.parse(target.account, workflowAccounts: work.accounts)
      try file.write(
        FrozenPlan(
          plan, workflow: target.workflow, fields: workflow.inputs, accounts: accounts,
          toolVersion: CausewayTool.version, marker: try Storage.marker(session, makesKey: true)))
      session.talk("plan.frozen", ["path": file.name])
    }
    let changes = plan.steps.enumerated().contains { index, step in
      [.create, .create_or_adopt, .change, .run].contains(PlannedStepFacts(step: step, position: index).deed)
    }
    if detailed && changes { throw Ending(ExitStatus.changesPlanned) }
  }
}
