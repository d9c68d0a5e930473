import Foundation
import Synchronization

/// A server of bare sockets on loopback: each connection gets a thread and a handler, so that a test can misbehave byte
/// by byte.
final class RawServer: Sendable {
  typealias Handler = @Sendable (RawConnection) -> Void

  let port: Int
  private let listener: Int32
  private let count = Atomic(0)
  private let open = Mutex<Set<Int32>>([])

  /// How many connections were accepted.
  var connections: Int { count.load(ordering: .acquiring) }
  var origin: String { "http://127.0.0.1:\(port)" }

  init(_ handler: @escaping Handler) throws {
    (listener, port) = try RawServer.listen(backlog: 512)
    let listener = listener
    // The thread holds the server until the listener is shut down.
    Thread.detachNewThread { self.accept(on: listener, handler) }
  }

  /// Shuts everything down; threads end by themselves.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    open.withLock { for socket in $0 { shutdown(socket, Int32(SHUT_RDWR)) } }
  }

  private func accept(on listener: Int32, _ handler: @escaping Handler) {
    while true {
      let socket = Foundation.accept(listener, nil, nil)
      // A signal, or a client that left before its turn, is no end of the server.
      if socket < 0, errno == EINTR || errno == ECONNABORTED { continue }
      guard socket >= 0 else { break }
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      count.add(1, ordering: .acquiringAndReleasing)
      _ = open.withLock { $0.insert(socket) }
      Thread.detachNewThread {
        handler(RawConnection(socket: socket))
        self.open.withLock { if $0.remove(socket) != nil { close(socket) } }
      }
    }
    close(listener)
  }

  static func listen(backlog: Int32) throws -> (socket: Int32, port: Int) {
    // No child of another test may hold it open.
    let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && Foundation.listen(socket, backlog) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    guard socket >= 0, status else { throw POSIXError(.EADDRINUSE) }
    return (socket, Int(UInt16(bigEndian: address.sin_port)))
  }
}

/// The server's end of one connection.
final class RawConnection: Sendable {
  struct Request: Sendable {
    var line: String
    var headers: [String]
    var body: String
    /// The lower-case names in the order in which they came.
    var names: [String] { headers.map { $0.prefix { $0 != ":" }.lowercased() } }
    func value(_ name: String) -> String? {
      headers.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }?.split(separator: ": ", maxSplits: 1).last
        .map(String.init)
    }
  }

  private let socket: Int32
  private let rest = Mutex<[UInt8]>([])

  init(socket: Int32) { self.socket = socket }

  /// The next whole request; `nil` when the client has hung up.
  func request() -> Request? {
    rest.withLock { rest in
      while true {
        if let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
          let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
          var request = Request(line: lines[0], headers: Array(lines.dropFirst()), body: "")
          let length = Int(request.value("content-length") ?? "0") ?? 0
          while rest.count < end.upperBound + length { guard receive(into: &rest) else { return nil } }
          request.body = String(decoding: rest[end.upperBound..<end.upperBound + length], as: UTF8.self)
          rest.removeFirst(end.upperBound + length)
          return request
        }
        guard receive(into: &rest) else { return nil }
      }
    }
  }

  private func receive(into rest: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = recv(socket, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    rest += buffer[..<count]
    return true
  }

  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  func answer(_ body: String, status: String = "200 OK", headers: [String] = []) {
    write(
      (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers + ["", body]).joined(separator: "\r\n"))
  }

  /// Makes the close that follows a reset (RST) instead of an orderly end.
  func resetAtClose() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
  }

  /// Waits until the client hangs up.
  func waitForEnd() { while request() != nil {} }
}
