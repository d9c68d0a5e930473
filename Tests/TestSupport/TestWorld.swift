package import Basics
import RunEngine
import Synchronization

/// The other side: it keeps a ledger of every change that it saw, which is what a purchase twice would show in.
package final class TestWorld: Sendable {
  /// What may go wrong with one step, in this order; each is used up.
  package enum Fault: Hashable, Sendable {
    /// The call is refused for certain: nothing changed.
    case refuse(FailureClass)
    /// The change happens, its answer is lost.
    case loseAnswer
    /// Nothing happens, and the caller cannot tell.
    case loseRequest
    /// The call is answered, then the wait for its effect fails.
    case failWait(FailureClass)
    /// A look-up after doubt fails.
    case failResolve(FailureClass)
    case failUndo(FailureClass)
  }

  private struct State {
    var things: [String: String] = [:]
    var ledger: [String] = []
    var faults: [StepAddress: [Fault]] = [:]
    var calls = 0
    var violations: [String] = []
    var running = 0
    var mostRunning = 0
  }

  private let state = Mutex(State())
  package let crash: CrashSwitch
  /// How many calls each step makes.
  package let callsPerStep: Int

  package init(crash: CrashSwitch = CrashSwitch(), callsPerStep: Int = 1) {
    self.crash = crash
    self.callsPerStep = callsPerStep
  }

  /// Every change, in order: `create a`, `delete a`.
  package var ledger: [String] { state.withLock { $0.ledger } }
  /// What exists now, sorted.
  package var things: [String] { state.withLock { $0.things.keys.sorted() } }
  /// Requests of any kind, look-ups included.
  package var calls: Int { state.withLock { $0.calls } }
  /// What should never have happened, for example a change without a durable intent.
  package var violations: [String] { state.withLock { $0.violations } }
  package var mostRunning: Int { state.withLock { $0.mostRunning } }

  package func set(_ faults: [Fault], for address: String) {
    state.withLock { $0.faults[StepAddress(address)] = faults }
  }

  /// Puts a thing there that a step of an earlier process made.
  package func add(_ address: String, runID: String) {
    let token = StepToken.text(runID: runID, address: StepAddress(address), generation: 0)
    let name = "\(address)-\(token.dropFirst(3).prefix(10))-0"
    state.withLock { $0.things[name] = "id-\(name)" }
  }

  package func violation(_ text: String) { state.withLock { $0.violations.append(text) } }

  func next(_ address: StepAddress, _ matches: (Fault) -> Bool) -> Fault? {
    state.withLock { state in
      guard let first = state.faults[address]?.first, matches(first) else { return nil }
      state.faults[address]?.removeFirst()
      return first
    }
  }

  /// Waits until no task of a process that died is left: what it began has happened or never will.
  package func waitUntilIdle() async {
    while state.withLock({ $0.running > 0 }) { await Task.yield() }
  }

  func enter() {
    state.withLock {
      $0.running += 1
      $0.mostRunning = max($0.mostRunning, $0.running)
    }
  }

  func leave() { state.withLock { $0.running -= 1 } }

  /// Creates a thing under a name; a second time under the same name is a second entry in the ledger.
  func create(_ address: StepAddress, _ name: String) -> String {
    state.withLock { state in
      state.calls += 1
      state.ledger.append("create \(address)")
      state.things[name] = "id-\(name)"
      return "id-\(name)"
    }
  }

  func find(_ name: String) -> String? {
    state.withLock { state in
      state.calls += 1
      return state.things[name]
    }
  }

  func delete(_ address: StepAddress, _ name: String) {
    state.withLock { state in
      state.calls += 1
      guard state.things.removeValue(forKey: name) != nil else { return }
      state.ledger.append("delete \(address)")
    }
  }
}
