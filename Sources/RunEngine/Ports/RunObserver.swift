package import Basics

/// The port to whoever watches a run: the terminal, the event stream.
///
/// Called in the order of the journal, after the facts are durable, from the runner's own loop: an observer never blocks.
package protocol RunObserver: Sendable {
  func observe(_ event: RunEvent, tally: RunTally)
  /// What a step waits for now; called from the step's own task.
  func progress(_ progress: StepProgress, of address: StepAddress)
}

/// How far a session is.
package struct RunTally: Hashable, Sendable {
  package var done: Int
  package var running: Int
  package var total: Int

  package init(done: Int, running: Int, total: Int) {
    self.done = done
    self.running = running
    self.total = total
  }
}

/// Watches nothing.
package struct NoObserver: RunObserver {
  package init() {}
  package func observe(_ event: RunEvent, tally: RunTally) {}
  package func progress(_ progress: StepProgress, of address: StepAddress) {}
}
