package import Basics
package import RunEngine

/// The moving part of the terminal while a run goes on: one line per running step, and a progress count.
///
/// A value: events go in, lines come out; the caller draws and erases them.
package struct LiveBoard: Sendable {
  private struct Row: Sendable {
    var address: StepAddress
    var since: Duration
    var doing: StepProgress?
    var isUndo: Bool
  }

  private var rows: [Row] = []
  private var tally = RunTally(done: 0, running: 0, total: 0)
  private let begun: Duration
  private var frame = 0

  package init(now: Duration) { begun = now }

  package mutating func observe(_ event: RunEvent, tally: RunTally, now: Duration) {
    self.tally = tally
    guard case .step(let address, let fact) = event.fact else { return }
    switch fact {
    case .started: begin(address, now, isUndo: false)
    case .undoStarted: begin(address, now, isUndo: true)
    case .succeeded, .failed, .waiting, .skipped, .undone, .stays, .stuck: rows.removeAll { $0.address == address }
    case .intent, .answered, .refused, .personAnswered, .undoIntent, .undoAnswered: break
    }
  }

  package mutating func progress(_ progress: StepProgress, of address: StepAddress) {
    if let index = rows.firstIndex(where: { $0.address == address }) { rows[index].doing = progress }
  }

  private mutating func begin(_ address: StepAddress, _ now: Duration, isUndo: Bool) {
    rows.removeAll { $0.address == address }
    rows.append(Row(address: address, since: now, doing: nil, isUndo: isUndo))
  }

  /// At most `limit` running steps, the oldest first, and the count below; each cut to `width` columns.
  package mutating func lines(
    now: Duration, width: Int, limit: Int, phrases: Phrasebook, style: Style, masker: Masker
  ) -> [String] {
    frame += 1
    let spinner = Self.frames[frame % Self.frames.count]
    var lines = rows.prefix(limit).map { row in
      let doing =
        row.doing.map { phrases.text($0.code, $0.arguments.mapValues(SafeText.line)) }
        ?? phrases.label(row.isUndo ? "live.undoing" : "live.running")
      let plain = ColumnWidth.cut(
        "\(row.address)  \(Self.clock(now - row.since))  \(masker.mask(doing))", to: width - 4)
      return "\(style.paint(spinner, .cyan)) \(plain)"
    }
    if rows.count > limit { lines.append(phrases.label("live.more", ["count": String(rows.count - limit)])) }
    lines.append(
      style.paint(
        phrases.label(
          "live.tally",
          ["done": String(tally.done), "total": String(tally.total), "elapsed": Self.clock(now - begun)]), .dim))
    return lines
  }

  private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

  /// `7s`, `1m05s`, `2h03m`.
  package static func clock(_ duration: Duration) -> String {
    let seconds = max(0, Int(duration.components.seconds))
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    if seconds < 60 { return "\(seconds)s" }
    if seconds < 3600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
    return "\(seconds / 3600)h\(two(seconds % 3600 / 60))m"
  }
}
