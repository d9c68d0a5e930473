import Synchronization

/// Messages from many tasks to one loop, taken out all at once: what gathers while a commit is under way goes into the next one.
final class Mailbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    var waiter: CheckedContinuation<Void, Never>?
    var isClosed = false
  }

  private let state = Mutex(State())
  private let reject: @Sendable (Message) -> Void

  /// `reject` gets each message that comes when nobody will take it any more.
  init(reject: @escaping @Sendable (Message) -> Void) { self.reject = reject }

  func send(_ message: Message) {
    let (waiter, isClosed) = state.withLock { state in
      if state.isClosed { return (CheckedContinuation<Void, Never>?.none, true) }
      state.messages.append(message)
      defer { state.waiter = nil }
      return (state.waiter, false)
    }
    if isClosed { reject(message) }
    waiter?.resume()
  }

  /// Every message so far; waits for the first one.
  ///
  /// Cancellation does not end the wait: the loop must see its own end.
  func take() async -> [Message] {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state in
        guard state.messages.isEmpty else { return true }
        state.waiter = continuation
        return false
      }
      if ready { continuation.resume() }
    }
    return drain()
  }

  /// From now on every message is rejected, those that wait included.
  func close() {
    state.withLock { $0.isClosed = true }
    for message in drain() { reject(message) }
  }

  private func drain() -> [Message] {
    state.withLock { state in
      defer { state.messages.removeAll(keepingCapacity: true) }
      return state.messages
    }
  }
}
