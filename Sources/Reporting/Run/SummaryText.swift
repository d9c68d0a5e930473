package import Basics
import JSONText
package import Planning
import ProviderModel
package import RunEngine

/// What stands at the end of a command: what was created, the probes' figures, what failed and why, and the next command to type.
package struct SummaryText: Sendable {
  package var phrases: Phrasebook
  package var style: Style
  package var masker: Masker

  package init(phrases: Phrasebook, style: Style, masker: Masker) {
    self.phrases = phrases
    self.style = style
    self.masker = masker
  }

  /// - Parameters:
  ///   - plan: Titles and billing of the steps, when the plan is at hand.
  ///   - order: What the session was to do.
  package func lines(_ summary: RunSummary, plan: Plan?, order: WorkOrder) -> [String] {
    var lines = [""]
    lines += failures(summary) + requests(summary)
    switch order.kind {
    case .run: lines += created(summary, plan) + probes(summary) + outputs(summary, plan)
    case .verify: lines += probes(summary)
    case .destroy: lines += destroyed(summary, order)
    }
    lines += DiagnosticText(phrases: phrases, style: style).lines(summary.diagnostics)
    lines.append(verdict(summary, order))
    if let next = next(summary, order) { lines.append(next) }
    return lines.map { masker.mask($0) }
  }

  private func failures(_ summary: RunSummary) -> [String] {
    let failed = summary.steps.filter { [.failed, .stuck, .inDoubt].contains($0.state) }
    let text = DiagnosticText(phrases: phrases, style: style)
    return failed.flatMap { step in
      [
        style.paint(phrases.label("summary.failed", ["step": step.address.text]), .bold, .red),
        "  " + (step.failure.map { text.sentence($0) } ?? phrases.label("summary.in-doubt")),
      ] + (step.failure.flatMap { text.hint($0) }.map { ["  " + style.paint($0, .dim)] } ?? [])
    }
  }

  private func requests(_ summary: RunSummary) -> [String] {
    summary.steps.flatMap { step -> [String] in
      guard let request = step.request else { return [] }
      var lines = [style.paint(phrases.label("summary.waits", ["step": step.address.text]), .bold, .yellow)]
      lines += SafeText.block(phrases.text(request.text)).split(separator: "\n").map { "  \($0)" }
      lines += values(request)
      let outputs = request.outputs.map { " -o \($0.name)=…" }.joined()
      let ways = request.reason == .manual ? outputs : " --adopt ID | --not-created | --abandon"
      lines.append("  " + style.paint("causeway answer \(summary.runID) \(step.address)\(ways)", .cyan))
      return lines
    }
  }

  /// What the person has to type in.
  private func values(_ request: PersonRequest) -> [String] {
    var table = TextTable()
    for (name, value) in request.values.sorted(by: { $0.key < $1.key }) {
      table.add([name, SafeText.line(value.string ?? JSON.text(value))])
    }
    return table.lines(indent: "    ")
  }

  private func created(_ summary: RunSummary, _ plan: Plan?) -> [String] {
    let made = summary.steps.filter { $0.effect == .created && $0.state == .succeeded && !$0.isProbe }
    let rows = made.compactMap { step -> [String]? in
      guard let planned = plan?.step(at: step.address), !["ssh", "flow"].contains(planned.action.provider),
        let id = SummaryText.identity(step.outputs)
      else { return nil }
      let billing = planned.action.billing.kind
      return [
        step.address.text, phrases.text(planned.action.title), id,
        billing == .free ? "" : phrases.label("billing.\(billing.rawValue)"),
      ]
    }
    guard !rows.isEmpty else { return [] }
    var table = TextTable()
    for row in rows { table.add(row) }
    return [style.paint(phrases.label("summary.created"), .bold)] + table.lines(indent: "  ") + [""]
  }

  /// The id among a step's outputs: the first, by name, that ends in `_id` or is called `id`.
  static func identity(_ outputs: [String: Value]) -> String? {
    // Ids of other things come last: an order, the network that something stands in.
    let others: Set = ["order_id", "vpc_id", "cen_id", "account_id"]
    let ids = outputs.filter { $0.key.hasSuffix("_id") || $0.key == "id" || $0.key == "key_name" }
    return ids.sorted { (others.contains($0.key) ? 1 : 0, $0.key) < (others.contains($1.key) ? 1 : 0, $1.key) }
      .compactMap(\.value.string).first { !$0.isEmpty }
  }

  private func destroyed(_ summary: RunSummary, _ order: WorkOrder) -> [String] {
    // Of a part, what was taken back before is not told again.
    let gone = order.takesBackPart ? summary.takenBack : summary.steps.filter { $0.state == .undone }.count
    var lines = [phrases.label("summary.destroyed", ["count": String(gone)])]
    let events = EventText(phrases: phrases, style: style, masker: masker)
    for leftover in summary.leftovers {
      let reason = leftover.reason.map { events.text($0) } ?? leftover.failure.map { events.sentence($0) } ?? ""
      let mark = leftover.reason != nil ? style.paint("=", .yellow) : style.paint("✗", .red)
      let name = [Self.identity(leftover.outputs), until(leftover)].compactMap { $0 }.joined(separator: " ")
      lines.append("  \(mark) \(style.paint(leftover.address.text, .bold))  \(name)  \(reason)")
    }
    return lines
  }

  /// The end of a prepaid term.
  private func until(_ leftover: Leftover) -> String? {
    leftover.expires.flatMap(Expiry.init).map { phrases.label("summary.until", ["end": SafeText.line($0.shown)]) }
  }

  private func probes(_ summary: RunSummary) -> [String] {
    let steps = summary.steps.filter { $0.isProbe && $0.state == .succeeded && $0.outputs["sent"] != nil }
    guard !steps.isEmpty else { return [] }
    var table = TextTable()
    for step in steps { table.add([step.address.text, figures(step.outputs) + gap(step.outputs)]) }
    return [style.paint(phrases.label("summary.probes"), .bold)] + table.lines(indent: "  ") + [""]
  }

  private func figures(_ outputs: [String: Value]) -> String {
    let text = { (name: String) -> String in outputs[name]?.scalarText ?? "-" }
    let figure = { (name: String) -> String in outputs[name]?.double.map { String(EventText.rounded($0)) } ?? "-" }
    return phrases.label(
      "summary.ping",
      [
        "sent": text("sent"), "received": text("received"), "loss": text("loss_percent"), "min": figure("rtt_min_ms"),
        "avg": figure("rtt_avg_ms"), "max": figure("rtt_max_ms"),
      ])
  }

  /// How long nothing was answered, where something was lost.
  private func gap(_ outputs: [String: Value]) -> String {
    guard let seconds = outputs["longest_gap_s"]?.double, seconds > 0 else { return "" }
    return phrases.label("summary.ping-gap", ["seconds": String(EventText.rounded(seconds))])
  }

  private func outputs(_ summary: RunSummary, _ plan: Plan?) -> [String] {
    guard !summary.outputs.isEmpty else { return [] }
    let sensitive = Set((plan?.outputs ?? []).filter(\.sensitive).map(\.name))
    var table = TextTable()
    var blocks: [String] = []
    for (name, value) in summary.outputs.sorted(by: { $0.key < $1.key }) where !value.isNull {
      let text = sensitive.contains(name) ? Masker.mask : value.string ?? JSON.text(value)
      let lines = SafeText.block(text).split(separator: "\n")
      if lines.count > 1 {
        blocks += ["  \(name):"] + lines.map { "    \($0)" }
      } else {
        table.add([name, SafeText.line(text)])
      }
    }
    return [style.paint(phrases.label("summary.outputs"), .bold)] + table.lines(indent: "  ") + blocks + [""]
  }

  private func verdict(_ summary: RunSummary, _ order: WorkOrder) -> String {
    let ink: Style.Ink =
      summary.verdict == .done ? .green : [.waiting, .interrupted].contains(summary.verdict) ? .yellow : .red
    let done = summary.steps.filter { [.succeeded, .adopted, .skipped].contains($0.state) }.count
    let kind = order.takesBackPart ? "part" : order.kind.rawValue
    let key = order.kind == .run ? summary.verdict.rawValue : "\(kind)-\(summary.verdict.rawValue)"
    let known = phrases.codes.contains("ui.verdict.\(key)") ? key : summary.verdict.rawValue
    return style.paint(
      phrases.label(
        "verdict.\(known)", ["run": summary.runID, "done": String(done), "total": String(summary.steps.count)]),
      .bold, ink)
  }

  /// The next command to type.
  private func next(_ summary: RunSummary, _ order: WorkOrder) -> String? {
    let command: String
    switch summary.verdict {
    case .failed, .interrupted, .probeFailed, .refused:
      command =
        order.kind == .destroy && !order.takesBackPart
        ? "causeway destroy \(summary.runID)" : "causeway resume \(summary.runID)"
    case .leftBehind where !order.takesBackPart: command = "causeway destroy \(summary.runID)"
    case .done where order.takesBackPart, .leftBehind: command = "causeway resume \(summary.runID)"
    case .waiting, .done: return nil
    }
    return phrases.label("summary.next", ["command": style.paint(command, .cyan)])
  }
}

extension Plan {
  /// The planned step of an address.
  package func step(at address: StepAddress) -> PlannedStep? { steps.first { $0.address == address } }
}
