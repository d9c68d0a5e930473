package import Basics
package import RunEngine

import struct FoundationEssentials.Date

/// What happened, as one line for people: the same sentences on a terminal, in a pipe and in `logs`.
package struct EventText: Sendable {
  package var phrases: Phrasebook
  package var style: Style
  package var masker: Masker

  package init(phrases: Phrasebook, style: Style, masker: Masker) {
    self.phrases = phrases
    self.style = style
    self.masker = masker
  }

  /// The sentence for an event with its mark; `nil` for one that says nothing new to a reader.
  package func sentence(_ event: RunEvent) -> String? {
    switch event.fact {
    case .created(let header):
      line("•", .cyan, "", phrases.label("event.created", ["run": header.id, "workflow": header.workflow]))
    case .updated: line("•", .cyan, "", phrases.label("event.updated"))
    case .opened(let order): opened(order)
    case .approved(let steps, let by): line("✓", .yellow, "", approved(steps, by))
    case .reset(let steps, _):
      line("•", .cyan, "", phrases.label("event.reset", ["steps": steps.map(\.text).joined(separator: ", ")]))
    case .interrupted: line("!", .yellow, "", phrases.label("event.interrupted"))
    case .ended: nil
    case .step(let address, let fact): step(address, fact)
    }
  }

  private func opened(_ order: WorkOrder) -> String? {
    let kind = order.takesBackPart ? "part" : order.kind.rawValue
    return order.kind == .run ? nil : line("•", .cyan, "", phrases.label("event.opened.\(kind)"))
  }

  private func approved(_ steps: [StepAddress], _ by: String) -> String {
    phrases.label(
      "event.approved.\(by)", ["steps": steps.map(\.text).joined(separator: ", "), "count": String(steps.count)])
  }

  private func step(_ address: StepAddress, _ fact: StepFact) -> String? {
    let name = address.text
    switch fact {
    case .started(_, let attempt, _):
      return attempt > 1
        ? line("›", .cyan, name, phrases.label("event.again", ["attempt": String(attempt)]))
        : line("›", .cyan, name, phrases.label("event.started"))
    case .intent, .answered, .undoIntent, .undoAnswered: return nil
    case .refused(_, let failure): return line("·", .yellow, name, sentence(failure))
    case .succeeded(let outputs, _, let effect): return succeeded(name, outputs, effect)
    case .failed(let failure, let pause):
      let again = pause.map { " " + phrases.label("event.retry", ["pause": $0.text]) } ?? ""
      return line(pause == nil ? "✗" : "·", pause == nil ? .red : .yellow, name, sentence(failure) + again)
    case .waiting(let request):
      return line("@", .yellow, name, phrases.label("event.waiting.\(request.reason.rawValue)"))
    case .personAnswered: return line("@", .cyan, name, phrases.label("event.answered"))
    case .skipped(let reason): return line("-", .dim, name, phrases.label("event.skipped.\(reason.rawValue)"))
    case .undoStarted: return line("›", .cyan, name, phrases.label("event.undo-started"))
    case .undone: return line("✓", .green, name, phrases.label("event.undone"))
    case .stays(let reason): return line("=", .yellow, name, phrases.label("event.stays", ["reason": text(reason)]))
    case .stuck(let failure): return line("✗", .red, name, phrases.label("event.stuck", ["cause": sentence(failure)]))
    }
  }

  private func succeeded(_ name: String, _ outputs: [String: Value], _ effect: Effect) -> String {
    let word = phrases.label("effect.\(effect.rawValue)")
    if let sent = outputs["sent"]?.integer, let received = outputs["received"]?.integer {
      return line("✓", .green, name, ping(sent, received, outputs))
    }
    return line("✓", .green, name, word)
  }

  private func ping(_ sent: Int, _ received: Int, _ outputs: [String: Value]) -> String {
    let rtt = outputs["rtt_avg_ms"]?.double.map { String(Self.rounded($0)) } ?? "-"
    return phrases.label(
      "event.ping",
      [
        "sent": String(sent), "received": String(received),
        "loss": outputs["loss_percent"]?.scalarText ?? "-", "rtt": rtt,
      ])
  }

  static func rounded(_ milliseconds: Double) -> Double { (milliseconds * 1000).rounded() / 1000 }

  package func text(_ reason: StayReason) -> String {
    switch reason {
    case .kept: phrases.label("stay.kept")
    case .declared(let text): phrases.text(text)
    case .neededBy(let steps): phrases.label("stay.needed-by", ["steps": steps.map(\.text).joined(separator: ", ")])
    case .abandoned: phrases.label("stay.abandoned")
    }
  }

  package func sentence(_ failure: StepFailure) -> String {
    DiagnosticText(phrases: phrases, style: style).sentence(failure)
  }

  private func line(_ mark: String, _ ink: Style.Ink, _ name: String, _ text: String) -> String {
    let subject = name.isEmpty ? "" : style.paint(name, .bold) + "  "
    return masker.mask("\(style.paint(mark, ink)) \(subject)\(text)")
  }
}
