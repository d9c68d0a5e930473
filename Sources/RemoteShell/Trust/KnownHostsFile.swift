import Basics
import Glibc

/// A known_hosts file on this machine, read again only when it changed.
@SSHLoop final class KnownHostsFile {
  private struct Stamp: Equatable {
    var inode: ino_t
    var size: Int
    /// The bytes of `st_mtim`: two stamps are only ever compared.
    var modified: [UInt8]
  }

  let path: String
  private var stamp: Stamp?
  private var content = KnownHosts()

  nonisolated init(path: String) { self.path = path }

  /// The present content; a missing or unreadable file counts as empty.
  func read() -> KnownHosts {
    let present = currentStamp()
    if present != stamp || present == nil {
      content = KnownHosts(FileBytes.read(path).map { String(decoding: $0, as: UTF8.self) } ?? "")
      stamp = present
    }
    return content
  }

  /// Adds a line durably; the file is created for its owner alone.
  func append(_ key: HostKey, for name: String) throws(StepFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    let line = Array("\(name) \(key.line)\n".utf8)
    guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else { throw failure() }
  }

  private func failure() -> StepFailure {
    StepFailure(.denied, .sshKnownHostsUnwritable, ["path": path, "reason": String(cString: strerror(errno))])
  }

  private func currentStamp() -> Stamp? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    let modified = withUnsafeBytes(of: info.st_mtim) { Array($0) }
    return Stamp(inode: info.st_ino, size: Int(info.st_size), modified: modified)
  }
}

/// Whole files, for keys and known_hosts.
enum FileBytes {
  /// The content, or `nil` with `errno` set; more than 16 MiB is refused.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 { return nil }
      if count == 0 { return result }
      result.append(contentsOf: chunk.prefix(count))
      if result.count > 16 << 20 {
        errno = EFBIG
        return nil
      }
    }
  }
}
