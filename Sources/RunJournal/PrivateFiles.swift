import Glibc
import RunEngine

/// Files and folders that only their owner may see.
enum PrivateFiles {
  /// Makes a folder with all above it; new ones get mode 0700.
  static func makeDirectory(_ path: String) throws(JournalFailure) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? part : "/\(part)"
      guard mkdir(made, 0o700) != 0 else { continue }
      let reason = errno
      if access(made, F_OK) != 0 { throw .unwritable(path: made, detail: SystemError.text(reason)) }
    }
  }

  /// Writes a new file of mode 0600; fails when there is one.
  static func create(_ path: String, _ bytes: [UInt8]) throws(JournalFailure) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw failure(path) }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 else { throw failure(path) }
  }

  /// Forces a file, or the entries of a folder, to disk.
  static func sync(_ path: String) throws(JournalFailure) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw failure(path) }
  }

  static func failure(_ path: String) -> JournalFailure {
    errno == ENOSPC || errno == EDQUOT ? .full(path: path) : .unwritable(path: path, detail: SystemError.text(errno))
  }
}

/// The system's own words for an error number.
enum SystemError {
  static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}
