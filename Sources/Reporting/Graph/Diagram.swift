package import Basics
package import Planning
package import ProviderModel
package import RunEngine

/// A workflow or a run as a drawing shows it: its steps in topological order, and what each waits for.
package struct Diagram: Sendable {
  package var name: String
  package var title: LocalizedText
  /// The run whose states the nodes carry.
  package var run: RunMark?
  package private(set) var nodes: [Node]

  package struct RunMark: Sendable {
    package var id: String
    package var state: RunState

    package init(id: String, state: RunState) {
      self.id = id
      self.state = state
    }
  }

  package struct Node: Sendable {
    package var address: StepAddress
    /// The includes, and the group, around it, outermost first.
    package var folders: [String]
    package var title: LocalizedText
    package var action: String
    /// `nil` for an include that is drawn as one step.
    package var deed: PlannedStepFacts.Deed?
    package var billing: Billing.Kind
    package var state: StepState?
    /// Positions, sorted, all smaller than the node's own.
    package var dependencies: [Int]
    /// Those of `dependencies` that no other one implies.
    package fileprivate(set) var drawn: [Int] = []
    /// The length of the longest way to it, from 0.
    package fileprivate(set) var level = 0

    package init(
      address: StepAddress, title: LocalizedText, action: String, deed: PlannedStepFacts.Deed?,
      billing: Billing.Kind = .free, state: StepState? = nil, dependencies: [Int] = []
    ) {
      self.address = address
      folders = address.components.dropLast().map(String.init)
      self.title = title
      self.action = action
      self.deed = deed
      self.billing = billing
      self.state = state
      self.dependencies = dependencies
    }

    /// The last part of the address.
    package var name: String { address.components.last.map(String.init) ?? address.text }
    /// Bought by the step itself, for a term.
    package var isPurchase: Bool { billing == .prepaid && deed != .skip }
    package var isProbe: Bool { deed == .probe }
  }

  /// - Parameter nodes: In topological order.
  package init(name: String, title: LocalizedText, run: RunMark? = nil, nodes: [Node]) {
    self.name = name
    self.title = title
    self.run = run
    self.nodes = nodes
    for (position, drawn) in TransitiveReduction.of(nodes.map(\.dependencies)).enumerated() {
      self.nodes[position].drawn = drawn
      self.nodes[position].level = drawn.map { self.nodes[$0].level + 1 }.max() ?? 0
    }
  }

  package var levelCount: Int { (nodes.map(\.level).max() ?? -1) + 1 }
}

extension Diagram {
  /// A group of more steps than this has a box around it.
  private static let smallestGroup = 3

  /// The steps of a plan; of a run with their states.
  package init(_ plan: Plan, run: RunMark? = nil, states: [StepState] = []) {
    let groups = plan.steps.reduce(into: [StepAddress: Int]()) { $0[$1.group, default: 0] += 1 }
    let nodes = plan.steps.enumerated().map { position, step in
      var node = Node(
        address: step.address, title: step.title ?? step.action.title, action: step.action.fullName,
        deed: PlannedStepFacts(step: step, position: position).deed, billing: step.action.billing.kind,
        state: states.indices.contains(position) ? states[position] : nil, dependencies: step.dependencies)
      if let count = groups[step.group], count > Self.smallestGroup {
        node.folders.append("\(step.group.components.last ?? "") × \(count)")
      }
      return node
    }
    self.init(name: plan.workflow.name, title: plan.workflow.title, run: run, nodes: nodes)
  }
}
