import ArgumentParser
import Basics
import Planning
import Reporting
import RunEngine

/// `causeway report`: everything about a run as one page.
struct ReportCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("report") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String?
  @Option(name: .shortAndLong, help: HelpText.help("option.report-output", value: "file")) var output: String?
  @Flag(help: HelpText.help("option.report-force")) var force = false

  func run() async throws {
    let session = Session(global)
    let store = try Storage(session)
    let latest = try await store.runs.journal.runs().first?.id
    guard let name = run ?? latest else { throw Diagnostics(Diagnostic(.commandNoRuns)) }
    let known = try await KnownRun.load(name, session: session, store: store)
    let report = try known.report(session)
    let text = ReportPage(phrases: session.phrases, masker: session.masker).text(report)
    if output == "-" { return session.surroundings.output.write(text) }
    let path = output ?? "\(known.header.id).html"
    try ReportFile(path, directory: session.surroundings.directory).write(text, force: force)
    if session.options.json {
      session.result([
        "run": .string(known.header.id), "state": .string(known.state.rawValue), "file": .string(path),
        "bytes": .integer(text.utf8.count),
      ])
    } else {
      session.talk("report.written", ["path": path])
    }
  }
}

extension KnownRun {
  /// What a report of the run says.
  func report(_ session: Session) throws -> RunReport {
    let machine = try machine()
    let decisions = RunDecisions(plan: plan, run: RunScope(id: header.id, name: header.name))
    // Outputs that cannot be computed were told when the run ended; the rest of the report is worth having.
    let outputs = machine.isComplete ? (try? decisions.finalOutputs(machine.outputs)) ?? [:] : [:]
    return RunReport(
      stored: stored, state: state, plan: plan, machine: machine, outputs: outputs, bill: try bill(session))
  }
}
