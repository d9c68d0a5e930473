/// The keys of a workflow document; `schemas/workflow.schema.json` has the same.
package enum WorkflowKeys {
  package static let document = [
    "name", "title", "tutorial", "accounts", "defaults", "inputs", "checks", "steps", "outputs", "console",
  ]
  package static let account = ["provider"]
  package static let check = ["that", "message"]
  package static let step = [
    "uses", "title", "with", "needs", "when", "for_each", "approve", "account", "retry", "timeout", "on_failure",
    "undo", "adopt",
  ]
  package static let retry = ["attempts", "backoff", "initial", "max"]
}
