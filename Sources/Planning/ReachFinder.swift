internal import Basics
internal import Expressions
internal import WorkflowModel

/// Finds which steps a template waits for: through groups, through the outputs of includes, and through what feeds their inputs.
///
/// An include is no barrier: its output waits for the steps that the output reads, not for the others inside.
struct ReachFinder {
  /// How many includes may hand one value on to each other.
  private static let deepest = 500

  let frames: [Frame]
  let drafts: [DraftStep]
  private(set) var findings = Diagnostics()
  private var known: [Slot: Reach] = [:]
  private var open: Set<Slot> = []

  private enum Slot: Hashable {
    case input(frame: Int, number: Int)
    case output(frame: Int, number: Int)
    /// All instances of a step, or one output of theirs.
    case group(frame: Int, number: Int, output: String?)
  }

  init(frames: [Frame], drafts: [DraftStep]) {
    self.frames = frames
    self.drafts = drafts
  }

  mutating func reach(_ references: [Reference], _ context: Context) -> Reach {
    var result = Reach()
    for reference in references { result.add(reach(reference, context)) }
    return result
  }

  mutating func reach(_ reference: Reference, _ context: Context) -> Reach {
    switch reference.root {
    case "inputs": return inputs(reference, context.frame)
    case "run": return Reach(readsRun: true)
    case "each": return Reach()
    default:
      guard let name = reference.path.first?.fieldName,
        let number = frames[context.frame].workflow.stepNumbers[name]
      else { return Reach() }
      return step(number, reference, context)
    }
  }

  /// What must have ended before it is known whether the include around `frame`, and those around that, are skipped.
  mutating func condition(ofFrame frame: Int) -> Reach {
    var result = Reach()
    var next = frame
    while let outside = frames[next].outside {
      result.add(ownCondition(ofFrame: next))
      next = outside.frame
    }
    return result
  }

  private mutating func ownCondition(ofFrame frame: Int) -> Reach {
    guard let outside = frames[frame].outside, case .unknown(let when) = frames[frame].condition else { return Reach() }
    return reach(when.references, outside)
  }

  // MARK: Inputs of includes

  private mutating func inputs(_ reference: Reference, _ frame: Int) -> Reach {
    if frames[frame].knownInputs != nil { return Reach() }
    if let name = reference.path.first?.fieldName {
      guard let number = frames[frame].workflow.inputNumbers[name] else { return Reach() }
      return input(number, frame, at: reference.location)
    }
    var result = Reach()
    for number in frames[frame].inputs.indices { result.add(input(number, frame, at: reference.location)) }
    return result
  }

  private mutating func input(_ number: Int, _ frame: Int, at location: SourceLocation) -> Reach {
    guard case .unknown(let argument) = frames[frame].inputs[number], let outside = frames[frame].outside else {
      return Reach()
    }
    return remembered(.input(frame: frame, number: number), at: location) { finder in
      finder.reach(argument.template.references, outside)
    }
  }

  // MARK: Steps

  private mutating func step(_ number: Int, _ reference: Reference, _ context: Context) -> Reach {
    let group = frames[context.frame].groups[number]
    guard group.shape != .single else {
      return member(group.members[0], output: reference.path.dropFirst().first?.fieldName, at: reference.location)
    }
    let output = reference.path.dropFirst(2).first?.fieldName
    if case .item(let item)? = reference.path.dropFirst().first, let key = key(item, reference, context) {
      guard let index = group.numberOfKey[key] else {
        unknownInstance(key, group, number, reference, context)
        return Reach()
      }
      return member(group.members[index], output: output, at: reference.location)
    }
    return remembered(.group(frame: context.frame, number: number, output: output), at: reference.location) { finder in
      finder.all(group, number, context.frame, output, at: reference.location)
    }
  }

  private mutating func key(_ item: Reference.ItemKey, _ reference: Reference, _ context: Context) -> String? {
    do throws(ExpressionError) {
      return try frames[context.frame].key(item, context.each)
    } catch {
      findings.add(error.diagnostic)
      return nil
    }
  }

  private mutating func unknownInstance(
    _ key: String, _ group: Group, _ number: Int, _ reference: Reference, _ context: Context
  ) {
    let id = frames[context.frame].workflow.steps[number].step.id
    findings.add(
      Diagnostic(.planUnknownInstance, ["step": id, "key": key], at: reference.location)
        .suggesting(key, among: group.keys.prefix(1000)))
  }

  private mutating func all(
    _ group: Group, _ number: Int, _ frame: Int, _ output: String?, at location: SourceLocation
  ) -> Reach {
    let id = frames[frame].workflow.steps[number].step.id
    var result = Reach()
    for member in group.members {
      if case .step = member { continue }
      result.add(self.member(member, output: output, at: location))
    }
    if case .step? = group.members.first { result.steps = Array(group.range) }
    if !result.steps.isEmpty { result.addresses = [frames[frame].address(of: id)] }
    return result
  }

  private mutating func member(_ member: Group.Member, output: String?, at location: SourceLocation) -> Reach {
    switch member {
    case .step(let draft): return Reach(steps: [draft], addresses: [drafts[draft].address])
    case .include(let frame):
      var result = ownCondition(ofFrame: frame)
      if let output, let number = frames[frame].workflow.outputNumbers[output] {
        result.add(self.output(number, frame, at: location))
      } else {
        for number in frames[frame].workflow.outputs.indices {
          result.add(self.output(number, frame, at: location))
        }
      }
      return result
    }
  }

  private mutating func output(_ number: Int, _ frame: Int, at location: SourceLocation) -> Reach {
    remembered(.output(frame: frame, number: number), at: location) { finder in
      finder.reach(finder.frames[frame].workflow.outputs[number].references, Context(frame: frame, each: nil))
    }
  }

  // MARK: Memory

  private mutating func remembered(
    _ slot: Slot, at location: SourceLocation, _ find: (inout ReachFinder) -> Reach
  ) -> Reach {
    if let reach = known[slot] { return reach }
    guard open.count < Self.deepest else {
      findings.add(Diagnostic(.planTooDeep, ["limit": String(Self.deepest)], at: location))
      return Reach()
    }
    guard open.insert(slot).inserted else {
      findings.add(Diagnostic(.planValueCycle, at: location))
      return Reach()
    }
    let reach = find(&self)
    open.remove(slot)
    known[slot] = reach
    return reach
  }
}
