import Basics

/// What may start in a live session: the open prerequisites of each step, the ready ones, and who holds which `serialize` key.
///
/// Forward, a step's prerequisites are its dependencies; backward (`destroy`), its dependants. Each event costs the step's own edges.
package struct Schedule: Sendable {
  private enum Mark: Sendable {
    /// Not part of the order.
    case unwanted
    case pending, ready
    /// Taken by `next`, not started yet.
    case taken
    case running
    /// Starts again later.
    case delayed
    case done
    /// Done already, but something before it is not, or is newer: what follows waits for that, too.
    case passing
    /// Waits for a person, or was interrupted.
    case parked
    case failed, blocked
  }

  let isBackward: Bool
  /// A step that is done is handed out, too, once what comes before it is done: it may be out of date.
  private var reviews = false
  private let limit: Int
  /// Backward: which steps have something to take back; the others are passed over.
  private let hasWork: [Bool]
  /// Backward: settings that go with a thing, with the thing's position; they wait for it, and not it for them.
  private let owners: [Int: Int]
  /// Backward: what follows a step, where `owners` changes that.
  private var rerouted: [Int: [Int]] = [:]
  private var marks: [Mark]
  private var open: [Int]
  private var readyHeap = ReadyHeap()
  private var holders: [String: Int] = [:]
  private var keys: [Int: String] = [:]
  private var queues: [String: [Int]] = [:]
  private(set) var runningCount = 0
  private(set) var delayedCount = 0
  private(set) var doneCount = 0
  package let wantedCount: Int
  /// No new step starts any more.
  package private(set) var isStopped = false

  /// Nothing runs and nothing will start.
  package var isIdle: Bool {
    runningCount == 0 && (isStopped || (delayedCount == 0 && readyHeap.isEmpty && queues.isEmpty))
  }

  package func isRunning(_ position: Int) -> Bool { marks[position] == .running }
  package func isBlocked(_ position: Int) -> Bool { marks[position] == .blocked && hasWork[position] }

  package mutating func stop() { isStopped = true }

  /// The thing that the setting goes with, if that is taken away in this session.
  func owner(of position: Int) -> Int? { owners[position] }

  /// The next step to look at, most urgent first; `nil` when none may start.
  ///
  /// The caller starts, skips, fails, queues or delays it.
  package mutating func next() -> Int? {
    guard !isStopped, runningCount < limit, let position = readyHeap.pop() else { return nil }
    marks[position] = .taken
    return position
  }
}

// MARK: Beginning

extension Schedule {
  /// Forward over `wanted`: what is done counts as done, what was given up blocks its dependants.
  ///
  /// - Parameter alone: What is not wanted counts as done, whatever became of it: a probe tells whether that matters.
  /// - Parameter reviews: What is done but stands on something that is not, or that is newer, is handed out to be looked at.
  init(forward machine: RunMachine, wanted: [Bool], alone: Bool = false, reviews: Bool = false, limit: Int) {
    let graph = machine.graph
    let done = graph.steps.indices.map { machine.countsAsDone($0) || (alone && !wanted[$0]) }
    isBackward = false
    owners = [:]
    self.reviews = reviews
    self.limit = limit
    hasWork = wanted
    wantedCount = wanted.count { $0 }
    marks = graph.steps.indices.map { position in
      let canRun = machine.slots[position].canRun || (reviews && machine.slots[position].phase == .undoing)
      return done[position] ? .done : wanted[position] && canRun ? .pending : .unwanted
    }
    open = graph.steps.map { $0.dependencies.count { !done[$0] } }
    doneCount = graph.steps.indices.count { wanted[$0] && done[$0] }
    for position in graph.steps.indices where machine.slots[position].phase == .abandoned {
      block(after: position, graph)
    }
    if !alone { passOn(machine) }
    for position in graph.steps.indices where open[position] == 0 {
      if marks[position] == .pending || marks[position] == .passing { makeReady(position, graph) }
    }
  }

  /// Keeps the order across steps that are done already (`--skip`, or all but what was taken back): what follows one of them waits for
  /// whatever of this session comes before it.
  ///
  /// Not for a session of probes, where each answers for itself.
  private mutating func passOn(_ machine: RunMachine) {
    for (position, step) in machine.graph.steps.enumerated() {
      let waitsFor = step.dependencies.count { marks[$0] == .pending || marks[$0] == .passing }
      switch marks[position] {
      case .done where waitsFor > 0 || (reviews && machine.mayBeOutOfDate(position, newest: machine.newest[position])):
        marks[position] = .passing
        open[position] = waitsFor
      case .pending: open[position] += step.dependencies.count { marks[$0] == .passing }
      default: break
      }
    }
  }

  /// Backward over everything; only steps that `hasWork` are handed out.
  init(backward graph: StepGraph, hasWork: [Bool], owners: [Int: Int] = [:], limit: Int) {
    isBackward = true
    self.owners = owners
    self.limit = limit
    self.hasWork = hasWork
    wantedCount = hasWork.count { $0 }
    marks = graph.steps.map { _ in .pending }
    open = graph.dependants.map(\.count)
    for (setting, owner) in owners { reroute(setting, behind: owner, graph) }
    for position in graph.steps.indices.reversed() where open[position] == 0 && marks[position] == .pending {
      makeReady(position, graph)
    }
  }

