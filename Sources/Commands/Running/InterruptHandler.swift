import Dispatch
import Foundation
import Glibc
import RunEngine

/// Turns Ctrl-C and a polite kill into interrupts of the run: the first stops it in order, the second at once, the third ends the process.
final class InterruptHandler: @unchecked Sendable {
  // Written in the initialiser only; a dispatch source may be cancelled from any thread.
  private let sources: [any DispatchSourceSignal]

  init(_ onSignal: @escaping @Sendable (_ count: Int) -> Void) {
    let counter = Counter()
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        let count = counter.next()
        if count > 2 { _exit(130) }
        onSignal(count)
      }
      source.resume()
      return source
    }
  }

  func stop() { for source in sources { source.cancel() } }
}

/// Counts from one.
private final class Counter: @unchecked Sendable {
  // Guarded by `lock`; only the signal queue and nobody else calls it.
  private var count = 0
  private let lock = NSLock()

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
