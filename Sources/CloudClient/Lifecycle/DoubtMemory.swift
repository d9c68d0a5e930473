import Synchronization

/// Creates that were in doubt, were looked for with patience and not found, and may be sent again in this process.
///
/// When one turns up late after all, it is ours: without this memory it would count as somebody else's.
final class DoubtMemory: Sendable {
  private let ordinals = Mutex<[String: Int]>([:])

  /// Remembers the call of the create's list by the step's token, which is constant within a generation.
  func remember(_ token: String, ordinal: Int) { ordinals.withLock { $0[token] = ordinal } }

  func ordinal(of token: String) -> Int? { ordinals.withLock { $0[token] } }

  func forget(_ token: String) { ordinals.withLock { $0[token] = nil } }
}
