internal import Basics
internal import Expressions
internal import WorkflowModel

/// Finds what each drafted step depends on.
struct EdgeFinder {
  private(set) var reach: ReachFinder
  /// By number of the drafted step; sorted.
  private(set) var dependencies: [[Int]] = []
  private(set) var explicit: [[Int]] = []
  private(set) var findings = Diagnostics()

  private let frames: [Frame]
  private let drafts: [DraftStep]
  /// What the `needs` of a workflow instance and of those around it hand down, and what their conditions read.
  private var handedDown: [Int: (needs: [Int], conditions: [Int])] = [:]
  /// What the `needs` of a step of a workflow instance name: one list for all instances of the step.
  private var needed: [Place: [Int]] = [:]

  private struct Place: Hashable {
    var frame: Int
    var step: String
  }

  init(frames: [Frame], drafts: [DraftStep]) {
    self.frames = frames
    self.drafts = drafts
    reach = ReachFinder(frames: frames, drafts: drafts)
  }

  mutating func findAll() {
    dependencies.reserveCapacity(drafts.count)
    explicit.reserveCapacity(drafts.count)
    for draft in drafts { find(draft) }
    findings.add(contentsOf: reach.findings)
  }

  private mutating func find(_ draft: DraftStep) {
    let step = frames[draft.context.frame].workflow.steps[draft.number]
    let outer = handedDown(to: draft.context.frame)
    var read = Reach()
    if let when = step.when { read.add(reach.reach(when.references, draft.context)) }
    for argument in step.arguments where argument.literal == nil {
      read.add(reach.reach(argument.template.references, draft.context))
    }
    let needs = Reach.merged(outer.needs, self.needs(step.step, draft.context.frame))
    explicit.append(needs)
    dependencies.append(Reach.merged(Reach.merged(needs, outer.conditions), read.steps))
  }

  private mutating func handedDown(to frame: Int) -> (needs: [Int], conditions: [Int]) {
    guard let outside = frames[frame].outside, let step = frames[frame].step else { return ([], []) }
    if let known = handedDown[frame] { return known }
    let outer = handedDown(to: outside.frame)
    let own = needs(step.step, outside.frame)
    let result = (Reach.merged(outer.needs, own), reach.condition(ofFrame: frame).steps)
    handedDown[frame] = result
    return result
  }

  /// Every step inside what `needs` names.
  private mutating func needs(_ step: Step, _ frame: Int) -> [Int] {
    if step.needs.isEmpty { return [] }
    let place = Place(frame: frame, step: step.id)
    if let known = needed[place] { return known }
    var result: [Int] = []
    for need in step.needs {
      guard let number = frames[frame].workflow.stepNumbers[need.step] else { continue }
      result = Reach.merged(result, Array(frames[frame].groups[number].range))
    }
    needed[place] = result
    return result
  }

  // MARK: Cycles

  /// A finding for each knot of steps that wait for each other.
  mutating func cycles() -> [Diagnostic] {
    CycleFinder(edges: dependencies).cycles().map { cycle in
      let pairs = zip(cycle, cycle.dropFirst() + cycle.prefix(1))
      let notes = pairs.map { from, to in
        Diagnostic(
          .planCycleEdge, ["step": drafts[from].address.text, "dependency": drafts[to].address.text],
          at: location(ofEdge: from, to), severity: .note)
      }
      let names = (cycle + cycle.prefix(1)).map { drafts[$0].address.text }
      return Diagnostic(
        .planCycle, ["cycle": names.joined(separator: " -> ")], at: notes.first?.location, related: notes)
    }
  }

  /// Where it is written that one step waits for another: the reference or the `needs`, of the step or of an include around it.
  private mutating func location(ofEdge from: Int, _ to: Int) -> SourceLocation {
    let draft = drafts[from]
    let step = frames[draft.context.frame].workflow.steps[draft.number]
    if let place = place(step, draft.context, to, arguments: true) { return place }
    var frame = draft.context.frame
    while let outside = frames[frame].outside, let step = frames[frame].step {
      if let place = place(step, outside, to, arguments: false) { return place }
      frame = outside.frame
    }
    return step.step.location
  }

  private mutating func place(
    _ step: CheckedStep, _ context: Context, _ target: Int, arguments: Bool
  ) -> SourceLocation? {
    let read = (step.when?.references ?? []) + (arguments ? step.arguments.flatMap(\.template.references) : [])
    for reference in read where reach.reach(reference, context).steps.contains(target) { return reference.location }
    for need in step.step.needs {
      guard let number = frames[context.frame].workflow.stepNumbers[need.step] else { continue }
      if frames[context.frame].groups[number].range.contains(target) { return need.location }
    }
    return nil
  }
}
