import Basics
package import RunEngine
import Synchronization

/// Counts the places where a process may die and, at the chosen one, stops everything: no append is kept, no effect happens any more.
package final class CrashSwitch: Sendable {
  package struct Crashed: Error {}

  private struct State {
    var passed = 0
    var target: Int?
    var isDead = false
  }

  private let state = Mutex(State())

  package init() {}

  /// How many places were passed since the last `arm`.
  package var passed: Int { state.withLock { $0.passed } }
  package var isDead: Bool { state.withLock { $0.isDead } }

  /// The process dies at place number `target` (from 1); never for `nil`.
  package func arm(_ target: Int?) { state.withLock { $0 = State(target: target) } }

  /// A place where the process may die; what it does there, it does alive or not at all.
  package func point(_ effect: () -> Void = {}) throws(Crashed) {
    let isDead = state.withLock { state in
      state.passed += 1
      if state.passed == state.target { state.isDead = true }
      if !state.isDead { effect() }
      return state.isDead
    }
    if isDead { throw Crashed() }
  }
}

/// A journal whose process may die before and after each commit.
package struct CrashingJournal: Journal {
  package let inner: any Journal
  package let crash: CrashSwitch

  package init(_ inner: any Journal, _ crash: CrashSwitch) {
    self.inner = inner
    self.crash = crash
  }

  package func append(_ events: [RunEvent], to run: String, epoch: Int) async throws(JournalFailure) {
    try survive()
    try await inner.append(events, to: run, epoch: epoch)
    try survive()
  }

  private func survive() throws(JournalFailure) {
    do throws(CrashSwitch.Crashed) { try crash.point() } catch { throw .unwritable(path: "memory", detail: "killed") }
  }

  package func read(_ run: String) async throws(JournalFailure) -> [RunEvent] { try await inner.read(run) }
  package func runs() async throws(JournalFailure) -> [RunHead] { try await inner.runs() }

  package func lock(_ run: String, takeOver: Bool) async throws(JournalFailure) -> Int {
    try await inner.lock(run, takeOver: takeOver)
  }

  package func unlock(_ run: String, epoch: Int) async { await inner.unlock(run, epoch: epoch) }
  package func holder(of run: String) async throws(JournalFailure) -> LockHolder? { try await inner.holder(of: run) }

  package func claim(_ key: String, for run: String, epoch: Int) async throws(JournalFailure) -> Bool {
    try await inner.claim(key, for: run, epoch: epoch)
  }

  package func release(_ key: String, for run: String, epoch: Int) async {
    await inner.release(key, for: run, epoch: epoch)
  }
}
