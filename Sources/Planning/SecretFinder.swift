internal import Basics
internal import Expressions
internal import ProviderModel
internal import WorkflowModel

/// Follows secrets: a value that is derived from a sensitive one is sensitive.
///
/// Steps are told in the order of the plan, so what a step reads is known before the step.
struct SecretFinder {
  let frames: [Frame]
  /// By number of the drafted step: which outputs are sensitive.
  private(set) var outputs: [Set<String>]
  private var known: [Slot: Bool] = [:]

  private enum Slot: Hashable {
    case input(frame: Int, number: Int)
    case output(frame: Int, number: Int)
    case group(frame: Int, number: Int, output: String?)
  }

  init(frames: [Frame], steps: Int) {
    self.frames = frames
    outputs = Array(repeating: [], count: steps)
  }

  /// Notes which outputs of a step are sensitive, given its sensitive arguments.
  mutating func tell(_ draft: Int, _ action: ActionDescription, declared: [Field], inputs: Set<String>) {
    var names: Set<String> = []
    for output in action.outputs where output.isSensitive(for: inputs, of: action) { names.insert(output.field.name) }
    for field in declared where field.sensitive || field.type.holdsSensitiveField { names.insert(field.name) }
    if !names.isEmpty { outputs[draft] = names }
  }

  mutating func isSecret(_ references: [Reference], _ context: Context) -> Bool {
    references.contains { isSecret($0, context) }
  }

  private mutating func isSecret(_ reference: Reference, _ context: Context) -> Bool {
    switch reference.root {
    case "inputs": return input(reference, context.frame)
    case "each": return (try? context.each?.kind.following(reference.path))?.holdsSecret ?? false
    case "steps":
      guard let name = reference.path.first?.fieldName,
        let number = frames[context.frame].workflow.stepNumbers[name]
      else { return false }
      return step(number, reference, context)
    default: return false
    }
  }

  // MARK: Inputs

  private mutating func input(_ reference: Reference, _ frame: Int) -> Bool {
    let fields = frames[frame].workflow.workflow.inputs
    guard let name = reference.path.first?.fieldName else {
      return fields.indices.contains { input($0, frame) || fields[$0].type.holdsSensitiveField }
    }
    guard let number = frames[frame].workflow.inputNumbers[name] else { return false }
    let value = StaticValue(fields[number].type, sensitive: input(number, frame))
    return ((try? value.following(reference.path, skipping: 1)) ?? value).holdsSecret
  }

  private mutating func input(_ number: Int, _ frame: Int) -> Bool {
    switch frames[frame].inputs[number] {
    case .known(_, let sensitive): return sensitive
    case .unknown(let argument):
      if frames[frame].workflow.workflow.inputs[number].sensitive { return true }
      guard let outside = frames[frame].outside else { return false }
      return remembered(.input(frame: frame, number: number)) { finder in
        finder.isSecret(argument.template.references, outside)
      }
    }
  }

  // MARK: Steps

  private mutating func step(_ number: Int, _ reference: Reference, _ context: Context) -> Bool {
    let group = frames[context.frame].groups[number]
    guard group.shape != .single else {
      return member(group.members[0], reference.path.dropFirst().first?.fieldName)
    }
    let output = reference.path.dropFirst(2).first?.fieldName
    // The other instances may come later in the plan, so nothing is remembered of the group here.
    if case .item(let item)? = reference.path.dropFirst().first,
      let key = try? frames[context.frame].key(item, context.each), let index = group.numberOfKey[key]
    {
      return member(group.members[index], output)
    }
    return remembered(.group(frame: context.frame, number: number, output: output)) { finder in
      group.members.contains { finder.member($0, output) }
    }
  }

  private mutating func member(_ member: Group.Member, _ output: String?) -> Bool {
    switch member {
    case .step(let draft): return output.map { outputs[draft].contains($0) } ?? !outputs[draft].isEmpty
    case .include(let frame):
      let workflow = frames[frame].workflow
      if let output, let number = workflow.outputNumbers[output] { return self.output(number, frame) }
      return workflow.outputs.indices.contains { self.output($0, frame) }
    }
  }

  private mutating func output(_ number: Int, _ frame: Int) -> Bool {
    remembered(.output(frame: frame, number: number)) { finder in
      finder.isSecret(finder.frames[frame].workflow.outputs[number].references, Context(frame: frame, each: nil))
    }
  }

  private mutating func remembered(_ slot: Slot, _ find: (inout SecretFinder) -> Bool) -> Bool {
    if let secret = known[slot] { return secret }
    let secret = find(&self)
    known[slot] = secret
    return secret
  }
}

extension OutputField {
  /// Whether it is declared sensitive, or made from a sensitive argument: by its expression, or because `flow/noop` hands it on.
  fileprivate func isSensitive(for inputs: Set<String>, of action: ActionDescription) -> Bool {
    if field.sensitive || field.type.holdsSensitiveField { return true }
    if inputs.isEmpty { return false }
    if action.fullName == "flow/noop" { return inputs.contains(field.name) }
    return value?.references.contains { reference in
      reference.root == "inputs" && (reference.path.first?.fieldName.map { inputs.contains($0) } ?? true)
    } ?? false
  }
}
