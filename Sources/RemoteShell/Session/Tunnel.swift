import Basics
import Glibc

/// A way to a host through another one: a direct-tcpip channel (RFC 4254 §7.2) that looks like a socket to the session inside.
@SSHLoop final class Tunnel {
  /// The end for the session inside, which takes it over.
  let socket: Int32
  private let own: Int32
  private let channel: SSHChannel
  private let release: @SSHLoop () -> Void
  private var pumps: [Task<Void, Never>] = []

  private init(socket: Int32, own: Int32, channel: SSHChannel, release: @escaping @SSHLoop () -> Void) {
    self.socket = socket
    self.own = own
    self.channel = channel
    self.release = release
  }

  /// - Parameter release: called when the tunnel has ended, to give the outer session back.
  static func open(
    through session: SSHSession, to host: SSHHost, until deadline: ContinuousClock.Instant,
    release: @escaping @SSHLoop () -> Void
  ) async throws(StepFailure) -> Tunnel {
    let channel: SSHChannel
    do throws(StepFailure) {
      channel = try await session.openTunnel(to: host, until: deadline)
    } catch {
      release()
      // The host in between could not reach the other one: it may still boot.
      throw error.code == .sshChannelRefused ? StepFailure(.notYet, .sshRefused, host.arguments) : error
    }
    var pair: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else {
      channel.close()
      release()
      throw StepFailure(
        .transient, .sshUnreachable, host.arguments.merging(["reason": String(cString: strerror(errno))]) { $1 })
    }
    let tunnel = Tunnel(socket: pair[0], own: pair[1], channel: channel, release: release)
    tunnel.start()
    return tunnel
  }

  private func start() {
    pumps = [
      Task { @SSHLoop in
        try? await self.carryIn()
        shutdown(self.own, Int32(SHUT_RDWR))
      },
      Task { @SSHLoop in
        try? await self.carryOut()
        shutdown(self.own, Int32(SHUT_RDWR))
      },
    ]
  }

  func end() {
    guard !pumps.isEmpty else { return }
    for pump in pumps { pump.cancel() }
    let running = pumps
    pumps = []
    Task { @SSHLoop in
      for pump in running { await pump.value }
      Glibc.close(self.own)
      self.channel.close()
      self.release()
    }
  }

  private func carryIn() async throws(StepFailure) {
    let owner = channel.session.newOwner()
    defer { channel.session.giveUp(owner) }
    while true {
      let seen = channel.session.wire.received
      let bytes = try await channel.read(.output, owner, nil)
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          send(own, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { sent += count } else { try await socketReady(POLLOUT) }
      }
      if bytes.isEmpty {
        if channel.isAtEnd { return }
        try await channel.session.wait(since: seen, until: nil)
      }
    }
  }

  private func carryOut() async throws(StepFailure) {
    let owner = channel.session.newOwner()
    defer { channel.session.giveUp(owner) }
    var buffer = [UInt8](repeating: 0, count: 32 << 10)
    while true {
      let count = recv(own, &buffer, buffer.count, 0)
      if count == 0 { return }
      if count < 0 {
        try await socketReady(POLLIN)
        continue
      }
      var sent = 0
      let bytes = Array(buffer.prefix(count))
      while sent < count {
        let seen = channel.session.wire.received
        let written = try await channel.write(bytes, from: sent, owner, nil)
        sent += written
        if written == 0 { try await channel.session.wait(since: seen, until: nil) }
      }
    }
  }

  private func socketReady(_ events: Int32) async throws(StepFailure) {
    guard errno == EAGAIN || errno == EINTR else { throw channel.session.lost() }
    if await pause(descriptor: own, events: Int16(events), until: nil) == .cancelled {
      throw StepFailure(.interrupted, .sshCancelled)
    }
  }
}
