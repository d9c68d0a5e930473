import struct FoundationEssentials.Date

/// A state that moves by itself: which phase holds from when on.
///
/// The phase is a function of the time that is handed in, so nothing has to wake up for a state to change.
struct Timeline<Phase: Hashable & Sendable>: Hashable, Sendable {
  private struct Step: Hashable {
    var phase: Phase
    var since: Date
  }

  private var steps: [Step]

  init(_ phase: Phase, at now: Date) { steps = [Step(phase: phase, since: now)] }

  /// `first` from now on, `next` when `delay` seconds have passed.
  init(_ first: Phase, then next: Phase, after delay: Double, at now: Date) {
    self.init(first, at: now)
    turn(first, then: next, after: delay, at: now)
  }

  mutating func turn(_ phase: Phase, at now: Date) { steps = [Step(phase: phase, since: now)] }

  mutating func turn(_ phase: Phase, then next: Phase, after delay: Double, at now: Date) {
    steps = [Step(phase: phase, since: now), Step(phase: next, since: now.addingTimeInterval(delay))]
  }

  func phase(at now: Date) -> Phase { (steps.last { $0.since <= now } ?? steps[0]).phase }

  /// When the present phase began.
  func since(at now: Date) -> Date { (steps.last { $0.since <= now } ?? steps[0]).since }

  /// When the next phase begins by itself; `nil` when this one stays.
  func next(after now: Date) -> Date? { steps.first { $0.since > now }?.since }
}

/// How fast states move compared with the real clouds: 1 is as slow as they are, 0 is done by the next read.
package struct Pace: Hashable, Sendable {
  package var scale: Double

  package init(_ scale: Double) { self.scale = max(0, scale) }

  /// A state that takes a cloud half a minute takes a second or so.
  package static let quick = Pace(0.02)
  package static let immediate = Pace(0)

  func seconds(_ real: Double) -> Double { real * scale }
}
