import Glibc
import Synchronization

/// The thread behind `SSHLoop`: runs the actor's jobs, and polls the sockets of those that wait.
///
/// `@unchecked Sendable`: `poller` is touched on the thread only (by the actor's jobs and by the loop itself), the rest is guarded.
final class LoopThread: SerialExecutor, @unchecked Sendable {
  private struct Inbox {
    var jobs: [UnownedJob] = []
    var cancelled: [Int] = []
    var isStarted = false
    var isPolling = false
    var isEmpty: Bool { jobs.isEmpty && cancelled.isEmpty }
  }

  let poller = Poller()
  private let inbox = Mutex(Inbox())
  /// A byte in here ends the poll.
  private let bell = Bell()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    post { $0.jobs.append(job) }
  }

  /// Wakes the sleeper with this ticket as cancelled, if it sleeps; callable from any thread.
  func cancel(_ ticket: Int) { post { $0.cancelled.append(ticket) } }

  private func post(_ change: (inout Inbox) -> Void) {
    let (mustStart, mustRing) = inbox.withLock { inbox in
      change(&inbox)
      defer { inbox.isStarted = true }
      return (!inbox.isStarted, inbox.isPolling)
    }
    if mustStart { start() }
    if mustRing { bell.ring() }
  }

  /// One thread for the life of the process: it ends with it.
  private func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let failure = pthread_create(&thread, nil, { LoopThread.run($0) }, context.toOpaque())
    precondition(failure == 0, "the thread that serves SSH sessions could not be started: \(failure)")
    pthread_detach(thread)
  }

  private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let loop = Unmanaged<LoopThread>.fromOpaque(context).takeRetainedValue()
    // A write to a pipe whose reader is gone is an error to handle, not the end of this process.
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, nil)
    while true { loop.turn() }
  }

  /// Runs what has come in, then waits for more.
  private func turn() {
    let work = inbox.withLock { inbox in
      let work = inbox
      inbox.jobs = []
      inbox.cancelled = []
      return work
    }
    for ticket in work.cancelled { poller.wake(ticket: ticket, .cancelled) }
    for job in work.jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    let mayBlock = inbox.withLock { inbox in
      inbox.isPolling = inbox.isEmpty
      return inbox.isPolling
    }
    poller.poll(bell: bell, mayBlock: mayBlock)
    inbox.withLock { $0.isPolling = false }
  }
}

/// A socket pair by which other threads end the loop's poll.
struct Bell: Sendable {
  /// Readable once rung.
  let ear: Int32
  private let rope: Int32

  init() {
    var pair: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    precondition(socketpair(AF_UNIX, kind, 0, &pair) == 0, "no descriptors are left for the SSH loop")
    (ear, rope) = (pair[0], pair[1])
  }

  /// A bell that is full of rings is rung.
  func ring() { _ = send(rope, [1], 1, Int32(MSG_NOSIGNAL)) }

  func hush() {
    var bytes = [UInt8](repeating: 0, count: 256)
    _ = recv(ear, &bytes, bytes.count, 0)
  }
}
