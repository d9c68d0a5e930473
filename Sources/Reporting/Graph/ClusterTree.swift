/// The includes of a diagram as boxes inside boxes; box 0 is the whole, and a box comes after the one around it.
struct ClusterTree {
  /// A node, or a box, inside a box.
  enum Item: Hashable {
    case node(Int)
    case cluster(Int)
  }

  struct Cluster {
    var name: String
    var parent: Int
    var depth: Int
    /// In the order of their first nodes.
    var items: [Item] = []
  }

  private(set) var clusters = [Cluster(name: "", parent: 0, depth: 0)]
  /// The box of each node.
  private(set) var home: [Int] = []
  /// The names that lead to each box.
  private var paths: [Int: [String]] = [:]

  /// - Parameters:
  ///   - folders: By node: the names of the boxes around it, outermost first.
  ///   - open: Boxes that are not to be drawn: what is inside stands in the one around.
  init(_ folders: [[String]], open: Set<[String]> = []) {
    var known: [[String]: Int] = [[]: 0]
    for (node, path) in folders.enumerated() {
      var box = 0
      for depth in 0..<path.count {
        let part = Array(path[...depth])
        if open.contains(part) { continue }
        box = known[part] ?? add(part, inside: box, &known)
      }
      home.append(box)
      clusters[box].items.append(.node(node))
    }
  }

  private mutating func add(_ path: [String], inside parent: Int, _ known: inout [[String]: Int]) -> Int {
    let number = clusters.count
    known[path] = number
    paths[number] = path
    clusters.append(Cluster(name: path.last ?? "", parent: parent, depth: clusters[parent].depth + 1))
    clusters[parent].items.append(.cluster(number))
    return number
  }
  /// Where an edge shows: the innermost box around both ends, and what holds either end directly in it.
  func meeting(_ from: Int, _ to: Int) -> (cluster: Int, from: Item, to: Item) {
    var (left, right) = (home[from], home[to])
    var ends = (Item.node(from), Item.node(to))
    while left != right {
      if clusters[left].depth >= clusters[right].depth {
        ends.0 = .cluster(left)
        left = clusters[left].parent
      } else {
        ends.1 = .cluster(right)
        right = clusters[right].parent
      }
    }
    return (left, ends.0, ends.1)
  }
}

extension ClusterTree {
  /// The tree without the boxes that would wait for each other in a circle: their steps take turns with those outside.
  static func withoutCircles(_ folders: [[String]], _ dependencies: [[Int]]) -> ClusterTree {
    var open: Set<[String]> = []
    while true {
      let tree = ClusterTree(folders, open: open)
      let circular = tree.circularClusters(dependencies)
      if circular.isEmpty { return tree }
      for cluster in circular { tree.paths[cluster].map { _ = open.insert($0) } }
    }
  }

  private func circularClusters(_ dependencies: [[Int]]) -> [Int] {
    var edges: [Int: Set<[Item]>] = [:]
    for (to, list) in dependencies.enumerated() {
      for from in list {
        let meeting = meeting(from, to)
        edges[meeting.cluster, default: []].insert([meeting.from, meeting.to])
      }
    }
    return edges.values.flatMap { Self.circular($0.map { ($0[0], $0[1]) }) }
  }

  /// The boxes that are left when all that waits for nothing, and all that nothing waits for, has been taken away again and again.
  private static func circular(_ edges: [(Item, Item)]) -> [Int] {
    let late = Set(peeled(edges))
    let rest = edges.filter { late.contains($0.0) && late.contains($0.1) }
    return peeled(rest.map { ($0.1, $0.0) }).compactMap { if case .cluster(let number) = $0 { number } else { nil } }
  }

  private static func peeled(_ edges: [(Item, Item)]) -> [Item] {
    var missing: [Item: Int] = [:]
    var after: [Item: [Item]] = [:]
    for (from, to) in edges {
      missing[from, default: 0] += 0
      missing[to, default: 0] += 1
      after[from, default: []].append(to)
    }
    var ready = missing.filter { $0.value == 0 }.map(\.key)
    while let next = ready.popLast() {
      missing[next] = nil
      for item in after[next] ?? [] {
        missing[item, default: 0] -= 1
        if missing[item] == 0 { ready.append(item) }
      }
    }
    return Array(missing.keys)
  }
}
