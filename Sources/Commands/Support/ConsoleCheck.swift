import Basics
import ProviderModel
import WorkflowModel

/// Holds a fixture's `console` to the workflow of its name: each entry names a `manual/step` of it and an action of the lab.
///
/// A further ground for a workflow has a name that no workflow has; its entries are held to the lab alone.
struct ConsoleCheck {
  let library: Library

  func findings(of fixture: Workflow) -> Diagnostics {
    var findings = Diagnostics()
    guard !fixture.console.isEmpty else { return findings }
    // Without a workflow of that name the fixture itself is found: only fixtures have a console.
    let workflow = ((try? library.workflows.workflow(fixture.name)) ?? nil).flatMap { $0.console.isEmpty ? $0 : nil }
    let lab = try? library.providers.provider("lab")
    for entry in fixture.console {
      if let workflow, !isManual(entry.step.split(separator: "/").map(String.init)[...], in: workflow) {
        findings.add(
          Diagnostic(.commandConsoleStep, ["step": entry.step, "workflow": fixture.name], at: entry.location))
      }
      let name = String(entry.action.drop { $0 != "/" }.dropFirst())
      if !entry.action.hasPrefix("lab/") || lab?.actions[name] == nil {
        findings.add(Diagnostic(.commandConsoleAction, ["action": entry.action], at: entry.location))
      }
    }
    return findings
  }

  /// Whether the path of step names, through includes, ends at a `manual/step`.
  private func isManual(_ path: ArraySlice<String>, in workflow: Workflow?) -> Bool {
    guard let first = path.first, let step = workflow?.steps.first(where: { $0.id == first }) else { return false }
    switch step.use {
    case .action(let name): return path.count == 1 && name == "manual/step"
    case .workflow(let name):
      let inner = try? library.workflows.workflow(name)
      return isManual(path.dropFirst(), in: inner ?? nil)
    }
  }
}
