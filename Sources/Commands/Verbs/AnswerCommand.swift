import ArgumentParser
import Basics
import Planning
import Reporting
import RunEngine

/// `causeway answer`: closes a step that waits for a person, or settles one in doubt, and goes on.
struct AnswerCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("answer") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String
  @Argument(help: HelpText.help("argument.step", value: "step")) var step: String
  @Option(name: [.customShort("o"), .customLong("output")], help: HelpText.help("option.output", value: "name=value"))
  var outputs: [String] = []
  @Option(help: HelpText.help("option.adopt", value: "id")) var adopt: String?
  @Flag(help: HelpText.help("option.not-created")) var notCreated = false
  @Flag(help: HelpText.help("option.abandon")) var abandon = false
  @Flag(help: HelpText.help("option.no-resume")) var noResume = false
  @Flag(help: HelpText.help("option.auto-approve")) var autoApprove = false
  @Flag(name: .customLong("json-lines"), help: HelpText.help("option.json-lines")) var jsonLines = false

  func validate() throws {
    let ways = [adopt != nil, notCreated, abandon, !outputs.isEmpty].filter { $0 }.count
    if ways > 1 { throw ValidationError(HelpText.phrases.label("answer.one-way")) }
  }

  func run() async throws {
    let session = Session(global, jsonLines: jsonLines)
    let store = try Storage(session)
    let known = try await KnownRun.load(run, session: session, store: store)
    try await store.runs.answer(
      run: known.header.id, step: known.plan.address(meant: step), try answer(), time: session.surroundings.time)
    if noResume { return session.talk("answer.recorded-only", ["run": known.header.name ?? known.header.id]) }
    if !session.options.json { session.talk("answer.recorded") }
    let fresh = try await KnownRun.load(known.header.id, session: session, store: store)
    var work = RunWork(session: session, store: store, stored: fresh, order: WorkOrder(.run))
    work.keepsLab = false
    work.autoApprove = autoApprove
    try await work.carryOut()
  }

  private func answer() throws -> PersonAnswer {
    if let adopt { return .adopt(id: adopt) }
    if notCreated { return .notCreated }
    if abandon { return .abandon }
    var values: [String: Value] = [:]
    for assignment in outputs {
      let sides = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2 else { throw Diagnostics(Diagnostic(.commandBadInput, ["text": assignment])) }
      values[sides[0]] = .string(sides[1])
    }
    return .outputs(values)
  }
}
