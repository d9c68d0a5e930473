package import Basics
import Glibc
package import RunEngine

/// `RemoteCommand` for the host `local`: this machine, without a shell in between.
package struct LocalCommand: RemoteCommand {
  package init() {}

  package static func serves(_ host: Value) -> Bool { host.string == "local" }

  package func run(
    _ argv: [String], input: [UInt8], on host: Value, context: RemoteContext
  ) async throws(StepFailure) -> RemoteResult {
    guard let program = argv.first, !argv.contains(where: { $0.utf8.contains(0) }) else {
      throw StepFailure(.invalid, .sshInputInvalid, ["input": "argv", "reason": "NUL"])
    }
    let child = try await LocalProcess.start(argv)
    do throws(StepFailure) {
      return try await child.finish(input, until: .now + context.timeout)
    } catch {
      await child.kill()
      throw StepFailure(error.kind, error.code, ["address": "local", "program": program])
    }
  }
}

/// A child process that leads a process group of its own; its pipes are polled by the loop.
@SSHLoop private final class LocalProcess {
  private let process: pid_t
  private var input: Int32
  private var output: Int32
  private var errors: Int32

  private init(process: pid_t, input: Int32, output: Int32, errors: Int32) {
    (self.process, self.input, self.output, self.errors) = (process, input, output, errors)
  }

  /// Starts `argv`, found on the path, with our environment.
  static func start(_ argv: [String]) throws(StepFailure) -> LocalProcess {
    var pipes: [[Int32]] = []
    defer { for pipe in pipes { for end in pipe where end >= 0 { close(end) } } }
    for index in 0..<3 {
      var pair: [Int32] = [-1, -1]
      guard pipe(&pair) == 0 else { throw failure(argv, errno) }
      for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      // Ours first: the writing end of the input, the reading ends of the others.
      pipes.append(index == 0 ? [pair[1], pair[0]] : pair)
    }
    let process = try spawn(argv, pipes.map { $0[1] })
    let own = pipes.map { $0[0] }
    for end in own { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    for index in pipes.indices { pipes[index][0] = -1 }
    return LocalProcess(process: process, input: own[0], output: own[1], errors: own[2])
  }

  private static func spawn(_ argv: [String], _ ends: [Int32]) throws(StepFailure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, end) in ends.enumerated() { posix_spawn_file_actions_adddup2(&actions, end, Int32(target)) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads of the tasks block signals and may ignore some; a child must not inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var words = argv.map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var process = pid_t()
    let status = posix_spawnp(&process, argv[0], &actions, &attributes, words, environ)
    if status != 0 { throw failure(argv, status) }
    return process
  }

  private static func failure(_ argv: [String], _ problem: Int32) -> StepFailure {
    let arguments = ["program": argv.first ?? "", "reason": String(cString: strerror(problem))]
    return StepFailure(problem == ENOENT ? .notFound : .transient, .localSpawnFailed, arguments)
  }

  func finish(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) async throws(StepFailure) -> RemoteResult {
    var results = [BoundedOutput(), BoundedOutput()]
    var sent = 0
    while output >= 0 || errors >= 0 {
      var moved = feed(bytes, &sent)
      moved = drain(&output, &results[0]) || moved
      moved = drain(&errors, &results[1]) || moved
      if !moved { try await wait(until: deadline) }
    }
    closeInput()
    let status = try await status(until: deadline)
    return RemoteResult(status: status, standardOutput: results[0].bytes, standardError: results[1].bytes)
  }

  private func feed(_ bytes: [UInt8], _ sent: inout Int) -> Bool {
    guard input >= 0 else { return false }
    let count = bytes.withUnsafeBytes {
      write(input, $0.baseAddress?.advanced(by: sent), $0.count - sent)
    }
    if count > 0 { sent += count }
    if sent == bytes.count || (count < 0 && errno != EAGAIN) { closeInput() }
    return count > 0
  }

  private func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  private func drain(_ stream: inout Int32, _ result: inout BoundedOutput) -> Bool {
    guard stream >= 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(stream, &buffer, buffer.count)
    if count > 0 { result.append(buffer.prefix(count)) }
    if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) {
      close(stream)
      stream = -1
      return true
    }
    return count > 0
  }

  /// Waits for the stream that has to come first; a short tick serves the others.
  private func wait(until deadline: ContinuousClock.Instant) async throws(StepFailure) {
    let stream = output >= 0 ? output : errors
    let wake = await pause(descriptor: stream, events: Int16(POLLIN), until: min(deadline, .now + .milliseconds(5)))
    try check(wake, deadline)
  }

  private func status(until deadline: ContinuousClock.Instant) async throws(StepFailure) -> Int {
    var tick = Duration.milliseconds(1)
    while true {
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        let signal = status & 0x7f
        return signal == 0 ? Int(status >> 8 & 0xff) : 128 + Int(signal)
      }
      try check(await pause(until: min(deadline, .now + tick)), deadline)
      tick = min(tick * 2, .milliseconds(50))
    }
  }

  private func check(_ wake: Wake, _ deadline: ContinuousClock.Instant) throws(StepFailure) {
    if wake == .cancelled { throw StepFailure(.interrupted, .sshCancelled) }
    if deadline <= .now { throw StepFailure(.timeout, .sshTimedOut) }
  }

  /// Ends the whole group and takes the child's status, so that no zombie stays.
  func kill() {
    Glibc.kill(-process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    closeInput()
    if output >= 0 { close(output) }
    if errors >= 0 { close(errors) }
    (output, errors) = (-1, -1)
  }
}
