import CLinux
import Glibc
import Synchronization

/// Runs blocking work on a thread of its own, so that it never holds one of Swift's few.
enum OwnThread {
  static func start(_ work: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Work(work))
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    let status = pthread_create(
      &thread, &attributes,
      { raw in
        raw.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    precondition(status == 0, "a thread can be made")
  }

  static func run<Success: Sendable>(_ work: @escaping @Sendable () -> Success) async -> Success {
    await withCheckedContinuation { continuation in start { continuation.resume(returning: work()) } }
  }

  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}

/// One thread on which an actor does all its work, blocking calls included, in order.
final class ThreadExecutor: SerialExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isEnding = false
  }

  private let state = Mutex(State())
  private let bell = Bell()

  init() {
    let (state, bell) = (Holder(self), self.bell)
    OwnThread.start {
      while bell.wait() { state.executor?.runAll() }
    }
  }

  deinit { bell.end() }

  func enqueue(_ job: consuming ExecutorJob) {
    let unowned = UnownedJob(job)
    state.withLock { $0.jobs.append(unowned) }
    bell.ring()
  }

  private func runAll() {
    let jobs = state.withLock { state in
      defer { state.jobs = [] }
      return state.jobs
    }
    for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
  }

  /// Does not keep the executor alive: its thread ends with it.
  private final class Holder: @unchecked Sendable {
    // Safe: a weak reference is written once, before the thread starts, and read by that thread alone.
    weak var executor: ThreadExecutor?
    init(_ executor: ThreadExecutor) { self.executor = executor }
  }
}

/// Wakes a thread, also one that waits in `poll`.
final class Bell: Sendable {
  let descriptor = clinux_eventfd()
  private let hasEnded = Mutex(false)

  deinit { close(descriptor) }

  func ring() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }

  /// Every `wait` from now on says `false`.
  func end() {
    hasEnded.withLock { $0 = true }
    ring()
  }

  /// Waits for a ring; `false` after the end.
  func wait() -> Bool {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
    return !hasEnded.withLock { $0 }
  }
}
