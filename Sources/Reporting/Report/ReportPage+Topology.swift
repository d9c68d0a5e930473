import Basics
import Planning
import ProviderModel
import RunEngine

extension ReportPage {
  /// The things of the run by cloud, and what joins them.
  func topology(_ report: RunReport) -> [Markup] {
    let topology = Topology(
      report.plan, states: report.steps.map(\.state), results: report.results, arguments: report.arguments)
    if topology.things.isEmpty { return [paragraph(label("report.no-things"), "dim")] }
    let drawing = SVGDrawing(phrases: phrases, masker: masker)
    return [
      paragraph(label("report.topology-more"), "dim"),
      picture(drawing.picture(topology.diagram, id: "arrow-topology")),
      table(["step", "what", "id", "state", "origin"], rows(topology, report.plan), empty: "report.no-things"),
    ]
  }

  private func rows(_ topology: Topology, _ plan: Plan) -> [[Markup]] {
    topology.things.filter { $0.identity != nil }.map { thing in
      let step = plan.steps[thing.position]
      return [
        code(step.address.text), cell(phrases.text(step.action.title)), code(thing.identity ?? ""),
        writer.element("td", [:], badge(phrases.label("step.\(thing.state.rawValue)"), Self.look(thing.state))),
        cell(phrases.label("report.effect.\(thing.effect.rawValue)")),
      ]
    }
  }

  /// The graph of the steps.
  func steps(_ report: RunReport) -> [Markup] {
    let diagram = report.diagram
    let drawing = SVGDrawing(phrases: phrases, masker: masker)
    let counts = Dictionary(grouping: report.steps, by: \.state).mapValues(\.count)
    let tally = StepState.allCases.compactMap { state in
      counts[state].map { badge("\($0) \(phrases.label("step.\(state.rawValue)"))", Self.look(state)) }
    }
    return [paragraph(writer.join(tally, separator: " ")), picture(drawing.picture(diagram, id: "arrow-steps"))]
  }
}
