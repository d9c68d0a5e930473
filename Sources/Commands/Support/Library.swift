import Basics
import Foundation
import Planning
import ProviderModel
import WorkflowModel

/// Workflows and providers as a command finds them: from the homes on disk, or from a run's snapshot.
struct Library: Sendable {
  let workflows: WorkflowLibrary
  let providers: ProviderLibrary

  /// - Parameter forFixtures: Parts are looked for among the fixtures too, after the workflows.
  init(homes: Homes, forFixtures: Bool = false) {
    workflows = WorkflowLibrary(
      find: { homes.workflow($0) ?? (forFixtures ? homes.workflow($0, isFixture: true) : nil) },
      names: { homes.workflowNames + (forFixtures ? homes.fixtureNames : []) })
    let load: ProviderLibrary.Loader = { (name) throws(Diagnostics) -> [SourceText]? in
      let files = homes.provider(name)
      return files.isEmpty ? nil : files
    }
    providers = ProviderLibrary(names: homes.providerNames, load: load)
  }

  /// The texts that a run was made from: nothing on disk is read.
  init(snapshot: [SourceText]) {
    let isProvider = { (source: SourceText) in source.path.contains("providers/") }
    workflows = WorkflowLibrary(snapshot.filter { !isProvider($0) })
    let byProvider = Dictionary(grouping: snapshot.filter(isProvider)) { source in
      URL(filePath: source.path).deletingLastPathComponent().lastPathComponent
    }
    let load: ProviderLibrary.Loader = { (name) throws(Diagnostics) -> [SourceText]? in byProvider[name] }
    providers = ProviderLibrary(names: Array(byProvider.keys), load: load)
  }

  /// The workflow that the command line names: a path that ends in `.yaml`, or a name.
  func workflow(_ argument: String, directory: String) throws -> Workflow {
    if argument.hasSuffix(".yaml") || argument.hasSuffix(".yml") {
      let path = argument.hasPrefix("/") ? argument : "\(directory)/\(argument)"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw Diagnostics(Diagnostic(.commandNoFile, ["path": argument]))
      }
      return try read(SourceText(path: argument, text: text))
    }
    if let workflow = try workflows.workflow(argument) { return workflow }
    let near = Suggestion.nearest(to: argument, in: workflows.names)
    throw Diagnostics(
      Diagnostic(
        .commandNoWorkflow,
        [
          "name": argument, "suggestion": near ?? "", "known": workflows.names.joined(separator: ", "),
        ]))
  }

  /// A workflow for use; when it is wrong, everything that is wrong with it, against the catalog too.
  func read(_ source: SourceText) throws(Diagnostics) -> Workflow {
    let (workflow, findings) = try Workflow.draft(source)
    guard findings.hasErrors, let workflow else { return try Workflow.read(source) }
    var all = findings
    let catalog = try catalog(for: workflow)
    for finding in Planner(catalog: catalog, workflows: workflows).check(workflow).all where !all.all.contains(finding)
    {
      all.add(finding)
    }
    throw all
  }

  /// The catalog of what a workflow and its includes use.
  ///
  /// A provider counts as used when its name with a slash stands anywhere in the text: in `uses`, in `via`, in a nested `until`.
  func catalog(for workflow: Workflow) throws(Diagnostics) -> ProviderCatalog {
    var texts: [String] = []
    var seen: Set<String> = []
    try collect(workflow, &texts, &seen)
    let used = providers.names.filter { name in texts.contains { $0.contains("\(name)/") } }
    return try providers.catalog(of: used)
  }

  private func collect(_ workflow: Workflow, _ texts: inout [String], _ seen: inout Set<String>) throws(Diagnostics) {
    guard seen.insert(workflow.name).inserted else { return }
    texts.append(workflow.source.text)
    for step in workflow.steps {
      if case .workflow(let name) = step.use, let included = try workflows.workflow(name) {
        try collect(included, &texts, &seen)
      }
    }
  }
}
