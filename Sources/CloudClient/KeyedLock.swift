import Synchronization

/// Lets one at a time into each key, in the order of coming.
final class KeyedLock: Sendable {
  private struct Place {
    var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  }
  private struct State {
    /// A key is here while somebody holds it.
    var places: [String: Place] = [:]
    var nextID = 0
  }
  private let state = Mutex(State())

  /// Waits for the key; false when the task was cancelled, and then it is not held.
  func enter(_ key: String) async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isEntered: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          guard state.places[key] != nil else {
            state.places[key] = Place()
            return true
          }
          state.places[key]?.waiting.append((id, continuation))
          return nil
        }
        if let isEntered { continuation.resume(returning: isEntered) }
      }
    } onCancel: {
      let gone = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        guard let index = state.places[key]?.waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return state.places[key]?.waiting.remove(at: index).continuation
      }
      gone?.resume(returning: false)
    }
  }

  func leave(_ key: String) {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let place = state.places[key], !place.waiting.isEmpty else {
        state.places[key] = nil
        return nil
      }
      return state.places[key]?.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
