import Basics
import Planning
import ProviderModel
import RunEngine

/// What a run made and used, and how it is joined: things by cloud, the probes that go through them, and what goes into what.
///
/// Nothing is guessed: a thing is a step with an id of its own or of something that was there; an arrow is a value that flowed, or an
/// argument that names the other's id.
struct Topology {
  struct Thing {
    var position: Int
    /// As the cloud names it.
    var identity: String?
    var state: StepState
    var effect: Effect
  }

  private(set) var things: [Thing] = []
  private(set) var diagram: Diagram
  private let plan: Plan

  /// - Parameters:
  ///   - states: By position.
  ///   - arguments: Of the last attempt of each step.
  init(
    _ plan: Plan, states: [StepState], results: [StepAddress: StepResult],
    arguments: [StepAddress: [String: Value]]
  ) {
    self.plan = plan
    diagram = Diagram(name: plan.workflow.name, title: plan.workflow.title, nodes: [])
    things = plan.steps.indices.compactMap { position in
      results[plan.steps[position].address].flatMap { Self.thing(plan, position, states[position], $0) }
    }
    let isThing = Dictionary(things.map { ($0.position, $0) }) { first, _ in first }
    let sources = sources { isThing[$0] != nil && !plan.steps[$0].isProbe }
    let joins = joins(sources, isThing)
    let shown = (things.map(\.position) + joins).sorted()
    let places = Dictionary(shown.enumerated().map { ($1, $0) }) { first, _ in first }
    let named = Dictionary(things.compactMap { thing in thing.identity.map { ($0, thing.position) } }) { first, _ in
      first
    }
    let nodes = shown.map { position in
      let ids = Self.texts(in: .object(arguments[plan.steps[position].address] ?? [:])).compactMap { named[$0] }
      let all = sources[position].union(ids.filter { $0 < position })
      return node(position, isThing[position], all.compactMap { places[$0] }.sorted())
    }
    diagram = Diagram(name: plan.workflow.name, title: plan.workflow.title, nodes: nodes)
  }

  private static let builtIn: Set = ["ssh", "flow", "manual", "lab"]
  /// Ids of places: many things are there.
  private static let places: Set = ["region_id", "zone_id"]

  private static func thing(_ plan: Plan, _ position: Int, _ state: StepState, _ result: StepResult) -> Thing? {
    let step = plan.steps[position]
    guard !builtIn.contains(step.action.provider) else { return nil }
    let plain = result.outputs.filter { !step.sensitiveOutputs.contains($0.key) && !places.contains($0.key) }
    let identity = SummaryText.identity(plain)
    guard identity != nil || step.isProbe else { return nil }
    return Thing(position: position, identity: identity, state: state, effect: result.effect)
  }

  private static func texts(in value: Value) -> [String] {
    switch value {
    case .string(let text): [text]
    case .list(let elements): elements.flatMap(texts)
    case .object(let members): members.values.flatMap(texts)
    case .null, .bool, .integer, .number: []
    }
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
    // The boxes of this drawing are the clouds, and in them the includes.
    let isOfCloud = thing != nil && !step.isProbe
    node.folders = isOfCloud ? [step.action.provider] + node.folders.prefix(1) : []
    if let identity = thing?.identity { node.title = LocalizedText(plain: identity) }
    return node
  }
}
