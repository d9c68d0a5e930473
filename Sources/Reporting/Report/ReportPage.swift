package import Basics
import Digests
import RunEngine

import struct FoundationEssentials.Date

/// A run's report as one page: it needs nothing but itself, runs no script, and holds no secret.
package struct ReportPage: Sendable {
  /// What every report begins with, so that a later one may take its place.
  package static let beginning = "<!DOCTYPE html>\n<!-- causeway report -->\n"

  let phrases: Phrasebook
  let masker: Masker
  let writer: MarkupWriter

  package init(phrases: Phrasebook, masker: Masker) {
    self.phrases = phrases
    self.masker = masker
    writer = MarkupWriter(masker: masker)
  }

  package func text(_ report: RunReport) -> String {
    let body = writer.element("body", [:], [top(report)] + sections(report) + [bottom(report)])
    let page = writer.element("html", ["lang": phrases.language.rawValue], headers(report), body)
    return Self.beginning + page.text + "\n"
  }

  private func headers(_ report: RunReport) -> Markup {
    let style = Markup.code(DrawingStyle.alone, ReportStyle.sheet)
    // Nothing is loaded, and no style but this one holds: what a hostile text smuggled in would be dead.
    let hash = Base64.encode(Hash.sha256(style.text))
    let policy = "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'"
    return writer.element(
      "head", [:], writer.element("meta", ["charset": "utf-8"]),
      writer.element("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
      writer.element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      writer.element("meta", ["name": "referrer", "content": "no-referrer"]),
      writer.element("title", [:], writer.text(title(report))), writer.element("style", [:], style))
  }

  private func title(_ report: RunReport) -> String {
    phrases.label(
      "status.head",
      [
        "run": report.header.name ?? report.header.id, "workflow": report.header.workflow,
        "state": phrases.label("state.\(report.state.rawValue)"),
      ])
  }

  private func sections(_ report: RunReport) -> [Markup] {
    [
      section("left", left(report)), section("topology", topology(report)), section("steps", steps(report)),
      section("timeline", timeline(report)), section("requests", requests(report)), section("probes", probes(report)),
      section("purchases", purchases(report)), section("inputs", inputs(report)),
    ]
  }

  private func bottom(_ report: RunReport) -> Markup {
    let asOf = report.asOf.map(Timestamp.text) ?? "-"
    return writer.element(
      "footer", [:],
      writer.text(phrases.label("report.made", ["version": report.header.toolVersion, "time": asOf])))
  }

  // MARK: Parts of sections

  /// A section; `name` is its anchor, and its label `report.NAME`.
  private func section(_ name: String, _ content: [Markup]) -> Markup {
    writer.element(
      "section", ["id": name], [writer.element("h2", [:], label("report.\(name)"))] + content)
  }

  func label(_ name: String, _ arguments: [String: String] = [:]) -> Markup {
    writer.text(phrases.label(name, arguments))
  }

  func paragraph(_ content: Markup, _ look: String = "") -> Markup { writer.element("p", ["class": look], content) }

  func cell(_ text: String) -> Markup { writer.element("td", [:], writer.text(text)) }

  func code(_ text: String) -> Markup { writer.element("td", [:], writer.element("code", [:], writer.text(text))) }

  func badge(_ text: String, _ look: String) -> Markup {
    writer.element("span", ["class": "badge \(look)"], writer.text(text))
  }

  /// A table whose columns are labelled `report.NAME`; without rows the sentence that says so.
  func table(_ columns: [String], _ rows: [[Markup]], empty: String) -> Markup {
    if rows.isEmpty { return paragraph(label(empty), "dim") }
    return table(heads: columns.map { label("report.\($0)") }, rows)
  }

  func table(heads: [Markup], _ rows: [[Markup]]) -> Markup {
    let head = writer.element("tr", [:], heads.map { writer.element("th", [:], $0) })
    return writer.element(
      "div", ["class": "scroll"],
      writer.element(
        "table", [:], writer.element("thead", [:], head),
        writer.element("tbody", [:], rows.map { writer.element("tr", [:], $0) })))
  }

  func picture(_ markup: Markup) -> Markup { writer.element("div", ["class": "scroll"], markup) }

  func sentence(_ failure: StepFailure) -> String {
    DiagnosticText(phrases: phrases, style: Style(isColoured: false)).sentence(failure)
  }

  static func look(_ state: StepState) -> String {
    switch state {
    case .succeeded, .adopted, .undone: "good"
    case .failed, .stuck, .inDoubt: "bad"
    case .waiting, .blocked, .skipped, .abandoned: "idle"
    case .started, .answered, .undoing, .waitingForPerson, .stays: "busy"
    }
  }

  static func seconds(_ duration: Duration) -> String {
    let milliseconds = duration.inMilliseconds
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    let tenths = (milliseconds + 50) / 100
    return tenths < 1200 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 600) min \(tenths / 10 % 60) s"
  }

  static func seconds(from start: Date, to end: Date) -> String {
    seconds(.milliseconds(Int((end.timeIntervalSince(start) * 1000).rounded())))
  }
}
