package import Basics

/// The port to the log files of scripts: one file per step and attempt, masked by the receiver.
package protocol StepLog: Sendable {
  /// Adds output as it came, in any piece size; may block for as long as a write takes, so that memory stays bounded.
  func append(_ bytes: [UInt8], run: String, address: StepAddress, attempt: Int)
  /// The attempt is over: nothing is held back any more.
  func close(run: String, address: StepAddress, attempt: Int)
}

/// Keeps nothing.
package struct NoStepLog: StepLog {
  package init() {}
  package func append(_ bytes: [UInt8], run: String, address: StepAddress, attempt: Int) {}
  package func close(run: String, address: StepAddress, attempt: Int) {}
}
