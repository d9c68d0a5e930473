internal import Basics
internal import Expressions
internal import WorkflowModel

/// Unfolds `for_each` and includes: one draft for each step instance, in the order of the files.
struct Expander {
  /// How many steps a plan may have.
  static let mostSteps = 20_000

  private(set) var frames: [Frame] = []
  private(set) var drafts: [DraftStep] = []
  private(set) var findings = Diagnostics()

  /// Stops at the first step over the limit: what is wrong with more of the same is of no use.
  struct TooManySteps: Error {}

  mutating func expand(_ workflow: CheckedWorkflow, inputs: [FrameInput]) {
    var frame = Frame(workflow: workflow, address: nil, outside: nil, step: nil, policies: Policies())
    frame.bind(inputs)
    frames.append(frame)
    checkPreconditions(0)
    do throws(TooManySteps) { try expand(0) } catch { drafts = [] }
  }

  private mutating func expand(_ frame: Int) throws(TooManySteps) {
    let workflow = frames[frame].workflow
    frames[frame].groups.reserveCapacity(workflow.steps.count)
    for number in workflow.steps.indices {
      let start = drafts.count
      var group = Group(shape: .single, members: [], keys: [], numberOfKey: [:], range: start..<start)
      let address = frames[frame].address(of: workflow.steps[number].step.id)
      if let forEach = workflow.steps[number].forEach {
        let items = items(of: forEach, workflow.steps[number].step, frame)
        group.shape = items.shape
        group.keys = items.each.map(\.key)
        group.numberOfKey = Dictionary(items.each.enumerated().map { ($0.element.key, $0.offset) }) { first, _ in first
        }
        for each in items.each {
          let context = Context(frame: frame, each: each)
          group.members.append(try member(number, context, address.instance(each.key), group: address))
        }
      } else {
        group.members.append(try member(number, Context(frame: frame, each: nil), address, group: address))
      }
      group.range = start..<drafts.count
      frames[frame].groups.append(group)
    }
  }

  private mutating func member(
    _ number: Int, _ context: Context, _ address: StepAddress, group: StepAddress
  ) throws(TooManySteps) -> Group.Member {
    let step = frames[context.frame].workflow.steps[number]
    let policies = frames[context.frame].policies.adding(step.step, account: account(step, context))
    switch step.use {
    case .action:
      guard drafts.count < Self.mostSteps else {
        findings.add(Diagnostic(.planTooManySteps, ["limit": String(Self.mostSteps)], at: step.step.location))
        throw TooManySteps()
      }
      drafts.append(
        DraftStep(context: context, number: number, address: address, group: group, policies: policies))
      return .step(drafts.count - 1)
    case .workflow(let inner):
      return .include(try include(inner, step, context, address, policies))
    }
  }

  // MARK: Includes

  private mutating func include(
    _ inner: CheckedWorkflow, _ step: CheckedStep, _ context: Context, _ address: StepAddress, _ policies: Policies
  ) throws(TooManySteps) -> Int {
    guard frames.count < 2 * Self.mostSteps else {
      findings.add(Diagnostic(.planTooManySteps, ["limit": String(Self.mostSteps)], at: step.step.location))
      throw TooManySteps()
    }
    var frame = Frame(workflow: inner, address: address, outside: context, step: step, policies: policies)
    frame.condition = condition(step, context)
    frame.bind(inputs(of: inner, step, context, address, frame.condition))
    frames.append(frame)
    let number = frames.count - 1
    if case .never = frame.condition {} else { checkPreconditions(number) }
    try expand(number)
    return number
  }

  private mutating func condition(_ step: CheckedStep, _ context: Context) -> Condition {
    guard let when = step.when else { return .always }
    guard isKnown(when.references, context) else {
      // One operand that is false is enough.
      for part in when.conjuncts where isKnown(part.references, context) {
        guard let value = evaluate(part, context) else { return .never }
        if value == false || value.isNull { return .never }
      }
      return .unknown(when)
    }
    guard let value = evaluate(when, context) else { return .never }
    if let holds = value.bool ?? (value.isNull ? false : nil) { return holds ? .always : .never }
    findings.add(Diagnostic(.planNotBoolean, ["step": step.step.id], at: when.template.location))
    return .never
  }

