import Basics
import Foundation
import Planning
import ProviderModel
import Reporting
import RunEngine
import TestSupport
import Testing
import WorkflowModel

@Suite("Graphs in each format")
struct GraphFormatTests {
  static let hostile = [
    #"a"]-->b["c"#, "</script><script>alert(1)</script>", "]]>&amp;<!--", #"it's "quoted" \ and \n"#,
    "two\nlines\tand a tab",
    "云企业网：连接“两地”", "\u{1B}[31mred\u{7}\u{FFFE}\u{202E}", "end", "%%{init: {}}%%", "`code` *bold* #35; ;", "",
  ]

  private static func plan() -> Plan {
    let addresses = hostile.indices.map { $0 % 2 == 0 ? "s\($0)" : "site[\(hostile[$0])]/inner/s\($0)" }
    let steps = addresses.enumerated().map { ($1, $0 == 0 ? [] : [addresses[$0 - 1]]) }
    return TestPlan.make(steps, name: hostile[0]) { step in
      let number = Int(step.address.components.last?.dropFirst() ?? "") ?? 0
      step.title = LocalizedText(plain: hostile[number])
      if number == 2 { step.action = TestPlan.action("test/line", billing: .prepaid) }
      if number == 4 { step.action = TestPlan.action("probe/ping") }
    }
  }

  private static let diagram = Diagram(
    plan(), run: Diagram.RunMark(id: "0123", state: .failed), states: StepState.allCases)
  private let phrases = Phrasebook(.english)

  @Test("SVG with hostile titles is well-formed, has no script, and shows each title's beginning as it is")
  func svg() throws {
    let text = SVGDrawing(phrases: phrases, masker: Masker()).text(Self.diagram)
    let page = try StrictMarkup.xml(text)
    let allowed: Set = ["svg", "title", "style", "defs", "marker", "path", "g", "rect", "text"]
    #expect(Set(page.elements.map(\.name)).subtracting(allowed) == [])
    #expect(page.elements.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") && $0 != "href" } })
    #expect(page.text.contains(#"a"]-->b["c"#))
    #expect(page.text.contains("</script><script>alert(1)</script>"))
    #expect(page.text.contains("云企业网：连接“两地”"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test("dot with hostile titles is valid, with a box for each include")
  func dot() throws {
    let lines = DotText(phrases: phrases, masker: Masker()).lines(Self.diagram)
    let labels = try StrictMarkup.dot(lines)
    #expect(labels.contains { $0.contains(#"a\"]-->b[\"c"#) })
    #expect(labels.contains { $0.contains(#"two\nlines and a tab"#) })
    #expect(lines.count { $0.contains("subgraph") } == 10)
  }

  @Test("Mermaid with hostile titles is valid: nothing but plain text and codes stands in quotes")
  func mermaid() throws {
    let lines = MermaidText(phrases: phrases, masker: Masker()).lines(Self.diagram)
    let labels = try StrictMarkup.mermaid(lines)
    #expect(labels.contains { $0.contains("a#34;#93;--#62;b#91;#34;c") })
    #expect(labels.contains { $0.contains("#60;/script#62;") })
    #expect(labels.contains { $0.contains("云企业网：连接“两地”") })
  }

  @Test("no format shows a secret")
  func secrets() {
    let masker = Masker()
    masker.add("s3cr3t-canary")
    var diagram = Self.diagram
    diagram.title = LocalizedText(plain: "with s3cr3t-canary")
    diagram.name = "s3cr3t-canary"
    let style = Style(isColoured: false)
    let all =
      DotText(phrases: phrases, masker: masker).lines(diagram)
      + MermaidText(phrases: phrases, masker: masker).lines(diagram)
      + GraphText(phrases: phrases, style: style, masker: masker).lines(diagram)
      + [SVGDrawing(phrases: phrases, masker: masker).text(diagram), "\(DiagramJSON.value(diagram, masker: masker))"]
    #expect(!all.contains { $0.contains("canary") })
  }

  @Test("text lists the steps by level with what each waits for, without what is implied")
  func text() {
    let plan = TestPlan.make([("a", []), ("b", ["a"]), ("c", ["a", "b"]), ("site/d", ["a"])]) { step in
      if step.address.text == "b" { step.action = TestPlan.action("test/line", billing: .prepaid) }
      if step.address.text == "c" { step.action = TestPlan.action("probe/ping") }
    }
    let lines = GraphText(phrases: phrases, style: Style(isColoured: false), masker: Masker()).lines(Diagram(plan))
    #expect(
      lines.dropFirst(3) == ["1  ~ a", "2  ~ b      [PREPAID]  ← a", "   ~ site/d  ← a", "3  ! c      [probe]  ← b"])
  }

  @Test("of a file without inputs, groups and includes are one node each, and a wait that closes a circle is left out")
  func file() throws {
    let text = """
      name: w
      inputs: {sites: {type: list, items: {type: string}}}
      steps:
        last: {uses: test/thing, needs: [buy], with: {of: "${{ steps.first.id }}"}}
        buy: {uses: workflow/shop, with: {of: "${{ steps.first.id }}"}}
        first: {uses: test/thing, for_each: inputs.sites}
      """
    let workflow = try Workflow.read(text: text, file: "w.yaml")
    let diagram = Diagram(workflow, catalog: ProviderCatalog(), isPaid: { $0 == "shop" })
    #expect(diagram.nodes.map(\.address.text) == ["first", "buy", "last"])
    #expect(diagram.nodes.map(\.dependencies) == [[], [0], [0, 1]])
    #expect(diagram.nodes.map(\.drawn) == [[], [0], [1]])
    #expect(diagram.nodes.map(\.isPurchase) == [false, true, false])
  }

  @Test("where many wait for the same many, the lines meet in one point, and a group has a box of its own")
  func junctions() throws {
    let names = (0..<50).map { "a[k\($0)]" }
    let plan = TestPlan.make(names.map { ($0, []) } + (0..<50).map { ("b\($0)", names) }) { step in
      if step.address.text.hasPrefix("a") { step.group = StepAddress("a") }
    }
    let diagram = Diagram(plan)
    let dot = DotText(phrases: phrases, masker: Masker()).lines(diagram)
    _ = try StrictMarkup.dot(dot)
    #expect(dot.count { $0.contains("->") } == 100)
    #expect(dot.contains { $0.contains("a × 50") })
    _ = try StrictMarkup.mermaid(MermaidText(phrases: phrases, masker: Masker()).lines(diagram))
    #expect(MermaidText.edgeCount(diagram) == 100)
  }
}
