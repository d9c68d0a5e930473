import ArgumentParser
import Basics
import Reporting
import RunEngine

/// `causeway status`: where a run stands, step by step.
struct StatusCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("status") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String?
  @Flag(help: HelpText.help("option.timing")) var timing = false

  func run() async throws {
    let session = Session(global)
    let store = try Storage(session)
    let latest = try await store.runs.journal.runs().first?.id
    guard let name = run ?? latest else { throw Diagnostics(Diagnostic(.commandNoRuns)) }
    let stored = try await KnownRun.load(name, session: session, store: store)
    let machine = try stored.machine()
    let summaries = machine.stepSummaries()
    let text = StatusText(phrases: session.phrases, style: session.resultStyle, masker: session.masker)
    if session.options.json {
      session.result(
        text.value(header: stored.header, state: stored.state, steps: summaries, timing: machine.timing()))
    } else if timing {
      session.surroundings.output.lines(text.lines(machine.timing(), header: stored.header, state: stored.state))
    } else {
      session.surroundings.output.lines(
        text.lines(header: stored.header, state: stored.state, steps: summaries, plan: stored.plan))
    }
  }
}

/// `causeway runs`: all runs.
struct RunsCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("runs") }

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let session = Session(global)
    let runs = try await Storage(session).runs.journal.runs()
    let text = StatusText(phrases: session.phrases, style: session.resultStyle, masker: session.masker)
    if session.options.json {
      session.result(["runs": .list(runs.map { text.value($0) })])
    } else {
      session.surroundings.output.lines(text.lines(runs))
    }
  }
}
