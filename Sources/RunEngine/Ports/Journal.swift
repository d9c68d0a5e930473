import Basics

package import struct FoundationEssentials.Date

/// The port to the durable memory of runs: append-only, one writer per run, many readers.
///
/// A run's lock has an epoch. Taking the lock raises it, and each append names the epoch that it was taken with: an owner that was
/// taken over cannot write any more, however long it slept.
package protocol Journal: Sendable {
  /// Makes the events durable, in order, all or none; durable when it returns. Events of one call share one commit.
  ///
  /// Throws `lostLock` when the lock has a newer epoch, `full` or `unwritable` when nothing was written.
  func append(_ events: [RunEvent], to run: String, epoch: Int) async throws(JournalFailure)

  /// Every event of the run, in order; empty for a run that does not exist.
  func read(_ run: String) async throws(JournalFailure) -> [RunEvent]

  /// All runs, the newest first.
  func runs() async throws(JournalFailure) -> [RunHead]

  /// Takes the run's lock and gives its new epoch; a dead owner's lock is free at once.
  ///
  /// Throws `held` when a live owner has it and `takeOver` is false.
  func lock(_ run: String, takeOver: Bool) async throws(JournalFailure) -> Int

  /// Gives the lock back; does nothing when somebody else has it by now.
  func unlock(_ run: String, epoch: Int) async

  /// Who has the run's lock now; `nil` when it is free or its owner is dead.
  func holder(of run: String) async throws(JournalFailure) -> LockHolder?

  /// Takes a `serialize` key for a step of a locked run; false while a step of another live run has it.
  func claim(_ key: String, for run: String, epoch: Int) async throws(JournalFailure) -> Bool

  func release(_ key: String, for run: String, epoch: Int) async
}

/// The process that has a run's lock.
package struct LockHolder: Hashable, Sendable {
  package var host: String
  package var process: Int
  package var since: Date

  package init(host: String, process: Int, since: Date) {
    self.host = host
    self.process = process
    self.since = since
  }
}
