package import Basics
package import RunEngine

/// A checkpoint that takes everything and keeps nothing: for a performer on its own.
package struct IgnoringCheckpoint: Checkpoint {
  package init() {}
  package func intent(_ intent: Intent) async throws(StepFailure) {}
  package func answered(ordinal: Int, object: Value) async throws(StepFailure) {}
  package func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure) {}
  package func undoIntent(_ intent: Intent) async throws(StepFailure) {}
  package func undoAnswered(ordinal: Int) async throws(StepFailure) {}
  package func progress(_ progress: StepProgress) {}
  package func output(_ bytes: [UInt8]) {}
}
