import Basics
import Synchronization

package import struct FoundationEssentials.Date

/// A clock that a test moves by hand, or that jumps to the next sleeper by itself (`runsFree`).
package final class ManualTime: TimeSource {
  private struct Sleeper {
    var id: Int
    var end: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var elapsed: Duration = .zero
    var sleepers: [Sleeper] = []
    var nextID = 0
    var cancelled: Set<Int> = []
  }

  private let start = Date(timeIntervalSince1970: 1_700_000_000)
  private let state = Mutex(State())
  private let runsFree: Bool

  /// With `runsFree` each sleep ends at once and moves the clock by its length.
  package init(runsFree: Bool = false) { self.runsFree = runsFree }

  package var now: Date { start.addingTimeInterval(elapsed.inSeconds) }
  package var elapsed: Duration { state.withLock { $0.elapsed } }
  /// How many tasks sleep now.
  package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  package func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    if runsFree {
      state.withLock { $0.elapsed += duration }
      return
    }
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let early: Swift.Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
          if duration <= .zero { return .success(()) }
          state.sleepers.append(Sleeper(id: id, end: state.elapsed + duration, continuation: continuation))
          return nil
        }
        if let early { continuation.resume(with: early) }
      }
    } onCancel: {
      cancel(id)
    }
  }

  /// Moves the clock and wakes whoever slept until then.
  package func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.elapsed += duration
      let (due, rest) = (
        state.sleepers.filter { $0.end <= state.elapsed }, state.sleepers.filter { $0.end > state.elapsed }
      )
      state.sleepers = rest
      return due.sorted { $0.end < $1.end }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  /// Gives way until `count` tasks sleep.
  package func waitForSleepers(_ count: Int) async {
    while sleeperCount < count { await Task.yield() }
  }

  private func cancel(_ id: Int) {
    let sleeper: Sleeper? = state.withLock { state in
      guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.sleepers.remove(at: index)
    }
    sleeper?.continuation.resume(throwing: CancellationError())
  }
}

/// Bytes that count upwards from a seed: the same in every run of a test.
package final class SeededRandom: RandomSource {
  private let state: Mutex<UInt64>

  package init(_ seed: UInt64 = 1) { state = Mutex(seed &* 0x9E37_79B9_7F4A_7C15 | 1) }

  package func bytes(_ count: Int) -> [UInt8] {
    state.withLock { state in
      (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 24)
      }
    }
  }

  /// A number in `0..<limit`.
  package func below(_ limit: Int) -> Int { Int(fraction() * Double(limit)) }
}
