import Basics

/// The faults that are still to be played, in the order in which they were set.
struct FaultBook: Sendable {
  private(set) var pending: [Fault] = []

  mutating func add(_ fault: Fault) { pending.append(fault) }

  mutating func clear() { pending = [] }

  /// The first fault that hits the call; used up by one.
  ///
  /// - Parameter bearsToken: whether there is a token that could have ended.
  mutating func take(_ cloud: CloudName, _ action: String, bearsToken: Bool = true) -> Fault? {
    let found = pending.firstIndex { $0.hits(cloud, action) && (bearsToken || $0.kind != .expiredToken) }
    guard let index = found else { return nil }
    let fault = pending[index]
    if let count = fault.count {
      if count > 1 { pending[index].count = count - 1 } else { pending.remove(at: index) }
    }
    return fault
  }

  var json: Value {
    .list(
      pending.map {
        [
          "cloud": .string($0.cloud.rawValue), "action": .string($0.action ?? "*"), "kind": .string($0.kind.name),
          "count": $0.count.map(Value.integer) ?? .null,
        ]
      })
  }
}
