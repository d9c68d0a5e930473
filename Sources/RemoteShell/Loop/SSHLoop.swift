import Synchronization

/// The actor whose code, all of it, runs on the one thread that polls every SSH session of this process.
///
/// libssh2 is not thread-safe within a session and its calls never block here; so hundreds of sessions need one thread, no lock, and
/// read as straight code that suspends where a packet is missing.
@globalActor package actor SSHLoop {
  package static let shared = SSHLoop()

  nonisolated let thread = LoopThread()

  nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
}

/// Why a suspended piece of loop code goes on.
enum Wake: Sendable { case ready, signalled, timedOut, cancelled }

/// Suspends until a descriptor is ready, `signal` wakes it, the deadline passes, or the task is cancelled.
///
/// - Parameters:
///   - descriptor: a descriptor to poll, or -1 for none.
///   - events: `POLLIN` and `POLLOUT`.
///   - signal: what `SSHLoop.wake(_:)` may wake it by.
@SSHLoop func pause(
  descriptor: Int32 = -1, events: Int16 = 0, signal: Signal? = nil, until deadline: ContinuousClock.Instant?
) async -> Wake {
  let poller = SSHLoop.shared.thread.poller
  let ticket = poller.nextTicket()
  return await withTaskCancellationHandler {
    await withCheckedContinuation { continuation in
      poller.add(
        Poller.Sleeper(
          descriptor: descriptor, events: events, signal: signal, deadline: deadline, continuation: continuation),
        ticket: ticket)
    }
  } onCancel: {
    SSHLoop.shared.thread.cancel(ticket)
  }
}

/// Something that loop code can wait for and other loop code can announce.
@SSHLoop final class Signal {
  nonisolated init() {}

  /// Wakes everybody who waits for this now; who comes later waits for the next announcement.
  func announce() { SSHLoop.shared.thread.poller.wake(self) }
}