  private mutating func inputs(
    of inner: CheckedWorkflow, _ step: CheckedStep, _ context: Context, _ address: StepAddress, _ condition: Condition
  ) -> [FrameInput] {
    var result: [FrameInput] = []
    result.reserveCapacity(inner.workflow.inputs.count)
    for field in inner.workflow.inputs {
      guard let argument = step.arguments.first(where: { $0.name == field.name }) else {
        result.append(.known(field.defaultValue ?? .null, sensitive: field.sensitive))
        continue
      }
      guard isKnown(argument.template.references, context) else {
        result.append(.unknown(argument))
        continue
      }
      result.append(known(argument, field, context, address, condition))
    }
    return result
  }

  private mutating func known(
    _ argument: CheckedArgument, _ field: Field, _ context: Context, _ address: StepAddress, _ condition: Condition
  ) -> FrameInput {
    let sensitive = field.sensitive || argument.template.references.contains { holdsSecret($0, context) }
    guard let value = argument.literal ?? evaluate(argument.template, context) else {
      return .known(.null, sensitive: sensitive)
    }
    if value.isNull { return .known(field.defaultValue ?? .null, sensitive: sensitive) }
    let given = FieldValue.completed(value, field)
    if case .never = condition { return .known(given, sensitive: sensitive) }
    for problem in field.problems(with: given) {
      findings.add(problem.diagnostic(part: "\(address).with.\(field.name)", at: argument.location))
    }
    return .known(given, sensitive: sensitive)
  }

  private mutating func account(_ step: CheckedStep, _ context: Context) -> Policies.Account? {
    guard let template = step.account else { return nil }
    guard isKnown(template.references, context) else {
      findings.add(Diagnostic(.planAccountNotKnown, ["step": step.step.id], at: template.template.location))
      return nil
    }
    guard let name = evaluate(template, context)?.scalarText, !name.isEmpty else { return nil }
    let declared = frames[context.frame].workflow.workflow.accounts
    guard let account = declared.first(where: { $0.name == name }) else {
      findings.add(
        Diagnostic(
          .planUnknownAccount,
          ["account": name, "step": step.step.id, "known": declared.map(\.name).joined(separator: ", ")],
          at: template.template.location
        ).suggesting(name, among: declared.map(\.name)))
      return nil
    }
    return Policies.Account(name: name, provider: account.provider)
  }

  // MARK: Items of a for_each

  private mutating func items(
    of forEach: CheckedTemplate, _ step: Step, _ frame: Int
  ) -> (shape: Group.Shape, each: [Each]) {
    let place = forEach.template.location
    let context = Context(frame: frame, each: nil)
    guard isKnown(forEach.references, context) else {
      findings.add(Diagnostic(.planForEachUnknown, ["step": frames[frame].address(of: step.id).text], at: place))
      return (.list, [])
    }
    guard let value = evaluate(forEach, context) else { return (.list, []) }
    let inputs = frames[frame].kindOfInputs
    let collection = ForEachTyping.collection(forEach.template, inputs)
    let kind = ForEachTyping.each(of: forEach.template, inputs: inputs)
    switch value {
    case .null: return (.list, [])
    case .list(let elements):
      var keys = KeyChecker(step: step.id, place: place, isSecret: collection.item.keyIsSecret)
      let named = Array(zip(ItemKeys.of(elements), elements))
      keys.check(named, findings: &findings)
      return (.list, named.map { Each(key: $0, value: $1, kind: kind) })
    case .object(let members):
      var keys = KeyChecker(step: step.id, place: place, isSecret: { _ in collection.sensitive })
      let named = members.sorted { $0.key < $1.key }
      keys.check(named.map { ($0.key, $0.value) }, findings: &findings)
      return (.map, named.map { Each(key: $0.key, value: $0.value, kind: kind) })
    default:
      findings.add(Diagnostic(.planForEachKind, ["step": step.id, "found": value.typeName], at: place))
      return (.list, [])
    }
  }

  // MARK: Checks of a workflow

