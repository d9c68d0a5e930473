package import Basics
package import RunEngine

/// `RemoteCommand` for hosts that SSH reaches.
///
/// The words may stand in the command line that the host's sshd sees; what is secret belongs into the input.
package struct SSHCommand: RemoteCommand {
  private let client: SSHClient
  /// A host that does not answer is waited for, but not longer than the command has.
  private let patience: Duration

  package init(client: SSHClient, patience: Duration = .seconds(120)) {
    self.client = client
    self.patience = patience
  }

  /// Whether `host` is one of ours: an address, or an object without `via`.
  package static func serves(_ host: Value) -> Bool { SSHHost.describes(host) }

  package func run(
    _ argv: [String], input: [UInt8], on host: Value, context: RemoteContext
  ) async throws(StepFailure) -> RemoteResult {
    let options = RunOptions(
      input: input, patience: Patience(limit: min(patience, context.timeout)), timeout: context.timeout,
      hidesWords: false)
    return try await client.run(argv, on: try SSHHost(host), options: options)
  }
}
