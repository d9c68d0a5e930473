import CloudWire
import FlyingSocks
import Glibc
import Synchronization

/// A port on loopback that speaks HTTP/1.1 and can misbehave: the only place of the lab that holds sockets.
///
/// Written on FlyingFox's sockets rather than its server, because a fault has to be a real reset or a real cut, as the client's kernel
/// sees it, and a server that frames answers by itself never does that.
final class HTTPListener: Sendable {
  typealias Handler = @Sendable (HTTPRequest) async -> HTTPReply

  let port: UInt16
  private let pool: any AsyncSocketPool
  private let handler: Handler
  private let state: Mutex<State>

  private struct State {
    var accepting: Task<Void, Never>?
    var socket: Socket?
    var connections: [Int: Task<Void, Never>] = [:]
    var served = 0
    var isClosed = false
  }

  /// Listens at once; `port` 0 takes a free one.
  init(port: UInt16 = 0, pool: any AsyncSocketPool, handler: @escaping Handler) throws {
    let socket = try Self.listen(port)
    guard case .ip4(_, let actual) = try socket.sockname() else { throw SocketError.unsupportedAddress }
    self.port = actual
    self.pool = pool
    self.handler = handler
    state = Mutex(State(socket: socket))
    accept(on: socket)
  }

  /// Refuses connections for a while, on the same port afterwards.
  func refuse(for duration: Duration, time: @escaping @Sendable (Duration) async -> Void) async {
    let accepting = state.withLock { state in
      let (task, socket) = (state.accepting, state.socket)
      (state.accepting, state.socket) = (nil, nil)
      try? socket?.close()
      return task
    }
    guard let accepting else { return }
    accepting.cancel()
    await time(duration)
    guard !state.withLock({ $0.isClosed }), let socket = try? Self.listen(port) else { return }
    state.withLock { $0.socket = socket }
    accept(on: socket)
  }

  func close() async {
    let tasks = state.withLock { state in
      state.isClosed = true
      try? state.socket?.close()
      state.socket = nil
      let tasks = state.connections.values + [state.accepting].compactMap { $0 }
      state.connections = [:]
      state.accepting = nil
      return Array(tasks)
    }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  private static func listen(_ port: UInt16) throws -> Socket {
    let socket = try Socket(domain: AF_INET, type: .stream)
    do {
      try socket.setValue(true, for: .localAddressReuse)
      try socket.bind(to: .inet(ip4: "127.0.0.1", port: port))
      try socket.listen()
    } catch {
      try? socket.close()
      throw error
    }
    return socket
  }

  private func accept(on socket: Socket) {
    let task = Task { [self] in
      guard let listening = try? AsyncSocket(socket: socket, pool: pool) else { return }
      while !Task.isCancelled, let client = try? await listening.accept() { serve(client) }
    }
    state.withLock { $0.accepting = task }
  }

  private func serve(_ client: AsyncSocket) {
    try? client.socket.setValue(true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
    state.withLock { state in
      guard !state.isClosed else {
        try? client.close()
        return
      }
      let number = state.served
      state.served += 1
      state.connections[number] = Task { [self] in
        await HTTPConversation(socket: client, handler: handler).run()
        try? client.close()
        self.state.withLock { _ = $0.connections.removeValue(forKey: number) }
      }
    }
  }
}

/// What a handler wants the client to see.
enum HTTPReply: Sendable {
  case answer(HTTPResponse)
  /// The head promises the whole body, then only `bytes` of it come and the connection ends.
  case cut(HTTPResponse, after: Int)
  /// The connection is reset (TCP RST), nothing is answered.
  case reset
  /// Nothing comes until the client hangs up or the time has passed; then the connection ends.
  case silence(Duration)
}
