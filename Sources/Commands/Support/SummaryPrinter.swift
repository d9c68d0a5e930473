import Basics
import Planning
import Reporting
import RunEngine

/// Prints what came of a session and ends the command with its exit status.
struct SummaryPrinter {
  var session: Session

  func finish(_ summary: RunSummary, plan: Plan?, order: WorkOrder) throws {
    if session.options.json {
      session.result(RunJSON.value(summary, phrases: session.phrases, masker: session.masker))
    } else if session.options.jsonLines {
      session.surroundings.output.line(
        session.masker.mask(
          JSONLine.compact(["summary": RunJSON.value(summary, phrases: session.phrases, masker: session.masker)])))
    } else {
      let text = SummaryText(phrases: session.phrases, style: session.resultStyle, masker: session.masker)
      session.surroundings.output.lines(text.lines(summary, plan: plan, order: order))
    }
    throw Ending(summary.exitStatus)
  }
}
