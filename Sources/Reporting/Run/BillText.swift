package import Basics
import ProviderModel
import RunEngine

package import struct FoundationEssentials.Date

/// What is paid for, as tables for people and objects for machines.
package struct BillText: Sendable {
  package var phrases: Phrasebook
  package var style: Style
  package var masker: Masker
  package var now: Date
  /// A term that ends within this time is warned of.
  package var soon: Duration

  package init(phrases: Phrasebook, style: Style, masker: Masker, now: Date, soon: Duration) {
    self.phrases = phrases
    self.style = style
    self.masker = masker
    self.now = now
    self.soon = soon
  }

  /// - Parameter leftOut: How many runs of a lab are not shown.
  package func lines(_ bills: [Bill], leftOut: Int) -> [String] {
    let paid = bills.filter { !$0.entries.isEmpty }
    var lines = paid.flatMap(table)
    if paid.isEmpty { lines.append(phrases.label("bill.nothing")) }
    lines += paid.flatMap(warnings)
    if leftOut > 0 { lines.append(style.paint(phrases.label("bill.left-out", ["count": String(leftOut)]), .dim)) }
    return lines.map { masker.mask($0) }
  }

  private func table(_ bill: Bill) -> [String] {
    var table = TextTable()
    let heads = ["step", "what", "id", "billing", "since", "until", "renewal"]
    table.add(heads.map { style.paint(phrases.label("bill.\($0)"), .dim) })
    for entry in bill.entries {
      table.add([
        entry.purchase.address.text, phrases.text(entry.title), entry.identity.map(SafeText.line) ?? "-",
        phrases.label("billing.\(entry.action.billing.kind.rawValue)"), Timestamp.text(entry.purchase.since),
        until(entry), renewal(entry),
      ])
    }
    return [head(bill)] + table.lines(indent: "  ") + [""]
  }

  private func head(_ bill: Bill) -> String {
    let head = phrases.label(
      "status.head",
      [
        "run": bill.header.name.map { "\($0) (\(bill.header.id))" } ?? bill.header.id,
        "workflow": bill.header.workflow, "state": phrases.label("state.\(bill.state.rawValue)"),
      ])
    let lab = bill.header.lab.map { " " + phrases.label("bill.lab", ["lab": $0]) } ?? ""
    return style.paint(head, .bold) + lab
  }

  func until(_ entry: Bill.Entry) -> String {
    switch entry.purchase.state {
    case .ended: entry.purchase.until.map(Timestamp.text) ?? "-"
    case .inDoubt: style.paint(phrases.label("bill.in-doubt"), .bold, .yellow)
    case .standing: entry.expires.map { SafeText.line($0.shown) } ?? style.paint(phrases.label("bill.open"), .yellow)
    }
  }

  func renewal(_ entry: Bill.Entry) -> String {
    guard entry.isOpen, let renews = entry.renews else { return "" }
    return phrases.label(renews ? "bill.renews" : "bill.renews-not")
  }

  // MARK: What is to be known

  private func warnings(_ bill: Bill) -> [String] {
    let run = bill.header.name ?? bill.header.id
    // What was destroyed is meant to end.
    let isOver = bill.state == .destroyed
    let entries = bill.entries.filter { !isOver || $0.renews != false || $0.purchase.state == .inDoubt }
    var lines = entries.compactMap { warning($0, run) }.map { style.paint("! ", .yellow) + $0 }
    let hourly = bill.entries.count { $0.purchase.state == .standing && $0.action.billing.kind != .prepaid }
    if hourly > 0, bill.header.lab == nil {
      lines.append(phrases.label("bill.hourly", ["count": String(hourly), "run": run]))
    }
    return lines
  }

  private func warning(_ entry: Bill.Entry, _ run: String) -> String? {
    let what = phrases.text(entry.title)
    let name = entry.identity.map { "\(what) \(SafeText.line($0))" } ?? what
    var arguments = ["what": name, "run": run, "step": entry.purchase.address.text]
    if entry.purchase.state == .inDoubt { return phrases.label("bill.warn-doubt", arguments) }
    guard let left = entry.left(at: now), left <= soon else { return nil }
    arguments["end"] = entry.expires?.shown ?? ""
    arguments["days"] = String(max(0, left.inMilliseconds / 86_400_000))
    if left < .zero { return phrases.label(entry.renews == true ? "bill.warn-renewed" : "bill.warn-over", arguments) }
    return phrases.label(entry.renews == true ? "bill.warn-renews" : "bill.warn-ends", arguments)
  }

  // MARK: For machines

  package func value(_ bills: [Bill]) -> Value {
    masker.mask(["runs": .list(bills.filter { !$0.entries.isEmpty }.map(value))])
  }

  private func value(_ bill: Bill) -> Value {
    [
      "run": .string(bill.header.id), "name": bill.header.name.map { .string($0) } ?? .null,
      "workflow": .string(bill.header.workflow), "state": .string(bill.state.rawValue),
      "lab": bill.header.lab.map { .string($0) } ?? .null, "purchases": .list(bill.entries.map(value)),
    ]
  }

  private func value(_ entry: Bill.Entry) -> Value {
    let time = { (date: Date?) -> Value in date.map { .string(Timestamp.text($0)) } ?? .null }
    return [
      "step": .string(entry.purchase.address.text), "action": .string(entry.action.fullName),
      "title": PlanJSON.texts(entry.title), "id": entry.identity.map { .string($0) } ?? .null,
      "billing": .string(entry.action.billing.kind.rawValue), "state": .string(entry.purchase.state.rawValue),
      "since": time(entry.purchase.since), "until": time(entry.purchase.until),
      "expires": entry.expires.map { .string($0.shown) } ?? .null,
      "expires_soon": .bool(entry.left(at: now).map { $0 <= soon } ?? false),
      "renews": entry.renews.map { .bool($0) } ?? .null,
    ]
  }
}