  private mutating func checkPreconditions(_ number: Int) {
    let workflow = frames[number].workflow
    let context = Context(frame: number, each: nil)
    for (check, declared) in zip(workflow.checks, workflow.workflow.checks) {
      guard isKnown(check.references, context) else {
        findings.add(
          Diagnostic(
            .planCheckUndecided, ["workflow": frames[number].address?.text ?? workflow.workflow.name],
            at: declared.location, severity: .warning))
        continue
      }
      guard let value = evaluate(check, context), value.bool != true else { continue }
      findings.add(.failedCheck(declared, in: frames[number].address))
    }
  }
}

// MARK: - What is known while expanding

extension Expander {
  /// Whether all of it is known before the run: inputs that no step feeds, and the item of a `for_each`.
  private func isKnown(_ references: [Reference], _ context: Context) -> Bool {
    references.allSatisfy { reference in
      switch reference.root {
      case "each": return true
      case "inputs":
        guard case .field(let name)? = reference.path.first else { return frames[context.frame].knownInputs != nil }
        return frames[context.frame].input(name)?.known != nil
      default: return false
      }
    }
  }

  private func holdsSecret(_ reference: Reference, _ context: Context) -> Bool {
    let root = reference.root == "each" ? context.each?.kind ?? .anything : frames[context.frame].kindOfInputs
    return (try? root.following(reference.path))?.holdsSecret ?? false
  }

  /// The value of a template that reads known things only; `nil` when it has none, which is reported.
  private mutating func evaluate(_ template: CheckedTemplate, _ context: Context) -> Value? {
    do throws(ExpressionError) {
      var evaluator = Evaluator(frames: frames, drafts: drafts)
      return try evaluator.value(of: template, in: context)
    } catch {
      findings.add(error.diagnostic)
      return nil
    }
  }
}

extension Frame {
  mutating func bind(_ inputs: [FrameInput]) {
    self.inputs = inputs
    var known: [String: Value] = [:]
    for (field, input) in zip(workflow.workflow.inputs, inputs) {
      guard let value = input.known else { return }
      known[field.name] = value
    }
    knownInputs = .object(known)
  }

  func input(_ name: String) -> FrameInput? { workflow.inputNumbers[name].map { inputs[$0] } }

  /// The root `inputs` with the secrets that the include's arguments bring in.
  var kindOfInputs: StaticValue {
    let fields = zip(workflow.workflow.inputs, inputs).map { field, input in
      var field = field
      if case .known(_, true) = input { field.sensitive = true }
      return field
    }
    return StaticValue(.object(fields))
  }
}

extension StaticValue {
  /// Whether the key that `for_each` gives an element of this kind would show a secret.
  var keyIsSecret: (Value) -> Bool {
    { element in
      switch element {
      case .object(let members):
        guard members["name"]?.scalarText != nil, members["name"]?.isNull == false else { return false }
        return (try? following([.field("name")]))?.holdsSecret ?? sensitive
      case .null, .list: return false
      default: return holdsSecret
      }
    }
  }
}

/// Holds the keys of a `for_each` to the rules: unique, short and plain, not secret.
struct KeyChecker {
  let step: String
  let place: SourceLocation
  let isSecret: (Value) -> Bool

  mutating func check(_ items: [(String, Value)], findings: inout Diagnostics) {
    var seen: Set<String> = []
    for (key, value) in items {
      if isSecret(value) {
        findings.add(Diagnostic(.planSensitiveKey, ["step": step], at: place))
        return
      }
      if !Name.isKey(key) {
        findings.add(Diagnostic(.planBadKey, ["step": step, "key": key, "rule": Name.keyRule], at: place))
      }
      if !seen.insert(key).inserted {
        findings.add(Diagnostic(.planDuplicateKey, ["step": step, "key": key], at: place))
      }
    }
  }
}

extension Diagnostic {
  /// `message` in every language that the check gives: `message` for any, `message.zh` for Chinese.
  static func failedCheck(_ check: Workflow.Check, in address: StepAddress?) -> Diagnostic {
    var arguments: [String: String] = [:]
    if let message = check.message {
      arguments["message"] = message.text(in: "en")
      for (language, text) in message.byLanguage { arguments["message.\(language)"] = text }
    } else if case .expression(let expression) = check.that.kind {
      arguments["message"] = expression.source
    }
    if let address { arguments["step"] = address.text }
    return Diagnostic(.planCheckFailed, arguments, at: check.location)
  }
}
