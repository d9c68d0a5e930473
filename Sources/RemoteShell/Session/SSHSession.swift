import Basics
import CSSH2
import Glibc

/// One SSH connection: the libssh2 session, its socket, and the rule by which several operations share it.
///
/// An operation that libssh2 left in the middle of a packet owns the session's turn until that packet is out; everybody else waits.
@SSHLoop final class SSHSession {
  /// How long a host may be silent, although asked for a sign of life, before the connection counts as lost.
  static let patience = Duration.seconds(60)
  static let keepAliveInterval = Duration.seconds(15)

  let host: SSHHost
  let wire: Wire
  private(set) var raw: OpaquePointer?
  /// Announced when bytes came in, the turn is free, or the session ended.
  let moved = Signal()
  private var turn: Int?
  private var lastOwner = 0
  private var nextKeepAlive = ContinuousClock.now + SSHSession.keepAliveInterval
  /// A channel whose opening was asked for together with the login, to save a round trip.
  var isChannelAsked = false
  /// Who holds the session now; a session without holders closes after a while.
  var holders = 0
  var idleSince = ContinuousClock.now
  /// Somebody left in the middle of opening a channel: libssh2 could not open another one.
  var isSpoiled = false
  /// A channel is being opened, or a command requested: libssh2 1.10 takes the answer to another channel's request for a failure.
  private var isRequesting = false
  /// What must live as long as the session: the connection of the host in between.
  var tunnel: Tunnel?

  /// Takes the connected, non-blocking socket over.
  init(host: SSHHost, socket: Int32) throws(StepFailure) {
    self.host = host
    wire = Wire(descriptor: socket)
    Self.startLibrary
    raw = libssh2_session_init_ex(nil, nil, nil, Unmanaged.passUnretained(wire).toOpaque())
    guard let raw else {
      Glibc.close(socket)
      throw StepFailure(.transient, .sshProtocol, host.arguments.merging(["reason": "memory"]) { $1 })
    }
    Wire.install(on: raw)
    libssh2_session_set_blocking(raw, 0)
    libssh2_keepalive_config(raw, 1, 1)
  }

  private static let startLibrary: Void = {
    let status = libssh2_init(0)
    precondition(status == 0, "libssh2 could not be initialised: \(status)")
  }()

  isolated deinit { close() }

  var isOpen: Bool { raw != nil }

  /// Whether the other side is still there, as far as the socket knows without waiting.
  var isAlive: Bool {
    guard raw != nil else { return false }
    var byte: UInt8 = 0
    let count = recv(wire.descriptor, &byte, 1, Int32(Int(MSG_PEEK) | Int(MSG_DONTWAIT)))
    return count > 0 || (count < 0 && errno == EAGAIN)
  }

  /// Ends the connection at once; whoever waits for it fails with a lost connection.
  func close() {
    guard let raw else { return }
    self.raw = nil
    if !wire.isPacketPending { libssh2_session_disconnect_ex(raw, 11, "done", "") }
    libssh2_session_free(raw)
    Glibc.close(wire.descriptor)
    tunnel?.end()
    tunnel = nil
    moved.announce()
  }
}

// Carrying out operations.
extension SSHSession {
  /// Waits until no other channel awaits the answer to a request, and keeps others waiting.
  func beginRequest(until deadline: ContinuousClock.Instant?) async throws(StepFailure) {
    while isRequesting { try await sleep(until: deadline) }
    if isSpoiled { throw lost() }
    isRequesting = true
  }

  /// - Parameter isAnswered: an answer that comes later would confuse the next request; then the session takes no more.
  func endRequest(isAnswered: Bool) {
    if !isAnswered { isSpoiled = true }
    isRequesting = false
    moved.announce()
  }
}

extension SSHSession {
  /// A number for somebody who carries out operations; needed to keep the turn over several calls.
  func newOwner() -> Int {
    lastOwner += 1
    return lastOwner
  }

