import Foundation
import Glibc

/// A folder of its own under the temporary one, gone when the test lets go of it.
final class Folder: Sendable {
  let path: String

  init() throws {
    let template = FileManager.default.temporaryDirectory.appendingPathComponent(
      "causeway-shell-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: template, withIntermediateDirectories: true)
    path = template.path
    chmod(path, 0o755)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
    return file(name)
  }

  func text(_ name: String) -> String { (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? "" }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}

/// A program started by the test, in a process group of its own.
final class Spawned: Sendable {
  let process: pid_t
  /// Where its standard error, and output, can be read.
  let output: Int32

  init(_ words: [String], environment: [String: String] = [:]) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw TestServer.Failed(what: "pipe") }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var argv = words.map { strdup($0) } + [nil]
    let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var variables = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in argv + variables { free(word) } }
    var process = pid_t()
    let status = posix_spawnp(&process, words[0], &actions, &attributes, &argv, &variables)
    close(ends[1])
    if status != 0 { throw TestServer.Failed(what: "\(words[0]): \(String(cString: strerror(status)))") }
    self.process = process
    output = ends[0]
  }

  /// The rest of what it prints.
  func read() -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(output, &buffer, buffer.count)
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }

  /// Waits for its end.
  @discardableResult
  func wait() -> Int32 {
    var status: Int32 = 0
    waitpid(process, &status, 0)
    close(output)
    return status
  }
}

/// Runs a program to its end and gives what it printed.
@discardableResult
func shell(_ words: [String], environment: [String: String] = [:]) throws -> String {
  let child = try Spawned(words, environment: environment)
  let text = child.read()
  child.wait()
  return text
}

/// Runs blocking work on a thread of its own, so that the few threads of the tasks stay free.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}

/// A named pipe by which a script tells the test, and the test a script, that something has happened.
struct Gate: Sendable {
  let path: String

  init(_ path: String) throws {
    self.path = path
    guard mkfifo(path, 0o666) == 0 else { throw TestServer.Failed(what: "mkfifo") }
  }

  /// What a script writes to open the gate.
  var open: String { "echo go >'\(path)'" }

  /// What a script does to wait for the gate.
  var pass: String { "read gate <'\(path)'" }

  func wait() async throws {
    let path = path
    try await blocking {
      let file = fopen(path, "r")
      while fgetc(file) != EOF {}
      fclose(file)
    }
  }

  func release() async throws {
    let path = path
    try await blocking {
      let file = fopen(path, "w")
      fputs("go\n", file)
      fclose(file)
    }
  }
}

/// Whether a mount namespace of the test's own is to be had.
let canMount =
  getuid() == 0
  && ((try? shell(["unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt && echo ok"])) ?? "") == "ok\n"
