package import Basics
package import Planning
import ProviderModel
package import RunEngine

/// Where runs stand, as tables for people and objects for machines.
package struct StatusText: Sendable {
  package var phrases: Phrasebook
  package var style: Style
  package var masker: Masker

  package init(phrases: Phrasebook, style: Style, masker: Masker) {
    self.phrases = phrases
    self.style = style
    self.masker = masker
  }

  package func lines(_ runs: [RunHead]) -> [String] {
    var table = TextTable()
    table.add(
      ["head", "name", "workflow", "state", "started", "lab"].map { style.paint(phrases.label("runs.\($0)"), .bold) })
    for run in runs {
      table.add([
        run.id, run.name ?? "", run.workflow, phrases.label("state.\(run.state.rawValue)"),
        Timestamp.text(run.startedAt), run.lab ?? "",
      ])
    }
    return table.lines()
  }

  /// The form of `runs --json` (`decisions.md` §7).
  package func value(_ run: RunHead) -> Value {
    [
      "id": .string(run.id), "name": run.name.map { .string($0) } ?? .null, "workflow": .string(run.workflow),
      "state": .string(run.state.rawValue), "started_at": .string(Timestamp.text(run.startedAt)),
      "ended_at": run.endedAt.map { .string(Timestamp.text($0)) } ?? .null, "lab": run.lab.map { .string($0) } ?? .null,
    ]
  }

  /// - Parameter room: How many lines there may be: steps that are done make room first, then the last ones.
  package func lines(
    header: RunHeader, state: RunState, steps: [StepSummary], plan: Plan, room: Int? = nil
  ) -> [String] {
    var lines = [head(header, state)]
    if let lab = header.lab { lines.append(phrases.label("status.lab", ["lab": lab])) }
    let shown = fitting(Array(zip(steps, plan.steps)), room.map { max(1, $0 - lines.count - 1) })
    var table = TextTable()
    for (step, planned) in shown {
      let cause = step.failure.map { DiagnosticText(phrases: phrases, style: style).sentence($0) } ?? ""
      table.add([
        style.paint(phrases.label("step.\(step.state.rawValue)"), Self.ink(step.state)), step.address.text,
        phrases.text(planned.title ?? planned.action.title),
        [.failed, .stuck, .inDoubt].contains(step.state) ? SafeText.line(cause) : "",
      ])
    }
    lines += table.lines(indent: "  ")
    if shown.count < steps.count {
      let done = steps.count { Self.isSettled($0.state) }
      lines.append(
        style.paint(phrases.label("status.more", ["done": String(done), "total": String(steps.count)]), .dim))
    }
    return lines.map { masker.mask($0) }
  }

  private func fitting(
    _ steps: [(StepSummary, PlannedStep)], _ room: Int?
  ) -> [(StepSummary, PlannedStep)] {
    guard let room, steps.count > room else { return steps }
    return Array(steps.filter { !Self.isSettled($0.0.state) }.prefix(room))
  }

  private static func isSettled(_ state: StepState) -> Bool {
    [.succeeded, .adopted, .skipped, .undone, .stays].contains(state)
  }

  /// What took how long: the run, and the steps of its longest path.
  package func lines(_ timing: RunTiming, header: RunHeader, state: RunState) -> [String] {
    var table = TextTable()
    for part in timing.path {
      table.add([Self.seconds(part.duration), part.address.text])
    }
    return [head(header, state)]
      + [
        phrases.label(
          "status.timing",
          [
            "elapsed": Self.seconds(timing.elapsed), "path": Self.seconds(timing.longestPath),
            "sum": Self.seconds(timing.sum),
          ])
      ] + table.lines(indent: "  ")
  }

  private static func seconds(_ duration: Duration) -> String {
    let tenths = (duration.inMilliseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }

  private func head(_ header: RunHeader, _ state: RunState) -> String {
    style.paint(
      phrases.label(
        "status.head",
        ["run": header.id, "workflow": header.workflow, "state": phrases.label("state.\(state.rawValue)")]), .bold)
  }

  package func value(header: RunHeader, state: RunState, steps: [StepSummary], timing: RunTiming) -> Value {
    masker.mask([
      "run": .string(header.id), "name": header.name.map { .string($0) } ?? .null,
      "workflow": .string(header.workflow), "state": .string(state.rawValue),
      "lab": header.lab.map { .string($0) } ?? .null,
      "steps": .list(steps.map { RunJSON.step($0, phrases: phrases) }),
      "timing": [
        "elapsed_s": .number(timing.elapsed.inSeconds), "one_after_another_s": .number(timing.sum.inSeconds),
        "longest_path_s": .number(timing.longestPath.inSeconds),
        "longest_path": .list(timing.path.map { .string($0.address.text) }),
      ],
    ])
  }

  private static func ink(_ state: StepState) -> Style.Ink {
    switch state {
    case .succeeded, .adopted, .undone: .green
    case .failed, .stuck, .inDoubt: .red
    case .waiting, .blocked, .skipped: .dim
    default: .yellow
    }
  }
}
