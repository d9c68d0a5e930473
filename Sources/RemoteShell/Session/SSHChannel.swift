import Basics
import CSSH2

/// The two streams of a remote command.
enum RemoteStream: Int32, Sendable { case output = 0, errors = 1 }

/// The libssh2 calls that open channels; repeated with equal arguments until they give one.
enum ChannelOpening {
  /// How much a host may send ahead of being read.
  ///
  /// Bounds the memory of a session; enough for 5 MB/s at 100 ms round trip.
  private static let window: UInt32 = 512 << 10
  private static let packet: UInt32 = 32 << 10

  static func session(_ raw: OpaquePointer) -> OpaquePointer? {
    libssh2_channel_open_ex(raw, "session", 7, window, packet, nil, 0)
  }

  static func tunnel(_ raw: OpaquePointer, to host: SSHHost) -> OpaquePointer? {
    libssh2_channel_direct_tcpip_ex(raw, host.address, Int32(host.port), "127.0.0.1", 22)
  }
}

extension SSHSession {
  /// Opens a channel for a command; one at a time, since libssh2 keeps the state of an opening in the session.
  func openChannel(until deadline: ContinuousClock.Instant?) async throws(StepFailure) -> SSHChannel {
    try await openChannel(until: deadline, ChannelOpening.session)
  }

  func openTunnel(to host: SSHHost, until deadline: ContinuousClock.Instant?) async throws(StepFailure) -> SSHChannel {
    // The channel that was asked for with the login comes first, libssh2 would take its answer for ours.
    if isChannelAsked { try await openChannel(until: deadline).close() }
    return try await openChannel(until: deadline) { ChannelOpening.tunnel($0, to: host) }
  }

  private func openChannel(
    until deadline: ContinuousClock.Instant?, _ open: (OpaquePointer) -> OpaquePointer?
  ) async throws(StepFailure) -> SSHChannel {
    try await beginRequest(until: deadline)
    var isAnswered = false
    defer { endRequest(isAnswered: isAnswered) }
    var opened: OpaquePointer?
    let status = try await attempt(until: deadline) { raw -> Int32 in
      opened = open(raw)
      return opened == nil ? libssh2_session_last_errno(raw) : 0
    }
    isAnswered = true
    isChannelAsked = false
    guard let opened else { throw openingFailure(status) }
    return SSHChannel(session: self, raw: opened)
  }

  private func openingFailure(_ status: Int32) -> StepFailure {
    guard status == LIBSSH2_ERROR_CHANNEL_FAILURE else { return failure(status) }
    return StepFailure(.transient, .sshChannelRefused, host.arguments.merging(["reason": lastMessage]) { $1 })
  }
}

/// One channel of a session: a remote command, or a tunnel.
@SSHLoop final class SSHChannel {
  let session: SSHSession
  private var raw: OpaquePointer?
  /// Shared by all channels: it is filled and emptied within one call.
  private static var buffer = [UInt8](repeating: 0, count: 32 << 10)

  init(session: SSHSession, raw: OpaquePointer) {
    self.session = session
    self.raw = raw
  }

  /// Runs a command line of the host's login shell to its end: the status, or 128 + the signal's number.
  ///
  /// Input goes out right behind the request, without waiting for its answer. What comes in is handed to `take` as it comes; while
  /// `take` works, the host is held back by the channel's window.
  func run(
    _ command: String, input: [UInt8], until deadline: ContinuousClock.Instant?,
    take: (RemoteStream, [UInt8]) async throws(StepFailure) -> Void
  ) async throws(StepFailure) -> Int {
    let owner = session.newOwner()
    defer { session.giveUp(owner) }
    var sender = Sender(input: input)
    try await session.beginRequest(until: deadline)
    defer { if !sender.isStarted { session.endRequest(isAnswered: sender.isRefused) } }
    while true {
      let seen = session.wire.received
      let hasSent = try await send(&sender, command, owner, deadline)
      var hasRead = false
      for stream in [RemoteStream.output, .errors] {
        let bytes = try await read(stream, owner, deadline)
        if !bytes.isEmpty {
          hasRead = true
          try await take(stream, bytes)
        }
      }
      if !hasRead, isAtEnd, sender.isStarted { break }
      if !hasRead, !hasSent { try await session.wait(since: seen, until: deadline) }
    }
    return try await end(until: deadline)
  }

  /// How far request, input and end of input have gone out.
  private struct Sender {
    var isStarted = false
    var isRefused = false
    var input: [UInt8]
    var sent = 0
    var isEnded = false
  }

