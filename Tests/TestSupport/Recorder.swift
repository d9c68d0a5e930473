package import Basics
package import RunEngine
import Synchronization

/// What an approver was asked, in order.
final class Asked: Sendable {
  private let all = Mutex<[[StepAddress]]>([])
  var questions: [[StepAddress]] { all.withLock { $0 } }
  func add(_ steps: [StepAddress]) { all.withLock { $0.append(steps) } }
}

/// Keeps every event and progress that an observer sees.
package final class Recorder: RunObserver {
  private let seen = Mutex<(events: [RunEvent], progress: [StepProgress])>(([], []))

  package init() {}

  package var events: [RunEvent] { seen.withLock { $0.events } }
  package var progress: [StepProgress] { seen.withLock { $0.progress } }
  /// `succeeded a`, `ended`.
  package var lines: [String] {
    events.map { event in event.address.map { "\(event.kind) \($0)" } ?? event.kind }
  }

  package func observe(_ event: RunEvent, tally: RunTally) { seen.withLock { $0.events.append(event) } }
  package func progress(_ progress: StepProgress, of address: StepAddress) {
    seen.withLock { $0.progress.append(progress) }
  }
}
