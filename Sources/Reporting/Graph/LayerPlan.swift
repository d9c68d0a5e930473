/// The contents of one box in layers: each below all that it waits for, near what it is connected with, wide layers in several rows.
///
/// An edge over several layers gets a lane in each layer between, so that it leads around what is there and not behind it.
struct LayerPlan {
  struct Edge: Hashable {
    var from: Int
    var to: Int
  }

  private static let gap = 22
  private static let layerGap = 44
  private static let rowGap = 16
  private static let laneWidth = 8
  /// How often the order within the layers is improved, down and up.
  private static let sweeps = 4

  /// Of the items, then of the lanes.
  private var all: [LayeredLayout.Frame]
  private let count: Int
  private(set) var size = LayeredLayout.Size(width: 0, height: 0)
  private var before: [[Int]]
  private var after: [[Int]]
  private var layer: [Int]
  /// By item: its lane in each layer below its own, as far as one is needed.
  private var lanes: [Range<Int>]

  var frames: ArraySlice<LayeredLayout.Frame> { all[..<count] }

  /// - Parameter edges: Without circles, each once.
  init(sizes: [LayeredLayout.Size], edges: [Edge]) {
    all = sizes.map { LayeredLayout.Frame(x: 0, y: 0, width: $0.width, height: $0.height) }
    count = sizes.count
    before = [[Int]](repeating: [], count: sizes.count)
    after = before
    layer = [Int](repeating: 0, count: sizes.count)
    lanes = [Range<Int>](repeating: 0..<0, count: sizes.count)
    for edge in edges {
      before[edge.to].append(edge.from)
      after[edge.from].append(edge.to)
    }
    rank()
    addLanes()
    connect(edges)
    var layers = [[Int]](repeating: [], count: (layer.max() ?? -1) + 1)
    for item in all.indices { layers[layer[item]].append(item) }
    order(&layers)
    place(layers)
  }

  /// The lanes that an edge takes, from its beginning to its end.
  func route(_ edge: Edge) -> ArraySlice<LayeredLayout.Frame> {
    let own = lanes[edge.from]
    guard !own.isEmpty else { return [] }
    return all[own.lowerBound..<own.lowerBound + layer[edge.to] - layer[edge.from] - 1]
  }

  // MARK: Layers

  /// By length of the longest way to each.
  private mutating func rank() {
    var missing = before.map(\.count)
    var ready = all.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < ready.count {
      for item in after[ready[next]] {
        layer[item] = max(layer[item], layer[ready[next]] + 1)
        missing[item] -= 1
        if missing[item] == 0 { ready.append(item) }
      }
      next += 1
    }
  }

  /// A lane leads from an item down to the layer before its last dependant; in a very large drawing there is no room for them.
  private mutating func addLanes() {
    let ends = (0..<count).map { item in after[item].map { layer[$0] }.max() ?? layer[item] + 1 }
    let needed = (0..<count).reduce(0) { $0 + max(0, ends[$1] - layer[$1] - 1) }
    guard needed <= 1000 + 2 * count else { return }
    for item in 0..<count where ends[item] > layer[item] + 1 {
      lanes[item] = all.count..<all.count + ends[item] - layer[item] - 1
      for level in layer[item] + 1..<ends[item] {
        all.append(LayeredLayout.Frame(x: 0, y: 0, width: Self.laneWidth, height: 0))
        layer.append(level)
      }
    }
  }

  /// Neighbours are what lies in the next layer: an end of the edge, or its lane there.
  private mutating func connect(_ edges: [Edge]) {
    before = [[Int]](repeating: [], count: all.count)
    after = before
    for item in 0..<count {
      for (above, below) in zip([item] + Array(lanes[item]), lanes[item]) { join(above, below) }
    }
    for edge in edges {
      let steps = layer[edge.to] - layer[edge.from] - 1
      join(steps > 0 && !lanes[edge.from].isEmpty ? lanes[edge.from].lowerBound + steps - 1 : edge.from, edge.to)
    }
  }

  private mutating func join(_ above: Int, _ below: Int) {
    before[below].append(above)
    after[above].append(below)
  }

  // MARK: Order within the layers

  private func order(_ layers: inout [[Int]]) {
    var place = [Double](repeating: 0, count: all.count)
    for layer in layers { number(layer, &place) }
    for _ in 0..<Self.sweeps {
      for index in layers.indices { sort(&layers[index], by: before, &place) }
      for index in layers.indices.reversed() { sort(&layers[index], by: after, &place) }
    }
    for index in layers.indices { sort(&layers[index], by: before, &place) }
  }

  private func number(_ layer: [Int], _ place: inout [Double]) {
    for (index, item) in layer.enumerated() { place[item] = Double(index) - Double(layer.count - 1) / 2 }
  }

  /// Each to the middle of its neighbours; what has none stays where it is.
  private func sort(_ layer: inout [Int], by neighbours: [[Int]], _ place: inout [Double]) {
    guard layer.count > 1 else { return }
    let wanted = layer.map { item in
      let near = neighbours[item]
      return near.isEmpty ? place[item] : near.reduce(0) { $0 + place[$1] } / Double(near.count)
    }
    layer = layer.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }.map { layer[$0] }
    number(layer, &place)
  }

  // MARK: Coordinates

  private mutating func place(_ layers: [[Int]]) {
    var y = 0
    let widest = widestRow()
    for layer in layers {
      let top = y + (y > 0 ? Self.layerGap : 0)
      for (index, row) in rows(layer, widest).enumerated() {
        if y > 0 { y += index == 0 ? Self.layerGap : Self.rowGap }
        let height = row.map { all[$0].height }.max() ?? 0
        for item in row { all[item].y = y + (height - all[item].height) / 2 }
        spread(row)
        y += height
      }
      for item in layer where item >= count {
        all[item].y = top
        all[item].height = y - top
      }
    }
    let left = all.map(\.x).min() ?? 0
    for item in all.indices { all[item].x -= left }
    size = LayeredLayout.Size(width: all.map { $0.x + $0.width }.max() ?? 0, height: y)
  }

  /// So that a picture of very many nodes is about as wide as it is high.
  private func widestRow() -> Int {
    let area = frames.reduce(0.0) { sum, frame in
      sum + Double(frame.width + Self.gap) * Double(frame.height + Self.layerGap)
    }
    return max(1100, Int(area.squareRoot() * 1.2))
  }

  private func rows(_ layer: [Int], _ widest: Int) -> [[Int]] {
    var rows: [[Int]] = []
    var used = 0
    for item in layer {
      let width = all[item].width + Self.gap
      if rows.isEmpty || used + width > widest {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(item)
      used += width
    }
    return rows
  }

  /// Side by side, the row as a whole below what it waits for.
  private mutating func spread(_ row: [Int]) {
    var x = 0
    var shift = 0
    var number = 0
    for item in row {
      all[item].x = x
      x += all[item].width + Self.gap
      guard !before[item].isEmpty else { continue }
      let middle = before[item].reduce(0) { $0 + all[$1].centre } / before[item].count
      shift += middle - all[item].centre
      number += 1
    }
    let offset = number > 0 ? shift / number : -(x - Self.gap) / 2
    for item in row { all[item].x += offset }
  }
}
