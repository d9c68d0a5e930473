import Basics
import Planning
import ProviderModel
import Reporting
import WorkflowModel

/// Makes a plan from a workflow and inputs, and lets the masker know every secret among the inputs first.
struct PlanMaker {
  var session: Session
  var library: Library

  func plan(_ workflow: Workflow, inputs: [String: Value]) throws -> Plan {
    for field in workflow.inputs where field.sensitive { session.masker.add(inputs[field.name] ?? .null) }
    let catalog = try library.catalog(for: workflow)
    return try Planner(catalog: catalog, workflows: library.workflows).plan(workflow, inputs: inputs)
  }
}
