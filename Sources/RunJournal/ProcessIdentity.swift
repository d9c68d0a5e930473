import Glibc

/// A process that can still be told apart when its number is used again: by the boot and the time of its start.
package struct ProcessIdentity: Hashable, Sendable {
  package var host: String
  package var boot: String
  package var process: Int
  /// Clock ticks between boot and start, as `/proc/PID/stat` has them.
  package var started: String

  package init(host: String, boot: String, process: Int, started: String) {
    self.host = host
    self.boot = boot
    self.process = process
    self.started = started
  }

  /// The process that asks.
  package static var current: ProcessIdentity {
    let process = Int(getpid())
    return ProcessIdentity(
      host: hostName, boot: bootID, process: process, started: ProcessTable.start(of: process) ?? "")
  }

  /// Whether the process still lives, stopped or not, as far as this machine can tell.
  ///
  /// Of another host nothing can be told: its process counts as alive, and only `--take-over` goes past it.
  package var isAlive: Bool {
    guard host == Self.hostName else { return true }
    return boot == Self.bootID && ProcessTable.start(of: process) == started
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static var bootID: String {
    ProcessTable.text(of: "/proc/sys/kernel/random/boot_id").filter { !$0.isWhitespace }
  }
}

/// What `/proc` tells of processes (proc(5)).
private enum ProcessTable {
  /// Field 22 of `stat`; `nil` for a process that is gone or only waits to be reaped.
  static func start(of process: Int) -> String? {
    let stat = text(of: "/proc/\(process)/stat")
    // The name in parentheses may hold anything, also spaces and parentheses: count from the last one.
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }

  static func text(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }
}
