package import Basics
package import RunEngine

package import struct FoundationEssentials.Date

/// When a run worked on what: its sessions, and in them each attempt of each step, by the journal's events.
package struct Timeline: Sendable {
  package struct Attempt: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable { case done, failed, waiting, undone, stays, open }

    package var address: StepAddress
    package var number: Int
    package var start: Date
    package var end: Date
    package var outcome: Outcome
    package var isUndo: Bool
  }

  /// From `opened` to `ended`, or to the last that was heard of it.
  package struct Session: Hashable, Sendable {
    package var start: Date
    package var end: Date
  }

  package private(set) var attempts: [Attempt] = []
  package private(set) var sessions: [Session] = []
  private var open: [StepAddress: Int] = [:]

  package init(_ events: [RunEvent]) {
    for event in events { take(event) }
    for index in open.values { attempts[index].end = sessions.last?.end ?? attempts[index].end }
  }

  private mutating func take(_ event: RunEvent) {
    switch event.fact {
    case .created, .updated, .approved, .reset, .interrupted: break
    case .opened:
      cut()
      sessions.append(Session(start: event.time, end: event.time))
    case .ended: last(event.time)
    case .step(let address, let fact):
      // An answer of a person comes between sessions.
      if fact.isOfPerson { return }
      last(event.time)
      take(fact, of: address, at: event.time)
    }
  }

  private mutating func last(_ time: Date) {
    if sessions.isEmpty { sessions.append(Session(start: time, end: time)) }
    sessions[sessions.count - 1].end = max(sessions[sessions.count - 1].end, time)
  }

  /// What the last session left running ended with it.
  private mutating func cut() {
    for index in open.values {
      attempts[index].end = max(attempts[index].start, sessions.last?.end ?? attempts[index].end)
    }
    open = [:]
  }

  private mutating func take(_ fact: StepFact, of address: StepAddress, at time: Date) {
    switch fact {
    case .started(_, let number, _): begin(address, number, isUndo: false, time)
    case .undoStarted(let number): begin(address, number, isUndo: true, time)
    case .succeeded: end(address, .done, time)
    case .failed, .stuck: end(address, .failed, time)
    case .waiting: end(address, .waiting, time)
    case .undone: end(address, .undone, time)
    case .stays: end(address, .stays, time)
    case .intent, .answered, .refused, .personAnswered, .skipped, .undoIntent, .undoAnswered: break
    }
  }

  private mutating func begin(_ address: StepAddress, _ number: Int, isUndo: Bool, _ time: Date) {
    open[address] = attempts.count
    attempts.append(
      Attempt(address: address, number: number, start: time, end: time, outcome: .open, isUndo: isUndo))
  }

  private mutating func end(_ address: StepAddress, _ outcome: Attempt.Outcome, _ time: Date) {
    guard let index = open.removeValue(forKey: address) else { return }
    attempts[index].end = max(attempts[index].start, time)
    attempts[index].outcome = outcome
  }
}

extension StepFact {
  fileprivate var isOfPerson: Bool { if case .personAnswered = self { true } else { false } }
}

/// Sessions side by side without the time between them: where a moment is on the paper.
struct TimelineScale {
  static let gap = 24.0
  private let sessions: [Timeline.Session]
  private let starts: [Double]
  let perSecond: Double
  let width: Double

  init(_ sessions: [Timeline.Session], width: Double) {
    self.sessions = sessions
    let gaps = Self.gap * Double(max(0, sessions.count - 1))
    let seconds = sessions.reduce(0.0) { $0 + max(0.001, $1.end.timeIntervalSince($1.start)) }
    perSecond = max(width - gaps, 50) / max(seconds, 0.001)
    var starts: [Double] = []
    var x = 0.0
    for session in sessions {
      starts.append(x)
      x += max(0.001, session.end.timeIntervalSince(session.start)) * perSecond + Self.gap
    }
    self.starts = starts
    self.width = max(0, x - Self.gap)
  }

  /// Where each session but the first begins.
  var breaks: [Double] { Array(starts.dropFirst()) }

  func place(_ time: Date) -> Double {
    // The last session that had begun.
    var (low, high) = (0, sessions.count)
    while low < high {
      let middle = (low + high) / 2
      if sessions[middle].start <= time { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    let session = sessions[low - 1]
    return starts[low - 1] + min(time, session.end).timeIntervalSince(session.start) * perSecond
  }
}
