import Glibc

/// Everything that sleeps on the loop, and the one `poll` that wakes it; touched on the loop's thread only.
final class Poller {
  struct Sleeper {
    var descriptor: Int32
    var events: Int16
    var signal: Signal?
    var deadline: ContinuousClock.Instant?
    var continuation: CheckedContinuation<Wake, Never>
  }

  private var sleepers: [Int: Sleeper] = [:]
  private var lastTicket = 0
  private var polled: [pollfd] = []
  private var tickets: [Int] = []

  func nextTicket() -> Int {
    lastTicket += 1
    return lastTicket
  }

  func add(_ sleeper: Sleeper, ticket: Int) { sleepers[ticket] = sleeper }

  func wake(ticket: Int, _ reason: Wake) {
    sleepers.removeValue(forKey: ticket)?.continuation.resume(returning: reason)
  }

  func wake(_ signal: Signal) {
    for (ticket, sleeper) in sleepers where sleeper.signal === signal { wake(ticket: ticket, .signalled) }
  }

  /// Waits until a descriptor is ready, the nearest deadline passes or the bell rings, and wakes whom it concerns.
  func poll(bell: Bell, mayBlock: Bool) {
    let nearest = collect(bell: bell)
    let count = Glibc.poll(&polled, nfds_t(polled.count), mayBlock ? Self.milliseconds(until: nearest) : 0)
    if count > 0 { wakeReady(bell: bell) }
    if let nearest, nearest <= .now { wakeLate() }
  }

  private func collect(bell: Bell) -> ContinuousClock.Instant? {
    polled.removeAll(keepingCapacity: true)
    tickets.removeAll(keepingCapacity: true)
    polled.append(pollfd(fd: bell.ear, events: Int16(POLLIN), revents: 0))
    tickets.append(0)
    var nearest: ContinuousClock.Instant?
    for (ticket, sleeper) in sleepers {
      if let deadline = sleeper.deadline, deadline < nearest ?? deadline + .seconds(1) { nearest = deadline }
      guard sleeper.descriptor >= 0 else { continue }
      polled.append(pollfd(fd: sleeper.descriptor, events: sleeper.events, revents: 0))
      tickets.append(ticket)
    }
    return nearest
  }

  private func wakeReady(bell: Bell) {
    for (index, entry) in polled.enumerated() where entry.revents != 0 {
      if index == 0 {
        bell.hush()
      } else {
        wake(ticket: tickets[index], .ready)
      }
    }
  }

  private func wakeLate() {
    let now = ContinuousClock.now
    for (ticket, sleeper) in sleepers where sleeper.deadline.map({ $0 <= now }) == true {
      wake(ticket: ticket, .timedOut)
    }
  }

  /// Rounded up, so that a deadline has passed when `poll` returns for it.
  private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let left = ContinuousClock.now.duration(to: deadline)
    return left <= .zero ? 0 : Int32(clamping: Int(left / .milliseconds(1)) + 1)
  }
}
