import Basics
import FoundationEssentials
import Synchronization

/// A clock that a sleep moves on at once; each sleep first runs what the test planned for it.
final class HandClock: TimeSource {
  private let state = Mutex<(elapsed: Duration, sleeps: [Duration])>((.zero, []))
  private let beforeSleep: @Sendable (_ number: Int) throws -> Void

  init(beforeSleep: @escaping @Sendable (_ number: Int) throws -> Void = { _ in }) { self.beforeSleep = beforeSleep }

  var now: Date { Date(timeIntervalSince1970: 1_700_000_000 + elapsed.inSeconds) }
  var elapsed: Duration { state.withLock { $0.elapsed } }
  var sleeps: [Duration] { state.withLock { $0.sleeps } }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    let number = state.withLock { state in
      state.elapsed += duration
      state.sleeps.append(duration)
      return state.sleeps.count
    }
    try beforeSleep(number)
  }
}
