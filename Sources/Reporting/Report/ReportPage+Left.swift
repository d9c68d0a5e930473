import Basics
import JSONText
import Planning
import RunEngine

extension ReportPage {
  /// What failed, what waits and what is left behind, each with what to do.
  func left(_ report: RunReport) -> [Markup] {
    let all = failures(report) + waits(report) + leftovers(report)
    return all.isEmpty ? [paragraph(label("report.nothing-left"), "dim")] : all
  }

  private func failures(_ report: RunReport) -> [Markup] {
    report.steps.filter { [.failed, .stuck, .inDoubt].contains($0.state) }.map { step in
      let cause = step.failure.map(sentence) ?? phrases.label("summary.in-doubt")
      return note(
        phrases.label("summary.failed", ["step": step.address.text]), "bad",
        [paragraph(writer.block(cause))] + (hint(step).map { [paragraph(writer.text($0), "dim")] } ?? [])
          + next(report))
    }
  }

  /// The command to type; none for what was destroyed in spite of it.
  private func next(_ report: RunReport) -> [Markup] {
    switch report.state {
    case .destroyed: []
    case .destroying: [command("causeway destroy \(report.header.id)")]
    default: [command("causeway resume \(report.header.id)")]
    }
  }

  private func hint(_ step: StepSummary) -> String? {
    step.failure.flatMap { DiagnosticText(phrases: phrases, style: Style(isColoured: false)).hint($0) }
  }

  private func waits(_ report: RunReport) -> [Markup] {
    report.steps.compactMap { step in
      guard let request = step.request else { return nil }
      let values = request.values.sorted { $0.key < $1.key }.map { name, value in
        [cell(name), cell(value.string ?? JSON.text(value))]
      }
      return note(
        phrases.label("summary.waits", ["step": step.address.text]), "busy",
        [paragraph(writer.block(phrases.text(request.text)), "lines")]
          + (values.isEmpty ? [] : [table(["name", "value"], values, empty: "report.nothing-left")])
          + [command("causeway answer \(report.header.id) \(step.address)")])
    }
  }

  private func leftovers(_ report: RunReport) -> [Markup] {
    report.leftovers.map { leftover in
      let events = EventText(phrases: phrases, style: Style(isColoured: false), masker: masker)
      let reason = leftover.reason.map { events.text($0) } ?? leftover.failure.map(sentence) ?? ""
      let what = [leftover.address.text, identity(of: leftover, report)].compactMap { $0 }.joined(separator: "  ")
      return note(what, leftover.reason == nil ? "bad" : "busy", [paragraph(writer.text(reason))])
    }
  }

  private func identity(of leftover: Leftover, _ report: RunReport) -> String? {
    let secret = report.plan.step(at: leftover.address)?.sensitiveOutputs ?? []
    return SummaryText.identity(leftover.outputs.filter { !secret.contains($0.key) })
  }

  private func note(_ head: String, _ look: String, _ content: [Markup]) -> Markup {
    writer.element("div", ["class": "note \(look)"], [writer.element("h3", [:], writer.text(head))] + content)
  }

  private func command(_ text: String) -> Markup {
    writer.element("pre", [:], writer.text(text))
  }
}
