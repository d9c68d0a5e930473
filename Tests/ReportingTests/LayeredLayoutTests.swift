import Basics
import Planning
import TestSupport
import Testing

@testable import Reporting

@Suite("Layered layout")
struct LayeredLayoutTests {
  private typealias Frame = LayeredLayout.Frame

  private static func overlap(_ a: Frame, _ b: Frame) -> Bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.bottom && b.y < a.bottom
  }

  private static func holds(_ outer: Frame, _ inner: Frame) -> Bool {
    outer.x <= inner.x && outer.y <= inner.y && inner.x + inner.width <= outer.x + outer.width
      && inner.bottom <= outer.bottom
  }

  /// Everything that a layout promises.
  private static func check(_ folders: [[String]], _ graph: [[Int]]) {
    let sizes = graph.indices.map { LayeredLayout.Size(width: 90 + 13 * ($0 % 7), height: 42) }
    let layout = LayeredLayout(sizes: sizes, folders: folders, dependencies: graph)
    let page = Frame(x: 0, y: 0, width: layout.size.width, height: layout.size.height)
    for (index, node) in layout.nodes.enumerated() {
      #expect(holds(page, node))
      for other in layout.nodes[..<index] where overlap(node, other) { Issue.record("\(node) over \(other)") }
      // A box holds a node wholly or not at all.
      for box in layout.boxes where overlap(box.frame, node) { #expect(holds(box.frame, node)) }
    }
    for (index, box) in layout.boxes.enumerated() {
      for other in layout.boxes[..<index] where overlap(box.frame, other.frame) {
        #expect(holds(other.frame, box.frame) && other.depth < box.depth)
      }
    }
    var drawn: Set<[Int]> = []
    for line in layout.lines {
      var last = line.from.bottom
      for lane in line.lanes {
        #expect(lane.y > last && lane.bottom >= lane.y)
        last = lane.bottom
      }
      #expect(line.to.y > last)
      for edge in line.edges {
        #expect(drawn.insert([edge.from, edge.to]).inserted)
        #expect(holds(line.from, layout.nodes[edge.from]) && holds(line.to, layout.nodes[edge.to]))
        #expect(layout.nodes[edge.from].bottom < layout.nodes[edge.to].y, "an edge leads up")
      }
    }
    #expect(drawn == Set(graph.enumerated().flatMap { to, list in list.map { [$0, to] } }))
  }

  @Test(
    "nothing overlaps, everything is inside its box, and every edge leads down, whatever the graph", arguments: 0..<40)
  func promises(seed: Int) {
    var random = RandomGraphs(seed: UInt64(seed))
    let count = 1 + random.next(below: 40)
    let graph = random.graph(count, sparse: 2 + random.next(below: 12))
    // Boxes at random: many of them wait for each other in circles, and have to be opened.
    let folders = (0..<count).map { _ in
      (0..<random.next(below: 3)).map { depth in "box\(depth)-\(random.next(below: 3))" }
    }
    Self.check(folders, graph)
  }

  @Test("a box around steps that follow each other stays a box")
  func keepsBoxes() {
    let folders = [[], ["site"], ["site", "vcpe"], ["site"], []]
    let layout = LayeredLayout(
      sizes: folders.map { _ in LayeredLayout.Size(width: 100, height: 42) }, folders: folders,
      dependencies: [[], [0], [1], [1, 2], [3]])
    #expect(layout.boxes.map(\.name) == ["site", "vcpe"])
    #expect(layout.lines.count == 5)
    Self.check(folders, [[], [0], [1], [2], [3]])
  }

  @Test("an empty diagram has a picture")
  func empty() { Self.check([], []) }

  @Test("5,000 steps in many includes are drawn in seconds, the same way each time")
  func large() {
    var steps: [(String, [String])] = [("first", [])]
    for site in 0..<500 {
      for step in 0..<10 {
        let before = step == 0 ? ["first"] : ["site[\(site)]/s\(step - 1)", "first"]
        steps.append(("site[\(site)]/s\(step)", before + (site > 0 && step == 5 ? ["site[\(site - 1)]/s4"] : [])))
      }
    }
    steps.append(("last", steps.map(\.0)))
    let plan = TestPlan.make(steps)
    var text = ""
    let took = ContinuousClock().measure {
      text = SVGDrawing(phrases: Phrasebook(.english), masker: Masker()).text(Diagram(plan))
    }
    print("a picture of \(steps.count) steps: \(took), \(text.utf8.count) bytes")
    #expect(took < .seconds(30))
    #expect(text == SVGDrawing(phrases: Phrasebook(.english), masker: Masker()).text(Diagram(plan)))
  }

  @Test("a chain of 20,000 steps needs no deep stack")
  func deep() {
    let plan = TestPlan.make(TestPlan.chain(20_000))
    let diagram = Diagram(plan)
    #expect(diagram.levelCount == 20_000)
    #expect(SVGDrawing(phrases: Phrasebook(.english), masker: Masker()).text(diagram).hasSuffix("</svg>\n"))
  }
}
