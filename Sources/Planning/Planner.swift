package import Basics
internal import Digests
internal import Expressions
package import ProviderModel
package import WorkflowModel

/// Makes a plan of a workflow: a function of texts and inputs, without clock, environment or randomness.
package struct Planner: Sendable {
  private let catalog: ProviderCatalog
  private let workflows: WorkflowLibrary

  package init(catalog: ProviderCatalog, workflows: WorkflowLibrary) {
    self.catalog = catalog
    self.workflows = workflows
  }

  /// Everything that is wrong with a workflow and with those that it includes before any input is known, warnings too.
  package func check(_ workflow: Workflow) -> Diagnostics {
    WorkflowChecker.check(workflow, catalog: catalog, workflows: workflows)
  }

  /// The plan for these inputs; throws everything that is wrong at once, as far as one mistake does not hide another.
  ///
  /// Text is converted to the type of its input (`-i count=2`); of a list, map or object it is read as YAML.
  package func plan(_ workflow: Workflow, inputs: [String: Value]) throws(Diagnostics) -> Plan {
    let (checked, warnings) = try WorkflowChecker.checked(workflow, catalog: catalog, workflows: workflows)
    var binder = InputBinder(workflow: workflow)
    let bound = binder.bind(inputs)
    try binder.findings.throwIfErrors()

    var expander = Expander()
    expander.expand(checked, inputs: bound)
    try expander.findings.throwIfErrors()

    var edges = EdgeFinder(frames: expander.frames, drafts: expander.drafts)
    edges.findAll()
    try edges.findings.throwIfErrors()
    guard let order = StepOrdering.order(edges.dependencies) else { throw Diagnostics(edges.cycles()) }

    var builder = PlanBuilder(expander: expander, edges: edges, order: order)
    builder.build()
    var findings = warnings
    for found in [binder.findings, expander.findings, builder.findings] { findings.add(contentsOf: found) }
    try findings.throwIfErrors()
    return plan(workflow, checked, bound, builder, findings)
  }

  private func plan(
    _ workflow: Workflow, _ checked: CheckedWorkflow, _ bound: [FrameInput], _ builder: PlanBuilder,
    _ findings: Diagnostics
  ) -> Plan {
    let named = zip(workflow.inputs, bound).map { ($0.name, $1.known ?? .null) }
    let values = Dictionary(named.filter { !$0.1.isNull }) { first, _ in first }
    let sources = PlanSources.of(checked, catalog, inputs: values)
    let secrets = Set(
      zip(workflow.inputs, bound).filter { $1.isSensitive || $0.type.holdsSensitiveField }.map(\.0.name))
    return Plan(
      workflow: WorkflowIdentity(
        name: workflow.name, title: workflow.title, file: workflow.source.path, tutorial: workflow.tutorial),
      inputs: values, sensitiveInputs: secrets,
      secrets: workflow.inputs.flatMap { $0.secrets(in: values[$0.name] ?? .null) }, steps: builder.steps,
      outputs: builder.outputs,
      digest: PlanDigest.of(sources, values, sensitive: secrets), sources: sources, warnings: findings,
      structure: builder.structure)
  }
}

extension FrameInput {
  fileprivate var isSensitive: Bool { if case .known(_, true) = self { true } else { false } }
}
