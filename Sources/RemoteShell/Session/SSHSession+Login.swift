import Basics
import CSSH2
import Glibc

/// What a login needs to know of this machine.
struct LoginSettings: Sendable {
  /// The folder that holds `.ssh`, of the person who runs the tool.
  var home: String?
  /// The agent's socket, `SSH_AUTH_SOCK`.
  var agentSocket: String?
}

extension SSHSession {
  /// Proves who the user is, by the one method that the host value names.
  func logIn(_ settings: LoginSettings, until deadline: ContinuousClock.Instant) async throws(StepFailure) {
    switch host.login {
    case .key(let source, let passphrase):
      let text = try Self.keyText(source, settings)
      if try await !logIn(key: text, passphrase: passphrase, until: deadline) { throw refused("publickey") }
    case .agent:
      if try await !logInByAgent(settings, until: deadline) { throw refused("agent") }
    case .password(let password): try await logIn(password: password, until: deadline)
    case .automatic: try await logInAutomatically(settings, until: deadline)
    }
  }

  private func logInAutomatically(
    _ settings: LoginSettings, until deadline: ContinuousClock.Instant
  ) async throws(StepFailure) {
    var tried = 0
    if settings.agentSocket != nil {
      do throws(StepFailure) { if try await logInByAgent(settings, until: deadline) { return } } catch {
        // An agent that is gone or empty is no reason to leave the files untried.
        guard error.code == .sshNoAgent || error.code == .sshNoKey || error.code == .sshRSAKey else { throw error }
      }
    }
    for name in ["id_ed25519", "id_ecdsa"] {
      guard let home = settings.home, let bytes = FileBytes.read("\(home)/.ssh/\(name)") else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      if PrivateKeyText(text)?.isEncrypted != false { continue }
      tried += 1
      if try await logIn(key: text, passphrase: nil, until: deadline) { return }
    }
    if tried == 0, let home = settings.home, access("\(home)/.ssh/id_rsa", F_OK) == 0 { throw rsaKey("id_rsa") }
    throw tried == 0 && settings.agentSocket == nil
      ? StepFailure(.denied, .sshNoKey, host.arguments) : refused("publickey")
  }

  func refused(_ method: String) -> StepFailure {
    StepFailure(.denied, .sshLoginRefused, host.arguments.merging(["method": method]) { $1 })
  }

  func rsaKey(_ name: String) -> StepFailure {
    StepFailure(.invalid, .sshRSAKey, host.arguments.merging(["key": name]) { $1 })
  }
}

// Keys.
extension SSHSession {
  private static func keyText(_ source: SSHHost.KeySource, _ settings: LoginSettings) throws(StepFailure) -> String {
    switch source {
    case .text(let text): return text
    case .file(let path):
      let full = path.hasPrefix("~/") ? "\(settings.home ?? "")/\(path.dropFirst(2))" : path
      guard let bytes = FileBytes.read(full) else {
        throw StepFailure(.denied, .sshKeyUnreadable, ["path": path, "reason": String(cString: strerror(errno))])
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// False when the host does not know this key.
  private func logIn(
    key text: String, passphrase: String?, until deadline: ContinuousClock.Instant
  ) async throws(StepFailure) -> Bool {
    guard let kind = PrivateKeyText(text) else { throw unreadable("format") }
    if kind.type == "ssh-rsa" { throw rsaKey(kind.type) }
    if kind.isEncrypted, passphrase == nil { throw StepFailure(.denied, .sshKeyEncrypted, host.arguments) }
    // libssh2 wants the last line ended.
    let key = text.hasSuffix("\n") ? text : text + "\n"
    let user = host.user
    let status = try await authenticate(until: deadline, mayAskChannel: true) { raw in
      libssh2_userauth_publickey_frommemory(raw, user, user.utf8.count, nil, 0, key, key.utf8.count, passphrase)
    }
    switch status {
    case 0: return true
    case LIBSSH2_ERROR_AUTHENTICATION_FAILED: return false
    case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED where isOpen:
      throw kind.isEncrypted ? unreadable("passphrase") : refused("publickey")
    case LIBSSH2_ERROR_FILE, LIBSSH2_ERROR_METHOD_NONE: throw unreadable(kind.isEncrypted ? "passphrase" : lastMessage)
    // A wrong passphrase comes as one of several codes, but never as one of the socket's.
    case LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_DISCONNECT: throw failure(status)
    default: throw kind.isEncrypted ? unreadable("passphrase") : failure(status)
    }
  }

  private func unreadable(_ reason: String) -> StepFailure {
    StepFailure(.denied, .sshKeyUnreadable, ["path": "", "reason": reason])
  }

  /// Repeats an authentication call to its end.
  ///
  /// A session channel is asked for right behind the signature, which saves a round trip (RFC 4252 §5.3: what follows the request
  /// that succeeds is passed to the service). The first packet of a call asks whether the host knows the key, the second one signs.
  func authenticate(
    until deadline: ContinuousClock.Instant, mayAskChannel: Bool, _ operation: (OpaquePointer) -> Int32
  ) async throws(StepFailure) -> Int32 {
    let owner = newOwner()
    defer { giveUp(owner) }
    let before = wire.packetsSent
    while true {
      let seen = wire.received
      let status = try await once(owner, until: deadline, operation)
      if status != LIBSSH2_ERROR_EAGAIN { return status }
      if case .wanted = wire.signature { return status }
      if mayAskChannel, !isChannelAsked, wire.packetsSent == before + 2 {
        isChannelAsked = true
        _ = try await once(owner, until: deadline) { ChannelOpening.session($0) == nil ? LIBSSH2_ERROR_EAGAIN : 0 }
      }
      try await wait(since: seen, until: deadline)
    }
  }
}

// Passwords.
extension SSHSession {
  private func logIn(password: String, until deadline: ContinuousClock.Instant) async throws(StepFailure) {
    let user = host.user
    let status = try await authenticate(until: deadline, mayAskChannel: false) { raw in
      libssh2_userauth_password_ex(raw, user, UInt32(user.utf8.count), password, UInt32(password.utf8.count), nil)
    }
    if status == 0 { return }
    guard status == LIBSSH2_ERROR_AUTHENTICATION_FAILED else { throw failure(status) }
    try await logInByQuestions(password, until: deadline)
  }

  /// Many hosts ask for the password by `keyboard-interactive` only.
  private func logInByQuestions(_ password: String, until deadline: ContinuousClock.Instant) async throws(StepFailure) {
    wire.password = password
    defer { wire.password = "" }
    let user = host.user
    let status = try await authenticate(until: deadline, mayAskChannel: false) { raw in
      libssh2_userauth_keyboard_interactive_ex(raw, user, UInt32(user.utf8.count), answerQuestions)
    }
    if status == 0 { return }
    throw status == LIBSSH2_ERROR_AUTHENTICATION_FAILED ? refused("password") : failure(status)
  }
}

/// Answers each hidden question with the password, and each open one with nothing; libssh2 frees what it is given.
private func answerQuestions(
  _ name: UnsafePointer<CChar>?, _ nameLength: Int32, _ text: UnsafePointer<CChar>?, _ textLength: Int32,
  _ count: Int32, _ prompts: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?,
  _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
  _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
  guard let wire = Wire.behind(abstract), let prompts, let responses else { return }
  for index in 0..<Int(count) {
    let answer = prompts[index].echo == 0 ? wire.password : ""
    responses[index].text = strdup(answer)
    responses[index].length = UInt32(answer.utf8.count)
  }
}
