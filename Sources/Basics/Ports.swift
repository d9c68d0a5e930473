package import struct FoundationEssentials.Date

/// The time, handed in so that every wait and every signature can be tested with a clock moved by hand.
package protocol TimeSource: Sendable {
  /// Wall-clock time, for signatures, records and expiry.
  var now: Date { get }
  /// Time that never goes backwards, for durations.
  var elapsed: Duration { get }
  /// Suspends; throws `CancellationError` when the task is cancelled.
  func sleep(for duration: Duration) async throws
}

/// Random bytes, handed in so that nonces, ids and jitter can be fixed in tests.
package protocol RandomSource: Sendable {
  func bytes(_ count: Int) -> [UInt8]
}

extension RandomSource {
  /// A number in `0..<1` with 53 random bits.
  package func fraction() -> Double {
    let number = bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(number >> 11) / Double(UInt64(1) << 53)
  }

  package func hex(_ count: Int) -> String {
    bytes(count).map { (String($0 >> 4, radix: 16)) + String($0 & 15, radix: 16) }.joined()
  }
}

/// The machine's clocks.
package struct SystemTime: TimeSource {
  private static let start = ContinuousClock.now

  package init() {}

  package var now: Date { Date() }
  package var elapsed: Duration { ContinuousClock.now - Self.start }
  package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

/// The operating system's random numbers.
package struct SystemRandom: RandomSource {
  package init() {}

  package func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
