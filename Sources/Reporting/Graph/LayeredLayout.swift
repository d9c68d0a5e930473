/// A drawing's geometry in pixels: where each node and each box is.
///
/// Boxes lie inside boxes and nodes inside their box; no two of one box overlap, and every line leads downwards. Where several edges
/// lead from one box to another, or between a box and a node, one line stands for them. The same diagram gives the same layout.
struct LayeredLayout {
  struct Size: Hashable {
    var width: Int
    var height: Int
  }

  struct Frame: Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    var centre: Int { x + width / 2 }
    var bottom: Int { y + height }
  }

  /// A box that is drawn, outer ones first.
  struct Box {
    var name: String
    var frame: Frame
    var depth: Int
  }

  /// A line from the bottom of one node or box to the top of another, through the lanes between.
  struct Line {
    var from: Frame
    var to: Frame
    var lanes: [Frame]
    /// The nodes at either end of each edge that it stands for.
    var edges: [(from: Int, to: Int)]
  }

  /// What is left free around the contents of a box, above them for its name.
  static let padding = 14
  static let header = 30

  private(set) var nodes: [Frame]
  private(set) var boxes: [Box] = []
  private(set) var lines: [Line] = []
  private(set) var size = Size(width: 0, height: 0)

  /// - Parameters:
  ///   - folders: By node: the names of the boxes around it, outermost first.
  ///   - dependencies: By node: positions, all smaller than the node's own.
  init(sizes: [Size], folders: [[String]], dependencies: [[Int]]) {
    nodes = sizes.map { Frame(x: 0, y: 0, width: $0.width, height: $0.height) }
    let tree = ClusterTree.withoutCircles(folders, dependencies)
    let bundles = Self.bundles(tree, dependencies)
    // Inner boxes first: a box's size is known before the one around it is laid out.
    var plans = [LayerPlan?](repeating: nil, count: tree.clusters.count)
    for cluster in tree.clusters.indices.reversed() {
      let items = tree.clusters[cluster].items
      let inner = items.map { item in
        switch item {
        case .node(let node): sizes[node]
        case .cluster(let number): Self.outer(plans[number]?.size, tree.clusters[number].name)
        }
      }
      plans[cluster] = LayerPlan(sizes: inner, edges: bundles[cluster].map(\.edge))
    }
    place(tree, plans.compactMap { $0 }, bundles)
  }

  private static func outer(_ inner: Size?, _ name: String) -> Size {
    let inner = inner ?? Size(width: 0, height: 0)
    return Size(
      width: max(inner.width, LabelSize.width(of: name)) + 2 * padding, height: inner.height + header + padding)
  }

  /// All edges between two things of one box.
  private struct Bundle {
    var edge: LayerPlan.Edge
    var nodes: [(from: Int, to: Int)]
  }

  /// By box: the edges between what it holds directly.
  private static func bundles(_ tree: ClusterTree, _ dependencies: [[Int]]) -> [[Bundle]] {
    var place: [ClusterTree.Item: Int] = [:]
    for cluster in tree.clusters { for (index, item) in cluster.items.enumerated() { place[item] = index } }
    var bundles = [[Bundle]](repeating: [], count: tree.clusters.count)
    var known = [[LayerPlan.Edge: Int]](repeating: [:], count: tree.clusters.count)
    for (to, list) in dependencies.enumerated() {
      for from in list {
        let meeting = tree.meeting(from, to)
        let edge = LayerPlan.Edge(from: place[meeting.from] ?? 0, to: place[meeting.to] ?? 0)
        if let index = known[meeting.cluster][edge] {
          bundles[meeting.cluster][index].nodes.append((from, to))
        } else {
          known[meeting.cluster][edge] = bundles[meeting.cluster].count
          bundles[meeting.cluster].append(Bundle(edge: edge, nodes: [(from, to)]))
        }
      }
    }
    return bundles
  }

  /// From the outside in: where a box is, its contents follow.
  private mutating func place(_ tree: ClusterTree, _ plans: [LayerPlan], _ bundles: [[Bundle]]) {
    var origins = [(x: Int, y: Int)](repeating: (Self.padding, Self.padding), count: tree.clusters.count)
    for (cluster, plan) in plans.enumerated() {
      for (item, frame) in zip(tree.clusters[cluster].items, plan.frames) {
        let x = origins[cluster].x + frame.x
        let y = origins[cluster].y + frame.y
        switch item {
        case .node(let node):
          nodes[node].x = x
          nodes[node].y = y
        case .cluster(let number):
          let box = tree.clusters[number]
          boxes.append(
            Box(
              name: box.name, frame: Frame(x: x, y: y, width: frame.width, height: frame.height), depth: box.depth))
          origins[number] = (x + Self.padding, y + Self.header)
        }
      }
    }
    for (cluster, plan) in plans.enumerated() {
      for bundle in bundles[cluster] { lines.append(line(bundle, plan, origins[cluster])) }
    }
    let whole = plans.first?.size ?? size
    size = Size(width: whole.width + 2 * Self.padding, height: whole.height + 2 * Self.padding)
  }
}

extension LayeredLayout {
  /// A single edge leads from node to node, several from box to box.
  private func line(_ bundle: Bundle, _ plan: LayerPlan, _ origin: (x: Int, y: Int)) -> Line {
    let moved = { (frame: Frame) -> Frame in
      Frame(x: frame.x + origin.x, y: frame.y + origin.y, width: frame.width, height: frame.height)
    }
    let lanes = plan.route(bundle.edge).map(moved)
    if bundle.nodes.count == 1 {
      return Line(
        from: nodes[bundle.nodes[0].from], to: nodes[bundle.nodes[0].to], lanes: lanes, edges: bundle.nodes)
    }
    return Line(
      from: moved(plan.frames[bundle.edge.from]), to: moved(plan.frames[bundle.edge.to]), lanes: lanes,
      edges: bundle.nodes)
  }
}

/// How wide text is drawn, estimated from its columns: a picture cannot measure.
enum LabelSize {
  static func width(of text: String, perColumn: Double = 7.4) -> Int {
    Int((Double(ColumnWidth.of(text)) * perColumn).rounded(.up))
  }
}
