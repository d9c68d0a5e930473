import Glibc

/// A process for good: its number and when it started, so that a number used again is not mistaken.
struct ProcessIdentity: Hashable, Sendable {
  var processID: Int32
  /// Clock ticks since boot, field 22 of `/proc/PID/stat`.
  var start: UInt64

  init?(processID: Int32) {
    guard let stat = Files.read("/proc/\(processID)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let start = UInt64(fields[19]) else { return nil }
    self.processID = processID
    self.start = start
  }

  /// Reads `PID:START`.
  init?(text: some StringProtocol) {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let processID = Int32(parts[0]), let start = UInt64(parts[1]) else { return nil }
    self.processID = processID
    self.start = start
  }

  private init(processID: Int32, start: UInt64) {
    self.processID = processID
    self.start = start
  }

  static var own: ProcessIdentity {
    ProcessIdentity(processID: getpid()) ?? ProcessIdentity(processID: getpid(), start: 0)
  }

  var text: String { "\(processID):\(start)" }

  /// Whether it still runs: neither gone nor dead and unreaped.
  var isAlive: Bool {
    guard ProcessIdentity(processID: processID) == self, let stat = Files.read("/proc/\(processID)/stat"),
      let end = stat.lastIndex(of: ")")
    else { return false }
    return stat[stat.index(after: end)...].split(separator: " ").first != "Z"
  }
}
