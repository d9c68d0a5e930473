internal import Basics
internal import Expressions
internal import YAMLText

/// Reads one step of `steps:`.
enum StepReader {
  static func step(_ entry: YAMLNode.Entry, _ findings: inout Diagnostics) -> Step? {
    let part = "steps.\(entry.key)"
    guard let mapping = MappingReader(entry.value, part: part, keys: WorkflowKeys.step, required: ["uses"], &findings),
      let node = mapping["uses"], let use = use(mapping, &findings)
    else { return nil }
    var step = Step(id: entry.key, use: use, location: entry.keyLocation, useLocation: node.location)
    step.title = mapping.localized("title", &findings)
    step.needs = mapping.texts("needs", &findings).map { Step.Need(step: $0.text, location: $0.location) }
    step.when = mapping["when"].map { ArgumentReader.expression($0, &findings) }
    step.forEach = mapping["for_each"].map { ArgumentReader.expression($0, &findings) }
    step.account = mapping["account"].map { ArgumentReader.template($0, &findings) }
    step.approve = mapping.bool("approve", &findings)
    step.undo = mapping.word("undo", &findings)
    step.adopt = mapping.word("adopt", &findings)
    let onFailure: Step.FailureChoice? = mapping.word("on_failure", &findings)
    step.continuesOnFailure = onFailure == .continue
    step.timeout = mapping.duration("timeout", &findings)
    step.retry = mapping["retry"].flatMap { retry($0, part: mapping.path("retry"), &findings) }
    readArguments(mapping, &step, &findings)
    refuseOnInclude(mapping, step, &findings)
    return step
  }

  private static func use(_ mapping: MappingReader, _ findings: inout Diagnostics) -> Step.Use? {
    guard let node = mapping["uses"], let text = mapping.text("uses", &findings) else { return nil }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
      parts[0] != "workflow" || Name.isFile(parts[1])
    else {
      findings.add(Diagnostic(.workflowBadUse, ["text": text], at: node.location))
      return nil
    }
    return parts[0] == "workflow" ? .workflow(parts[1]) : .action(text)
  }

  private static func retry(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> RetryPolicy? {
    guard let mapping = MappingReader(node, part: part, keys: WorkflowKeys.retry, required: ["attempts"], &findings),
      let attempts = mapping.integer("attempts", in: 1...100, &findings)
    else { return nil }
    var policy = RetryPolicy(attempts: attempts)
    policy.backoff = mapping.word("backoff", &findings) ?? policy.backoff
    policy.initial = mapping.duration("initial", &findings) ?? policy.initial
    policy.maximum = max(mapping.duration("max", &findings) ?? policy.maximum, policy.initial)
    return policy
  }

  private static func readArguments(_ mapping: MappingReader, _ step: inout Step, _ findings: inout Diagnostics) {
    guard let with = mapping["with"] else { return }
    let part = mapping.path("with")
    step.arguments = ArgumentReader.arguments(with, part: part, &findings)
    guard step.use == .action("manual/step"), let outputs = with["outputs"], !outputs.isNull else { return }
    step.declaredOutputs = FieldReader.fields(outputs, part: "\(part).outputs", &findings)
    step.arguments.removeAll { $0.name == "outputs" }
  }

  private static func refuseOnInclude(_ mapping: MappingReader, _ step: Step, _ findings: inout Diagnostics) {
    guard case .workflow = step.use else { return }
    for key in ["retry", "timeout", "adopt"] {
      guard let entry = mapping.entry(key) else { continue }
      findings.add(Diagnostic(.workflowNotOnInclude, ["key": key, "step": step.id], at: entry.keyLocation))
    }
  }
}
