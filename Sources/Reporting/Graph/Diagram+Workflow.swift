import Basics
import Expressions
import Planning
package import ProviderModel
package import WorkflowModel

extension Diagram {
  /// The steps of a file as it has them: a group is one node, and so is an include.
  ///
  /// Steps that wait for single instances of each other, as only values can tell, are drawn without the edge that would close the circle.
  /// - Parameter isPaid: Whether something inside an included workflow is paid for in advance.
  package init(_ workflow: Workflow, catalog: ProviderCatalog, isPaid: (_ included: String) -> Bool) {
    let numbers = Dictionary(workflow.steps.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let read = workflow.steps.map { step in Set(step.reads.compactMap { numbers[$0] }).sorted() }
    let order = StepWalk.order(read)
    var position = Array(repeating: 0, count: order.count)
    for (place, number) in order.enumerated() { position[number] = place }
    let nodes = order.enumerated().map { place, number in
      var node = Node(workflow.steps[number], catalog, isPaid)
      node.dependencies = read[number].map { position[$0] }.filter { $0 < place }.sorted()
      return node
    }
    self.init(name: workflow.name, title: workflow.title, nodes: nodes)
  }
}

extension Diagram.Node {
  fileprivate init(_ step: Step, _ catalog: ProviderCatalog, _ isPaid: (String) -> Bool) {
    let address = StepAddress(step.id)
    let title = LocalizedText(plain: "")
    switch step.use {
    case .workflow(let name):
      self.init(
        address: address, title: step.title ?? title, action: step.useText, deed: nil,
        billing: isPaid(name) ? .prepaid : .free)
    case .action(let name):
      let action = catalog.action(name)
      let planned = action.map { PlannedStepFacts(step: PlannedStep(address, action: $0), position: 0) }
      self.init(
        address: address, title: step.title ?? action?.title ?? title, action: name, deed: planned?.deed,
        billing: action?.billing.kind ?? .free)
    }
  }
}

extension Step {
  /// The names of the steps that it waits for; a name may come twice.
  fileprivate var reads: [String] {
    needs.map(\.step)
      + templates.flatMap(\.references).compactMap { reference in
        guard reference.root == "steps", case .field(let name)? = reference.path.first else { return nil }
        return name
      }
  }
}

/// Visits steps so that each comes after what it waits for, as far as there is no circle; the first in the file come first.
enum StepWalk {
  static func order(_ dependencies: [[Int]]) -> [Int] {
    var order: [Int] = []
    var seen = Array(repeating: false, count: dependencies.count)
    for first in dependencies.indices where !seen[first] {
      seen[first] = true
      var open = [(number: first, next: 0)]
      while let last = open.last {
        guard last.next < dependencies[last.number].count else {
          order.append(last.number)
          open.removeLast()
          continue
        }
        open[open.count - 1].next += 1
        let dependency = dependencies[last.number][last.next]
        if !seen[dependency] {
          seen[dependency] = true
          open.append((dependency, 0))
        }
      }
    }
    return order
  }
}
