package import Basics

/// A diagram in the language of Graphviz.
package struct DotText: Sendable {
  private let words: DiagramWords
  private let masker: Masker

  package init(phrases: Phrasebook, masker: Masker) {
    words = DiagramWords(phrases: phrases)
    self.masker = masker
  }

  package func lines(_ diagram: Diagram) -> [String] {
    let tree = ClusterTree(diagram.nodes.map(\.folders))
    return [
      "digraph \(quoted(diagram.name)) {", "  graph [rankdir=TB, fontname=\"sans-serif\", style=rounded];",
      "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\", fontsize=11];",
      "  edge [color=gray50, arrowsize=0.7];",
    ]
      + DiagramOutline.lines(tree, open: { "subgraph cluster_\($0) { label=\(quoted($1));" }, close: "}") {
        node(diagram.nodes[$0], $0)
      }
      + edges(Junctions(diagram)) + ["}"]
  }

  private func edges(_ junctions: Junctions) -> [String] {
    (0..<junctions.count).map { "  j\($0) [shape=point, width=0.05];" }
      + junctions.edges.map { from, to in
        switch (from, to) {
        case (.node(let from), .junction(let to)): "  n\(from) -> j\(to) [arrowhead=none];"
        case (.junction(let from), .node(let to)): "  j\(from) -> n\(to);"
        case (.node(let from), .node(let to)): "  n\(from) -> n\(to);"
        case (.junction(let from), .junction(let to)): "  j\(from) -> j\(to);"
        }
      }
  }

  private func node(_ node: Diagram.Node, _ position: Int) -> String {
    let tags = words.tags(node).map { " [\($0)]" }.joined()
    let label = ["\(words.mark(node).text) \(node.name)\(tags)", words.title(node)].filter { !$0.isEmpty }
    var attributes = ["label=\(quoted(label.joined(separator: "\n")))", "tooltip=\(quoted(node.address.text))"]
    attributes.append("class=\(quoted(words.classes(node).joined(separator: " ")))")
    if let fill = fill(node) { attributes.append("fillcolor=\(fill)") }
    if node.isProbe { attributes.append("shape=ellipse") }
    if node.isPurchase { attributes.append("color=goldenrod, penwidth=2") }
    return "n\(position) [\(attributes.joined(separator: ", "))];"
  }

  private func fill(_ node: Diagram.Node) -> String? {
    guard node.state != nil else { return nil }
    return switch words.mark(node).ink {
    case .green, .cyan: "palegreen"
    case .red: "lightcoral"
    case .yellow: "khaki"
    default: "gray90"
    }
  }

  /// A quoted string of the language: quotes and backslashes escaped, a line break as `\n`.
  private func quoted(_ text: String) -> String {
    let lines = masker.mask(text).split(separator: "\n", omittingEmptySubsequences: false)
    let safe = lines.map { line in
      SafeText.line(String(line)).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
    return "\"\(safe.joined(separator: "\\n"))\""
  }
}

/// Nodes inside their boxes as indented lines: what Graphviz and Mermaid have in common.
enum DiagramOutline {
  static func lines(
    _ tree: ClusterTree, open: (Int, String) -> String, close: String, node: (Int) -> String
  ) -> [String] {
    var lines: [String] = []
    var ways = [(cluster: 0, next: 0)]
    while let last = ways.last {
      let indent = String(repeating: "  ", count: ways.count)
      let items = tree.clusters[last.cluster].items
      guard last.next < items.count else {
        ways.removeLast()
        if !ways.isEmpty { lines.append(String(repeating: "  ", count: ways.count) + close) }
        continue
      }
      ways[ways.count - 1].next += 1
      switch items[last.next] {
      case .node(let position): lines.append(indent + node(position))
      case .cluster(let number):
        lines.append(indent + open(number, tree.clusters[number].name))
        ways.append((number, 0))
      }
    }
    return lines
  }
}
