package import Basics
import JSONText
package import Planning
import ProviderModel

/// The preview as text: steps in order with what each does, typed unknowns, purchases and what cannot be undone.
package struct PlanText: Sendable {
  package var phrases: Phrasebook
  package var style: Style
  package var masker: Masker

  package init(phrases: Phrasebook, style: Style, masker: Masker) {
    self.phrases = phrases
    self.style = style
    self.masker = masker
  }

  package func lines(_ plan: Plan) -> [String] {
    var lines = head(plan)
    for row in PlanGroups.rows(of: plan) { lines += step(plan, row) }
    lines += ["", summary(plan)] + purchases(plan) + irreversibles(plan)
    lines += DiagnosticText(phrases: phrases, style: style).lines(plan.warnings)
    return lines.map { masker.mask($0) }
  }

  private func head(_ plan: Plan) -> [String] {
    var lines = [style.paint(plan.workflow.name, .bold) + "  " + phrases.text(plan.workflow.title)]
    if let tutorial = plan.workflow.tutorial { lines.append(style.paint(tutorial, .dim)) }
    lines.append("")
    return lines
  }

  private func step(_ plan: Plan, _ row: [Int]) -> [String] {
    let facts = PlannedStepFacts(step: plan.steps[row[0]], position: row[0])
    let step = facts.step
    let name = row.count > 1 ? "\(step.group) × \(row.count)" : step.address.text
    let title = phrases.text(step.title ?? step.action.title)
    var line = "\(mark(facts)) \(style.paint(name, .bold))  \(style.paint(step.action.fullName, .dim))  \(title)"
    let tags = self.tags(facts)
    if !tags.isEmpty { line += "  " + tags.joined(separator: " ") }
    var lines = [line]
    if !facts.conditionWaitsFor.isEmpty {
      lines.append("      " + phrases.label("plan.if-known-after", ["steps": list(facts.conditionWaitsFor)]))
    }
    if facts.deed != .skip { lines += arguments(step) }
    return lines
  }

  private func mark(_ facts: PlannedStepFacts) -> String {
    switch facts.deed {
    case .create, .create_or_adopt: style.paint("  +", .green)
    case .change: style.paint("  ~", .yellow)
    case .read: style.paint("  ?", .blue)
    case .run: style.paint("  >", .cyan)
    case .probe: style.paint("  !", .cyan)
    case .person: style.paint("  @", .yellow)
    case .check: style.paint("  =", .dim)
    case .skip: style.paint("  -", .dim)
    }
  }

  private func tags(_ facts: PlannedStepFacts) -> [String] {
    var tags = [style.paint("(\(phrases.label("deed.\(facts.deed.rawValue)")))", .dim)]
    if facts.deed == .skip { return tags }
    let billing = facts.step.action.billing.kind
    if billing != .free {
      tags.append(style.paint("[\(phrases.label("billing.\(billing.rawValue)"))]", .yellow))
    }
    if facts.irreversible != nil { tags.append(style.paint("[\(phrases.label("plan.no-undo"))]", .red)) }
    if facts.step.keepsAtDestroy { tags.append("[\(phrases.label("plan.kept"))]") }
    return tags
  }

  private func arguments(_ step: PlannedStep) -> [String] {
    step.arguments.compactMap { argument in
      guard let text = value(argument) else { return nil }
      return "      \(style.paint(argument.name, .dim)): \(text)"
    }
  }

  /// The argument's value, masked when sensitive; `nil` for one that is null and so left out.
  private func value(_ argument: PlannedArgument) -> String? {
    switch argument.value {
    case .known(.null): nil
    case .known where argument.sensitive: Masker.mask
    case .known(let value): ColumnWidth.cut(SafeText.line(value.string ?? JSON.text(value)), to: 160)
    case .unknown(_, let after):
      style.paint("(" + phrases.label("plan.known-after", ["steps": list(after)]) + ")", .dim)
    }
  }

  private func list(_ steps: [StepAddress]) -> String {
    steps.prefix(4).map(\.text).joined(separator: ", ") + (steps.count > 4 ? ", …" : "")
  }

  private func summary(_ plan: Plan) -> String {
    let facts = plan.steps.enumerated().map { PlannedStepFacts(step: $0.element, position: $0.offset) }
    let count = { (deeds: Set<PlannedStepFacts.Deed>) in String(facts.filter { deeds.contains($0.deed) }.count) }
    return phrases.label(
      "plan.summary",
      [
        "steps": String(facts.count), "create": count([.create, .create_or_adopt]), "change": count([.change]),
        "run": count([.run]), "read": count([.read, .check]), "probe": count([.probe]), "skip": count([.skip]),
        "person": count([.person]),
      ])
  }

  private func purchases(_ plan: Plan) -> [String] {
    let bought = plan.steps.enumerated().map { PlannedStepFacts(step: $0.element, position: $0.offset) }
      .filter(\.isPurchase)
    guard !bought.isEmpty else { return [] }
    return [style.paint(phrases.label("plan.purchases"), .bold, .yellow)]
      + bought.map { facts in
        let note = facts.step.action.billing.note.map { " — \(phrases.text($0))" } ?? ""
        return "  \(facts.step.address)  \(phrases.text(facts.step.action.title))\(note)"
      }
  }

  private func irreversibles(_ plan: Plan) -> [String] {
    let kept = plan.steps.enumerated().compactMap { index, step -> String? in
      let facts = PlannedStepFacts(step: step, position: index)
      return facts.irreversible.map { "  \(step.address)  \(phrases.text($0))" }
    }
    return kept.isEmpty ? [] : [style.paint(phrases.label("plan.irreversible"), .bold, .red)] + kept
  }
}
