import Basics
import CLinux
import Glibc

/// Runs a program to its end: feeds its input, keeps the beginning of its output, ends it when its time is over.
struct ChildRun: Sendable {
  var program: Program
  var stdin: [UInt8] = []
  var timeout: Duration = .seconds(60)
  var outputLimit = 1 << 20
  /// A ring ends the program early.
  var interrupt: Bell?

  /// Blocks until the program ends.
  ///
  /// Output that a background process writes after the program's end is not waited for.
  func callAsFunction() throws(FabricError) -> CommandOutcome {
    let (input, output, errors) = (try Descriptor.pipe(), try Descriptor.pipe(), try Descriptor.pipe())
    let child = try Child.start(program, stdin: input.reading, stdout: output.writing, stderr: errors.writing)
    for end in [input.reading, output.writing, errors.writing] { end.shut() }
    var exchange = Exchange(
      child: child, feeding: input.writing, left: stdin[...], streams: [output.reading, errors.reading],
      interrupt: interrupt, limit: outputLimit)
    return exchange.run(until: .now + timeout)
  }

  /// Runs on a thread of its own; cancelling the task ends the program.
  func onOwnThread() async throws(FabricError) -> CommandOutcome {
    var run = self
    let bell = Bell()
    run.interrupt = bell
    let work = run
    return try await withTaskCancellationHandler {
      await OwnThread.run { () -> Result<CommandOutcome, FabricError> in
        Result { () throws(FabricError) in try work() }
      }
    } onCancel: {
      bell.ring()
    }.get()
  }
}

/// The traffic with one running program.
private struct Exchange {
  let child: Child
  var feeding: Descriptor?
  var left: ArraySlice<UInt8>
  var streams: [Descriptor?]
  let interrupt: Bell?
  let limit: Int
  var kept: [[UInt8]] = [[], []]
  var isTruncated = false

  init(
    child: Child, feeding: Descriptor, left: ArraySlice<UInt8>, streams: [Descriptor], interrupt: Bell?, limit: Int
  ) {
    self.child = child
    self.left = left
    self.streams = streams
    self.interrupt = interrupt
    self.limit = limit
    self.feeding = feeding
    feeding.setNonBlocking()
    if left.isEmpty { stopFeeding() }
    for stream in streams { stream.setNonBlocking() }
  }

  mutating func run(until deadline: ContinuousClock.Instant) -> CommandOutcome {
    var hasEnded = false
    while !hasEnded {
      let rest = deadline - .now
      if rest <= .zero { return finish(killed: true) }
      var entries = [
        entry(child.handle.number), entry(interrupt?.descriptor ?? -1), entry(feeding?.number ?? -1, POLLOUT),
      ]
      entries += streams.map { entry($0?.number ?? -1) }
      guard poll(&entries, nfds_t(entries.count), Int32(clamping: rest.inMilliseconds + 1)) >= 0 || errno == EINTR
      else {
        return finish(killed: true)
      }
      if entries[1].revents != 0 { return finish(killed: true) }
      if entries[2].revents != 0 { feed() }
      for index in streams.indices where entries[3 + index].revents != 0 { read(index) }
      hasEnded = entries[0].revents != 0
    }
    return finish(killed: false)
  }

  private func entry(_ number: Int32, _ events: Int32 = POLLIN) -> pollfd {
    pollfd(fd: number, events: Int16(events), revents: 0)
  }

  private mutating func feed() {
    guard let feeding else { return }
    let count = feeding.put(left)
    if count >= 0 { left = left.dropFirst(count) }
    if left.isEmpty || (count < 0 && errno != EAGAIN && errno != EINTR) { stopFeeding() }
  }

  private mutating func stopFeeding() {
    feeding?.shut()
    feeding = nil
  }

  /// Reads what there is.
  private mutating func read(_ index: Int) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while let stream = streams[index] {
      let count = Glibc.read(stream.number, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return }
      if count <= 0 {
        streams[index] = nil
        return
      }
      let room = limit - kept[index].count
      kept[index] += buffer[..<min(count, max(room, 0))]
      if count > room { isTruncated = true }
    }
  }

  private mutating func finish(killed: Bool) -> CommandOutcome {
    if killed { child.killSession() }
    let status = child.wait() ?? 0
    for index in streams.indices { read(index) }
    let ending: CommandOutcome.Ending =
      killed ? .timedOut : status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
    return CommandOutcome(ending: ending, stdout: kept[0], stderr: kept[1], isTruncated: isTruncated)
  }
}
