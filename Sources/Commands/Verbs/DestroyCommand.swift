import ArgumentParser
import Planning
import RunEngine

/// `causeway destroy`: takes a run back in reverse order, and proves it.
struct DestroyCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("destroy") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String
  @Option(help: HelpText.help("option.destroy-only", value: "step")) var only: [String] = []
  @Option(help: HelpText.help("option.destroy-from", value: "step")) var from: [String] = []
  @Flag(help: HelpText.help("option.adopted")) var adopted = false
  @Flag(help: HelpText.help("option.take-over")) var takeOver = false
  @Flag(help: HelpText.help("option.keep-lab")) var keepLab = false
  @Option(help: HelpText.help("option.parallel", value: "n")) var parallel = RunCoordinator.usualParallel
  @Flag(name: .customLong("json-lines"), help: HelpText.help("option.json-lines")) var jsonLines = false

  func run() async throws {
    let session = Session(global, jsonLines: jsonLines)
    let store = try Storage(session)
    let stored = try await KnownRun.load(run, session: session, store: store)
    let order = WorkOrder(
      .destroy, from: from.map(stored.plan.address), only: only.map(stored.plan.address), includesAdopted: adopted)
    var work = RunWork(session: session, store: store, stored: stored, order: order)
    work.parallel = parallel
    work.takesOver = takeOver
    work.keepsLab = keepLab
    try await work.carryOut()
  }
}
