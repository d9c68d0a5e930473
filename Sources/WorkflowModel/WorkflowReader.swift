internal import Basics
internal import Expressions
internal import YAMLText

/// Reads the document's own keys; steps have a reader of their own.
struct WorkflowReader {
  let source: SourceText
  var findings = Diagnostics()

  init(source: SourceText) { self.source = source }

  mutating func read(_ node: YAMLNode) -> Workflow? {
    let root = MappingReader(node, part: "", keys: WorkflowKeys.document, required: ["name", "steps"], &findings)
    guard let root else { return nil }
    var workflow = Workflow(name: name(root), source: source)
    workflow.location = node.location
    workflow.title = root.localized("title", &findings) ?? workflow.title
    workflow.tutorial = root.text("tutorial", &findings)
    workflow.accounts = root.members("accounts", &findings).compactMap { account($0) }
    workflow.defaults = root.members("defaults", &findings).map { defaults($0) }
    if let inputs = root["inputs"] { workflow.inputs = FieldReader.fields(inputs, part: "inputs", &findings) }
    workflow.checks = root.elements("checks", &findings).enumerated().compactMap { check($0.element, $0.offset) }
    workflow.steps = root.members("steps", &findings).compactMap { step($0) }
    workflow.outputs = root.members("outputs", &findings).map { output($0) }
    workflow.console = root.members("console", &findings).compactMap { standIn($0) }
    return workflow
  }

  private mutating func name(_ root: MappingReader) -> String {
    guard let name = root.text("name", &findings) else { return "" }
    if !Name.isFile(name) { badName(name, part: "name", rule: Name.fileRule, at: root["name"]?.location) }
    return name
  }

  private mutating func account(_ entry: YAMLNode.Entry) -> Workflow.Account? {
    if !Name.isFile(entry.key) {
      badName(entry.key, part: "accounts", rule: Name.fileRule, at: entry.keyLocation)
    }
    let mapping = MappingReader(
      entry.value, part: "accounts.\(entry.key)", keys: WorkflowKeys.account, required: ["provider"], &findings)
    guard let provider = mapping?.text("provider", &findings) else { return nil }
    return Workflow.Account(name: entry.key, provider: provider, location: entry.keyLocation)
  }

  private mutating func defaults(_ entry: YAMLNode.Entry) -> Workflow.ProviderDefaults {
    let part = "defaults.\(entry.key)"
    return Workflow.ProviderDefaults(
      provider: entry.key, arguments: ArgumentReader.arguments(entry.value, part: part, &findings),
      location: entry.keyLocation)
  }

  private mutating func check(_ node: YAMLNode, _ index: Int) -> Workflow.Check? {
    let mapping = MappingReader(
      node, part: "checks[\(index)]", keys: WorkflowKeys.check, required: ["that"], &findings)
    guard let mapping, let that = mapping["that"] else { return nil }
    return Workflow.Check(
      that: ArgumentReader.expression(that, &findings), message: mapping.localized("message", &findings),
      location: that.location)
  }

  private mutating func step(_ entry: YAMLNode.Entry) -> Step? {
    if !Name.isStep(entry.key) { badName(entry.key, part: "steps", rule: Name.stepRule, at: entry.keyLocation) }
    return StepReader.step(entry, &findings)
  }

  private mutating func output(_ entry: YAMLNode.Entry) -> Workflow.Output {
    if !Name.isField(entry.key) {
      badName(entry.key, part: "outputs", rule: Name.fieldRule, at: entry.keyLocation)
    }
    return Workflow.Output(
      name: entry.key, value: ArgumentReader.template(entry.value, &findings), location: entry.keyLocation)
  }

  private mutating func standIn(_ entry: YAMLNode.Entry) -> Workflow.ConsoleStandIn? {
    guard let action = ScalarReader.text(entry.value, part: "console.\(entry.key)", &findings) else { return nil }
    return Workflow.ConsoleStandIn(step: entry.key, action: action, location: entry.value.location)
  }

  private mutating func badName(_ name: String, part: String, rule: String, at location: SourceLocation?) {
    findings.add(Diagnostic(.documentBadName, ["name": name, "part": part, "rule": rule], at: location))
  }
}
