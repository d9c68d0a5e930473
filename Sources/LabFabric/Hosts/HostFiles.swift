import CLinux
import Glibc

/// Writes into a host's file system from outside; no link inside it can lead out of it.
struct HostFiles {
  private let root: Descriptor

  struct Owner: Hashable, Sendable {
    var user: UInt32 = 0
    var group: UInt32 = 0
    static let root = Owner()
  }

  /// - Parameter processID: the host's first process.
  init(processID: Int32) throws(FabricError) {
    root = try Descriptor.open("/proc/\(processID)/root", clinux_o_path | O_DIRECTORY)
  }

  /// Replaces a file; its folder must be there.
  func write(_ text: String, to path: String, mode: mode_t = 0o644, owner: Owner = .root) throws(FabricError) {
    try write(Array(text.utf8), to: path, mode: mode, owner: owner)
  }

  func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644, owner: Owner = .root) throws(FabricError) {
    let (folder, name) = try parent(of: path)
    unlinkat(folder.number, name, 0)
    let number = openat(folder.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw failure(path) }
    let file = Descriptor(number)
    guard file.write(all: bytes), fchown(number, owner.user, owner.group) == 0, fchmod(number, mode) == 0 else {
      throw failure(path)
    }
  }

  /// Makes one folder, unless it is there; then its mode and owner are set all the same.
  func makeFolder(_ path: String, mode: mode_t = 0o755, owner: Owner = .root) throws(FabricError) {
    let (folder, name) = try parent(of: path)
    guard mkdirat(folder.number, name, mode) == 0 || errno == EEXIST else { throw failure(path) }
    let made = try open(path, O_RDONLY | O_DIRECTORY)
    guard fchown(made.number, owner.user, owner.group) == 0, fchmod(made.number, mode) == 0 else { throw failure(path) }
  }

  func remove(_ path: String) throws(FabricError) {
    let (folder, name) = try parent(of: path)
    guard unlinkat(folder.number, name, 0) == 0 || errno == ENOENT else { throw failure(path) }
  }

  func names(in path: String) -> [String] {
    guard let folder = try? open(path, O_RDONLY | O_DIRECTORY) else { return [] }
    return Files.names(in: "/proc/self/fd/\(folder.number)")
  }

  func readBytes(_ path: String) -> [UInt8]? {
    guard let file = try? open(path, O_RDONLY) else { return nil }
    return Files.readBytes("/proc/self/fd/\(file.number)")
  }

  private func parent(of path: String) throws(FabricError) -> (Descriptor, String) {
    let parts = path.split(separator: "/")
    let folder = try open("/" + parts.dropLast().joined(separator: "/"), clinux_o_path | O_DIRECTORY)
    return (folder, parts.last.map(String.init) ?? "")
  }

  private func open(_ path: String, _ flags: Int32) throws(FabricError) -> Descriptor {
    let number = clinux_open_in_root(root.number, path, flags, 0)
    guard number >= 0 else { throw failure(path) }
    return Descriptor(number)
  }

  private func failure(_ path: String) -> FabricError {
    .refused(what: "write \(path) on a host", message: systemMessage())
  }
}
