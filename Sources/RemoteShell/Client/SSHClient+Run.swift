package import Basics
package import RunEngine

/// How a remote command is run.
package struct RunOptions: Sendable {
  package var input: [UInt8]
  package var patience: Patience
  /// Counts from the start of the command; `nil` waits for ever.
  package var timeout: Duration?
  /// Whether the words must not stand in the command line that sshd and the login shell see, at the price of a round trip.
  package var hidesWords: Bool

  package init(
    input: [UInt8] = [], patience: Patience = .none, timeout: Duration? = nil, hidesWords: Bool = true
  ) {
    self.hidesWords = hidesWords
    self.input = input
    self.patience = patience
    self.timeout = timeout
  }
}

extension SSHClient {
  /// Runs `argv` and waits for its end; on a timeout or a cancellation the host's process group is killed.
  ///
  /// Hidden words travel over standard input, none of them stands in the command line that sshd sees. Output is bounded to 1 MiB per
  /// stream.
  /// - Parameter asRoot: through `sudo -n`, unless the user is root.
  package func run(
    _ argv: [String], on host: SSHHost, asRoot: Bool = false, options: RunOptions = RunOptions()
  ) async throws(StepFailure) -> RemoteResult {
    if argv.contains(where: { $0.utf8.contains(0) }) {
      throw StepFailure(.invalid, .sshInputInvalid, ["input": "argv", "reason": "NUL"])
    }
    var report = GroupReport(nonce: random.hex(8))
    var options = options
    let command: String
    if options.hidesWords || asRoot || !ShellWords.arePlain(argv) {
      command = asRoot ? HostPrograms.rootSupervised : HostPrograms.supervised
      options.input = Array("\(ShellWords.line([report.nonce] + argv))\n".utf8) + options.input
    } else {
      command = HostPrograms.supervised(report.nonce, argv)
    }
    var output = BoundedOutput()
    var errors = BoundedOutput()
    do throws(StepFailure) {
      let status = try await execute(command, on: host, options: options) { stream, bytes in
        if stream == .output { output.append(bytes) } else { errors.append(report.filter(bytes)) }
      }
      errors.append(report.flush())
      if asRoot, report.group == nil { try HostPrograms.checkSudo(status, host) }
      return RemoteResult(status: status, standardOutput: output.bytes, standardError: errors.bytes)
    } catch {
      if error.kind == .timeout || error.kind == .interrupted, let group = report.group {
        await kill(group, on: host, asRoot: asRoot)
      }
      throw error
    }
  }

  /// Runs a command line of the login shell as it stands, without supervision: a timeout only closes the channel.
  ///
  /// - Returns: the exit status, or 128 + the signal's number.
  func execute(
    _ command: String, on host: SSHHost, options: RunOptions,
    take: (RemoteStream, [UInt8]) async throws(StepFailure) -> Void
  ) async throws(StepFailure) -> Int {
    let line = try await openLine(host, options.patience)
    defer { hangUp(line) }
    let deadline = options.timeout.map { ContinuousClock.now + $0 }
    return try await line.channel.run(command, input: options.input, until: deadline, take: take)
  }

  /// The same with everything collected; for callers outside the loop.
  package func execute(
    _ command: String, on host: SSHHost, options: RunOptions
  ) async throws(StepFailure) -> RemoteResult {
    var output = BoundedOutput()
    var errors = BoundedOutput()
    let status = try await execute(command, on: host, options: options) { stream, bytes in
      if stream == .output { output.append(bytes) } else { errors.append(bytes) }
    }
    return RemoteResult(status: status, standardOutput: output.bytes, standardError: errors.bytes)
  }

  /// The fingerprint of the key that the host has shown, once it can be logged in to.
  package func hostKey(_ host: SSHHost, patience: Patience) async throws(StepFailure) -> String {
    let session = try await acquire(host, patience: patience)
    defer { release(session) }
    return try session.presentedKey().fingerprint
  }

  /// A channel of a shared connection.
  struct Line {
    let session: SSHSession
    let channel: SSHChannel
  }

  func hangUp(_ line: Line) {
    line.channel.close()
    release(line.session)
  }

  /// A shared connection may have died since its last use: then, and only then, a second one is tried.
  func openLine(_ host: SSHHost, _ patience: Patience) async throws(StepFailure) -> Line {
    var isFirst = true
    while true {
      let session = try await acquire(host, patience: patience)
      do throws(StepFailure) {
        return Line(session: session, channel: try await session.openChannel(until: .now + settings.loginTimeout))
      } catch {
        if error.kind == .timeout { session.isSpoiled = true }
        release(session)
        guard isFirst, error.kind == .transient else { throw error }
        isFirst = false
      }
    }
  }

  /// Kills a process group of the host: politely, then for good.
  ///
  /// Runs to its end although the caller was cancelled.
  private func kill(_ group: GroupReport.Group, on host: SSHHost, asRoot: Bool) async {
    let program = HostPrograms.kill(group, asRoot: asRoot)
    await Task { @SSHLoop in
      let options = RunOptions(timeout: .seconds(15))
      _ = try? await self.execute(program, on: host, options: options) { _, _ in }
    }.value
  }
}

/// Takes the supervisor's line `NONCE pid group session` out of the error stream, wherever the login shell's own noise has put it.
struct GroupReport {
  struct Group: Hashable, Sendable {
    var process: Int
    var group: Int
    var session: Int
  }

  let nonce: String
  private(set) var group: Group?
  private var pending: [UInt8] = []

  init(nonce: String) { self.nonce = nonce }

  mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
    if group != nil { return bytes }
    pending += bytes
    guard let start = pending.firstRange(of: Array("\(nonce) ".utf8))?.lowerBound,
      let end = pending[start...].firstIndex(of: 10)
    else { return pending.count > 64 << 10 ? flush() : [] }
    let numbers = String(decoding: pending[start..<end], as: UTF8.self).split(separator: " ").dropFirst().compactMap {
      Int($0)
    }
    if numbers.count == 3 { group = Group(process: numbers[0], group: numbers[1], session: numbers[2]) }
    pending.removeSubrange(start...end)
    return flush()
  }

  mutating func flush() -> [UInt8] {
    defer { pending = [] }
    return pending
  }
}
