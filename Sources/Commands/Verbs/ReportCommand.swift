import ArgumentParser
import Basics
import Foundation
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
    let name = try await KnownRun.nameOrLatest(run, store: store)
    let known = try await KnownRun.load(name, session: session, store: store)
    let report = try known.report(session)
    let text = ReportPage(phrases: session.phrases, masker: session.masker).text(report)
    if output == "-" { return session.surroundings.output.write(text) }
    let path = output ?? "\(known.header.id).html"
    let file = OwnersFile(path, directory: session.surroundings.directory)
    try file.write(text, refusal: .commandNotReport) { force || ReportPage.isReport(at: file.path) }
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

extension ReportPage {
  /// Whether a file is an earlier report.
  fileprivate static func isReport(at path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let expected = Array(beginning.utf8)
    return (try? file.read(upToCount: expected.count)).flatMap { $0 }.map(Array.init) == expected
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
