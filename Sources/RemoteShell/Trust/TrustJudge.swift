import Basics

/// Decides whether the key that a host shows is the right one, and which types of keys to ask for.
@SSHLoop final class TrustJudge {
  private let runFile: KnownHostsFile?
  private let userFiles: [KnownHostsFile]

  nonisolated init(runFile: String?, userFiles: [String]) {
    self.runFile = runFile.map { KnownHostsFile(path: $0) }
    self.userFiles = userFiles.map { KnownHostsFile(path: $0) }
  }

  /// The types that the expected keys have: a host with several keys must show one of these, or a right host would look changed.
  func expectedTypes(for host: SSHHost) -> [String] { expectedKeys(for: host).map(\.type) }

  private func expectedKeys(for host: SSHHost) -> [HostKey] {
    switch host.trust {
    case .pinned(let keys): keys
    case .firstUse: runKeys(for: host)
    case .recorded:
      runKeys(for: host).isEmpty ? userFiles.flatMap { $0.read().keys(for: host.knownHostsName) } : runKeys(for: host)
    }
  }

  private func runKeys(for host: SSHHost) -> [HostKey] { runFile?.read().keys(for: host.knownHostsName) ?? [] }

  /// Returns when `key` may be trusted; a key seen for the first time is on disk by then.
  func accept(_ key: HostKey, of host: SSHHost) throws(StepFailure) {
    if userFiles.contains(where: { $0.read().isRevoked(key, for: host.knownHostsName) }) {
      throw failure(.sshHostKeyRevoked, key, host)
    }
    let expected = expectedKeys(for: host)
    if expected.contains(key) { return }
    guard expected.isEmpty else { throw failure(.sshHostKeyChanged, key, host, expected: expected) }
    guard host.trust == .firstUse, let runFile else { throw failure(.sshHostKeyUnknown, key, host) }
    try runFile.append(key, for: host.knownHostsName)
  }

  private func failure(_ code: Diagnostic.Code, _ key: HostKey, _ host: SSHHost, expected: [HostKey] = [])
    -> StepFailure
  {
    var arguments = host.arguments
    arguments["type"] = key.type
    arguments["offered"] = key.fingerprint
    arguments["expected"] = expected.map(\.fingerprint).joined(separator: ", ")
    return StepFailure(.denied, code, arguments)
  }
}
