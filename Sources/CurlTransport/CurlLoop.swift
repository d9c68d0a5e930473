import CCurl
import CloudWire
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The thread that drives all transfers: commands in through a queue, results out through each ticket.
///
/// Everything of libcurl is touched on this thread only, but for `curl_multi_wakeup`, which libcurl allows from any
/// thread and which happens under the queue's lock so that the handle cannot be freed meanwhile.
final class CurlLoop: Sendable {
  private enum Command {
    case start(CurlTicket)
    case abort(CurlTicket)
  }

  private struct Queue {
    enum State { case idle, running, stopped }
    var state = State.idle
    var commands: [Command] = []
    var multi: MultiPointer?
  }

  /// A multi handle on its way into the thread that owns it; other threads only wake it up.
  private struct MultiPointer: @unchecked Sendable { let pointer: UnsafeMutableRawPointer }

  private let options: CurlTransport.Options
  private let queue = Mutex(Queue())

  init(options: CurlTransport.Options) { self.options = options }

  func submit(_ ticket: CurlTicket) {
    let isAccepted = queue.withLock { queue in
      guard startIfNeeded(&queue) else { return false }
      queue.commands.append(.start(ticket))
      wake(queue)
      return true
    }
    if !isAccepted {
      ticket.finish(.failure(HTTPFailure(.cancelled, mayHaveBeenSent: false, detail: "transport closed")))
    }
  }

  func abort(_ ticket: CurlTicket) {
    queue.withLock { queue in
      guard queue.state == .running else { return }
      queue.commands.append(.abort(ticket))
      wake(queue)
    }
  }

  func stop() {
    queue.withLock { queue in
      queue.state = .stopped
      wake(queue)
    }
  }

  private func wake(_ queue: borrowing Queue) {
    if let multi = queue.multi { curl_multi_wakeup(multi.pointer) }
  }

  /// Starts library and thread at the first request; false once stopped, or when the system gives no thread.
  private func startIfNeeded(_ queue: inout Queue) -> Bool {
    guard queue.state == .idle else { return queue.state == .running }
    guard CurlLibrary.isReady, let multi = curl_multi_init() else { return false }
    queue.multi = MultiPointer(pointer: multi)
    queue.state = .running
    if spawn() { return true }
    curl_multi_cleanup(multi)
    queue.multi = nil
    queue.state = .stopped
    return false
  }

  private func spawn() -> Bool {
    let context = Unmanaged.passRetained(self)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(&thread, nil, curlLoopMain, context.toOpaque())
    guard status == 0 else {
      context.release()
      return false
    }
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
    return true
  }

  /// The thread's body.
  fileprivate func run() {
    guard let multi = queue.withLock({ $0.multi })?.pointer else { return }
    let transfers = CurlTransfers(multi: multi, options: options)
    while let commands = next() {
      for command in commands { carryOut(command, transfers) }
      transfers.drive()
      if !hasCommands { transfers.await() }
    }
    // From here nobody can wake the handle any more, so it may go.
    let left = queue.withLock { queue in
      queue.multi = nil
      defer { queue.commands = [] }
      return queue.commands
    }
    for command in left { carryOut(command, transfers) }
    transfers.close()
  }

  private var hasCommands: Bool { queue.withLock { !$0.commands.isEmpty || $0.state == .stopped } }

  /// The commands given since the last time; `nil` when the loop has to end.
  private func next() -> [Command]? {
    queue.withLock { queue in
      guard queue.state == .running else { return nil }
      defer { queue.commands = [] }
      return queue.commands
    }
  }

  private func carryOut(_ command: Command, _ transfers: CurlTransfers) {
    switch command {
    case .start(let ticket): transfers.start(ticket)
    case .abort(let ticket): transfers.abort(ticket)
    }
  }
}

#if canImport(Darwin)
  private func curlLoopMain(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
  }
#else
  private func curlLoopMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run() }
    return nil
  }
#endif

/// The library's own start, once per process.
enum CurlLibrary {
  static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
}
