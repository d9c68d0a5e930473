import CLinux
import Glibc

/// A program to start, the namespaces it belongs to, and what it does there first.
struct Program: Sendable {
  var arguments: [String]
  var environment: [String] = Program.plainEnvironment
  /// Namespaces that exist: those of the process behind a pidfd.
  var joins: (process: Descriptor, namespaces: Namespaces)?
  /// A network namespace by its file, as seen after joining.
  var networkFile: String?
  /// Namespaces to make.
  var makes: Namespaces = []
  var setUp: [SetUp] = []
  var droppedCapabilities: UInt64 = 0
  var ignoresChildren = false
  /// Belongs to the first process of its process namespace, which reaps it; the joined namespaces must include that of processes.
  var isDetached = false

  static let plainEnvironment = [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8",
  ]

  struct Namespaces: OptionSet, Sendable {
    let rawValue: Int
    static let mount = Namespaces(rawValue: 1)
    static let processes = Namespaces(rawValue: 2)
    static let network = Namespaces(rawValue: 4)
    static let name = Namespaces(rawValue: 8)
    static let messages = Namespaces(rawValue: 16)
    static let all: Namespaces = [.mount, .processes, .network, .name, .messages]

    var flags: Int32 {
      let all = [
        (Namespaces.mount, clinux_new_mount), (.processes, clinux_new_pid), (.network, clinux_new_net),
        (.name, clinux_new_uts), (.messages, clinux_new_ipc),
      ]
      return all.reduce(0) { contains($1.0) ? $0 | $1.1 : $0 }
    }
  }
}

/// A process of ours, held by a descriptor that never means another one.
final class Child: Sendable {
  let processID: Int32
  let handle: Descriptor
  private let isDetached: Bool

  private init(processID: Int32, handle: Descriptor, isDetached: Bool) {
    self.processID = processID
    self.handle = handle
    self.isDetached = isDetached
  }

  /// Starts `program`, a full path first in its arguments; returns when it runs.
  ///
  /// A detached program must make a process namespace of its own, from where the machine's `/proc` is seen.
  static func start(
    _ program: Program, stdin: Descriptor, stdout: Descriptor, stderr: Descriptor
  ) throws(FabricError) -> Child {
    let processID = try launch(program, stdin: stdin, stdout: stdout, stderr: stderr)
    let handle = clinux_pidfd_open(processID)
    guard handle >= 0 else { throw .refused(what: "pidfd_open", message: systemMessage()) }
    return Child(processID: processID, handle: Descriptor(handle), isDetached: program.isDetached)
  }

  /// Starts a program; its number in the process namespace whose `/proc` it sees.
  ///
  /// A detached one can be left alone; any other is a child of ours that somebody must wait for.
  @discardableResult
  static func launch(
    _ program: Program, stdin: Descriptor, stdout: Descriptor, stderr: Descriptor
  ) throws(FabricError) -> Int32 {
    var strings = CStrings()
    let argv = strings.keep(program.arguments)
    let envp = strings.keep(program.environment)
    let setUp = program.setUp.map { $0.encoded(in: &strings) }
    var spawn = clinux_spawn()
    spawn.path = strings.keep(program.arguments.first ?? "")
    spawn.join_fd = program.joins?.process.number ?? -1
    spawn.join_flags = program.joins?.namespaces.flags ?? 0
    spawn.net_path = program.networkFile.flatMap { strings.keep($0) }
    spawn.new_flags = program.makes.flags
    spawn.fds = (stdin.number, stdout.number, stderr.number)
    spawn.dropped_caps = program.droppedCapabilities
    spawn.detached = program.isDetached ? 1 : 0
    spawn.ignores_children = program.ignoresChildren ? 1 : 0
    var processID: pid_t = 0
    var failure = clinux_report()
    let status = argv.withUnsafeBufferPointer { argv in
      envp.withUnsafeBufferPointer { envp in
        setUp.withUnsafeBufferPointer { setUp in
          spawn.argv = argv.baseAddress
          spawn.envp = envp.baseAddress
          spawn.ops = setUp.baseAddress
          spawn.op_count = Int32(setUp.count)
          return clinux_start(&spawn, &processID, &failure)
        }
      }
    }
    guard status == 0 else { throw Self.error(failure, program) }
    return processID
  }

  private static func error(_ failure: clinux_report, _ program: Program) -> FabricError {
    let what: String
    switch Int(failure.stage) {
    case clinux_stage_join: what = "join namespaces"
    case clinux_stage_net: what = "join \(program.networkFile ?? "")"
    case clinux_stage_new: what = "make namespaces"
    case clinux_stage_op where program.setUp.indices.contains(Int(failure.value)):
      what = program.setUp[Int(failure.value)].words
    case clinux_stage_exec: what = "start \(program.arguments.first ?? "")"
    default: what = "start a process (stage \(failure.stage))"
    }
    return .refused(what: what, message: systemMessage(failure.error))
  }

  func signal(_ number: Int32) { _ = clinux_pidfd_kill(handle.number, number) }

  /// Ends the process and waits until it is gone; with it everything inside its process namespace if it is the first there.
  func kill() {
    signal(SIGKILL)
    _ = wait()
  }

  /// Ends the whole session of the process.
  func killSession() {
    Glibc.kill(-processID, SIGKILL)
    signal(SIGKILL)
  }

  /// Waits for the end; the status as `waitpid` gives it, or `nil` of a detached process or one waited for before.
  func wait() -> Int32? {
    if isDetached {
      var entry = pollfd(fd: handle.number, events: Int16(POLLIN), revents: 0)
      while poll(&entry, 1, -1) < 0, errno == EINTR {}
      return nil
    }
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0 {
      if errno != EINTR { return nil }
    }
    return status
  }
}
