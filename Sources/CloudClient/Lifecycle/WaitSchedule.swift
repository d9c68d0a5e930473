/// When to look again: what became true is noticed within the greater of 1 s and 5 % of the wait, with O(log) looks.
///
/// Looks begin 0, 0.2, 0.6, 1.4 and 2.4 s after the start, then every second, and from 20 s on the gap grows by 5 %
/// each time: a wait of 10 minutes takes about 90 looks, one of a day about 190.
struct WaitSchedule {
  static let firstGap = Duration.milliseconds(200)
  static let shortestPromise = Duration.seconds(1)
  /// One part in so many of the wait so far.
  static let share = 20

  private var ramp = firstGap

  /// The time from the beginning of one look to the beginning of the next; `elapsed` is when the former began.
  mutating func gap(at elapsed: Duration) -> Duration {
    let gap = min(ramp, max(Self.shortestPromise, elapsed / Self.share))
    ramp = min(ramp * 2, .seconds(86400))
    return gap
  }
}
