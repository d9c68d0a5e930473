package import Basics
import ProviderModel
import RunEngine

/// A diagram as one JSON object; the same in every language.
package enum DiagramJSON {
  package static func value(_ diagram: Diagram, masker: Masker) -> Value {
    var members: [String: Value] = [
      "workflow": .string(diagram.name), "title": PlanJSON.texts(diagram.title),
      "levels": .integer(diagram.levelCount), "steps": .list(diagram.nodes.map { step($0, diagram) }),
    ]
    if let run = diagram.run {
      members["run"] = .string(run.id)
      members["state"] = .string(run.state.rawValue)
    }
    return masker.mask(.object(members))
  }

  private static func step(_ node: Diagram.Node, _ diagram: Diagram) -> Value {
    let names = { (positions: [Int]) -> Value in .list(positions.map { .string(diagram.nodes[$0].address.text) }) }
    var members: [String: Value] = [
      "address": .string(node.address.text), "action": .string(node.action), "title": PlanJSON.texts(node.title),
      "level": .integer(node.level + 1), "depends_on": names(node.dependencies), "edges_from": names(node.drawn),
      "billing": .string(node.billing.rawValue), "probe": .bool(node.isProbe),
    ]
    members["state"] = node.state.map { .string($0.rawValue) }
    return .object(members)
  }
}
