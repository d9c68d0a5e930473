import Dispatch
import Glibc
import Synchronization

/// Turns Ctrl-C and a polite kill into interrupts of the run: the first stops it in order, the second at once, the third ends the process.
///
/// The process listens once, for as long as it lives: a rehearsal carries out two runs, the fixture's and its own, and a second set of
/// signal sources would hear nothing.
final class InterruptHandler: Sendable {
  private struct State {
    var handler: (@Sendable () -> Void)?
    var count = 0
  }

  private static let state = Mutex(State())
  // Made once, and never touched again.
  nonisolated(unsafe) private static let sources: [any DispatchSourceSignal] = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { hear() }
    source.resume()
    return source
  }

  /// A signal that came before, while nobody listened, counts.
  init(_ onSignal: @escaping @Sendable () -> Void) {
    _ = Self.sources
    let isPending = Self.state.withLock { state in
      state.handler = onSignal
      return state.count > 0
    }
    if isPending { onSignal() }
  }

  private static func hear() {
    let (count, handler) = state.withLock { state in
      state.count += 1
      return (state.count, state.handler)
    }
    if count > 2 { _exit(130) }
    handler?()
  }

  func stop() { Self.state.withLock { $0.handler = nil } }
}
