import Basics
import Foundation
import Glibc

/// A file that a command writes for its user: whole or not at all, for the owner's eyes only.
struct OwnersFile {
  /// As the command line has it.
  let name: String
  let path: String

  init(_ name: String, directory: String) {
    self.name = name
    path = name.hasPrefix("/") ? name : "\(directory)/\(name)"
  }

  /// - Parameters:
  ///   - mayReplace: Whether the file that is there now may go; asked of files only.
  ///   - refusal: What is said when something is there that may not go.
  func write(_ text: String, refusal: Diagnostic.Code, mayReplace: () -> Bool) throws {
    var known = stat()
    if lstat(path, &known) == 0, known.st_mode & S_IFMT != S_IFREG || !mayReplace() {
      throw Diagnostics(Diagnostic(refusal, ["path": name]))
    }
    let temporary = "\(path).\(getpid()).tmp"
    do throws(Failure) {
      try fill(temporary, text)
      guard rename(temporary, path) == 0 else { throw Failure() }
    } catch {
      unlink(temporary)
      throw Diagnostics(
        Diagnostic(.commandCannotWrite, ["path": name, "detail": String(cString: strerror(error.number))]))
    }
  }

  private struct Failure: Error {
    var number = errno
  }

  private func fill(_ file: String, _ text: String) throws(Failure) {
    // Left over from a process of the same number that was killed.
    unlink(file)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure() }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure()
      }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else { throw Failure() }
  }
}