  /// Repeats an operation until libssh2 has an answer other than "again".
  func attempt<Status: BinaryInteger>(
    until deadline: ContinuousClock.Instant?, _ operation: (OpaquePointer) -> Status
  ) async throws(StepFailure) -> Status {
    let owner = newOwner()
    defer { giveUp(owner) }
    while true {
      let seen = wire.received
      let status = try await once(owner, until: deadline, operation)
      if status != Status(LIBSSH2_ERROR_EAGAIN) { return status }
      try await wait(since: seen, until: deadline)
    }
  }

  /// Carries out an operation as far as it gets without waiting for the other side: "again" means that nothing is there to read.
  func once<Status: BinaryInteger>(
    _ owner: Int, until deadline: ContinuousClock.Instant?, _ operation: (OpaquePointer) -> Status
  ) async throws(StepFailure) -> Status {
    while true {
      while let other = turn, other != owner { try await sleep(until: deadline) }
      guard let raw else { throw lost() }
      let seen = wire.received
      let status = operation(raw)
      if wire.received != seen { moved.announce() }
      guard status == Status(LIBSSH2_ERROR_EAGAIN), wire.isPacketPending else {
        release(owner)
        return status
      }
      turn = owner
      try await sleep(writing: true, until: deadline)
    }
  }

  /// Suspends until something comes in that was not there when `received` was `seen`.
  func wait(since seen: Int, until deadline: ContinuousClock.Instant?) async throws(StepFailure) {
    if wire.received == seen { try await sleep(reading: true, until: deadline) }
  }

  private func release(_ owner: Int) {
    if turn == owner {
      turn = nil
      moved.announce()
    }
  }

  /// For whoever leaves in the middle: a packet that stays half sent ends the session, nobody could go on from there.
  func giveUp(_ owner: Int) {
    if turn == owner, wire.isPacketPending { close() }
    release(owner)
  }

  func sleep(
    reading: Bool = false, writing: Bool = false, until deadline: ContinuousClock.Instant?
  ) async throws(StepFailure) {
    let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
    let tick = min(deadline ?? nextKeepAlive, nextKeepAlive)
    let wake = await pause(
      descriptor: events == 0 ? -1 : wire.descriptor, events: Int16(events), signal: writing ? nil : moved, until: tick)
    if raw == nil { throw lost() }
    if wake == .cancelled { throw StepFailure(.interrupted, .sshCancelled, host.arguments) }
    guard wake == .timedOut else { return }
    if let deadline, deadline <= .now { throw StepFailure(.timeout, .sshTimedOut, host.arguments) }
    try keepAlive()
  }

  /// Asks a silent host for a sign of life, and gives it up when it gave none for long.
  private func keepAlive() throws(StepFailure) {
    nextKeepAlive = .now + Self.keepAliveInterval
    if wire.lastHeard + Self.patience < .now {
      close()
      throw lost()
    }
    // libssh2 loses track of a keep-alive that the socket takes only in part.
    var entry = pollfd(fd: wire.descriptor, events: Int16(POLLOUT), revents: 0)
    guard let raw, turn == nil, poll(&entry, 1, 0) == 1, entry.revents == Int16(POLLOUT) else { return }
    var next: Int32 = 0
    _ = libssh2_keepalive_send(raw, &next)
  }
}

// Failures.
extension SSHSession {
  func lost() -> StepFailure { StepFailure(.transient, .sshConnectionLost, host.arguments) }

  /// What a libssh2 status means; ends the session when it can no longer be used.
  func failure(_ status: some BinaryInteger) -> StepFailure {
    let reason = lastMessage
    switch Int32(truncatingIfNeeded: status) {
    case LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_DISCONNECT,
      LIBSSH2_ERROR_SOCKET_TIMEOUT, LIBSSH2_ERROR_BAD_SOCKET:
      close()
      return lost()
    case LIBSSH2_ERROR_TIMEOUT:
      close()
      return StepFailure(.timeout, .sshTimedOut, host.arguments)
    default:
      return StepFailure(
        .transient, .sshProtocol, host.arguments.merging(["reason": "\(reason) (\(status))"]) { $1 })
    }
  }

  /// libssh2's own words, as data for a message.
  var lastMessage: String {
    guard let raw else { return "" }
    var text: UnsafeMutablePointer<CChar>?
    libssh2_session_last_error(raw, &text, nil, 0)
    return text.map { String(cString: $0) } ?? ""
  }
}
