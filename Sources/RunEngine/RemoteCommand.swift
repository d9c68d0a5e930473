package import Basics

/// The port through which a command runs on a host, whatever the way in: SSH, Cloud Assistant, this machine.
package protocol RemoteCommand: Sendable {
  /// Runs `argv` (never joined into a shell line unquoted) with `input` on standard input, and waits for its end.
  ///
  /// A status other than 0 is an answer, not a failure. Output is bounded to 1 MiB per stream (the head and the tail are kept).
  /// Failures: `notYet` while a host boots, `denied` for refused credentials, `timeout`, `transient` for a lost connection.
  func run(_ argv: [String], input: [UInt8], on host: Value, context: RemoteContext) async throws(StepFailure)
    -> RemoteResult
}

/// What a remote command needs to know besides the command.
package struct RemoteContext: Sendable {
  package var runID: String
  package var address: StepAddress
  package var account: String?
  package var timeout: Duration
  package init(runID: String, address: StepAddress, account: String? = nil, timeout: Duration) {
    self.runID = runID
    self.address = address
    self.account = account
    self.timeout = timeout
  }
}

package struct RemoteResult: Hashable, Sendable {
  /// The exit status, or 128 + the signal's number.
  package var status: Int
  package var standardOutput: [UInt8]
  package var standardError: [UInt8]
  package init(status: Int, standardOutput: [UInt8], standardError: [UInt8] = []) {
    self.status = status
    self.standardOutput = standardOutput
    self.standardError = standardError
  }
}