  /// The setting waits for its owner, and what waited for the setting holds up the owner itself.
  private mutating func reroute(_ setting: Int, behind owner: Int, _ graph: StepGraph) {
    if let edge = following(setting, graph).firstIndex(of: owner) {
      rerouted[setting] = following(setting, graph)
      rerouted[setting]?.remove(at: edge)
      open[owner] -= 1
    }
    rerouted[owner] = following(owner, graph) + [setting]
    open[setting] += 1
    for user in graph.dependants[setting] {
      rerouted[user] = following(user, graph) + [owner]
      open[owner] += 1
    }
  }

  /// The steps whose prerequisite this one is.
  private func following(_ position: Int, _ graph: StepGraph) -> [Int] {
    if isBackward { return rerouted[position] ?? graph.steps[position].dependencies }
    return graph.dependants[position]
  }

  private mutating func makeReady(_ position: Int, _ graph: StepGraph) {
    if hasWork[position] {
      marks[position] = .ready
      readyHeap.push(position, urgency: isBackward ? position : graph.height[position])
    } else if isBackward {
      finish(position, graph)
    }
  }
}

// MARK: Taking in events

extension Schedule {
  mutating func take(_ fact: StepFact, position: Int, allowsFailure: Bool, graph: StepGraph) {
    switch fact {
    case .started, .undoStarted:
      marks[position] = .running
      runningCount += 1
    case .undone where !isBackward, .stays where !isBackward: delay(position, graph)
    case .succeeded where !isBackward, .skipped, .undone, .stays:
      leave(position, graph)
      if hasWork[position] { doneCount += 1 }
      finish(position, graph)
    case .failed(_, let retryIn): fail(position, retryIn, allowsFailure, graph)
    case .waiting: park(position, graph)
    case .stuck:
      leave(position, graph)
      marks[position] = .failed
      block(after: position, graph)
    default: break
    }
  }

  private mutating func fail(_ position: Int, _ retryIn: Duration?, _ allowsFailure: Bool, _ graph: StepGraph) {
    leave(position, graph)
    if retryIn != nil {
      marks[position] = .delayed
      delayedCount += 1
    } else if allowsFailure {
      doneCount += 1
      finish(position, graph)
    } else {
      marks[position] = .failed
      block(after: position, graph)
    }
  }

  /// The step ends without an outcome: a person has to act, or the run was interrupted.
  mutating func park(_ position: Int, _ graph: StepGraph) {
    leave(position, graph)
    marks[position] = .parked
  }

  /// Puts a taken step off; `wake` makes it ready again.
  mutating func delay(_ position: Int, _ graph: StepGraph) {
    leave(position, graph)
    marks[position] = .delayed
    delayedCount += 1
  }

  /// A step that was handed out although it is done stays as it is.
  mutating func passOver(_ position: Int, _ graph: StepGraph) { finish(position, graph) }

  /// A step that was handed out although it is done is carried out after all.
  mutating func startOver(_ position: Int) { doneCount -= 1 }

  mutating func wake(_ position: Int, _ graph: StepGraph) {
    guard marks[position] == .delayed else { return }
    delayedCount -= 1
    makeReady(position, graph)
  }

  private mutating func finish(_ first: Int, _ graph: StepGraph) {
    var stack = [first]
    while let position = stack.popLast() {
      marks[position] = .done
      for next in following(position, graph) {
        open[next] -= 1
        guard open[next] == 0, marks[next] == .pending || marks[next] == .passing else { continue }
        let isPassedOver = (marks[next] == .passing && !reviews) || (isBackward && !hasWork[next])
        if isPassedOver { stack.append(next) } else { makeReady(next, graph) }
      }
    }
  }

  /// The owner of a setting stays for now: the setting is taken back by itself.
  private mutating func release(_ setting: Int, _ graph: StepGraph) {
    open[setting] -= 1
    if open[setting] == 0, marks[setting] == .pending { makeReady(setting, graph) }
  }

  private mutating func block(after first: Int, _ graph: StepGraph) {
    var stack = [first]
    while let position = stack.popLast() {
      for next in following(position, graph) {
        if owners[next] == position {
          release(next, graph)
          continue
        }
        switch marks[next] {
        case .pending: marks[next] = .blocked
        // Done, and no more than done; what follows it is held back.
        case .passing: marks[next] = .done
        default: continue
        }
        stack.append(next)
      }
    }
  }
}

// MARK: Serialize keys

extension Schedule {
  /// Gives the key to a taken step, or queues the step behind the one that has it.
  mutating func hold(_ key: String, _ position: Int) -> Bool {
    if holders[key] == nil {
      holders[key] = position
      keys[position] = key
      return true
    }
    queues[key, default: []].append(position)
    marks[position] = .pending
    return false
  }

  /// The step is not running any more: its place and its key are free.
  private mutating func leave(_ position: Int, _ graph: StepGraph) {
    if marks[position] == .running { runningCount -= 1 }
    guard let key = keys.removeValue(forKey: position) else { return }
    holders[key] = nil
    guard var queue = queues.removeValue(forKey: key) else { return }
    let next = queue.removeFirst()
    if !queue.isEmpty { queues[key] = queue }
    makeReady(next, graph)
  }

  func key(of position: Int) -> String? { keys[position] }

  func isHeld(_ key: String) -> Bool { holders[key] != nil }
}

extension StepSlot {
  /// Whether a forward session may carry the step out: not after it was taken back or given up.
  fileprivate var canRun: Bool { phase == .waiting || phase == .person }
}
