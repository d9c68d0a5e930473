package import Basics

/// Opens SSH connections, shares one per host, and closes those that nobody uses.
///
/// One client serves one run; `close` ends every connection.
@SSHLoop package final class SSHClient {
  package struct Settings: Sendable {
    /// The home folder of the person who runs the tool: default keys, known_hosts.
    package var home: String?
    /// `SSH_AUTH_SOCK`.
    package var agentSocket: String?
    /// The run's own known_hosts, where keys of `first-use` hosts are recorded.
    package var runKnownHosts: String?
    /// The user's known_hosts files; `nil` means `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`.
    package var userKnownHosts: [String]?
    /// How long a login is refused before that counts as an answer: cloud-init puts the key in place late.
    package var loginPatience = Duration.seconds(90)
    /// From the connection to the end of the login.
    package var loginTimeout = Duration.seconds(30)
    /// How long an unused connection stays open.
    package var idleTimeout = Duration.seconds(60)

    package init(
      home: String? = nil, agentSocket: String? = nil, runKnownHosts: String? = nil, userKnownHosts: [String]? = nil
    ) {
      self.home = home
      self.agentSocket = agentSocket
      self.runKnownHosts = runKnownHosts
      self.userKnownHosts = userKnownHosts
    }
  }

  /// sshd allows 10 sessions per connection (MaxSessions); a jump host carries each tunnel as one.
  private static let channelsPerConnection = 8

  let settings: Settings
  nonisolated let clock: any TimeSource
  nonisolated let random: any RandomSource
  private let judge: TrustJudge
  private var sessions: [SSHHost: [SSHSession]] = [:]
  private var connecting: [SSHHost: Signal] = [:]
  private var reaper: Task<Void, Never>?

  package nonisolated init(
    settings: Settings, clock: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom()
  ) {
    self.settings = settings
    self.clock = clock
    self.random = random
    let home = settings.home.map { "\($0)/.ssh/known_hosts" }
    judge = TrustJudge(
      runFile: settings.runKnownHosts,
      userFiles: settings.userKnownHosts ?? [home, "/etc/ssh/ssh_known_hosts"].compactMap { $0 })
  }

  /// Ends every connection; commands that still run fail with a lost connection.
  package func close() {
    reaper?.cancel()
    reaper = nil
    for session in sessions.values.joined() { session.close() }
    sessions = [:]
  }

  /// How many connections are open.
  package var openConnections: Int { sessions.values.joined().count { $0.isOpen } }
}

// Sharing connections.
extension SSHClient {
  /// A connection to `host` that is ready for commands; give it back with `release`.
  func acquire(_ host: SSHHost, patience: Patience) async throws(StepFailure) -> SSHSession {
    let began = ContinuousClock.now
    while true {
      sessions[host]?.removeAll { !$0.isOpen }
      if let session = sessions[host]?.first(where: isFree) {
        session.holders += 1
        return session
      }
      if let other = connecting[host] {
        // Whoever opens the connection may have more patience than this caller.
        switch await pause(signal: other, until: began + patience.limit + settings.loginTimeout) {
        case .cancelled: throw StepFailure(.interrupted, .sshCancelled, host.arguments)
        case .timedOut: throw StepFailure(.timeout, .sshNoAnswer, host.arguments)
        case .ready, .signalled: break
        }
      } else {
        return try await open(host, patience)
      }
    }
  }

  func release(_ session: SSHSession) {
    session.holders -= 1
    session.idleSince = .now
    if session.isSpoiled, session.holders == 0 { session.close() }
    if reaper == nil { reaper = Task { @SSHLoop [weak self] in await self?.reap() } }
  }

  private func isFree(_ session: SSHSession) -> Bool {
    guard session.holders < Self.channelsPerConnection, !session.isSpoiled else { return false }
    if session.holders > 0 || session.isAlive { return true }
    session.close()
    return false
  }

  private func open(_ host: SSHHost, _ patience: Patience) async throws(StepFailure) -> SSHSession {
    let done = Signal()
    connecting[host] = done
    defer {
      connecting[host] = nil
      done.announce()
    }
    let session = try await connect(host, patience)
    session.holders = 1
    sessions[host, default: []].append(session)
    return session
  }

  /// Closes what has been idle too long, as long as there is anything to watch.
  private func reap() async {
    while !sessions.isEmpty, !Task.isCancelled {
      let limit = settings.idleTimeout
      for session in sessions.values.joined() where session.holders == 0 && session.idleSince + limit <= .now {
        session.close()
      }
      sessions = sessions.compactMapValues { list in
        let open = list.filter(\.isOpen)
        return open.isEmpty ? nil : open
      }
      let next = sessions.values.joined().map { $0.holders == 0 ? $0.idleSince + limit : .now + limit }.min()
      guard let next else { break }
      _ = await pause(until: next)
    }
    if !Task.isCancelled { reaper = nil }
  }
}

// Opening connections.
extension SSHClient {
  private func connect(_ host: SSHHost, _ patience: Patience) async throws(StepFailure) -> SSHSession {
    let began = clock.elapsed
    while true {
      let failure: StepFailure
      do throws(StepFailure) { return try await connectOnce(host, patience, since: began) } catch { failure = error }
      let waited = clock.elapsed - began
      let limit = failure.code == .sshLoginRefused ? min(patience.limit, settings.loginPatience) : patience.limit
      let rest = Patience.pause(after: waited)
      guard failure.isWorthWaiting, waited + rest <= limit else { throw failure }
      patience.report(failure)
      do { try await clock.sleep(for: rest) } catch { throw StepFailure(.interrupted, .sshCancelled, host.arguments) }
    }
  }

  private func connectOnce(
    _ host: SSHHost, _ patience: Patience, since began: Duration
  ) async throws(StepFailure) -> SSHSession {
    let session = try await reach(host, patience, since: began)
    do throws(StepFailure) {
      let deadline = ContinuousClock.now + settings.loginTimeout
      try await session.shakeHands(judge: judge, until: deadline)
      let login = LoginSettings(home: settings.home, agentSocket: settings.agentSocket)
      try await session.logIn(login, until: deadline)
      return session
    } catch {
      session.close()
      throw error
    }
  }

  private func reach(
    _ host: SSHHost, _ patience: Patience, since began: Duration
  ) async throws(StepFailure) -> SSHSession {
    let limit = patience.limit == .zero ? .seconds(10) : Patience.attempt(after: clock.elapsed - began)
    switch host.route {
    case .direct:
      let socket = try await SocketOpening.connect(to: host, until: .now + limit)
      return try SSHSession(host: host, socket: socket)
    case .through(let middle):
      let outer = try await acquire(
        middle, patience: Patience(limit: max(.zero, patience.limit - (clock.elapsed - began))))
      let tunnel = try await Tunnel.open(through: outer, to: host, until: .now + limit + .seconds(20)) {
        self.release(outer)
      }
      let session: SSHSession
      do throws(StepFailure) { session = try SSHSession(host: host, socket: tunnel.socket) } catch {
        tunnel.end()
        throw error
      }
      session.tunnel = tunnel
      return session
    }
  }
}
