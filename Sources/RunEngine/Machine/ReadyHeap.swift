/// Positions that may start, the most urgent first: a binary heap, so that 20,000 ready steps cost no more than their logarithm.
struct ReadyHeap: Sendable {
  private var keys: [Int] = []

  var isEmpty: Bool { keys.isEmpty }

  /// Adds a position; a higher urgency comes first, then the smaller position.
  mutating func push(_ position: Int, urgency: Int) {
    keys.append(urgency << 32 | (0xFFFF_FFFF - position))
    rise(keys.count - 1)
  }

  mutating func pop() -> Int? {
    guard let first = keys.first else { return nil }
    let last = keys.removeLast()
    if !keys.isEmpty {
      keys[0] = last
      sink(0)
    }
    return 0xFFFF_FFFF - (first & 0xFFFF_FFFF)
  }

  private mutating func rise(_ start: Int) {
    var index = start
    while index > 0, keys[(index - 1) / 2] < keys[index] {
      keys.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      let left = 2 * index + 1
      guard left < keys.count else { return }
      let larger = left + 1 < keys.count && keys[left + 1] > keys[left] ? left + 1 : left
      guard keys[larger] > keys[index] else { return }
      keys.swapAt(index, larger)
      index = larger
    }
  }
}
