package import struct FoundationEssentials.Date

/// One line of the list of runs.
package struct RunHead: Hashable, Sendable {
  package var id: String
  package var name: String?
  package var workflow: String
  package var lab: String?
  package var state: RunState
  /// What the last session was for.
  package var session: WorkOrder.Kind
  package var startedAt: Date
  package var endedAt: Date?

  package init(
    id: String, name: String? = nil, workflow: String, lab: String? = nil, state: RunState,
    session: WorkOrder.Kind = .run, startedAt: Date, endedAt: Date? = nil
  ) {
    self.id = id
    self.name = name
    self.workflow = workflow
    self.lab = lab
    self.state = state
    self.session = session
    self.startedAt = startedAt
    self.endedAt = endedAt
  }
}

/// Where a run stands as a whole.
package enum RunState: String, Hashable, Sendable, CaseIterable {
  /// A live owner works on it.
  case running
  /// Its owner died in the middle.
  case stopped
  case succeeded
  case failed
  case probeFailed = "probe-failed"
  /// Waits for a person, or is in doubt.
  case waiting
  case interrupted
  /// Ended well as far as it was asked to go (`--until`, `--only`).
  case partial
  case destroyed
  /// `destroy` left something behind or was stopped.
  case destroying
  case refused

  /// Whether `resume` without a name may choose it.
  package var isUnfinished: Bool {
    switch self {
    case .running, .stopped, .failed, .probeFailed, .waiting, .interrupted, .partial, .refused: true
    case .succeeded, .destroyed, .destroying: false
    }
  }
}

extension RunHead {
  /// The line of a run that begins with `event`; `nil` when that does not begin a run.
  package init?(first event: RunEvent) {
    guard case .created(let header) = event.fact else { return nil }
    self.init(
      id: header.id, name: header.name, workflow: header.workflow, lab: header.lab, state: .stopped,
      startedAt: event.time)
  }

  /// Takes in the next event: the state is that of a run on which nobody works now.
  package mutating func apply(_ event: RunEvent) {
    switch event.fact {
    case .opened(let order):
      // A run of which a part was taken back is one that is not complete.
      session = order.takesBackPart ? .run : order.kind
      state = session == .destroy ? .destroying : .stopped
      endedAt = nil
    case .ended(let verdict, let isComplete):
      state = RunState(verdict, session: session, isComplete: isComplete)
      endedAt = event.time
    case .created, .updated, .approved, .step, .reset, .interrupted: break
    }
  }
}

extension RunState {
  /// The state that a session's end leaves behind.
  fileprivate init(_ verdict: RunVerdict, session: WorkOrder.Kind, isComplete: Bool) {
    if session == .destroy {
      self = verdict == .done ? .destroyed : .destroying
      return
    }
    self =
      switch verdict {
      case .done: isComplete ? .succeeded : .partial
      case .failed: .failed
      case .refused: .refused
      case .probeFailed: .probeFailed
      case .waiting: .waiting
      case .leftBehind: .destroying
      case .interrupted: .interrupted
      }
  }
}
