import Basics
import Digests
import Foundation
import RemoteShell
import Synchronization
import Testing

/// A real sshd on a port of the loopback interface, with keys, marker folder and home of its own.
final class TestServer: @unchecked Sendable {
  let folder: Folder
  let port: UInt16
  let home: String
  let userKey: String
  let hostKeyLine: String
  private let process: Spawned
  private var isStopped = false

  /// - Parameters:
  ///   - settings: further lines for sshd_config, before the defaults: for sshd the first of a name wins.
  ///   - wrapper: a command that becomes sshd (`unshare -m sh -c '...; exec "$@"' sh`).
  init(
    settings: [String] = [], wrapper: [String] = [], port wanted: UInt16? = nil, hostKeyType: String = "ed25519",
    path: String = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
  ) throws {
    folder = try Folder()
    home = folder.file("home")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    try shell(["ssh-keygen", "-q", "-t", hostKeyType, "-N", "", "-f", folder.file("host_key")])
    hostKeyLine = folder.text("host_key.pub")
    let key = Ed25519Key.generate(random: SystemRandom())
    userKey = OpenSSHKey.privateKey(key, comment: "test")
    try folder.write("authorized_keys", OpenSSHKey.publicLine(key.publicKey) + "\n")
    // sshd's own folder for the separation of privileges, which the package's service makes at boot.
    if getuid() == 0 {
      try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: false)
    }
    let lines =
      settings + [
        "ListenAddress 127.0.0.1", "HostKey \(folder.file("host_key"))", "PidFile none",
        "AuthorizedKeysFile \(folder.file("authorized_keys"))", "StrictModes no", "UsePAM no", "UseDNS no",
        "PermitRootLogin prohibit-password", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
        "MaxStartups 1000:30:2000", "MaxSessions 100", "PrintMotd no", "PrintLastLog no", "LogLevel VERBOSE",
        "AllowTcpForwarding yes", "SetEnv HOME=\(home) PATH=\(path)",
      ]
    try folder.write("sshd_config", lines.joined(separator: "\n") + "\n")
    (process, port) = try Self.start(wrapper, config: folder.file("sshd_config"), port: wanted)
  }

  /// Somebody else may take a port between the look at it and its use: then the next one is tried.
  private static func start(_ wrapper: [String], config: String, port: UInt16?) throws -> (Spawned, UInt16) {
    var last = ""
    for _ in 0..<(port == nil ? 5 : 1) {
      let own = try port ?? freePort()
      let process = try Spawned(wrapper + ["/usr/sbin/sshd", "-D", "-e", "-f", config, "-p", String(own)])
      last = waitUntilListening(process)
      if last.isEmpty { return (process, own) }
      process.wait()
    }
    throw Failed(what: "sshd did not start: \(last)")
  }

  deinit { stop() }

  /// Empty when sshd says that it listens, else what it said; what comes later is read and let go.
  private static func waitUntilListening(_ process: Spawned) -> String {
    var seen = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !seen.contains("Server listening") {
      let count = read(process.output, &buffer, buffer.count)
      if count <= 0 { return seen.isEmpty ? "nothing" : seen }
      seen += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
    Thread.detachNewThread { _ = process.read() }
    return ""
  }

  struct Failed: Error { var what: String }

  private static let lastPort = Atomic(10_000 + Int(getpid()) * 37 % 20_000)

  /// A port outside the range from which the kernel takes ports by itself, and no two of this process alike.
  static func freePort() throws -> UInt16 {
    while true {
      let port = lastPort.add(1, ordering: .relaxed).newValue
      guard port < 32_000 else { throw Failed(what: "no free port") }
      if isFree(UInt16(port)) { return UInt16(port) }
    }
  }

  private static func isFree(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  var user: String { NSUserName() }

  var hostKey: HostKey? { HostKey(line: hostKeyLine) }

  var host: SSHHost {
    SSHHost(
      address: "127.0.0.1", port: port, user: user, login: .key(.text(userKey), passphrase: nil),
      trust: .pinned(hostKey.map { [$0] } ?? []))
  }

  /// The host as a workflow gives it.
  var hostValue: Value {
    [
      "address": "127.0.0.1", "port": .integer(Int(port)), "user": .string(user), "key": .string(userKey),
      "host_key": .string(hostKeyLine),
    ]
  }

  /// The processes of sshd that serve connections.
  var connections: [Int32] { Self.children(of: process.process) }

  /// Cuts every connection, as a crash of the network would: the processes that speak SSH are gone at once.
  func cutConnections() { for child in connections { Self.killTree(child, sshdOnly: true) } }

  static func children(of parent: Int32) -> [Int32] {
    let text = (try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }

  private static func killTree(_ process: Int32, sshdOnly: Bool) {
    let name = (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) ?? ""
    guard !sshdOnly || name.hasPrefix("sshd") else { return }
    for child in children(of: process) { killTree(child, sshdOnly: sshdOnly) }
    kill(process, SIGKILL)
  }

  func stop() {
    if isStopped { return }
    isStopped = true
    for child in connections { Self.killTree(child, sshdOnly: true) }
    kill(process.process, SIGTERM)
    process.wait()
  }
}
