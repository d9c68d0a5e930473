import CLinux
import Glibc
import Synchronization

/// A file descriptor that is closed with its last reference, or before.
final class Descriptor: Sendable {
  let number: Int32
  private let isShut = Atomic(false)

  init(_ number: Int32) { self.number = number }

  deinit { shut() }

  /// Closes it now.
  func shut() {
    if !isShut.exchange(true, ordering: .relaxed) { close(number) }
  }

  static func pipe() throws(FabricError) -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw .refused(what: "pipe", message: systemMessage()) }
    return (Descriptor(ends[0]), Descriptor(ends[1]))
  }

  static func nothing() throws(FabricError) -> Descriptor {
    try open("/dev/null", O_RDWR)
  }

  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(FabricError) -> Descriptor {
    let number = Glibc.open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw .refused(what: "open \(path)", message: systemMessage()) }
    return Descriptor(number)
  }

  func setNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

  /// Writes all of it; `false` when the other side is gone.
  func write(all bytes: some Collection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = put(rest)
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// `write(2)`, where a reader that is gone is an error (`EPIPE`) to handle, and not the end of this process.
  func put(_ bytes: ArraySlice<UInt8>) -> Int {
    var (pipe, before, pending) = (sigset_t(), sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    // One that somebody else is still to hear of is not ours to take.
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
    let problem = errno
    if count < 0, problem == EPIPE, !wasPending {
      var now = timespec()
      while sigtimedwait(&pipe, nil, &now) < 0, errno == EINTR {}
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    errno = problem
    return count
  }
}

/// The system's sentence for an error number.
func systemMessage(_ number: Int32 = errno) -> String {
  strerror(number).map { String(cString: $0) } ?? "error \(number)"
}
