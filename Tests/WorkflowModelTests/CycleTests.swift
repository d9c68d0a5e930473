import Basics
import Testing
import WorkflowModel

@Suite struct CycleTests {
  @Test("the whole cycle is shown, edge by edge, with the place of each")
  func wholeCycle() throws {
    let text = """
      name: w
      steps:
        free: {uses: a/b}
        one: {uses: a/b, with: {x: "${{ steps.three.x }}"}}
        two: {uses: a/b, needs: [free, one]}
        three: {uses: a/b, when: steps.two.ok}
        four: {uses: a/b, needs: three}
      """
    let finding = try #require(Samples.diagnostics(text).first)
    #expect(Samples.diagnostics(text).count == 1)
    #expect(finding.code == .workflowCycle)
    #expect(finding.arguments == ["cycle": "one -> three -> two -> one"])
    #expect(finding.location?.description == "w.yaml:4:35")
    #expect(finding.related.map(\.code) == [.workflowCycleEdge, .workflowCycleEdge, .workflowCycleEdge])
    #expect(finding.related.map { $0.arguments["step"] } == ["one", "three", "two"])
    #expect(finding.related.map { $0.arguments["dependency"] } == ["three", "two", "one"])
    #expect(finding.related.map { $0.location?.description } == ["w.yaml:4:35", "w.yaml:6:28", "w.yaml:5:34"])
  }

  @Test(
    "cycles are found however they are tied",
    arguments: [
      ("a: {uses: x/y, with: {v: \"${{ steps.a.o }}\"}}", "workflow.cycle 3:33"),
      ("a: {uses: x/y, needs: a}", "workflow.cycle 3:25"),
      ("a: {uses: x/y, needs: b}\n  b: {uses: workflow/z, needs: a}", "workflow.cycle 3:25"),
      (
        "a: {uses: x/y, needs: b}\n  b: {uses: x/y, needs: a}\n  c: {uses: x/y, needs: d}\n  d: {uses: x/y, needs: [c, a]}",
        "workflow.cycle 3:25; workflow.cycle 5:25"
      ),
      // Only Planning can tell: an include's outputs, and one instance of a group.
      ("a: {uses: x/y, with: {v: \"${{ steps.b.o }}\"}}\n  b: {uses: workflow/z, with: {v: \"${{ steps.a.o }}\"}}", ""),
      ("a: {uses: x/y, for_each: inputs.l, with: {v: \"${{ at(steps.a, each.value).o }}\"}}", ""),
      ("a: {uses: x/y, for_each: inputs.l, with: {v: \"${{ steps.a[*].o }}\"}}", "workflow.cycle 3:53"),
    ])
  func ties(steps: String, expected: String) {
    #expect(Samples.findings("name: w\ninputs: {l: {type: list}}\nsteps:\n  \(steps)", shift: 1) == expected)
  }

  @Test("a chain of 20,000 steps is walked without recursion")
  func long() {
    let edges = (0..<20_000).map { $0 == 19_999 ? [] : [$0 + 1] }
    #expect(CycleFinder(edges: edges).cycles().isEmpty)
    let closed = edges.dropLast() + [[0]]
    #expect(CycleFinder(edges: Array(closed)).cycles().map(\.count) == [20_000])
  }
}
