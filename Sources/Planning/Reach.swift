internal import Basics

/// What must have ended before a value is known.
struct Reach {
  /// Numbers of drafted steps, sorted, each once.
  var steps: [Int] = []
  /// The same for people: a whole group by its own name.
  var addresses: [StepAddress] = []
  /// Whether it reads the root `run`, which is known when the run begins.
  var readsRun = false

  var isEmpty: Bool { steps.isEmpty && !readsRun }

  mutating func add(_ other: Reach) {
    if other.isEmpty { return }
    readsRun = readsRun || other.readsRun
    if steps.isEmpty {
      steps = other.steps
      addresses = other.addresses
      return
    }
    if steps == other.steps { return }
    steps = Self.merged(steps, other.steps)
    let known = Set(addresses)
    addresses += other.addresses.filter { !known.contains($0) }
  }

  /// Two sorted lists as one; the result shares storage with one of them when that holds everything.
  static func merged(_ left: [Int], _ right: [Int]) -> [Int] {
    if left.isEmpty { return right }
    if right.isEmpty { return left }
    var result: [Int] = []
    result.reserveCapacity(left.count + right.count)
    var i = 0
    var j = 0
    while i < left.count || j < right.count {
      if j == right.count || (i < left.count && left[i] < right[j]) {
        result.append(left[i])
        i += 1
      } else {
        if i < left.count, left[i] == right[j] { i += 1 }
        result.append(right[j])
        j += 1
      }
    }
    return result
  }
}
