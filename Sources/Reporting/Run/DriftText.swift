package import Basics
import JSONText
import ProviderModel
package import RunEngine

/// What differs from what a run left, for people and for machines.
package struct DriftText: Sendable {
  package var phrases: Phrasebook
  package var style: Style
  package var masker: Masker
  /// By step: what the inputs that differ are at the cloud now, where that can be told.
  package var present: [StepAddress: [String: Value]]

  package init(phrases: Phrasebook, style: Style, masker: Masker, present: [StepAddress: [String: Value]]) {
    self.phrases = phrases
    self.style = style
    self.masker = masker
    self.present = present
  }

  package func lines(_ steps: [StepDrift], run: RunHeader) -> [String] {
    var lines: [String] = []
    for step in steps {
      let name = style.paint(step.address.text, .bold)
      switch step.finding {
      case .unchanged, .unknown: continue
      case .gone: lines.append("\(style.paint("−", .red)) \(name)  \(phrases.label("drift.gone"))")
      case .failed(let failure):
        let text = DiagnosticText(phrases: phrases, style: style)
        lines.append("\(style.paint("✗", .red)) \(name)  \(SafeText.line(text.sentence(failure)))")
      case .changed(let inputs, _):
        lines.append("\(style.paint("~", .yellow)) \(name)  \(phrases.label("drift.changed"))")
        lines += inputs.map { "    \(change($0, step))" }
      }
    }
    return (lines + verdict(steps, run)).map { masker.mask($0) }
  }

  private func change(_ input: String, _ step: StepDrift) -> String {
    phrases.label(
      "drift.input",
      [
        "input": input, "wanted": shown(step.call.inputs[input], input, step),
        "found": shown(present[step.address]?[input], input, step),
      ])
  }

  private func shown(_ value: Value?, _ input: String, _ step: StepDrift) -> String {
    if step.call.sensitiveInputs.contains(input) { return Masker.mask }
    guard let value else { return "?" }
    return SafeText.line(value.string ?? value.jsonText)
  }

  private func verdict(_ steps: [StepDrift], _ run: RunHeader) -> [String] {
    let drifted = steps.filter(\.hasDrifted)
    let blind = steps.count { if case .unknown = $0.finding { true } else { false } }
    let unread = steps.count { if case .failed = $0.finding { true } else { false } }
    let arguments = [
      "run": run.name ?? run.id, "count": String(drifted.count), "looked": String(steps.count - blind - unread),
      "blind": String(blind), "unread": String(unread),
    ]
    var lines = [
      style.paint(
        phrases.label(drifted.isEmpty ? "drift.none" : "drift.some", arguments), .bold,
        drifted.isEmpty && unread == 0 ? .green : .yellow)
    ]
    if blind > 0 { lines.append(style.paint(phrases.label("drift.blind", arguments), .dim)) }
    if unread > 0 { lines.append(phrases.label("drift.unread", arguments)) }
    return lines
      + ways(drifted, run.name ?? run.id).map {
        phrases.label("drift.next", ["command": style.paint($0, .cyan)])
      }
  }

  /// What is gone is given up first and then made anew; what was changed is set again.
  private func ways(_ drifted: [StepDrift], _ run: String) -> [String] {
    let gone = drifted.filter { if case .gone = $0.finding { true } else { false } }
    let changed = drifted.filter { if case .changed = $0.finding { true } else { false } }
    let giveUp = gone.map { " --only \($0.address)" }.joined()
    let again = changed.map { " --from \($0.address)" }.joined()
    return (gone.isEmpty ? [] : ["causeway destroy \(run)\(giveUp)", "causeway resume \(run)"])
      + (changed.isEmpty ? [] : ["causeway resume \(run)\(again)"])
  }

  // MARK: For machines

  package func value(_ steps: [StepDrift], run: RunHeader) -> Value {
    masker.mask([
      "run": .string(run.id), "name": run.name.map { .string($0) } ?? .null,
      "drifted": .integer(steps.count(where: \.hasDrifted)), "steps": .list(steps.map(value)),
    ])
  }

  private func value(_ step: StepDrift) -> Value {
    var members: [String: Value] = ["address": .string(step.address.text), "action": .string(step.call.uses)]
    switch step.finding {
    case .unchanged: members["finding"] = "unchanged"
    case .gone: members["finding"] = "gone"
    case .unknown: members["finding"] = "unknown"
    case .failed(let failure):
      members["finding"] = "failed"
      members["failure"] = RunJSON.failure(failure, phrases: phrases)
    case .changed(let inputs, _):
      members["finding"] = "changed"
      let pairs = inputs.map { input -> (String, Value) in
        let isSecret = step.call.sensitiveInputs.contains(input)
        let pair: Value = [
          "wanted": isSecret ? .string(Masker.mask) : step.call.inputs[input] ?? .null,
          "found": isSecret ? .string(Masker.mask) : present[step.address]?[input] ?? .null,
        ]
        return (input, pair)
      }
      members["inputs"] = .object(Dictionary(pairs) { first, _ in first })
    }
    return .object(members)
  }
}

extension StepDrift {
  /// Whether what the run left is not there as it left it.
  package var hasDrifted: Bool {
    switch finding {
    case .changed, .gone: true
    case .unchanged, .unknown, .failed: false
    }
  }
}
