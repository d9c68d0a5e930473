internal import Basics
internal import Expressions
internal import YAMLText

/// Reads one action of `actions:`.
struct ActionReader {
  let provider: String
  let product: String

  func action(_ entry: YAMLNode.Entry, _ findings: inout Diagnostics) -> ActionDescription? {
    let part = "actions.\(entry.key)"
    guard
      let mapping = MappingReader(entry.value, part: part, keys: ProviderKeys.action, required: ["title"], &findings)
    else {
      return nil
    }
    var action = ActionDescription(
      provider: provider, name: entry.key, product: product,
      title: mapping.localized("title", &findings) ?? LocalizedText(plain: entry.key), location: entry.keyLocation)
    action.help = mapping.localized("help", &findings)
    if let inputs = mapping["inputs"] {
      action.inputs = FieldReader.fields(inputs, part: mapping.path("inputs"), &findings)
    }
    action.outputs = mapping.members("outputs", &findings).compactMap {
      output($0, part: mapping.path("outputs"), &findings)
    }
    readCalls(mapping, &action, &findings)
    readRules(mapping, &action, &findings)
    action.errors = ErrorTableReader.table(mapping, &findings)
    ActionCheck(action: action, mapping: mapping).run(&findings)
    return action
  }

  private func output(
    _ entry: YAMLNode.Entry, part: String, _ findings: inout Diagnostics
  ) -> OutputField? {
    guard let field = FieldReader.field(entry, part: part, alsoAllowed: ProviderKeys.output, &findings) else {
      return nil
    }
    let value = entry.value["value"].map { Template.read($0, roots: ProviderRoots.object, into: &findings) }
    return OutputField(field: field, value: value)
  }
}

// MARK: - Calls

extension ActionReader {
  private func readCalls(_ mapping: MappingReader, _ action: inout ActionDescription, _ findings: inout Diagnostics) {
    let reader = CallReader(product: product, roots: ProviderRoots.object)
    let changer = CallReader(product: product, roots: ProviderRoots.undo)
    action.find = reader.lookUp("find", of: mapping, &findings)
    action.match = reader.lookUp("match", of: mapping, &findings)
    action.read = reader.lookUp("read", of: mapping, &findings)
    action.busy = reader.lookUp("busy", of: mapping, &findings)
    if let node = mapping["create"] {
      action.create = reader.calls(node, part: mapping.path("create"), &findings)
    }
    if let node = mapping["update"] {
      action.update = changer.calls(node, part: mapping.path("update"), &findings)
    }
    if let node = mapping["undo"] { action.undo = undo(node, part: mapping.path("undo"), changer, &findings) }
    action.wait = mapping["wait"].flatMap { wait($0, part: mapping.path("wait"), reader, &findings) }
  }

  private func undo(
    _ node: YAMLNode, part: String, _ reader: CallReader, _ findings: inout Diagnostics
  ) -> Undo {
    guard node["none"] != nil else { return .calls(reader.calls(node, part: part, &findings)) }
    let mapping = MappingReader(node, part: part, keys: ProviderKeys.undoNone, &findings)
    return .none(mapping?.localized("none", &findings) ?? LocalizedText([:]))
  }

  private func wait(
    _ node: YAMLNode, part: String, _ reader: CallReader, _ findings: inout Diagnostics
  ) -> Wait? {
    let mapping = MappingReader(
      node, part: part, keys: ProviderKeys.wait, required: ["until", "timeout"], &findings)
    guard let mapping, let until = mapping["until"], let timeout = mapping.duration("timeout", &findings) else {
      return nil
    }
    let roots = ProviderRoots.object
    return Wait(
      until: ConditionReader.condition(until, part: mapping.path("until"), roots: roots, &findings),
      failed: mapping["failed"].map {
        ConditionReader.condition($0, part: mapping.path("failed"), roots: roots, &findings)
      },
      timeout: timeout,
      call: mapping["call"] == nil ? nil : reader.call(mapping, &findings).map { LookUp(calls: [$0]) })
  }
}

// MARK: - Rules

