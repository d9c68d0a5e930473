import Basics
import Planning
import ProviderModel
import RunEngine

/// What a run made and used, and how it is joined: things by cloud, the probes that go through them, and what takes a value of what.
///
/// Nothing is guessed: a thing is a step with an id of its own or of something that was there, and an arrow is a value that flowed.
struct Topology {
  struct Thing {
    var position: Int
    /// As the cloud names it.
    var identity: String?
    var state: StepState
    var effect: Effect?
  }

  private(set) var things: [Thing] = []
  private(set) var diagram: Diagram
  private let plan: Plan

  /// - Parameter steps: By position.
  init(_ plan: Plan, steps: [StepSummary]) {
    self.plan = plan
    diagram = Diagram(name: plan.workflow.name, title: plan.workflow.title, nodes: [])
    things = plan.steps.indices.compactMap { Self.thing(plan.steps[$0], $0, steps[$0]) }
    let isThing = Dictionary(things.map { ($0.position, $0) }) { first, _ in first }
    let sources = sources { isThing[$0] != nil && !plan.steps[$0].isProbe }
    let joins = joins(sources, isThing)
    let shown = (things.map(\.position) + joins).sorted()
    let places = Dictionary(shown.enumerated().map { ($1, $0) }) { first, _ in first }
    let nodes = shown.map { position in
      node(position, isThing[position], sources[position].compactMap { places[$0] }.sorted())
    }
    diagram = Diagram(name: plan.workflow.name, title: plan.workflow.title, nodes: nodes)
  }

  private static let builtIn: Set = ["ssh", "flow", "manual", "lab"]

  private static func thing(_ step: PlannedStep, _ position: Int, _ summary: StepSummary) -> Thing? {
    guard !builtIn.contains(step.action.provider), summary.effect != nil, summary.state != .skipped else { return nil }
    let plain = summary.outputs.filter { !step.sensitiveOutputs.contains($0.key) }
    let identity = SummaryText.identity(plain)
    guard identity != nil || step.isProbe else { return nil }
    return Thing(position: position, identity: identity, state: summary.state, effect: summary.effect)
  }

  /// By step: the nearest things whose values reach it, through steps that are no things.
  private func sources(isThing: (Int) -> Bool) -> [Set<Int>] {
    var sources: [Set<Int>] = []
    for step in plan.steps {
      let explicit = Set(step.explicitDependencies)
      var found: Set<Int> = []
      for dependency in step.dependencies where !explicit.contains(dependency) {
        if isThing(dependency) { found.insert(dependency) } else { found.formUnion(sources[dependency]) }
      }
      sources.append(found)
    }
    return sources
  }

  /// Work on a host that takes values of more than one cloud: there the clouds meet.
  private func joins(_ sources: [Set<Int>], _ isThing: [Int: Thing]) -> [Int] {
    plan.steps.indices.filter { position in
      plan.steps[position].action.provider == "ssh" && isThing[position] == nil
        && Set(sources[position].map { plan.steps[$0].action.provider }).count > 1
    }
  }

  private func node(_ position: Int, _ thing: Thing?, _ dependencies: [Int]) -> Diagram.Node {
    let step = plan.steps[position]
    var node = Diagram.Node(
      address: step.address, title: step.title ?? step.action.title, action: step.action.fullName,
      deed: PlannedStepFacts(step: step, position: position).deed, billing: step.action.billing.kind,
      state: thing?.state, dependencies: dependencies)
    let isOfCloud = thing != nil && !step.isProbe
    node.folders = isOfCloud ? [step.action.provider] + node.folders.prefix(1) : []
    if let identity = thing?.identity { node.title = LocalizedText(plain: identity) }
    return node
  }
}
