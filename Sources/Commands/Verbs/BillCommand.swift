import ArgumentParser
import Basics
import Foundation
import Planning
import Reporting
import RunEngine

/// `causeway bill`: everything that runs paid for, from their journals alone.
struct BillCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("bill") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.run", value: "run")) var run: String?
  @Flag(help: HelpText.help("option.bill-lab")) var lab = false
  @Option(help: HelpText.help("option.soon", value: "duration")) var soon = "14d"

  func run() async throws {
    let session = Session(global)
    guard let soon = Duration(text: soon) else {
      throw Diagnostics(Diagnostic(.commandBadDuration, ["option": "--soon", "text": soon]))
    }
    let store = try Storage(session)
    let heads = try await heads(store)
    let shown = heads.filter { run != nil || lab || $0.lab == nil }
    var bills: [Bill] = []
    var damaged = Diagnostics()
    for head in shown {
      do {
        bills.append(try await KnownRun.load(head.id, session: session, store: store).bill(session))
      } catch let refusal as RunRefusal where run == nil {
        damaged.add(contentsOf: refusal.diagnostics)
      } catch let diagnostics as Diagnostics where run == nil {
        damaged.add(contentsOf: diagnostics)
      }
    }
    let text = BillText(
      phrases: session.phrases, style: session.resultStyle, masker: session.masker, now: Date(), soon: soon)
    if session.options.json {
      session.result(text.value(bills))
    } else {
      session.surroundings.output.lines(text.lines(bills, leftOut: heads.count - shown.count))
    }
    // One receipt that cannot be read hides none of the others.
    if !damaged.all.isEmpty {
      DiagnosticText(phrases: session.phrases, style: session.talkStyle).lines(damaged).forEach(
        session.surroundings.errors.line)
      throw Ending(ExitStatus.stepFailed)
    }
  }

  private func heads(_ store: Storage) async throws -> [RunHead] {
    if let run { return [try await store.runs.find(run)] }
    return try await store.runs.journal.runs()
  }
}

extension KnownRun {
  /// What the run paid for, also by steps that an update has taken out of it.
  func bill(_ session: Session) throws -> Bill {
    var steps: [StepAddress: PlannedStep] = [:]
    for event in events {
      switch event.fact {
      case .created(let header), .updated(let header):
        let plan = header == self.header ? plan : try Self.work(of: header, session: session).plan
        for step in plan.steps { steps[step.address] = step }
      default: break
      }
    }
    return Bill(header: header, state: state, events: events, steps: steps)
  }
}
