import Basics
import Planning
import Testing

@testable import Reporting

/// Small random graphs, the same ones each time.
struct RandomGraphs {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  /// Dependencies by position: each smaller than its own, about one of `sparse` of all that are possible.
  mutating func graph(_ count: Int, sparse: Int) -> [[Int]] {
    (0..<count).map { node in (0..<node).filter { _ in next(below: sparse) == 0 } }
  }
}

@Suite("Transitive reduction")
struct TransitiveReductionTests {
  /// Whether a way of two or more edges leads from one node to another.
  private static func isImplied(_ from: Int, _ to: Int, _ graph: [[Int]]) -> Bool {
    graph[to].contains { $0 != from && reaches(from, $0, graph) }
  }

  private static func reaches(_ from: Int, _ to: Int, _ graph: [[Int]]) -> Bool {
    from == to || graph[to].contains { $0 >= from && reaches(from, $0, graph) }
  }

  @Test("of random graphs exactly the edges are left that no other way implies", arguments: [2, 3, 6, 12])
  func bruteForce(sparse: Int) {
    var random = RandomGraphs(seed: UInt64(sparse))
    for _ in 0..<60 {
      let graph = random.graph(2 + random.next(below: 14), sparse: sparse)
      let expected = graph.enumerated().map { to, list in list.filter { !Self.isImplied($0, to, graph) } }
      #expect(TransitiveReduction.of(graph) == expected)
    }
  }

  @Test("blocks of positions meet: a graph larger than one block is reduced as a whole")
  func blocks() {
    // A chain with every shortcut of 1, 2 and 600 steps: only the steps of the chain are left.
    let graph = (0..<1500).map { node in [node - 600, node - 3, node - 2, node - 1].filter { $0 >= 0 } }
    #expect(TransitiveReduction.of(graph) == (0..<1500).map { $0 == 0 ? [] : [$0 - 1] })
  }
}
