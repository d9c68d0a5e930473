package import Basics
import RunEngine

/// A diagram for a terminal: the steps level by level, each with what it waits for.
package struct GraphText: Sendable {
  private let words: DiagramWords
  private let phrases: Phrasebook
  private let style: Style
  private let masker: Masker
  /// Of more than these, the first are named and the rest counted.
  private static let mostNamed = 4

  package init(phrases: Phrasebook, style: Style, masker: Masker) {
    words = DiagramWords(phrases: phrases)
    self.phrases = phrases
    self.style = style
    self.masker = masker
  }

  package func lines(_ diagram: Diagram) -> [String] {
    let nodes = diagram.nodes.indices.sorted { (diagram.nodes[$0].level, $0) < (diagram.nodes[$1].level, $1) }
    let digits = String(diagram.levelCount).count
    let width = diagram.nodes.map { ColumnWidth.of($0.address.text) }.max() ?? 0
    var lines = head(diagram)
    var last = 0
    for position in nodes {
      let node = diagram.nodes[position]
      let number = node.level + 1 == last ? "" : String(node.level + 1)
      last = node.level + 1
      lines.append(line(node, diagram, number: pad(number, digits), width: width))
    }
    return lines.map { masker.mask($0) }
  }

  private func pad(_ number: String, _ digits: Int) -> String {
    String(repeating: " ", count: max(0, digits - number.count)) + number
  }

  private func head(_ diagram: Diagram) -> [String] {
    let counts = phrases.label(
      "graph.counts", ["steps": String(diagram.nodes.count), "levels": String(diagram.levelCount)])
    guard let run = diagram.run else {
      return [style.paint(diagram.name, .bold) + "  " + phrases.text(diagram.title), style.paint(counts, .dim), ""]
    }
    let state = phrases.label("state.\(run.state.rawValue)")
    let head = phrases.label("status.head", ["run": run.id, "workflow": diagram.name, "state": state])
    return [style.paint(head, .bold), style.paint(counts, .dim), ""]
  }

  private func line(_ node: Diagram.Node, _ diagram: Diagram, number: String, width: Int) -> String {
    let mark = words.mark(node)
    let tags = words.tags(node).map { " [\($0)]" }.joined()
    let waits = waits(node, diagram)
    let name = waits.isEmpty && tags.isEmpty ? node.address.text : ColumnWidth.pad(node.address.text, to: width)
    return "\(style.paint(number, .dim))  \(style.paint(mark.text, mark.ink)) \(style.paint(name, .bold))"
      + (tags.isEmpty ? "" : style.paint(tags, .yellow))
      + (waits.isEmpty ? "" : style.paint("  ← " + waits, .dim))
  }

  private func waits(_ node: Diagram.Node, _ diagram: Diagram) -> String {
    let names = node.drawn.prefix(Self.mostNamed).map { diagram.nodes[$0].address.text }.joined(separator: ", ")
    let more = node.drawn.count - Self.mostNamed
    return more > 0 ? "\(names), +\(more)" : names
  }
}
