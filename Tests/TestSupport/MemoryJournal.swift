import Basics
import FoundationEssentials
package import RunEngine
import Synchronization

/// A journal in memory that keeps events as plain data, so that each test also exercises their encoding.
///
/// It can be told to fail at append number *n*, before or after the events are kept: the two sides of a crash during a commit.
package final class MemoryJournal: Journal {
  package enum Fault: Hashable, Sendable {
    /// Append number `at` (from 1) and all later ones fail; nothing of them is kept.
    case before(at: Int)
    /// Append number `at` is kept, but its caller is told that it failed; all later ones fail.
    case after(at: Int)
  }

  private struct Run {
    var events: [Value] = []
    var epoch = 0
    var owner: Int?
  }

  private struct State {
    var runs: [String: Run] = [:]
    var order: [String] = []
    var keys: [String: String] = [:]
    var appends = 0
    var commits: [[RunEvent]] = []
    var fault: Fault?
  }

  private let state = Mutex(State())

  package init() {}

  package var appendCount: Int { state.withLock { $0.appends } }

  /// The events of each commit, in order.
  package var commits: [[RunEvent]] { state.withLock { $0.commits } }

  /// Sets or clears the fault and counts appends from 0 again.
  package func arm(_ fault: Fault?) {
    state.withLock {
      $0.fault = fault
      $0.appends = 0
    }
  }

  package func append(_ events: [RunEvent], to run: String, epoch: Int) async throws(JournalFailure) {
    let failure: JournalFailure? = state.withLock { state in
      state.appends += 1
      guard state.runs[run]?.epoch == epoch else { return .lostLock(run: run) }
      if case .before(let at) = state.fault, state.appends >= at { return .full(path: "memory") }
      if case .after(let at) = state.fault, state.appends > at { return .full(path: "memory") }
      if state.runs[run]?.events.isEmpty == true { state.order.append(run) }
      state.runs[run]?.events.append(contentsOf: events.map(\.value))
      state.commits.append(events)
      return state.fault == .after(at: state.appends) ? .unwritable(path: "memory", detail: "fault") : nil
    }
    if let failure { throw failure }
  }

  package func read(_ run: String) async throws(JournalFailure) -> [RunEvent] {
    do throws(JournalCorrupt) {
      return try events(of: run)
    } catch {
      throw .corrupt(path: "memory", detail: error.detail)
    }
  }

  /// The events that a run has by now.
  package func events(of run: String) throws(JournalCorrupt) -> [RunEvent] {
    var events: [RunEvent] = []
    for value in state.withLock({ $0.runs[run]?.events ?? [] }) { events.append(try RunEvent(value: value)) }
    return events
  }

  /// Keeps only the first `count` events: the journal of a process that was killed there.
  package func truncate(_ run: String, to count: Int) {
    state.withLock { state in
      state.runs[run]?.events.removeSubrange(count...)
      state.runs[run]?.owner = nil
    }
  }

  package func runs() async throws(JournalFailure) -> [RunHead] {
    var heads: [RunHead] = []
    for id in state.withLock({ $0.order.reversed() }) {
      guard let machine = try? RunMachine(StepGraph([]), events: events(of: id)), var head = machine.head else {
        continue
      }
      if state.withLock({ $0.runs[id]?.owner != nil }) { head.state = .running }
      heads.append(head)
    }
    return heads
  }

  package func lock(_ run: String, takeOver: Bool) async throws(JournalFailure) -> Int {
    let epoch: Int? = state.withLock { state in
      if state.runs[run]?.owner != nil, !takeOver { return nil }
      state.runs[run, default: Run()].epoch += 1
      state.runs[run]?.owner = 1
      return state.runs[run]?.epoch
    }
    if let epoch { return epoch }
    throw .held(LockHolder(host: "memory", process: 1, since: Date(milliseconds: 0)), run: run)
  }

  /// Frees the lock as the death of its owner does.
  package func killOwner(of run: String) { state.withLock { $0.runs[run]?.owner = nil } }

  package func unlock(_ run: String, epoch: Int) async {
    state.withLock { state in
      guard state.runs[run]?.epoch == epoch else { return }
      state.runs[run]?.owner = nil
      state.keys = state.keys.filter { $0.value != run }
    }
  }

  package func holder(of run: String) async throws(JournalFailure) -> LockHolder? {
    state.withLock { $0.runs[run]?.owner }.map {
      LockHolder(host: "memory", process: $0, since: Date(milliseconds: 0))
    }
  }

  package func claim(_ key: String, for run: String, epoch: Int) async throws(JournalFailure) -> Bool {
    state.withLock { state in
      let owner = state.keys[key]
      if let owner, owner != run, state.runs[owner]?.owner != nil { return false }
      state.keys[key] = run
      return true
    }
  }

  package func release(_ key: String, for run: String, epoch: Int) async {
    state.withLock { if $0.keys[key] == run { $0.keys[key] = nil } }
  }
}
