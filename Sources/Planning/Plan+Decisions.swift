package import Basics
internal import Expressions
internal import ProviderModel
internal import WorkflowModel

extension Plan {
  /// What to do with the step at `position`, now that its dependencies have ended.
  ///
  /// `outputs` has an object for each step that succeeded or was adopted; a step that was skipped, or that failed with
  /// `on_failure: continue`, is missing or null, and its outputs are null. Throws a failure of class `invalid` when the arguments
  /// cannot be used: nothing has been sent then.
  package func decide(
    _ position: Int, outputs: [StepAddress: Value], run: RunScope
  ) throws(StepFailure) -> StepDecision {
    do throws(ExpressionError) {
      var evaluator = evaluator(outputs, run)
      guard try runs(position, &evaluator) else { return .skip }
      return .run(inputs: try inputs(position, &evaluator))
    } catch {
      throw error.failure
    }
  }

  /// The outputs of the workflow, now that every step has ended.
  package func finalOutputs(
    _ outputs: [StepAddress: Value], run: RunScope
  ) throws(StepFailure) -> [String: Value] {
    var evaluator = evaluator(outputs, run)
    let root = structure.frames[0].workflow
    var result: [String: Value] = [:]
    do throws(ExpressionError) {
      for (declared, template) in zip(root.workflow.outputs, root.outputs) {
        result[declared.name] = try evaluator.value(of: template, in: Context(frame: 0, each: nil))
      }
    } catch {
      throw error.failure
    }
    return result
  }

  private func evaluator(_ outputs: [StepAddress: Value], _ run: RunScope) -> Evaluator {
    precondition(!structure.frames.isEmpty, "a plan made by hand is decided by its maker")
    return Evaluator(frames: structure.frames, drafts: structure.drafts, outputs: outputs, run: run)
  }

  private func runs(_ position: Int, _ evaluator: inout Evaluator) throws(ExpressionError) -> Bool {
    switch steps[position].condition {
    case .always: return true
    case .never: return false
    case .unknown:
      let draft = structure.drafts[structure.draftAtPosition[position]]
      for (template, context) in ConditionChain.of(draft, structure.frames) {
        guard let template, try evaluator.holds(template, in: context) else { return false }
      }
      return true
    }
  }

  // MARK: Inputs of a step

  private func inputs(_ position: Int, _ evaluator: inout Evaluator) throws(ExpressionError) -> [String: Value] {
    let step = steps[position]
    let draft = structure.drafts[structure.draftAtPosition[position]]
    let checked = structure.frames[draft.context.frame].workflow.steps[draft.number]
    var inputs: [String: Value] = [:]
    for (planned, argument) in zip(step.arguments, checked.arguments) {
      switch planned.value {
      case .known(let value): if !value.isNull { inputs[planned.name] = value }
      case .unknown: inputs[planned.name] = try value(argument, draft.context, step.address, &evaluator)
      }
    }
    for field in step.action.inputs where inputs[field.name] == nil {
      if let value = field.defaultValue {
        inputs[field.name] = value
      } else if field.required, !(field.name == "outputs" && step.action.fullName == "manual/step") {
        throw ExpressionError(
          Diagnostic(.stepMissingInput, ["input": field.name, "step": step.address.text], at: step.location))
      }
    }
    return inputs
  }

  /// The value as the input's type, held to its rules; `nil` for null, which counts as not written.
  private func value(
    _ argument: CheckedArgument, _ context: Context, _ address: StepAddress, _ evaluator: inout Evaluator
  ) throws(ExpressionError) -> Value? {
    let value = try evaluator.value(of: argument.template, in: context)
    if value.isNull { return nil }
    guard let field = argument.field else { return value }
    let given = FieldValue.completed(value, field)
    guard let problem = field.problems(with: given).first else { return given }
    throw ExpressionError(problem.diagnostic(part: "\(address).with.\(argument.name)", at: argument.location))
  }
}
