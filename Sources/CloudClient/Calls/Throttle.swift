import Basics
import ProviderModel
import Synchronization

/// Keeps the requests to one provider under one profile within its rate and its number at a time; first come, first
/// served.
///
/// The rate is a bucket of one second's tokens, but at least as many as may run at a time, refilled steadily (GCRA).
final class RequestThrottle: Sendable {
  private struct State {
    var running = 0
    /// When the bucket will be full again, on the monotonic clock.
    var fullAt = Duration.zero
    var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    var nextID = 0
  }

  private let limits: Throttle
  private let time: any TimeSource
  private let state = Mutex(State())

  init(_ limits: Throttle, time: any TimeSource) {
    self.limits = limits
    self.time = time
  }

  /// Waits for a place and for the rate; `leave()` gives the place back.
  ///
  /// Throws `CancellationError`, and then no place is held.
  func enter() async throws {
    guard await takePlace() else { throw CancellationError() }
    do {
      let pause = pauseForRate()
      if pause > .zero { try await time.sleep(for: pause) }
    } catch {
      leave()
      throw error
    }
  }

  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      if state.waiting.isEmpty {
        state.running -= 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }

  private func takePlace() async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isFree: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          if state.running < max(1, limits.concurrent) {
            state.running += 1
            return true
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let isFree { continuation.resume(returning: isFree) }
      }
    } onCancel: {
      let gone = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return state.waiting.remove(at: index).continuation
      }
      gone?.resume(returning: false)
    }
  }

  private func pauseForRate() -> Duration {
    guard limits.perSecond > 0 else { return .zero }
    let interval = Duration.seconds(1) / limits.perSecond
    let burst = interval * max(1, limits.concurrent, Int(limits.perSecond))
    return state.withLock { state in
      let now = time.elapsed
      state.fullAt = max(state.fullAt, now) + interval
      return max(.zero, state.fullAt - burst - now)
    }
  }
}
