import Basics
import Foundation
import Synchronization

/// A clock that stands still but for sleeps, which pass at once.
final class ManualTime: TimeSource {
  private struct State {
    var elapsed = Duration.zero
    var sleeps: [Duration] = []
  }
  private let state = Mutex(State())
  let start = Date(timeIntervalSince1970: 1_767_323_045)

  var elapsed: Duration { state.withLock { $0.elapsed } }
  var now: Date { start.addingTimeInterval(elapsed.inSeconds) }
  var sleeps: [Duration] { state.withLock { $0.sleeps } }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    state.withLock { state in
      state.elapsed += max(.zero, duration)
      state.sleeps.append(duration)
    }
  }

  func advance(_ duration: Duration) { state.withLock { $0.elapsed += duration } }
}

/// The same bytes for ever, but for a counter at the end, so that nonces differ.
final class CountingRandom: RandomSource {
  private let count = Mutex(0)

  func bytes(_ count: Int) -> [UInt8] {
    let number = self.count.withLock { count in
      count += 1
      return count
    }
    return Array(repeating: 0x80, count: max(0, count - 1)) + [UInt8(number % 251)]
  }
}
