import Basics
import JSONText
import Planning
import ProviderModel
import RunEngine

import struct FoundationEssentials.Date

extension ReportPage {
  /// Every change that was announced, and how it ended.
  func requests(_ report: RunReport) -> [Markup] {
    let rows = RequestRecord.all(report.events).map { request -> [Markup] in
      let outcome = outcome(request)
      return [
        cell(Timestamp.text(request.time)), code(request.address.text), code(request.call),
        cell(phrases.label(request.isUndo ? "report.undo" : "report.do")),
        writer.element("td", [:], badge(outcome.text, outcome.look), writer.block(outcome.more)),
        cell(request.endedAt.map { Self.seconds(from: request.time, to: $0) } ?? ""),
      ]
    }
    return [
      paragraph(label("report.requests-more"), "dim"),
      table(["when", "step", "call", "kind", "outcome", "lasted"], rows, empty: "report.no-requests"),
    ]
  }

  private func outcome(_ request: RequestRecord) -> (text: String, look: String, more: String) {
    let word = { (name: String) -> String in phrases.label("report.outcome.\(name)") }
    return switch request.outcome {
    case .answered: (word("answered"), "good", "")
    case .settled: (word("settled"), "good", "")
    case .refused(let failure): (word("refused"), "bad", " " + sentence(failure))
    case .notCreated: (word("not-created"), "idle", "")
    case .repeated: (word("repeated"), "busy", "")
    case .unknown: (word("unknown"), "bad", "")
    }
  }

  /// What the probes measured, each time that they ran.
  func probes(_ report: RunReport) -> [Markup] {
    let results = ProbeResult.all(report.events, report.plan)
    let names = ProbeResult.columns(results)
    let rows = results.map { result -> [Markup] in
      let place = [cell(Timestamp.text(result.time)), code(result.address.text)]
      switch result.outcome {
      case .measured(let figures):
        return place + names.map { cell(figures[$0].map(Self.figure) ?? "") }
      case .failed(let failure):
        let text = badge(phrases.label("step.failed"), "bad")
        let cell = writer.element(
          "td", ["colspan": "\(max(1, names.count))"], text, writer.block(" " + sentence(failure)))
        return place + [cell]
      }
    }
    if rows.isEmpty { return [paragraph(label("report.no-probes"), "dim")] }
    let heads = [label("report.when"), label("report.step")] + names.map { writer.text($0) }
    return [table(heads: heads, rows)]
  }

  private static func figure(_ value: Value) -> String {
    if case .number(let number) = value { return String(EventText.rounded(number)) }
    return value.scalarText ?? JSON.text(value)
  }

  /// What the run paid for, as its journal tells it.
  func purchases(_ report: RunReport) -> [Markup] {
    let bill = BillText(
      phrases: phrases, style: Style(isColoured: false), masker: masker,
      now: report.asOf ?? Date(timeIntervalSince1970: 0), soon: .zero)
    let rows = report.bill.entries.map { entry in
      [
        code(entry.purchase.address.text), cell(phrases.text(entry.title)), code(entry.identity ?? "-"),
        cell(phrases.label("billing.\(entry.action.billing.kind.rawValue)")),
        cell(Timestamp.text(entry.purchase.since)), cell(bill.until(entry)), cell(bill.renewal(entry)),
        cell(entry.action.billing.note.map { phrases.text($0) } ?? ""),
      ]
    }
    let lab = report.header.lab == nil || rows.isEmpty ? [] : [paragraph(label("report.play-money"), "dim")]
    let columns = ["step", "what", "id", "billing", "since", "until", "renewal", "note"]
    return lab + [table(columns, rows, empty: "bill.nothing")]
  }
}

/// One result of a probe, as the journal has it.
struct ProbeResult {
  enum Outcome {
    case measured([String: Value])
    case failed(StepFailure)
  }

  var address: StepAddress
  var time: Date
  var outcome: Outcome

  static func all(_ events: [RunEvent], _ plan: Plan) -> [ProbeResult] {
    events.compactMap { event in
      guard case .step(let address, let fact) = event.fact, let position = plan.position(of: address),
        plan.steps[position].isProbe
      else { return nil }
      let secret = plan.steps[position].sensitiveOutputs
      return switch fact {
      case .succeeded(let outputs, _, _):
        ProbeResult(
          address: address, time: event.time,
          outcome: .measured(outputs.filter { !secret.contains($0.key) && $0.value.scalarText?.isEmpty == false }))
      case .failed(let failure, _): ProbeResult(address: address, time: event.time, outcome: .failed(failure))
      default: nil
      }
    }
  }

  /// The names of all figures, those of a ping first.
  static func columns(_ results: [ProbeResult]) -> [String] {
    let first = [
      "sent", "received", "loss_percent", "rtt_min_ms", "rtt_avg_ms", "rtt_max_ms", "longest_gap_s",
    ]
    var names: Set<String> = []
    for result in results { if case .measured(let figures) = result.outcome { names.formUnion(figures.keys) } }
    return first.filter(names.contains) + names.subtracting(first).sorted()
  }
}
