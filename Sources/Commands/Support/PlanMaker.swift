import Basics
import Planning
import ProviderModel
import Reporting
import WorkflowModel

/// A plan with the catalog that its steps are carried out by, and the names of the workflow's accounts.
struct WorkPlan: Sendable {
  var plan: Plan
  var catalog: ProviderCatalog
  var accounts: [String]
}

/// Makes a plan from a workflow and inputs, and lets the masker know every secret among the inputs first.
struct PlanMaker {
  var session: Session
  var library: Library

  func plan(_ workflow: Workflow, inputs: [String: Value]) throws -> WorkPlan {
    for field in workflow.inputs {
      for secret in field.secrets(in: inputs[field.name] ?? .null) { session.masker.add(secret) }
    }
    let catalog = try library.catalog(for: workflow)
    let plan = try Planner(catalog: catalog, workflows: library.workflows).plan(workflow, inputs: inputs)
    return WorkPlan(plan: plan, catalog: catalog, accounts: workflow.accounts.map(\.name))
  }
}
