internal import Basics
internal import Expressions
internal import WorkflowModel

/// Evaluates templates of a plan with what is known so far: puts together just what their references read.
///
/// Steps that are missing in `outputs` count as skipped: their outputs are null.
struct Evaluator {
  let frames: [Frame]
  let drafts: [DraftStep]
  var outputs: [StepAddress: Value] = [:]
  var run: RunScope?
  private var inputs: [Slot: Value] = [:]
  private var results: [Slot: Value] = [:]
  private var conditions: [Int: Bool] = [:]

  private struct Slot: Hashable {
    var frame: Int
    var number: Int
  }

  init(frames: [Frame], drafts: [DraftStep], outputs: [StepAddress: Value] = [:], run: RunScope? = nil) {
    self.frames = frames
    self.drafts = drafts
    self.outputs = outputs
    self.run = run
  }

  mutating func value(of template: CheckedTemplate, in context: Context) throws(ExpressionError) -> Value {
    if case .literal(let value) = template.template.kind { return value }
    return try template.template.evaluate(scope(template.references, context))
  }

  /// Whether a condition holds; null is false, anything else than a boolean an error.
  mutating func holds(_ condition: CheckedTemplate, in context: Context) throws(ExpressionError) -> Bool {
    let value = try self.value(of: condition, in: context)
    if let holds = value.bool { return holds }
    if value.isNull { return false }
    throw ExpressionError(
      Diagnostic(.stepNotBoolean, ["found": value.typeName], at: condition.template.location))
  }

  // MARK: Scope

  /// The roots, each with the members that the references read.
  mutating func scope(_ references: [Reference], _ context: Context) throws(ExpressionError) -> Scope {
    var roots: [String: Value] = [:]
    var steps: [String: Value] = [:]
    var keys: [String: [String]] = [:]
    for reference in references {
      switch reference.root {
      case "inputs": if roots["inputs"] == nil { roots["inputs"] = try inputs(references, context.frame) }
      case "each": roots["each"] = context.each?.root ?? .null
      case "run": roots["run"] = run?.root ?? .null
      default:
        guard case .field(let id)? = reference.path.first, steps[id] == nil else { continue }
        steps[id] = try group(id, references, context, &keys)
      }
    }
    if !steps.isEmpty { roots["steps"] = .object(steps) }
    return Scope(roots, groupKeys: keys)
  }

  // MARK: Inputs

  private mutating func inputs(_ references: [Reference], _ frame: Int) throws(ExpressionError) -> Value {
    if let known = frames[frame].knownInputs { return known }
    var members: [String: Value] = [:]
    for reference in references where reference.root == "inputs" {
      guard case .field(let name)? = reference.path.first else {
        for field in frames[frame].workflow.workflow.inputs { members[field.name] = try input(field.name, frame) }
        break
      }
      members[name] = try input(name, frame)
    }
    return .object(members)
  }

  private mutating func input(_ name: String, _ frame: Int) throws(ExpressionError) -> Value {
    guard let number = frames[frame].workflow.inputNumbers[name] else { return .null }
    switch frames[frame].inputs[number] {
    case .known(let value, _): return value
    case .unknown(let argument):
      let slot = Slot(frame: frame, number: number)
      if let value = inputs[slot] { return value }
      let value = try evaluate(argument, frames[frame].workflow.workflow.inputs[number], frame)
      inputs[slot] = value
      return value
    }
  }

  /// An input of an include, fed by steps around it: converted, held to its rules, its default in place of null.
  private mutating func evaluate(
    _ argument: CheckedArgument, _ field: Field, _ frame: Int
  ) throws(ExpressionError) -> Value {
    guard let outside = frames[frame].outside else { return .null }
    let value = try self.value(of: argument.template, in: outside)
    if value.isNull { return field.defaultValue ?? .null }
    let given = FieldValue.completed(value, field)
    if let problem = field.problems(with: given).first {
      let part = "\(frames[frame].address?.text ?? "").with.\(field.name)"
      throw ExpressionError(problem.diagnostic(part: part, at: argument.location))
    }
    return given
  }

  // MARK: Steps

