import ArgumentParser
import Basics
import CloudClient
import Reporting
import RunEngine

/// `causeway drift`: what differs from what a run left, by looking alone.
struct DriftCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("drift") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String
  @Option(help: HelpText.help("option.parallel", value: "n")) var parallel = RunCoordinator.usualParallel
  @Flag(name: .customLong("detailed-exitcode"), help: HelpText.help("option.drift-exitcode")) var detailed = false

  func run() async throws {
    let session = Session(global)
    let store = try Storage(session)
    let known = try await KnownRun.load(run, session: session, store: store)
    let keeper = LabKeeper(session: session)
    let lab = try await known.header.lab.asyncMap { try await keeper.find(runningFor: known.header, named: $0) }
    let coordinator = RunCoordinator(session: session, store: store, lab: lab)
    let finder = try DriftFinder(
      known.stored, plan: known.plan, performer: try coordinator.reader(known.work, header: known.header),
      parallel: parallel)
    let steps = await finder.find()
    var present: [StepAddress: [String: Value]] = [:]
    for step in steps where step.finding == .changed {
      present[step.address] = PresentValues.of(step.inputs, step.call, object: step.object)
    }
    let text = DriftText(
      phrases: session.phrases, style: session.resultStyle, masker: session.masker, present: present)
    if session.options.json {
      session.result(text.value(steps, run: known.header))
    } else {
      session.surroundings.output.lines(text.lines(steps, run: known.header))
    }
    if steps.contains(where: { $0.finding == .failed }) { throw Ending(ExitStatus.stepFailed) }
    if detailed, steps.contains(where: \.hasDrifted) { throw Ending(ExitStatus.changesPlanned) }
  }
}
