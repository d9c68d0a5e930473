internal import Basics
internal import Digests
internal import Expressions
internal import ProviderModel
internal import WorkflowModel

/// What the plan was made of, in an order that does not depend on how it was found.
enum PlanSources {
  /// The workflow, its includes by path, and the files of every provider that is used: by a step, by the probe that closes a
  /// `manual/step`, or as the way to a host (`via`).
  static func of(_ workflow: CheckedWorkflow, _ catalog: ProviderCatalog, inputs: [String: Value]) -> [SourceText] {
    var used = UsedTexts()
    used.collect(workflow)
    for value in inputs.values { used.collect(value) }
    let own = workflow.workflow.source
    used.includes[own.path] = nil
    let files = used.providers.sorted().flatMap { name in
      (catalog.providers[name]?.sources ?? []).sorted { $0.path < $1.path }
    }
    return [own] + used.includes.values.sorted { $0.path < $1.path } + files
  }
}

/// Gathers what a workflow uses.
private struct UsedTexts {
  var includes: [String: SourceText] = [:]
  var providers: Set<String> = []

  mutating func collect(_ workflow: CheckedWorkflow) {
    for step in workflow.steps {
      switch step.use {
      case .action(let action): providers.insert(action.provider)
      case .workflow(let inner):
        if includes.updateValue(inner.workflow.source, forKey: inner.workflow.source.path) == nil { collect(inner) }
      }
      for argument in step.arguments { collect(argument.template.template) }
    }
    for field in workflow.workflow.inputs { if let value = field.defaultValue { collect(value) } }
  }

  /// Members that name an action wherever they stand: `until: {uses: probe/ping}`, `host: {via: alibaba/ecs.command}`.
  private mutating func collect(_ template: Template) {
    switch template.kind {
    case .literal(let value): collect(value)
    case .expression, .text: break
    case .list(let elements): for element in elements { collect(element) }
    case .object(let members):
      for member in members {
        if let name = member.value.constant?.string { collect(name, under: member.key) }
        collect(member.value)
      }
    }
  }

  mutating func collect(_ value: Value) {
    switch value {
    case .list(let elements): for element in elements { collect(element) }
    case .object(let members):
      for (key, member) in members {
        if let name = member.string { collect(name, under: key) }
        collect(member)
      }
    default: break
    }
  }

  private mutating func collect(_ name: String, under key: String) {
    guard key == "uses" || key == "via", let provider = name.split(separator: "/").first else { return }
    providers.insert(String(provider))
  }
}

/// The digest by which a frozen plan, and a run that goes on, know that nothing changed.
enum PlanDigest {
  /// SHA-256 (hex) over paths and texts, and over the inputs; of sensitive ones only their digests go in.
  static func of(_ sources: [SourceText], _ inputs: [String: Value], sensitive: Set<String>) -> String {
    var values: [String: Value] = [:]
    for (name, value) in inputs {
      values[name] = sensitive.contains(name) ? ["sha256": .string(Hash.sha256Hex(value.jsonText))] : ["value": value]
    }
    let texts = sources.map { Value.list([.string($0.path), .string(Hash.sha256Hex($0.text))]) }
    let whole: Value = ["version": 1, "sources": .list(texts), "inputs": .object(values)]
    return Hash.sha256Hex(whole.jsonText)
  }
}
