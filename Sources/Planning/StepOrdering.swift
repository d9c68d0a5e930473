internal import WorkflowModel

/// Puts steps into an order in which each comes after what it depends on; among those that may come next, the first in the files does.
enum StepOrdering {
  /// The numbers in order; `nil` when they depend on each other in a circle.
  static func order(_ dependencies: [[Int]]) -> [Int]? {
    if dependencies.indices.allSatisfy({ (dependencies[$0].last ?? -1) < $0 }) { return Array(dependencies.indices) }
    var missing = dependencies.map(\.count)
    let dependants = dependants(of: dependencies)
    var ready = SmallestFirst(dependencies.indices.filter { missing[$0] == 0 })
    var order: [Int] = []
    order.reserveCapacity(dependencies.count)
    while let next = ready.take() {
      order.append(next)
      for dependant in dependants[next] {
        missing[dependant] -= 1
        if missing[dependant] == 0 { ready.add(dependant) }
      }
    }
    return order.count == dependencies.count ? order : nil
  }

  /// The edges turned round, each list sorted.
  static func dependants(of dependencies: [[Int]]) -> [[Int]] {
    var counts = Array(repeating: 0, count: dependencies.count)
    for list in dependencies { for step in list { counts[step] += 1 } }
    var result: [[Int]] = counts.map { count in
      var list: [Int] = []
      list.reserveCapacity(count)
      return list
    }
    for (step, list) in dependencies.enumerated() { for dependency in list { result[dependency].append(step) } }
    return result
  }
}

/// A binary heap of numbers that gives the smallest first.
struct SmallestFirst {
  private var numbers: [Int]

  /// The numbers must be sorted, which makes them a heap.
  init(_ sorted: [Int]) { numbers = sorted }

  mutating func add(_ number: Int) {
    numbers.append(number)
    var child = numbers.count - 1
    while child > 0, numbers[(child - 1) / 2] > numbers[child] {
      numbers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func take() -> Int? {
    guard let smallest = numbers.first else { return nil }
    let last = numbers.removeLast()
    if !numbers.isEmpty {
      numbers[0] = last
      sink()
    }
    return smallest
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < numbers.count && numbers[child] < numbers[smallest] {
        smallest = child
      }
      if smallest == parent { return }
      numbers.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
