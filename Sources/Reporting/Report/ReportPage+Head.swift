import Basics
import JSONText
import Planning
import RunEngine

extension ReportPage {
  /// What run this is, where it stands, and what it gave.
  func top(_ report: RunReport) -> Markup {
    let state = badge(phrases.label("state.\(report.state.rawValue)"), Self.look(report.state))
    return writer.element(
      "header", [:],
      writer.element("h1", [:], writer.text(phrases.text(report.plan.workflow.title)), writer.text(" "), state),
      facts(report), outputs(report), contents())
  }

  private static func look(_ state: RunState) -> String {
    switch state {
    case .succeeded, .destroyed: "good"
    case .failed, .probeFailed, .destroying, .refused: "bad"
    case .running, .stopped, .waiting, .interrupted, .partial: "busy"
    }
  }

  private func facts(_ report: RunReport) -> Markup {
    let header = report.header
    let ground = header.lab.map { phrases.label("report.in-lab", ["lab": $0]) } ?? phrases.label("report.in-clouds")
    let ended = report.endedAt.map(Timestamp.text) ?? phrases.label("report.not-ended")
    let took = phrases.label(
      "status.timing",
      [
        "elapsed": Self.seconds(report.timing.elapsed), "path": Self.seconds(report.timing.longestPath),
        "sum": Self.seconds(report.timing.sum),
      ])
    var rows = [
      ("run", header.name.map { "\($0) (\(header.id))" } ?? header.id), ("workflow", header.workflow),
      ("ground", ground), ("started", report.startedAt.map(Timestamp.text) ?? "-"), ("ended", ended), ("took", took),
    ]
    if let tutorial = report.plan.workflow.tutorial { rows.append(("tutorial", tutorial)) }
    return pairs(rows.map { (label("report.\($0.0)"), writer.text($0.1)) })
  }

  private func outputs(_ report: RunReport) -> Markup {
    let sensitive = Set(report.plan.outputs.filter(\.sensitive).map(\.name))
    let shown = report.outputs.filter { !$0.value.isNull }.sorted { $0.key < $1.key }
    if shown.isEmpty { return .nothing }
    return writer.join([
      writer.element("h2", [:], label("report.outputs")),
      pairs(shown.map { (writer.text($0.key), value($0.value, isSecret: sensitive.contains($0.key))) }),
    ])
  }

  /// What the run was given; what is declared secret shows as stars.
  func inputs(_ report: RunReport) -> [Markup] {
    let secret = report.header.sensitiveInputs.union(report.plan.sensitiveInputs)
    let shown = report.header.inputs.filter { !$0.value.isNull }.sorted { $0.key < $1.key }
    if shown.isEmpty { return [paragraph(label("report.no-inputs"), "dim")] }
    return [pairs(shown.map { (writer.text($0.key), value($0.value, isSecret: secret.contains($0.key))) })]
  }

  func value(_ value: Value, isSecret: Bool) -> Markup {
    if isSecret { return writer.text(Masker.mask) }
    let text = masker.mask(value.string ?? JSON.text(value))
    return text.contains("\n") ? writer.element("pre", [:], writer.block(text)) : writer.text(text)
  }

  private func pairs(_ rows: [(Markup, Markup)]) -> Markup {
    let lines = rows.map { name, value in
      writer.element(
        "tr", [:], writer.element("th", ["scope": "row"], name), writer.element("td", [:], value))
    }
    return writer.element("table", ["class": "pairs"], writer.element("tbody", [:], lines))
  }

  private func contents() -> Markup {
    let names = ["left", "topology", "steps", "timeline", "requests", "probes", "purchases", "inputs"]
    return writer.element(
      "nav", [:], names.map { writer.element("a", ["href": "#\($0)"], label("report.\($0)")) })
  }
}
