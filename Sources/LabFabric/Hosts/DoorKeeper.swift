import Basics
import CLinux
import Glibc
import Synchronization

/// Keeps the SSH doors of all hosts: one loopback address each, one thread for all, an `sshd -i` in the host for each connection.
final class DoorKeeper: Sendable {
  /// 22 where it is free on loopback, else one high port for the whole lab.
  let port: UInt16
  private let state: Mutex<State>
  private let bell = Bell()

  struct Door {
    var address: IPAddress
    var behaviour: LoginBehaviour
    var opensAt: ContinuousClock.Instant
    /// Starts sshd in the host with a connection as its input and output; `nil` while the host is down.
    var answer: (@Sendable (Descriptor) throws(FabricError) -> Void)?
    /// Bound as long as the door is there, so that nobody else takes the address.
    fileprivate var socket: Descriptor?
    fileprivate var isListening = false
    /// Half-open connections that fill the queue of a silent door.
    fileprivate var fillers: [Descriptor] = []
  }

  private struct State {
    var doors: [String: Door] = [:]
    var nextAddress: UInt32
  }

  init(name: String) throws(FabricError) {
    // 127.64.0.0 to 127.191.255.255, away from what people use by hand; each lab begins somewhere else.
    let first = 0x7F40_0000 + UInt32(KernelNames.hash(name) & 0x7F_FF00)
    port = try Self.freePort(at: IPAddress(family: .v4, number: UInt128(first)))
    state = Mutex(State(nextAddress: first + 1))
    OwnThread.start { self.serve() }
  }

  private static func freePort(at address: IPAddress) throws(FabricError) -> UInt16 {
    for port: UInt16 in [22, 2222, 20022, 30022, 0] {
      let socket = try Sockets.stream()
      if Sockets.bind(socket, address, port) { return port == 0 ? Sockets.port(of: socket) : port }
    }
    throw .refused(what: "listen on loopback", message: systemMessage())
  }

  /// Takes an address for a host; the door stays refused until `set`.
  func reserve(_ host: String, at wanted: IPAddress?) throws(FabricError) -> IPAddress {
    let port = port
    let result = state.withLock { state -> Result<IPAddress, FabricError> in
      for _ in 0..<4096 {
        let address = wanted ?? IPAddress(family: .v4, number: UInt128(state.nextAddress))
        state.nextAddress += state.nextAddress & 0xFF == 0xFE ? 3 : 1
        guard let socket = try? Sockets.stream() else { break }
        // The caller owns an address that it names: connections of an earlier host that linger there (TIME_WAIT, a minute) are no hindrance.
        if wanted != nil { Sockets.allowReuse(socket) }
        if Sockets.bind(socket, address, port) {
          state.doors[host] = Door(address: address, behaviour: LoginBehaviour(), opensAt: .now, socket: socket)
          return .success(address)
        }
        if wanted != nil { break }
      }
      return .failure(.refused(what: "reserve an address on loopback", message: systemMessage()))
    }
    return try result.get()
  }

  /// Changes a door; takes effect at once.
  func change(_ host: String, _ edit: (inout Door) -> Void) {
    state.withLock { state in
      guard var door = state.doors[host] else { return }
      edit(&door)
      state.doors[host] = door
      refresh(&state)
    }
    bell.ring()
  }

  func remove(_ host: String) {
    state.withLock { $0.doors[host] = nil }
    bell.ring()
  }

  /// Closes every door for good; needed, since the thread keeps the keeper.
  func end() {
    state.withLock { $0.doors = [:] }
    bell.end()
  }
}

extension DoorKeeper {
  private func serve() {
    while serveOnce() {}
  }

  /// Brings every socket to what its door should be now.
  private func refresh(_ state: inout State) {
    for (host, door) in state.doors {
      var door = door
      let isUp = door.answer != nil && door.opensAt <= .now
      let wanted = isUp ? door.behaviour.door : .refused
      switch wanted {
      case .refused where door.isListening: quieten(&door)
      case .open where !door.isListening || !door.fillers.isEmpty:
        if door.isListening { quieten(&door) }
        open(&door, backlog: 128)
      case .silent where door.fillers.isEmpty:
        if door.isListening { quieten(&door) }
        open(&door, backlog: 0)
        // With a full queue the kernel drops further connections instead of refusing them.
        door.fillers = (0..<4).compactMap { _ in Sockets.beginConnecting(to: door.address, port) }
      default: break
      }
      state.doors[host] = door
    }
  }

  private func open(_ door: inout Door, backlog: Int32) {
    guard let socket = door.socket else { return }
    Sockets.allowReuse(socket)
    socket.setNonBlocking()
    door.isListening = listen(socket.number, backlog) == 0
  }

  /// Stops listening and keeps the address: a socket that was shut down stays bound, and can listen again.
  ///
  /// Not closed, since the thread may be waiting on it, and its number would soon mean something else.
  private func quieten(_ door: inout Door) {
    if let socket = door.socket { shutdown(socket.number, Int32(SHUT_RDWR)) }
    (door.isListening, door.fillers) = (false, [])
  }

  /// One turn of the thread; `false` at the end.
  private func serveOnce() -> Bool {
    let (listening, wait) = state.withLock { state in
      refresh(&state)
      let opening = state.doors.values.filter { $0.answer != nil && !$0.isListening }.map(\.opensAt).filter {
        $0 > .now
      }.min()
      let listening = state.doors.filter { $0.value.isListening && $0.value.fillers.isEmpty }
      return (listening.compactMap { host, door in door.socket.map { (host, $0) } }, opening)
    }
    var entries = [pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)]
    entries += listening.map { pollfd(fd: $0.1.number, events: Int16(POLLIN), revents: 0) }
    let timeout = wait.map { Int32(clamping: max(1, ($0 - .now).inMilliseconds + 1)) } ?? -1
    guard poll(&entries, nfds_t(entries.count), timeout) >= 0 || errno == EINTR else { return false }
    if entries[0].revents != 0, !bell.wait() { return false }
    for (index, (host, socket)) in listening.enumerated() where entries[1 + index].revents != 0 { accept(host, socket) }
    return true
  }

  private func accept(_ host: String, _ socket: Descriptor) {
    let number = clinux_accept(socket.number)
    guard number >= 0 else { return }
    let connection = Descriptor(number)
    let delay = state.withLock { $0.doors[host]?.behaviour.bannerDelay ?? .zero }
    if delay <= .zero { return begin(host, connection) }
    OwnThread.start {
      usleep(UInt32(clamping: delay.inMilliseconds * 1000))
      self.begin(host, connection)
    }
  }

  private func begin(_ host: String, _ connection: Descriptor) {
    // A connection that cannot be answered is closed, as when sshd cannot fork.
    try? state.withLock { $0.doors[host]?.answer }?(connection)
  }
}
