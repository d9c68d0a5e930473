import Basics
import Foundation
import Glibc
import JSONText
import LabFabric

/// The background process of a lab: started in a session of its own, so that it outlives the command that started it.
struct LabProcess {
  let session: Session
  let folder: LabFolder

  /// `POSIX_SPAWN_SETSID` of spawn.h, which the overlay does not show.
  private static let newSession: Int16 = 0x80

  /// Starts the process and waits until every port answers.
  func start(ports: [String], pace: String?) async throws -> LabHandle {
    var arguments = [
      session.surroundings.executable, "lab", "serve", "--name", folder.name, "--folder", folder.path, "--state",
      session.stateFile,
    ]
    for port in ports { arguments += ["--port", port] }
    if let pace { arguments += ["--pace", pace] }
    let pid = try spawn(arguments)
    let deadline = session.surroundings.time.elapsed + .seconds(60)
    while session.surroundings.time.elapsed < deadline {
      if let record = folder.read(folder.recordFile) {
        return LabHandle(
          name: folder.name, folder: folder.path, record: record,
          isEphemeral: FileManager.default.fileExists(atPath: folder.ephemeralMark))
      }
      var status: Int32 = 0
      if waitpid(pid, &status, WNOHANG) == pid { throw refusal() }
      try await session.surroundings.time.sleep(for: .milliseconds(20))
    }
    kill(pid, SIGKILL)
    throw refusal()
  }

  /// What the process said before it ended: the diagnostics that it left as JSON, or the end of its log.
  private func refusal() -> any Error {
    let file = "\(folder.path)/refused.json"
    if let refused = folder.read(file)?["diagnostics"].list, !refused.isEmpty {
      let diagnostics = refused.map { entry in
        Diagnostic(
          Diagnostic.Code(entry["code"].string ?? ""), entry["arguments"].object?.compactMapValues(\.string) ?? [:])
      }
      folder.remove()
      return Refused(Diagnostics(diagnostics))
    }
    let log = (try? String(contentsOfFile: folder.logFile, encoding: .utf8)) ?? ""
    let tail = log.split(separator: "\n").suffix(5).joined(separator: "\n")
    return Refused(.commandLabStart, ["name": folder.name, "detail": tail.isEmpty ? "-" : tail])
  }

  private func spawn(_ arguments: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, folder.logFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Nothing else of ours goes along: whoever waits for the end of this command must not wait for the lab.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      if let number = Int32(name), number > 2 { posix_spawn_file_actions_addclose(&actions, number) }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Self.newSession)
    var pid: pid_t = 0
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    let result = posix_spawn(&pid, session.surroundings.executable, &actions, &attributes, &pointers, environ)
    guard result == 0 else {
      throw Refused(.commandLabStart, ["name": folder.name, "detail": String(cString: strerror(result))])
    }
    return pid
  }

  /// Asks the process to end, waits, and ends it by force after ten seconds.
  func stop() async {
    guard let pid = folder.livingProcess else { return }
    kill(pid, SIGTERM)
    let deadline = session.surroundings.time.elapsed + .seconds(10)
    while folder.livingProcess != nil, session.surroundings.time.elapsed < deadline {
      // A child of ours has to be reaped before it counts as gone.
      var status: Int32 = 0
      waitpid(pid, &status, WNOHANG)
      try? await session.surroundings.time.sleep(for: .milliseconds(10))
    }
    if folder.livingProcess == pid { kill(pid, SIGKILL) }
  }
}
