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
    (steps.flatMap(lines) + verdict(steps, run)).map { masker.mask($0) }
  }

  private func lines(_ step: StepDrift) -> [String] {
    let name = style.paint(step.address.text, .bold)
    let owner = keeps(step).map { "; " + phrases.label("drift.\($0)") } ?? ""
    switch step.finding {
    case .unchanged, .unknown: return []
    case .gone: return ["\(style.paint("−", .red)) \(name)  \(phrases.label("drift.gone"))\(owner)"]
    case .failed:
      let text = DiagnosticText(phrases: phrases, style: style)
      return ["\(style.paint("✗", .red)) \(name)  \(step.failure.map { SafeText.line(text.sentence($0)) } ?? "")"]
    case .changed:
      return ["\(style.paint("~", .yellow)) \(name)  \(phrases.label("drift.changed"))\(owner)"]
        + step.inputs.map { "    \(change($0, step))" }
    }
  }

  /// Why no command puts a step right: what belongs to somebody else is never changed, what was paid for never bought again.
  private func keeps(_ step: StepDrift) -> String? {
    guard step.hasDrifted else { return nil }
    if step.call.record.adopted { return "theirs" }
    return step.finding == .gone && step.call.action.billing.kind == .prepaid ? "paid" : nil
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
    let blind = steps.count { $0.finding == .unknown }
    let unread = steps.count { $0.finding == .failed }
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
      + ways(drifted.filter { keeps($0) == nil }, run.name ?? run.id).map {
        phrases.label("summary.next", ["command": style.paint($0, .cyan)])
      }
  }

  /// The commands that put right what can be.
  ///
  /// What was changed is set again by itself, since a check among its dependants may hold before the work only (the host runs no business
  /// system); then what is gone is given up and made anew; at last the probes tell whether all is well.
  private func ways(_ drifted: [StepDrift], _ run: String) -> [String] {
    let named = { (option: String, finding: StepDrift.Finding) in
      drifted.filter { $0.finding == finding }.map { " \(option) \($0.address)" }.joined()
    }
    let (changed, gone) = (named("--from", .changed) + named("--only", .changed), named("--only", .gone))
    let last = gone.isEmpty ? "causeway verify \(run)" : "causeway resume \(run)"
    return (changed.isEmpty ? [] : ["causeway resume \(run)\(changed)"])
      + (gone.isEmpty ? [] : ["causeway destroy \(run)\(gone)"]) + (drifted.isEmpty ? [] : [last])
  }

  // MARK: For machines

  package func value(_ steps: [StepDrift], run: RunHeader) -> Value {
    masker.mask([
      "run": .string(run.id), "name": run.name.map { .string($0) } ?? .null,
      "drifted": .integer(steps.count(where: \.hasDrifted)), "steps": .list(steps.map(value)),
    ])
  }

  private func value(_ step: StepDrift) -> Value {
    var members: [String: Value] = [
      "address": .string(step.address.text), "action": .string(step.call.uses),
      "finding": .string(step.finding.rawValue),
    ]
    members["keeps"] = keeps(step).map { .string($0) }
    members["failure"] = step.failure.map { RunJSON.failure($0, phrases: phrases) }
    if step.finding == .changed {
      let pairs = step.inputs.map { input -> (String, Value) in
        let isSecret = step.call.sensitiveInputs.contains(input)
        let shown = { (value: Value?) -> Value in isSecret ? .string(Masker.mask) : value ?? .null }
        return (input, ["wanted": shown(step.call.inputs[input]), "found": shown(present[step.address]?[input])])
      }
      members["inputs"] = .object(Dictionary(pairs) { first, _ in first })
    }
    return .object(members)
  }
}
