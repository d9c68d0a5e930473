import Basics
import Foundation
import Glibc
import Reporting

/// The file that a report is written to: whole or not at all, for the owner's eyes only.
struct ReportFile {
  private let shown: String
  private let path: String

  init(_ path: String, directory: String) {
    shown = path
    self.path = path.hasPrefix("/") ? path : "\(directory)/\(path)"
  }

  /// An earlier report is replaced; anything else only with `force`, and what is no file never.
  func write(_ text: String, force: Bool) throws {
    var known = stat()
    if lstat(path, &known) == 0, known.st_mode & S_IFMT != S_IFREG || !(force || holdsReport) {
      throw Diagnostics(Diagnostic(.commandNotReport, ["path": shown]))
    }
    let temporary = "\(path).\(getpid()).tmp"
    do throws(Failure) {
      try fill(temporary, text)
      guard rename(temporary, path) == 0 else { throw Failure() }
    } catch {
      unlink(temporary)
      throw Diagnostics(
        Diagnostic(.commandCannotWrite, ["path": shown, "detail": String(cString: strerror(error.number))]))
    }
  }

  private var holdsReport: Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let expected = Array(ReportPage.beginning.utf8)
    return (try? file.read(upToCount: expected.count)).flatMap { $0 }.map(Array.init) == expected
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
