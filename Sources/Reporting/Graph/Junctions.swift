/// The edges of a diagram with junctions: where several steps wait for the same several others, all lines meet in one point.
///
/// 50 steps that each wait for 50 others need 100 lines and not 2,500.
struct Junctions {
  enum End: Hashable {
    case node(Int)
    case junction(Int)
  }

  private(set) var count = 0
  private(set) var edges: [(from: End, to: End)] = []
  /// A junction must spare lines.
  private static let fewest = 3

  init(_ diagram: Diagram) {
    var waiting: [[Int]: [Int]] = [:]
    for (position, node) in diagram.nodes.enumerated() where node.drawn.count >= Self.fewest {
      waiting[node.drawn, default: []].append(position)
    }
    for (position, node) in diagram.nodes.enumerated() {
      let sharing = waiting[node.drawn] ?? []
      if sharing.count < Self.fewest {
        edges += node.drawn.map { (.node($0), .node(position)) }
      } else if sharing.first == position {
        edges += node.drawn.map { (.node($0), .junction(count)) }
        edges += sharing.map { (.junction(count), .node($0)) }
        count += 1
      }
    }
  }
}
