import ArgumentParser
import Basics
import Foundation
import Planning
import Reporting
import RunEngine

/// `causeway logs`: the events of a run, and the output of its scripts.
struct LogsCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("logs") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String
  @Argument(help: HelpText.help("argument.step", value: "step")) var step: String?
  @Flag(help: HelpText.help("option.follow")) var follow = false
  @Flag(name: .customLong("json-lines"), help: HelpText.help("option.json-lines")) var jsonLines = false

  func run() async throws {
    let session = Session(global, jsonLines: jsonLines)
    let store = try Storage(session)
    let known = try await KnownRun.load(run, session: session, store: store)
    let address = step.map { known.plan.address(meant: $0) }
    if let address, known.plan.position(of: address) == nil, known.plan.positions(within: address).isEmpty {
      throw Diagnostics(Diagnostic(.engineNoStep, ["step": address.text]))
    }
    print(known.events, of: address, session)
    if let address { try printOutput(known.header.id, address, session, store) }
    if follow { try await follow(known, address, session, store) }
  }

  private func print(_ events: some Sequence<RunEvent>, of step: StepAddress?, _ session: Session) {
    let text = EventText(phrases: session.phrases, style: session.resultStyle, masker: session.masker)
    for event in events {
      if let step {
        guard case .step(let address, _) = event.fact, address.isWithin(step) else { continue }
      }
      if session.options.jsonLines || session.options.json {
        session.surroundings.output.line(JSONLine.compact(EventJSON.value(event, masker: session.masker)))
      } else if let sentence = text.sentence(event) {
        session.surroundings.output.line("\(RunEngine.Timestamp.text(event.time)) \(sentence)")
      }
    }
  }

  private func printOutput(_ run: String, _ address: StepAddress, _ session: Session, _ store: Storage) throws {
    guard !session.options.jsonLines, !session.options.json else { return }
    for file in store.logFiles(of: run, step: address) {
      session.surroundings.output.line(session.resultStyle.paint("── \(file.lastPathComponent)", .dim))
      guard let data = try? Data(contentsOf: file) else { continue }
      session.surroundings.output.write(SafeText.block(session.masker.mask(String(decoding: data, as: UTF8.self))))
    }
  }

  /// New events as they become durable, until the run has no live owner.
  private func follow(_ known: KnownRun, _ step: StepAddress?, _ session: Session, _ store: Storage) async throws {
    var seen = known.events.count
    while true {
      // Asked first: whoever has left by now has written everything that is read after.
      let goesOn = try await store.runs.journal.holder(of: known.header.id) != nil
      let events = try await store.runs.journal.read(known.header.id)
      print(events.dropFirst(seen), of: step, session)
      seen = events.count
      guard goesOn else { return }
      try await session.surroundings.time.sleep(for: .milliseconds(300))
    }
  }
}
