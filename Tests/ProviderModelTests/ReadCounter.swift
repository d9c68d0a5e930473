import Synchronization

/// Counts what a loader was asked for.
final class ReadCounter: Sendable {
  private let read = Mutex<[String]>([])

  var names: [String] { read.withLock { $0 } }

  func add(_ name: String) { read.withLock { $0.append(name) } }
}
