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
  @Flag(help: HelpText.help("option.watch")) var watch = false

  func run() async throws {
    let session = Session(global)
    let store = try Storage(session)
    let name = try await KnownRun.nameOrLatest(run, store: store)
    guard watch else { return session.show(try await look(name, session, store, room: nil)) }
    try await session.watch { room in try await look(name, session, store, room: room) }
  }

  private func look(_ name: String, _ session: Session, _ store: Storage, room: Int?) async throws -> WatchedListing {
    let stored = try await KnownRun.load(name, session: session, store: store)
    let machine = try stored.machine()
    let goesOn = stored.stored.holder != nil
    let summaries = machine.stepSummaries(begun: stored.stored.begun)
    let text = StatusText(phrases: session.phrases, style: session.resultStyle, masker: session.masker)
    return WatchedListing(
      lines: timing
        ? text.lines(machine.timing(), header: stored.header, state: stored.state)
        : text.lines(
          header: stored.header, state: stored.state, steps: summaries, plan: stored.plan, room: goesOn ? room : nil),
      value: text.value(header: stored.header, state: stored.state, steps: summaries, timing: machine.timing()),
      goesOn: goesOn)
  }
}

/// `causeway runs`: all runs.
struct RunsCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("runs") }

  @OptionGroup var global: GlobalOptions
  @Flag(help: HelpText.help("option.watch-runs")) var watch = false

  func run() async throws {
    let session = Session(global)
    let store = try Storage(session)
    guard watch else { return session.show(try await look(session, store, room: nil)) }
    try await session.watch { room in try await look(session, store, room: room) }
  }

  private func look(_ session: Session, _ store: Storage, room: Int?) async throws -> WatchedListing {
    let runs = try await store.runs.journal.runs()
    let text = StatusText(phrases: session.phrases, style: session.resultStyle, masker: session.masker)
    return WatchedListing(
      lines: Array(text.lines(runs).prefix(room ?? .max)), value: ["runs": .list(runs.map { text.value($0) })],
      goesOn: runs.contains { $0.state == .running })
  }
}
