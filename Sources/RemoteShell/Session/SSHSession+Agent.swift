import Basics
import CSSH2
import Glibc

extension SSHSession {
  /// Tries the agent's keys, ed25519 first; false when the host knows none of them.
  func logInByAgent(_ settings: LoginSettings, until deadline: ContinuousClock.Instant) async throws(StepFailure)
    -> Bool
  {
    let agent = try await AgentConnection.open(settings.agentSocket, deadline: deadline)
    defer { agent.close() }
    let all = try await agent.keys()
    if all.isEmpty { throw StepFailure(.denied, .sshNoKey, host.arguments) }
    let usable = all.filter { $0.type != "ssh-rsa" && $0.type != "ssh-dss" }
    if usable.isEmpty { throw rsaKey("ssh-agent") }
    // A host gives up on a user after a few wrong keys (sshd: 6).
    for key in usable.sorted(by: { $0.isPreferred && !$1.isPreferred }).prefix(5) {
      if try await logIn(agent: agent, key: key, until: deadline) { return true }
    }
    return false
  }

  private func logIn(
    agent: AgentConnection, key: HostKey, until deadline: ContinuousClock.Instant
  ) async throws(StepFailure) -> Bool {
    let user = host.user
    wire.signature = .none
    defer { wire.signature = .none }
    while true {
      let status = try await authenticate(until: deadline, mayAskChannel: false) { raw in
        libssh2_userauth_publickey(raw, user, key.blob, key.blob.count, signByAgent, nil)
      }
      switch status {
      case 0: return true
      case LIBSSH2_ERROR_AUTHENTICATION_FAILED: return false
      case LIBSSH2_ERROR_EAGAIN:
        guard case .wanted(let data) = wire.signature else { continue }
        wire.signature = try await agent.sign(data, with: key).map { .made($0) } ?? .refused
      case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED: throw refused("agent")
      default: throw failure(status)
      }
    }
  }
}

extension HostKey {
  fileprivate var isPreferred: Bool { type == "ssh-ed25519" }
}

/// libssh2 takes the signature's raw bytes in memory of `malloc` and frees them.
private func signByAgent(
  _ session: OpaquePointer?, _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
  _ length: UnsafeMutablePointer<Int>?, _ data: UnsafePointer<UInt8>?, _ count: Int,
  _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
  guard let session, let wire = Wire.behind(libssh2_session_abstract(session)) else { return -1 }
  let answer = wire.sign(Array(UnsafeBufferPointer(start: data, count: count)))
  if answer.status == 0, let memory = malloc(max(1, answer.signature.count)) {
    memory.copyMemory(from: answer.signature, byteCount: answer.signature.count)
    signature?.pointee = memory.assumingMemoryBound(to: UInt8.self)
    length?.pointee = answer.signature.count
  }
  return answer.status
}
