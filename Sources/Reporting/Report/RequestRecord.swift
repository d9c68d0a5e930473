package import Basics
package import RunEngine

package import struct FoundationEssentials.Date

/// A change that the journal announced, and what is known of how it ended.
package struct RequestRecord: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case answered
    case refused(StepFailure)
    /// No answer was read, but the step ended well: it was looked up.
    case settled
    /// A person said that it did not happen.
    case notCreated
    /// No answer was read, and the same request was announced again.
    case repeated
    /// Nobody knows.
    case unknown
  }

  package var address: StepAddress
  package var call: String
  package var isUndo: Bool
  package var time: Date
  package var endedAt: Date?
  package var outcome = Outcome.unknown

  /// Every intent of the events, in order.
  package static func all(_ events: [RunEvent]) -> [RequestRecord] {
    var reader = RequestReader()
    for event in events {
      if case .step(let address, let fact) = event.fact { reader.take(fact, of: address, at: event.time) }
    }
    return reader.records
  }
}

private struct RequestReader {
  private struct Key: Hashable {
    var address: StepAddress
    var ordinal: Int
    var isUndo: Bool
  }

  var records: [RequestRecord] = []
  private var open: [StepAddress: [Key: Int]] = [:]

  mutating func take(_ fact: StepFact, of address: StepAddress, at time: Date) {
    switch fact {
    case .intent(let intent): announce(intent, Key(address: address, ordinal: intent.ordinal, isUndo: false), time)
    case .undoIntent(let intent): announce(intent, Key(address: address, ordinal: intent.ordinal, isUndo: true), time)
    case .answered(let ordinal, _):
      end(Key(address: address, ordinal: ordinal, isUndo: false), .answered, time)
    case .undoAnswered(let ordinal):
      end(Key(address: address, ordinal: ordinal, isUndo: true), .answered, time)
    case .refused(let ordinal, let failure):
      for isUndo in [false, true] {
        end(Key(address: address, ordinal: ordinal, isUndo: isUndo), .refused(failure), time)
      }
    case .succeeded, .undone: endAll(address, .settled, time)
    case .personAnswered(.notCreated): endAll(address, .notCreated, time)
    case .started, .failed, .waiting, .personAnswered, .skipped, .undoStarted, .stays, .stuck: break
    }
  }

  private mutating func announce(_ intent: Intent, _ key: Key, _ time: Date) {
    if let index = open[key.address]?[key] { records[index].outcome = .repeated }
    open[key.address, default: [:]][key] = records.count
    records.append(RequestRecord(address: key.address, call: intent.call, isUndo: key.isUndo, time: time))
  }

  private mutating func end(_ key: Key, _ outcome: RequestRecord.Outcome, _ time: Date) {
    guard let index = open[key.address]?.removeValue(forKey: key) else { return }
    records[index].outcome = outcome
    records[index].endedAt = time
  }

  private mutating func endAll(_ address: StepAddress, _ outcome: RequestRecord.Outcome, _ time: Date) {
    for index in (open.removeValue(forKey: address) ?? [:]).values {
      records[index].outcome = outcome
      records[index].endedAt = time
    }
  }
}
