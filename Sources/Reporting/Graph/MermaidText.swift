package import Basics
import RunEngine

/// A diagram as a Mermaid flow chart.
package struct MermaidText: Sendable {
  /// Renderers refuse more edges than this unless their host raises `maxEdges`.
  package static let usualLimit = 500
  private let words: DiagramWords
  private let masker: Masker

  /// How many lines the chart has.
  package static func edgeCount(_ diagram: Diagram) -> Int { Junctions(diagram).edges.count }

  package init(phrases: Phrasebook, masker: Masker) {
    words = DiagramWords(phrases: phrases)
    self.masker = masker
  }

  package func lines(_ diagram: Diagram) -> [String] {
    let tree = ClusterTree(diagram.nodes.map(\.folders))
    return ["flowchart TB"]
      + DiagramOutline.lines(tree, open: { "subgraph c\($0)[\"\(escaped($1))\"]" }, close: "end") {
        node(diagram.nodes[$0], $0)
      }
      + edges(Junctions(diagram)) + classes(diagram)
  }

  private func edges(_ junctions: Junctions) -> [String] {
    (0..<junctions.count).map { "  j\($0)((\" \"))" }
      + junctions.edges.map { from, to in
        switch (from, to) {
        case (.node(let from), .junction(let to)): "  n\(from) --- j\(to)"
        case (.junction(let from), .node(let to)): "  j\(from) --> n\(to)"
        case (.node(let from), .node(let to)): "  n\(from) --> n\(to)"
        case (.junction(let from), .junction(let to)): "  j\(from) --> j\(to)"
        }
      }
  }

  private func node(_ node: Diagram.Node, _ position: Int) -> String {
    let tags = words.tags(node).map { " (\($0))" }.joined()
    let label = ["\(words.mark(node).text) \(node.name)\(tags)", words.title(node)].filter { !$0.isEmpty }
      .map(escaped).joined(separator: "<br/>")
    return node.isProbe ? "n\(position)([\"\(label)\"])" : "n\(position)[\"\(label)\"]"
  }

  /// One class a node: what is paid for keeps its border whatever its state.
  private func classes(_ diagram: Diagram) -> [String] {
    var members: [String: [Int]] = [:]
    for (position, node) in diagram.nodes.enumerated() {
      if let tint = tint(node) { members[tint, default: []].append(position) }
      if node.isPurchase { members["paid", default: []].append(position) }
    }
    let styles = [
      ("good", "fill:#dafbe1,stroke:#1a7f37,color:#1b1f24"), ("bad", "fill:#ffebe9,stroke:#cf222e,color:#1b1f24"),
      ("busy", "fill:#fff8c5,stroke:#9a6700,color:#1b1f24"), ("idle", "fill:#eaeef2,stroke:#8c959f,color:#57606a"),
      ("paid", "stroke:#bf8700,stroke-width:3px"),
    ]
    return styles.flatMap { name, style -> [String] in
      guard let members = members[name] else { return [] }
      return [
        "  classDef \(name) \(style)", "  class \(members.map { "n\($0)" }.joined(separator: ",")) \(name)",
      ]
    }
  }

  private func tint(_ node: Diagram.Node) -> String? {
    guard node.state != nil else { return nil }
    return switch words.mark(node).ink {
    case .green, .cyan: "good"
    case .red: "bad"
    case .yellow: "busy"
    default: "idle"
    }
  }

  /// Text inside quotes: everything that Mermaid, its Markdown or HTML could read as more than itself becomes `#code;`.
  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in SafeText.line(masker.mask(text)).unicodeScalars {
      let isPlain =
        !scalar.isASCII || (48...57).contains(scalar.value) || (65...90).contains(scalar.value)
        || (97...122).contains(scalar.value) || " -./,:()+=@!?".unicodeScalars.contains(scalar)
      if isPlain { result.unicodeScalars.append(scalar) } else { result += "#\(scalar.value);" }
    }
    return result
  }
}
