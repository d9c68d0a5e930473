internal import Basics
internal import Digests
internal import Expressions
internal import ProviderModel
internal import WorkflowModel

/// What the plan was made of, in an order that does not depend on how it was found.
enum PlanSources {
  /// The workflow, its includes by path, and the files of every provider that is used.
  static func of(_ workflow: CheckedWorkflow, _ catalog: ProviderCatalog) -> [SourceText] {
    var includes: [String: SourceText] = [:]
    var providers: Set<String> = []
    collect(workflow, &includes, &providers)
    let own = workflow.workflow.source
    includes[own.path] = nil
    let files = providers.sorted().flatMap { name in
      (catalog.providers[name]?.sources ?? []).sorted { $0.path < $1.path }
    }
    return [own] + includes.values.sorted { $0.path < $1.path } + files
  }

  private static func collect(
    _ workflow: CheckedWorkflow, _ includes: inout [String: SourceText], _ providers: inout Set<String>
  ) {
    for step in workflow.steps {
      switch step.use {
      case .action(let action):
        providers.insert(action.provider)
        if action.fullName == "manual/step", let probe = step.step.untilProvider { providers.insert(probe) }
      case .workflow(let inner):
        guard includes[inner.workflow.source.path] == nil else { continue }
        includes[inner.workflow.source.path] = inner.workflow.source
        collect(inner, &includes, &providers)
      }
    }
  }
}

extension Step {
  /// The provider of the action that closes a `manual/step`.
  fileprivate var untilProvider: String? {
    let name = argument("until")?.value["uses"]?.constant?.string
    return name?.split(separator: "/").first.map(String.init)
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