extension ActionReader {
  private func readRules(_ mapping: MappingReader, _ action: inout ActionDescription, _ findings: inout Diagnostics) {
    action.billing = billing(mapping, &findings)
    action.doubt = doubt(mapping, &findings)
    action.adopt = mapping.word("adopt", &findings) ?? .never
    action.compare = mapping.members("compare", &findings).compactMap {
      comparison($0, part: mapping.path("compare"), &findings)
    }
    action.checks = mapping.elements("checks", &findings).enumerated().compactMap {
      check($0.element, part: "\(mapping.path("checks"))[\($0.offset)]", &findings)
    }
    action.gone = mapping["gone"].map {
      ConditionReader.condition($0, part: mapping.path("gone"), roots: ProviderRoots.undo, &findings)
    }
    action.goesWith = mapping["goes_with"].flatMap { goesWith($0, part: mapping.path("goes_with"), &findings) }
    action.serialize = mapping["serialize"].map {
      Template.expression(from: $0, roots: ProviderRoots.key, into: &findings)
    }
  }

  private func billing(_ mapping: MappingReader, _ findings: inout Diagnostics) -> Billing {
    guard let node = mapping["billing"],
      let billing = MappingReader(
        node, part: mapping.path("billing"), keys: ProviderKeys.billing, required: ["kind"], &findings)
    else { return Billing(kind: .free) }
    return Billing(
      kind: billing.word("kind", &findings) ?? .free, note: billing.localized("note", &findings),
      until: billing.text("until", &findings), renews: billing.text("renews", &findings),
      of: billing.text("of", &findings))
  }

  private func goesWith(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> GoesWith? {
    let keys = ProviderKeys.goesWith
    guard let mapping = MappingReader(node, part: part, keys: keys, required: keys, &findings),
      let action = mapping.text("action", &findings), let input = mapping.text("input", &findings),
      let output = mapping.text("output", &findings)
    else { return nil }
    return GoesWith(action: action, input: input, output: output)
  }

  private func check(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> ActionRule? {
    let mapping = MappingReader(
      node, part: part, keys: ProviderKeys.check, required: ["that", "message"], &findings)
    guard let mapping, let that = mapping["that"] else { return nil }
    return ActionRule(
      that: ConditionReader.condition(that, part: mapping.path("that"), roots: ProviderRoots.undo, &findings),
      message: mapping.localized("message", &findings) ?? LocalizedText([:]))
  }

  /// A word, or `{by, patience, not_found, duplicates}`.
  private func doubt(_ mapping: MappingReader, _ findings: inout Diagnostics) -> DoubtPolicy {
    guard let node = mapping["doubt"] else { return DoubtPolicy(by: .none) }
    if node.scalar != nil { return DoubtPolicy(by: mapping.word("doubt", &findings) ?? .none) }
    let doubt = MappingReader(node, part: mapping.path("doubt"), keys: ProviderKeys.doubt, required: ["by"], &findings)
    guard let doubt, let means: DoubtPolicy.Means = doubt.word("by", &findings) else {
      return DoubtPolicy(by: .none)
    }
    var policy = DoubtPolicy(by: means)
    if let patience = doubt.duration("patience", &findings) { policy.patience = patience }
    if let fallback: DoubtPolicy.Fallback = doubt.word("not_found", &findings) { policy.notFound = fallback }
    if let duplicates: DoubtPolicy.Duplicates = doubt.word("duplicates", &findings) { policy.duplicates = duplicates }
    return policy
  }

  /// `input: expression`, or `input: {value: expression, as: mode}`.
  private func comparison(
    _ entry: YAMLNode.Entry, part: String, _ findings: inout Diagnostics
  ) -> Comparison? {
    let roots = ProviderRoots.object
    if entry.value.scalar != nil {
      return Comparison(
        input: entry.key, present: Template.expression(from: entry.value, roots: roots, into: &findings))
    }
    let mapping = MappingReader(
      entry.value, part: "\(part).\(entry.key)", keys: ProviderKeys.comparison, required: ["value"], &findings)
    guard let mapping, let value = mapping["value"] else { return nil }
    return Comparison(
      input: entry.key, present: Template.expression(from: value, roots: roots, into: &findings),
      mode: mapping.word("as", &findings) ?? .equal)
  }
}
