import Basics
import Foundation
import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// What the process finds around it, gathered once and handed on, so that no other code reads globals.
struct Surroundings: Sendable {
  var environment: [String: String]
  var directory: String
  var home: String
  var time: any TimeSource
  var random: any RandomSource
  var output: Terminal
  var errors: Terminal
  var inputIsTerminal: Bool
  var executable: String

  static func ofThisProcess() -> Surroundings {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    return Surroundings(
      environment: environment, directory: FileManager.default.currentDirectoryPath, home: home, time: SystemTime(),
      random: SystemRandom(), output: Terminal(descriptor: STDOUT_FILENO), errors: Terminal(descriptor: STDERR_FILENO),
      inputIsTerminal: isatty(STDIN_FILENO) == 1,
      executable: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        ?? CommandLine.arguments[0])
  }
}

/// A stream that text goes out on, with what is known of the reader.
final class Terminal: Sendable {
  let descriptor: Int32
  let isTerminal: Bool
  private let lock = Mutex(())

  init(descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
  }

  var width: Int { size(\.ws_col) ?? 100 }
  var height: Int { size(\.ws_row) ?? 24 }

  private func size(_ side: KeyPath<winsize, UInt16>) -> Int? {
    var size = winsize()
    guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size[keyPath: side] > 0 else { return nil }
    return Int(size[keyPath: side])
  }

  func line(_ text: String = "") { write(text + "\n") }

  func lines(_ texts: [String]) { if !texts.isEmpty { write(texts.joined(separator: "\n") + "\n") } }

  /// Writes everything; a reader that went away ends quietly (SIGPIPE is ignored by the tool).
  func write(_ text: String) {
    lock.withLock { _ in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
          if errno == EINTR { continue }
          return
        }
        bytes = bytes.dropFirst(count)
      }
    }
  }
}
