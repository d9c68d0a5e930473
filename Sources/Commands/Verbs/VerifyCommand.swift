import ArgumentParser
import RunEngine

/// `causeway verify`: the probes of a run again, nothing else.
struct VerifyCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("verify") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String
  @Flag(name: .customLong("json-lines"), help: HelpText.help("option.json-lines")) var jsonLines = false

  func run() async throws {
    let session = Session(global, jsonLines: jsonLines)
    let store = try Storage(session)
    let stored = try await KnownRun.load(run, session: session, store: store)
    try await RunWork(session: session, store: store, stored: stored, order: WorkOrder(.verify)).carryOut()
  }
}
