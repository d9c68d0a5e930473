import Basics
import RunEngine

import struct FoundationEssentials.Date

extension ReportPage {
  private static let names = 250.0
  private static let bars = 760.0
  private static let rowHeight = 20
  private static let top = 26

  /// Every attempt as a bar; the steps of the longest path stand out.
  func timeline(_ report: RunReport) -> [Markup] {
    let timeline = Timeline(report.events)
    if timeline.attempts.isEmpty { return [paragraph(label("report.no-attempts"), "dim")] }
    return [paragraph(label("report.timeline-more"), "dim"), picture(chart(timeline, report))]
  }

  private func chart(_ timeline: Timeline, _ report: RunReport) -> Markup {
    let scale = TimelineScale(timeline.sessions, width: Self.bars)
    let path = Set(report.timing.path.map(\.address))
    var rows: [StepAddress: Int] = [:]
    var order: [StepAddress] = []
    for attempt in timeline.attempts where rows[attempt.address] == nil {
      rows[attempt.address] = order.count
      order.append(attempt.address)
    }
    let height = Self.top + order.count * Self.rowHeight + 6
    let width = Int(Self.names + scale.width) + 90
    return writer.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "width": "\(width)", "height": "\(height)",
        "viewBox": "0 0 \(width) \(height)", "role": "img",
      ],
      [writer.element("title", [:], label("report.timeline"))] + axis(timeline, scale, height)
        + order.enumerated().map { name($1, $0, isOnPath: path.contains($1)) }
        + timeline.attempts.map { bar($0, rows[$0.address] ?? 0, scale, isOnPath: path.contains($0.address)) })
  }

  private func name(_ address: StepAddress, _ row: Int, isOnPath: Bool) -> Markup {
    writer.element(
      "text", ["class": isOnPath ? "path" : "", "x": "0", "y": "\(Self.top + row * Self.rowHeight + 14)"],
      writer.short(address.text, columns: 34))
  }

  private func bar(_ attempt: Timeline.Attempt, _ row: Int, _ scale: TimelineScale, isOnPath: Bool) -> Markup {
    let start = Self.names + scale.place(attempt.start)
    let width = max(2, Self.names + scale.place(attempt.end) - start)
    let y = Self.top + row * Self.rowHeight
    let took = Self.seconds(from: attempt.start, to: attempt.end)
    let outcome = phrases.label("report.attempt.\(attempt.outcome)")
    let hint = "\(attempt.address) · \(phrases.label("event.again", ["attempt": String(attempt.number)])) · \(outcome)"
    return writer.element(
      "g", ["class": "bar \(attempt.outcome)\(isOnPath ? " path" : "")"],
      writer.element("title", [:], writer.text("\(hint) · \(Timestamp.text(attempt.start)) · \(took)")),
      writer.element(
        "rect",
        ["x": Self.tenths(start), "y": "\(y + 3)", "width": Self.tenths(width), "height": "13", "rx": "2"]),
      writer.element("text", ["x": Self.tenths(start + width + 4), "y": "\(y + 14)"], writer.text(took)))
  }

  /// Marks in round seconds of work, and where the work was taken up again.
  private func axis(_ timeline: Timeline, _ scale: TimelineScale, _ height: Int) -> [Markup] {
    let step = Self.round(80 / scale.perSecond)
    var marks: [Markup] = []
    var second = 0.0
    while let first = timeline.sessions.first, second * scale.perSecond <= scale.width,
      first.start.addingTimeInterval(second) <= first.end
    {
      let x = Self.tenths(Self.names + second * scale.perSecond)
      marks.append(line(x, height, "grid"))
      let text = Self.seconds(.milliseconds(Int((second * 1000).rounded())))
      marks.append(writer.element("text", ["class": "tick", "x": x, "y": "12"], writer.text(text)))
      second += step
    }
    let breaks = scale.breaks.map { line(Self.tenths(Self.names + $0 - TimelineScale.gap / 2), height, "break") }
    return marks + breaks
  }

  private func line(_ x: String, _ height: Int, _ look: String) -> Markup {
    writer.element("line", ["class": look, "x1": x, "x2": x, "y1": "18", "y2": "\(height)"])
  }

  /// The next round number of seconds: 1, 2 or 5 times a power of ten.
  private static func round(_ seconds: Double) -> Double {
    var unit = 0.001
    while unit < 1e9 {
      for factor in [1.0, 2, 5] where unit * factor >= seconds { return unit * factor }
      unit *= 10
    }
    return unit
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }
}
