import Basics
import ProviderModel
import RunEngine
import WorkflowModel

/// Does in a rehearsal what a person does at a console: the steps that the fixture's `console` names.
///
/// The stand-in gets the step's `values`, what the person would be told to type, so that a workflow that tells a wrong value fails here too.
/// The step's `until` probe still decides whether it worked.
struct ConsolePerformer: ActionPerformer {
  let lab: LabHandle
  /// `lab/*` actions by the step's address without keys: `site/announce`.
  let standIns: [String: String]
  /// Those of the lab's actions that take back, too, what they did: with `undo: true` among the inputs.
  let undoable: Set<String>
  let person: ManualPerformer

  /// How long a probe may take to notice what was done.
  private static let patience = "15s"

  func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    guard let action = standIns[call.address.withoutKeys.text] else {
      return try await person.perform(call, checkpoint: checkpoint)
    }
    let name = String(action.drop { $0 != "/" }.dropFirst())
    let given = try await lab.act(name, call.inputs["values"]?.object ?? [:])
    guard case .object(var until)? = call.inputs["until"] else { return .done(given, call) }
    (until["every"], until["for"]) = ("1s", .string(Self.patience))
    var probed = call
    probed.inputs["until"] = .object(until)
    let outcome = try await person.perform(probed, checkpoint: checkpoint)
    guard case .succeeded(let found, _, _) = outcome else { return outcome }
    return .done(given.merging(found) { _, new in new }, call)
  }

  func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    try await person.resolve(call, checkpoint: checkpoint)
  }

  func read(_ call: StepCall) async throws(StepFailure) -> Reading { try await person.read(call) }

  /// A stand-in that can take back does so, as the person would whom `undo_text` asks.
  func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome {
    guard let action = standIns[call.address.withoutKeys.text], undoable.contains(action) else {
      return try await person.undo(call, checkpoint: checkpoint)
    }
    let name = String(action.drop { $0 != "/" }.dropFirst())
    _ = try await lab.act(name, (call.inputs["values"]?.object ?? [:]).merging(["undo": true]) { $1 })
    return .undone
  }
}

extension StepOutcome {
  fileprivate static func done(_ outputs: [String: Value], _ call: StepCall) -> StepOutcome {
    let declared = Set(call.declaredOutputs.map(\.name))
    return .succeeded(outputs: outputs.filter { declared.contains($0.key) }, object: .null, effect: .nothing)
  }
}

extension LabHandle {
  /// The console stand-ins of the fixture that the lab was made with.
  func console(_ homes: Homes) -> [String: String]? {
    guard let fixture = description["fixture"].string, let source = homes.workflow(fixture, isFixture: true),
      let workflow = try? Workflow.read(source)
    else { return nil }
    return Dictionary(workflow.console.map { ($0.step, $0.action) }) { first, _ in first }
  }
}
