import Basics
import Foundation
import Planning
import ProviderModel
import Reporting
import RunEngine

/// Asks once, before the first effect, whether what costs money may be bought.
struct TerminalApprover: Approver {
  var session: Session
  var plan: Plan
  /// What says yes without asking: `lab` or `auto-approve`.
  var automatic: String?

  func approve(_ steps: [StepAddress]) async -> Approval {
    if let automatic { return .approved(by: automatic) }
    guard session.surroundings.inputIsTerminal, session.surroundings.errors.isTerminal, !session.options.json else {
      return .noTerminal
    }
    let errors = session.surroundings.errors
    errors.line(session.talkStyle.paint(session.phrases.label("approve.head"), .bold, .yellow))
    for address in steps {
      guard let step = plan.step(at: address) else { continue }
      let note = step.action.billing.note.map { " — \(session.phrases.text($0))" } ?? ""
      errors.line("  \(address)  \(session.phrases.text(step.title ?? step.action.title))\(note)")
    }
    errors.write(session.phrases.label("approve.question") + " ")
    let answer = (readLine() ?? "").trimmingCharacters(in: .whitespaces).lowercased()
    return ["yes", "y", "是"].contains(answer) ? .approved(by: "terminal") : .refused
  }
}