  private func send(
    _ sender: inout Sender, _ command: String, _ owner: Int, _ deadline: ContinuousClock.Instant?
  ) async throws(StepFailure) -> Bool {
    var moved = false
    if !sender.isStarted {
      let status = try await call(owner, deadline) {
        libssh2_channel_process_startup($0, "exec", 4, command, UInt32(command.utf8.count))
      }
      sender.isRefused = status == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED
      if sender.isRefused { throw denied() }
      sender.isStarted = status == 0
      if sender.isStarted { session.endRequest(isAnswered: true) }
      moved = sender.isStarted
    }
    while sender.sent < sender.input.count {
      let count = try await write(sender.input, from: sender.sent, owner, deadline)
      if count == 0 { return moved }
      sender.sent += count
      moved = true
    }
    if !sender.isEnded {
      sender.isEnded = try await call(owner, deadline) { libssh2_channel_send_eof($0) } == 0
    }
    return moved
  }

  private func denied() -> StepFailure {
    StepFailure(.denied, .sshChannelRefused, session.host.arguments.merging(["reason": session.lastMessage]) { $1 })
  }

  /// Writes what the window takes; everything counts as written once the other side no longer reads.
  func write(
    _ bytes: [UInt8], from start: Int, _ owner: Int, _ deadline: ContinuousClock.Instant?
  ) async throws(StepFailure) -> Int {
    if isAtEnd { return bytes.count - start }
    let count = try await call(owner, deadline) { raw in
      bytes.withUnsafeBytes { libssh2_channel_write_ex(raw, 0, $0.baseAddress?.advanced(by: start), $0.count - start) }
    }
    if count == Int(LIBSSH2_ERROR_CHANNEL_CLOSED) || count == Int(LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
      return bytes.count - start
    }
    return max(0, count)
  }

  /// What is there to read now; empty when nothing is.
  func read(
    _ stream: RemoteStream, _ owner: Int, _ deadline: ContinuousClock.Instant?
  ) async throws(StepFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try await call(owner, deadline) { raw in
      let count = Self.buffer.withUnsafeMutableBytes {
        libssh2_channel_read_ex(raw, stream.rawValue, $0.baseAddress, $0.count)
      }
      bytes = count > 0 ? Array(Self.buffer.prefix(count)) : []
      return count
    }
    return bytes
  }

  var isAtEnd: Bool { raw.map { libssh2_channel_eof($0) == 1 } ?? true }

  func endInput(_ owner: Int, _ deadline: ContinuousClock.Instant?) async throws(StepFailure) {
    while try await call(owner, deadline, { libssh2_channel_send_eof($0) }) == LIBSSH2_ERROR_EAGAIN {}
  }

  /// After these a session is of no use.
  private static let fatal = [
    LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_TIMEOUT,
    LIBSSH2_ERROR_BAD_USE, LIBSSH2_ERROR_DECRYPT, LIBSSH2_ERROR_INVALID_MAC, LIBSSH2_ERROR_PROTO,
    LIBSSH2_ERROR_OUT_OF_BOUNDARY, LIBSSH2_ERROR_ALLOC, LIBSSH2_ERROR_CHANNEL_PACKET_EXCEEDED,
  ]

  private func call<Status: BinaryInteger>(
    _ owner: Int, _ deadline: ContinuousClock.Instant?, _ operation: (OpaquePointer) -> Status
  ) async throws(StepFailure) -> Status {
    guard let raw else { throw session.lost() }
    let status = try await session.once(owner, until: deadline) { _ in operation(raw) }
    guard status < 0, Self.fatal.contains(Int32(truncatingIfNeeded: status)) else { return status }
    let failure = session.failure(status)
    session.close()
    throw failure
  }
}

// The end of a channel.
extension SSHChannel {
  /// Waits until the host has closed the channel, and reads how the command ended.
  private func end(until deadline: ContinuousClock.Instant?) async throws(StepFailure) -> Int {
    guard let raw else { throw session.lost() }
    let status = try await session.attempt(until: deadline) { _ in libssh2_channel_wait_closed(raw) }
    if status != 0 { throw session.failure(status) }
    return signalNumber(raw).map { 128 + $0 } ?? Int(libssh2_channel_get_exit_status(raw))
  }

  private func signalNumber(_ raw: OpaquePointer) -> Int? {
    var name: UnsafeMutablePointer<CChar>?
    var length = 0
    libssh2_channel_get_exit_signal(raw, &name, &length, nil, nil, nil, nil)
    guard let name, let session = session.raw else { return nil }
    defer { libssh2_free(session, name) }
    return Self.signals[String(cString: name)] ?? 0
  }

  /// The signals that RFC 4254 §6.10 names.
  private static let signals = [
    "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "ABRT": 6, "FPE": 8, "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12,
    "PIPE": 13, "ALRM": 14, "TERM": 15,
  ]

  /// Gives the channel back; a host that still sends is awaited in the background, for a bounded time.
  func close() {
    guard let raw else { return }
    self.raw = nil
    let session = session
    Task { @SSHLoop in
      _ = try? await session.attempt(until: .now + .seconds(10)) { _ in libssh2_channel_free(raw) }
    }
  }
}
