import Basics
import Glibc
import Synchronization

/// Opens TCP connections without ever blocking the loop.
enum SocketOpening {
  struct Address: Sendable {
    var family: Int32
    var bytes: [UInt8]
  }

  /// A connected, non-blocking socket with `TCP_NODELAY` set before the first byte (set late, it costs a 40 ms pause each way).
  @SSHLoop static func connect(to host: SSHHost, until deadline: ContinuousClock.Instant) async throws(StepFailure)
    -> Int32
  {
    var last = StepFailure(.notYet, .sshNameUnknown, host.arguments)
    for address in try await addresses(of: host, until: deadline) {
      do throws(StepFailure) { return try await connect(address, of: host, until: deadline) } catch {
        if error.kind == .interrupted { throw error }
        last = error
      }
    }
    throw last
  }

  @SSHLoop private static func connect(
    _ address: Address, of host: SSHHost, until deadline: ContinuousClock.Instant
  ) async throws(StepFailure) -> Int32 {
    let descriptor = socket(
      address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(errno, host) }
    do throws(StepFailure) {
      var on: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      let status = address.bytes.withUnsafeBytes { raw in
        raw.withMemoryRebound(to: sockaddr.self) { Glibc.connect(descriptor, $0.baseAddress, socklen_t(raw.count)) }
      }
      if status != 0 {
        guard errno == EINPROGRESS else { throw failure(errno, host) }
        try await finish(descriptor, host, deadline)
      }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  @SSHLoop private static func finish(
    _ descriptor: Int32, _ host: SSHHost, _ deadline: ContinuousClock.Instant
  ) async throws(StepFailure) {
    switch await pause(descriptor: descriptor, events: Int16(POLLOUT), until: deadline) {
    case .cancelled: throw StepFailure(.interrupted, .sshCancelled, host.arguments)
    case .timedOut: throw StepFailure(.timeout, .sshNoAnswer, host.arguments)
    case .ready, .signalled: break
    }
    var problem: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &length)
    if problem != 0 { throw failure(problem, host) }
  }

  private static func failure(_ problem: Int32, _ host: SSHHost) -> StepFailure {
    var arguments = host.arguments
    arguments["reason"] = String(cString: strerror(problem))
    switch problem {
    case ECONNREFUSED: return StepFailure(.notYet, .sshRefused, arguments)
    case ETIMEDOUT: return StepFailure(.timeout, .sshNoAnswer, arguments)
    case EMFILE, ENFILE, EACCES, EPERM: return StepFailure(.transient, .sshUnreachable, arguments)
    default: return StepFailure(.notYet, .sshUnreachable, arguments)
    }
  }
}

// Names become addresses.
extension SocketOpening {
  @SSHLoop private static func addresses(
    of host: SSHHost, until deadline: ContinuousClock.Instant
  ) async throws(StepFailure) -> [Address] {
    let numeric = lookUp(host.address, host.port, flags: AI_NUMERICHOST)
    if !numeric.isEmpty { return numeric }
    let search = Search(name: host.address, port: host.port)
    search.start()
    while search.found.withLock({ $0 }) == nil {
      switch await pause(signal: search.done, until: deadline) {
      case .cancelled: throw StepFailure(.interrupted, .sshCancelled, host.arguments)
      case .timedOut: throw StepFailure(.notYet, .sshNameUnknown, host.arguments)
      case .ready, .signalled: break
      }
    }
    let found = search.found.withLock { $0 } ?? []
    if found.isEmpty { throw StepFailure(.notYet, .sshNameUnknown, host.arguments) }
    return found
  }

  /// One name, looked up on a thread of its own: `getaddrinfo` blocks for seconds when a server is silent.
  private final class Search: Sendable {
    let name: String
    let port: UInt16
    let found = Mutex<[Address]?>(nil)
    let done = Signal()

    init(name: String, port: UInt16) {
      self.name = name
      self.port = port
    }

    func start() {
      var thread = pthread_t()
      let context = Unmanaged.passRetained(self)
      let failure = pthread_create(&thread, nil, { Search.run($0) }, context.toOpaque())
      if failure == 0 { pthread_detach(thread) } else { context.takeRetainedValue().finish([]) }
    }

    private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
      guard let context else { return nil }
      let search = Unmanaged<Search>.fromOpaque(context).takeRetainedValue()
      search.finish(lookUp(search.name, search.port, flags: 0))
      return nil
    }

    private func finish(_ addresses: [Address]) {
      found.withLock { $0 = addresses }
      Task { @SSHLoop in done.announce() }
    }
  }

  private static func lookUp(_ name: String, _ port: UInt16, flags: Int32) -> [Address] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = flags | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, String(port), &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var result: [Address] = []
    var next = list
    while let entry = next?.pointee {
      if let address = entry.ai_addr {
        let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
        result.append(Address(family: entry.ai_family, bytes: Array(bytes)))
      }
      next = entry.ai_next
    }
    return result
  }
}