  /// `steps.<id>` with the instances and outputs that the references read.
  private mutating func group(
    _ id: String, _ references: [Reference], _ context: Context, _ keys: inout [String: [String]]
  ) throws(ExpressionError) -> Value {
    guard let number = frames[context.frame].workflow.stepNumbers[id] else { return .null }
    let group = frames[context.frame].groups[number]
    let reads = references.filter { $0.reads(step: id) }
    if group.shape == .single {
      return try member(group.members[0], reads.map { $0.path.dropFirst().first?.fieldName })
    }
    let wanted = try wantedMembers(of: group, reads, context)
    let names = reads.map { $0.path.dropFirst(2).first?.fieldName }
    var values: [Value] = []
    values.reserveCapacity(wanted.count)
    for index in wanted { values.append(try member(group.members[index], names)) }
    if group.shape == .list {
      keys[id] = wanted.count == group.keys.count ? group.keys : wanted.map { group.keys[$0] }
      return .list(values)
    }
    return .object(Dictionary(zip(wanted.map { group.keys[$0] }, values)) { first, _ in first })
  }

  /// One instance for each `at()` with a key that is known now; all when something reads more.
  private func wantedMembers(
    of group: Group, _ reads: [Reference], _ context: Context
  ) throws(ExpressionError) -> [Int] {
    var wanted: [Int] = []
    for read in reads {
      guard read.path.count > 1, case .item(let item) = read.path[1],
        let key = try frames[context.frame].key(item, context.each), let index = group.numberOfKey[key]
      else { return Array(group.members.indices) }
      if !wanted.contains(index) { wanted.append(index) }
    }
    return wanted.sorted()
  }

  /// The outputs of one instance; of an include those that `names` asks for, all when one of them is `nil`.
  private mutating func member(_ member: Group.Member, _ names: [String?]) throws(ExpressionError) -> Value {
    switch member {
    case .step(let draft): return outputs[drafts[draft].address] ?? .null
    case .include(let frame): return try result(of: frame, names)
    }
  }

  private mutating func result(of frame: Int, _ names: [String?]) throws(ExpressionError) -> Value {
    guard try runs(frame) else { return .null }
    let workflow = frames[frame].workflow
    var members: [String: Value] = [:]
    for (number, output) in workflow.workflow.outputs.enumerated()
    where names.contains(where: { $0 == nil || $0 == output.name }) {
      members[output.name] = try result(frame, number)
    }
    return .object(members)
  }

  private mutating func result(_ frame: Int, _ number: Int) throws(ExpressionError) -> Value {
    let slot = Slot(frame: frame, number: number)
    if let value = results[slot] { return value }
    var value = Value.null
    do throws(ExpressionError) {
      value = try self.value(of: frames[frame].workflow.outputs[number], in: Context(frame: frame, each: nil))
    } catch {
      // Its steps may have failed, and then dependants run with null outputs.
      if !frames[frame].policies.continuesOnFailure { throw error }
    }
    results[slot] = value
    return value
  }

  /// Whether the include itself is not skipped.
  mutating func runs(_ frame: Int) throws(ExpressionError) -> Bool {
    guard let outside = frames[frame].outside else { return true }
    switch frames[frame].condition {
    case .always: return true
    case .never: return false
    case .unknown(let when):
      if let known = conditions[frame] { return known }
      let holds = try self.holds(when, in: outside)
      conditions[frame] = holds
      return holds
    }
  }
}

extension Reference {
  fileprivate func reads(step id: String) -> Bool {
    guard root == "steps", case .field(let name)? = path.first else { return false }
    return name == id
  }
}

extension Frame {
  /// The key of `at(collection, key)` when it reads no step: `each`, and inputs that are known.
  func key(_ item: Reference.ItemKey, _ each: Each?) throws(ExpressionError) -> String? {
    guard KeyReading.needsNoSteps(item.node) else { return nil }
    var roots: [String: Value] = ["each": each?.root ?? .null]
    if KeyReading.readsInputs(item.node) {
      guard let knownInputs else { return nil }
      roots["inputs"] = knownInputs
    }
    return try item.text(Scope(roots))
  }
}

extension Reference.Component {
  var fieldName: String? { if case .field(let name) = self { name } else { nil } }
}
