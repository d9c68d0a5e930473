package import Basics

/// A diagram as an SVG picture: laid out here, self-contained, light or dark as the reader's screen is.
package struct SVGDrawing: Sendable {
  private let writer: MarkupWriter
  private let words: DiagramWords
  private static let nodeHeight = 42
  private static let widestLabel = 30

  package init(phrases: Phrasebook, masker: Masker) {
    writer = MarkupWriter(masker: masker)
    words = DiagramWords(phrases: phrases)
  }

  /// The file.
  package func text(_ diagram: Diagram) -> String {
    let picture = picture(diagram, style: writer.element("style", [:], .code(DrawingStyle.alone)))
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(picture.text)\n"
  }

  /// The picture as a part of a page that has its style sheet.
  func picture(_ diagram: Diagram, style: Markup = .nothing, id: String = "arrow") -> Markup {
    let layout = LayeredLayout(
      sizes: diagram.nodes.map(size), folders: diagram.nodes.map(\.folders), dependencies: diagram.nodes.map(\.drawn))
    let (width, height) = (String(layout.size.width), String(layout.size.height))
    return writer.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "drawing", "width": width, "height": height,
        "viewBox": "0 0 \(width) \(height)", "role": "img",
      ],
      [writer.element("title", [:], writer.text(words.phrases.text(diagram.title))), style, arrow(id)]
        + layout.boxes.map(box) + layout.lines.map { line($0, id) }
        + zip(diagram.nodes, layout.nodes).map(node))
  }

  private func size(_ node: Diagram.Node) -> LayeredLayout.Size {
    let label = words.mark(node).text + " " + ColumnWidth.cut(node.name, to: Self.widestLabel)
    let title = ColumnWidth.cut(words.title(node), to: Self.widestLabel + 4)
    let tags = words.tags(node).joined(separator: " ")
    let width = max(
      LabelSize.width(of: label) + (tags.isEmpty ? 0 : LabelSize.width(of: " " + tags, perColumn: 6.4)),
      LabelSize.width(of: title, perColumn: 6.2))
    return LayeredLayout.Size(width: max(90, width + 20), height: Self.nodeHeight)
  }

  private func arrow(_ id: String) -> Markup {
    writer.element(
      "defs", [:],
      writer.element(
        "marker",
        [
          "id": id, "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "7", "markerHeight": "7",
          "orient": "auto",
        ], writer.element("path", ["class": "tip", "d": "M0 0L8 4L0 8z"])))
  }

  private func box(_ box: LayeredLayout.Box) -> Markup {
    let frame = box.frame
    return writer.element(
      "g", ["class": box.depth % 2 == 1 ? "box" : "box inner"], rectangle(frame, radius: 8),
      writer.element(
        "text", ["x": String(frame.x + LayeredLayout.padding), "y": String(frame.y + 20)], writer.text(box.name)))
  }

  private func rectangle(_ frame: LayeredLayout.Frame, radius: Int) -> Markup {
    writer.element(
      "rect",
      [
        "x": String(frame.x), "y": String(frame.y), "width": String(frame.width), "height": String(frame.height),
        "rx": String(radius),
      ])
  }

  private func line(_ line: LayeredLayout.Line, _ id: String) -> Markup {
    var path = "M\(line.from.centre) \(line.from.bottom)"
    var last = (x: line.from.centre, y: line.from.bottom)
    for lane in line.lanes {
      path += curve(from: last, to: (lane.centre, lane.y)) + "V\(lane.bottom)"
      last = (lane.centre, lane.bottom)
    }
    path += curve(from: last, to: (line.to.centre, line.to.y))
    let look = line.edges.count > 1 ? "edge many" : "edge"
    return writer.element("path", ["class": look, "d": path, "marker-end": "url(#\(id))"])
  }

  private func curve(from: (x: Int, y: Int), to: (x: Int, y: Int)) -> String {
    let bend = min(60, max(12, (to.y - from.y) / 2))
    return "C\(from.x) \(from.y + bend) \(to.x) \(to.y - bend) \(to.x) \(to.y)"
  }

  private func node(_ node: Diagram.Node, _ frame: LayeredLayout.Frame) -> Markup {
    let x = String(frame.x + 10)
    let tags = words.tags(node).joined(separator: " ")
    return writer.element(
      "g", ["class": (["step"] + words.classes(node)).joined(separator: " ")],
      writer.element("title", [:], writer.text(hint(node))),
      rectangle(frame, radius: node.isProbe ? Self.nodeHeight / 2 : 5),
      writer.element(
        "text", ["class": "name", "x": x, "y": String(frame.y + 18)],
        writer.short("\(words.mark(node).text) \(node.name)", columns: Self.widestLabel + 2)),
      tags.isEmpty
        ? .nothing
        : writer.element(
          "text",
          ["class": "tag", "x": String(frame.x + frame.width - 10), "y": String(frame.y + 18), "text-anchor": "end"],
          writer.text(tags)),
      writer.element(
        "text", ["class": "what", "x": x, "y": String(frame.y + 33)],
        writer.short(words.title(node), columns: Self.widestLabel + 4)))
  }

  /// Everything that is known of the node, for the pointer that rests on it.
  private func hint(_ node: Diagram.Node) -> String {
    ([node.address.text, node.action, words.title(node)] + words.tags(node) + [words.state(node)].compactMap { $0 })
      .filter { !$0.isEmpty }.joined(separator: " · ")
  }
}
