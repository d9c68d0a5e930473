import Basics
import Planning

/// Which parts of a fact are secret: declared names by name, and the whole object of a step that has any secret.
///
/// The other side's object may show a secret under any name, so it is plain only where the step has none at all.
struct SensitiveParts {
  private let plan: Plan

  init(_ plan: Plan) { self.plan = plan }

  func parts(of fact: RunFact, at position: Int?) -> Set<SensitivePart> {
    switch fact {
    case .created(let header), .updated(let header):
      names(header.sensitiveInputs, in: "inputs", among: header.inputs)
    case .step(_, let fact): position.map { parts(of: fact, plan.steps[$0]) } ?? []
    case .opened, .approved, .reset, .interrupted, .ended: []
    }
  }

  private func parts(of fact: StepFact, _ step: PlannedStep) -> Set<SensitivePart> {
    let hasSecrets = !step.sensitiveInputs.isEmpty || !step.sensitiveOutputs.isEmpty
    guard hasSecrets else { return [] }
    switch fact {
    case .started(_, _, let inputs): return names(step.sensitiveInputs, in: "inputs", among: inputs)
    case .intent(let intent), .undoIntent(let intent): return whole("before", intent.before)
    case .answered(_, let object): return whole("object", object)
    case .succeeded(let outputs, let object, _):
      return names(step.sensitiveOutputs, in: "outputs", among: outputs).union(whole("object", object))
    case .personAnswered(.outputs(let outputs)): return names(step.sensitiveOutputs, in: "outputs", among: outputs)
    case .waiting: return step.sensitiveInputs.contains("text") ? [SensitivePart("request", "text")] : []
    default: return []
    }
  }

  private func names(_ names: Set<String>, in member: String, among values: [String: Value]) -> Set<SensitivePart> {
    Set(names.filter { values[$0] != nil }.map { SensitivePart(member, $0) })
  }

  private func whole(_ member: String, _ value: Value) -> Set<SensitivePart> {
    value.isNull ? [] : [SensitivePart(member)]
  }
}
