internal import Basics
internal import Expressions

/// Finds cycles that no data can open: every instance of one step waits for another, and that one for the first.
///
/// Left to Planning, which knows instances: what goes through the outputs of an include, and `at()`, which leads to one instance only.
enum StepOrder {
  struct Edge {
    let target: Int
    let location: SourceLocation
  }

  static func check(_ workflow: Workflow, _ findings: inout Diagnostics) {
    let numbers = Dictionary(workflow.steps.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let edges = workflow.steps.map { step in certainEdges(step, workflow, numbers) }
    for cycle in CycleFinder(edges: edges.map { $0.map(\.target) }).cycles() {
      findings.add(diagnostic(cycle, workflow, edges))
    }
  }

  private static func certainEdges(_ step: Step, _ workflow: Workflow, _ numbers: [String: Int]) -> [Edge] {
    let needed = step.needs.compactMap { need in
      numbers[need.step].map { Edge(target: $0, location: need.location) }
    }
    let arguments = step.isInclude ? [] : step.arguments.flatMap(\.value.references)
    let read = ((step.when?.references ?? []) + arguments).compactMap { reference -> Edge? in
      guard reference.root == "steps", case .field(let name)? = reference.path.first, let target = numbers[name],
        !workflow.steps[target].isInclude, !reference.takesOneItem
      else { return nil }
      return Edge(target: target, location: reference.location)
    }
    return needed + read
  }

  private static func diagnostic(_ cycle: [Int], _ workflow: Workflow, _ edges: [[Edge]]) -> Diagnostic {
    let pairs = zip(cycle, cycle.dropFirst() + cycle.prefix(1))
    let notes = pairs.map { from, to in
      Diagnostic(
        .workflowCycleEdge, ["step": workflow.steps[from].id, "dependency": workflow.steps[to].id],
        at: edges[from].first { $0.target == to }?.location, severity: .note)
    }
    let names = (cycle + cycle.prefix(1)).map { workflow.steps[$0].id }
    return Diagnostic(
      .workflowCycle, ["cycle": names.joined(separator: " -> ")], at: notes.first?.location, related: notes)
  }
}

extension Step {
  package var isInclude: Bool { if case .workflow = use { true } else { false } }
}

extension Reference {
  /// `at(steps.x, key)`: the path goes to one instance of the step.
  package var takesOneItem: Bool { if path.count > 1, case .item = path[1] { true } else { false } }
}
