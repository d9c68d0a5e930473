import Basics
import CSSH2

/// The algorithms offered, best first: what libssh2 1.10 has, without CBC, MD5 and other retired ones.
private enum Algorithms {
  static let exchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    + "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256,"
    + "diffie-hellman-group-exchange-sha256"
  static let hostKeys = [
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
  ]
  static let ciphers = "aes256-ctr,aes192-ctr,aes128-ctr"
  static let codes = "hmac-sha2-256,hmac-sha2-512,hmac-sha1"
}

extension SSHSession {
  /// Exchanges greetings and keys, and returns once the host's key is trusted.
  ///
  /// The last answer, to the request for the login service, is not waited for where that can be told: it comes with the answer to
  /// the login, and a host that refuses it disconnects.
  func shakeHands(judge: TrustJudge, until deadline: ContinuousClock.Instant) async throws(StepFailure) {
    try prefer(judge.expectedTypes(for: host))
    let owner = newOwner()
    let descriptor = wire.descriptor
    defer { giveUp(owner) }
    while true {
      let seen = wire.received
      let status = try await once(owner, until: deadline) { libssh2_session_handshake($0, descriptor) }
      if status == 0 || (status == LIBSSH2_ERROR_EAGAIN && isLoginReady) { break }
      guard status == LIBSSH2_ERROR_EAGAIN else { throw handshakeFailure(status) }
      do throws(StepFailure) { try await wait(since: seen, until: deadline) } catch {
        throw error.kind == .timeout ? StepFailure(.timeout, .sshNoBanner, host.arguments) : error
      }
    }
    try judge.accept(try presentedKey(), of: host)
  }

  func handshakeFailure(_ status: Int32) -> StepFailure {
    let reason = lastMessage
    close()
    // A host that boots, or sshd at its limit of beginners (MaxStartups), closes the connection before or after its greeting.
    return StepFailure(
      .notYet, .sshHandshake, host.arguments.merging(["reason": "\(reason) (\(status))"]) { $1 })
  }

  private func prefer(_ expected: [String]) throws(StepFailure) {
    let known = Algorithms.hostKeys.filter { expected.contains($0) }
    let hostKeys = (known.isEmpty ? Algorithms.hostKeys : known).joined(separator: ",")
    for (method, list) in [
      (LIBSSH2_METHOD_KEX, Algorithms.exchange), (LIBSSH2_METHOD_HOSTKEY, hostKeys),
      (LIBSSH2_METHOD_CRYPT_CS, Algorithms.ciphers), (LIBSSH2_METHOD_CRYPT_SC, Algorithms.ciphers),
      (LIBSSH2_METHOD_MAC_CS, Algorithms.codes), (LIBSSH2_METHOD_MAC_SC, Algorithms.codes),
    ] {
      let status = libssh2_session_method_pref(raw, method, list)
      if status != 0 { throw handshakeFailure(status) }
    }
  }

  /// Greeting, KEXINIT, ECDH_INIT, NEWKEYS and the request for the login service are out, and the keys are in use.
  ///
  /// RFC 4253 §10 lets requests follow without waiting for the answer; the count is certain for the one-message exchanges only.
  private var isLoginReady: Bool {
    guard wire.packetsSent == 5, !wire.isPacketPending, let raw,
      let exchange = libssh2_session_methods(raw, LIBSSH2_METHOD_KEX).map({ String(cString: $0) }),
      exchange.hasPrefix("curve25519-") || exchange.hasPrefix("ecdh-")
    else { return false }
    return libssh2_session_methods(raw, LIBSSH2_METHOD_CRYPT_SC) != nil
  }

  func presentedKey() throws(StepFailure) -> HostKey {
    var length = 0
    var kind: Int32 = 0
    guard let raw, let bytes = libssh2_session_hostkey(raw, &length, &kind) else { throw handshakeFailure(0) }
    let blob = bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
      Array(UnsafeBufferPointer(start: $0, count: length))
    }
    guard let type = HostKey.type(of: blob) else { throw handshakeFailure(0) }
    return HostKey(type: type, blob: blob)
  }
}
