/// Leaves out the edges that say nothing new: those to what another dependency waits for anyway.
///
/// The reduction of a graph without circles is unique. The time is that of the edges times the nodes over 512, the space that of the
/// nodes: what lies before each node is looked at in blocks, one after another.
enum TransitiveReduction {
  private static let words = 8
  private static let block = words * 64

  /// - Parameter dependencies: By position; each smaller than its own position.
  static func of(_ dependencies: [[Int]]) -> [[Int]] {
    var kept = dependencies.map { Array(repeating: true, count: $0.count) }
    for start in stride(from: 0, to: dependencies.count, by: block) { look(dependencies, from: start, &kept) }
    return zip(dependencies, kept).map { list, keeps in
      zip(list, keeps).filter(\.1).map(\.0)
    }
  }

  /// Finds the edges to the nodes of one block that lead there another way too.
  private static func look(_ dependencies: [[Int]], from start: Int, _ kept: inout [[Bool]]) {
    // Bit b of node n: node start + b comes somewhere before n.
    var before = [UInt64](repeating: 0, count: (dependencies.count - start) * words)
    for node in start..<dependencies.count {
      let own = (node - start) * words
      // Positions below the block have nothing of it before them.
      for dependency in dependencies[node] where dependency >= start {
        let other = (dependency - start) * words
        for word in 0..<words { before[own + word] |= before[other + word] }
      }
      for (index, dependency) in dependencies[node].enumerated() where isIn(dependency, start) {
        let bit = dependency - start
        if before[own + bit / 64] & (1 << UInt64(bit % 64)) != 0 { kept[node][index] = false }
      }
      for dependency in dependencies[node] where isIn(dependency, start) {
        let bit = dependency - start
        before[own + bit / 64] |= 1 << UInt64(bit % 64)
      }
    }
  }

  private static func isIn(_ node: Int, _ start: Int) -> Bool { node >= start && node < start + block }
}
