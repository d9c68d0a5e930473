package import Basics

extension Plan {
  /// The position of a step; `nil` for a group, an include or an unknown address.
  package func position(of address: StepAddress) -> Int? { structure.positionOfAddress[address] }

  /// The positions of a step, of every instance of a group, or of every step inside an include, sorted.
  package func positions(within group: StepAddress) -> [Int] {
    steps.indices.filter { steps[$0].address.isWithin(group) }
  }

  /// The step, group or include that a person means: an address, or the end of exactly one, as `deploy` of `site/vcpe/deploy`.
  ///
  /// One that has several instances means them all.
  ///
  /// What means none, or several, comes back as it is.
  package func address(meant text: String) -> StepAddress {
    let given = StepAddress(text)
    if position(of: given) != nil || !positions(within: given).isEmpty { return given }
    let ending = "/" + text
    var found: Set<String> = []
    for step in steps {
      for range in step.address.text.ranges(of: ending) {
        let next = step.address.text[range.upperBound...].first
        if next == nil || next == "[" || next == "/" { found.insert(String(step.address.text[..<range.upperBound])) }
      }
    }
    if found.count > 1 { found = Set(found.map { StepAddress($0).withoutKeys.text }) }
    return found.count == 1 ? found.first.map { StepAddress($0) } ?? given : given
  }

  /// By position: the positions of the steps that depend on it directly, sorted.
  package var dependants: [[Int]] { StepOrdering.dependants(of: steps.map(\.dependencies)) }

  /// The steps at `positions` and everything that they depend on, sorted: what `--until` runs.
  package func closure(of positions: some Sequence<Int>) -> [Int] {
    Self.closure(of: positions, along: steps.map(\.dependencies))
  }

  /// The steps at `positions` and everything that depends on them, sorted: what `--from` runs again.
  package func dependantsClosure(of positions: some Sequence<Int>) -> [Int] {
    Self.closure(of: positions, along: dependants)
  }

  private static func closure(of positions: some Sequence<Int>, along edges: [[Int]]) -> [Int] {
    var isIn = Array(repeating: false, count: edges.count)
    var open = Array(positions)
    for position in open { isIn[position] = true }
    while let position = open.popLast() {
      for next in edges[position] where !isIn[next] {
        isIn[next] = true
        open.append(next)
      }
    }
    return isIn.indices.filter { isIn[$0] }
  }
}
