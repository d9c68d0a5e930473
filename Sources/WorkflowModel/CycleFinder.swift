/// Finds what keeps a graph from having an order; nodes are numbers, edges lead from a node to what it depends on.
///
/// Time and memory are linear in nodes and edges, plus one search in each knot that is found; nothing recurses.
package struct CycleFinder {
  private let edges: [[Int]]

  package init(edges: [[Int]]) { self.edges = edges }

  /// One shortest cycle out of each knot of nodes that reach each other, in the order of their smallest nodes.
  ///
  /// A cycle begins with the smallest node of its knot that has one; each node depends on the next, the last one on the first.
  package func cycles() -> [[Int]] {
    knots().sorted { ($0.first ?? 0) < ($1.first ?? 0) }.compactMap { shortestCycle(in: $0) }
  }

  // MARK: Knots (Tarjan's strongly connected components, with a stack of its own)

  private struct Visit {
    var node: Int
    var nextEdge = 0
  }

  private func knots() -> [[Int]] {
    var search = Search(count: edges.count)
    for start in edges.indices where search.number[start] == 0 { explore(start, &search) }
    return search.knots
  }

  private func explore(_ start: Int, _ search: inout Search) {
    var visits = [Visit(node: start)]
    search.enter(start)
    while let visit = visits.last {
      if visit.nextEdge < edges[visit.node].count {
        visits[visits.count - 1].nextEdge += 1
        let target = edges[visit.node][visit.nextEdge]
        if search.number[target] == 0 {
          search.enter(target)
          visits.append(Visit(node: target))
        } else if search.isOpen[target] {
          search.lowest[visit.node] = min(search.lowest[visit.node], search.number[target])
        }
      } else {
        visits.removeLast()
        if let parent = visits.last {
          search.lowest[parent.node] = min(search.lowest[parent.node], search.lowest[visit.node])
        }
        search.leave(visit.node, isLoop: edges[visit.node].contains(visit.node))
      }
    }
  }

  private struct Search {
    var number: [Int]
    var lowest: [Int]
    var isOpen: [Bool]
    var open: [Int] = []
    var knots: [[Int]] = []
    private var count = 0

    init(count: Int) {
      number = Array(repeating: 0, count: count)
      lowest = number
      isOpen = Array(repeating: false, count: count)
    }

    mutating func enter(_ node: Int) {
      count += 1
      number[node] = count
      lowest[node] = count
      isOpen[node] = true
      open.append(node)
    }

    mutating func leave(_ node: Int, isLoop: Bool) {
      guard lowest[node] == number[node] else { return }
      var knot: [Int] = []
      while let last = open.popLast() {
        isOpen[last] = false
        knot.append(last)
        if last == node { break }
      }
      if knot.count > 1 || isLoop { knots.append(knot.sorted()) }
    }
  }

  // MARK: The cycle to show

  private func shortestCycle(in knot: [Int]) -> [Int]? {
    guard let start = knot.first else { return nil }
    let members = Set(knot)
    var from: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      for target in edges[node] where members.contains(target) {
        if target == start { return path(to: node, from) }
        if from[target] == nil {
          from[target] = node
          queue.append(target)
        }
      }
    }
    return nil
  }

  private func path(to end: Int, _ from: [Int: Int]) -> [Int] {
    var path = [end]
    while let last = path.last, let before = from[last] { path.append(before) }
    return path.reversed()
  }
}
