import CloudWire
import CurlTransport
import Foundation
import Synchronization
import Testing

@Suite("Failures of CurlTransport")
struct CurlFailureTests {
  // On a busy machine there may be long between two requests of a test.
  private let transport = CurlTransport(.init(userAgent: "causeway/9.9", idleConnection: .seconds(3600)))

  private func request(_ origin: String, body: String = "a=b", limit: Int = 1 << 20) -> HTTPRequest {
    HTTPRequest(method: "POST", origin: origin, body: Array(body.utf8), bodyLimit: limit)
  }

  private func failure(_ request: HTTPRequest, by transport: CurlTransport? = nil) async -> HTTPFailure? {
    do {
      let response = try await (transport ?? self.transport).send(request)
      Issue.record("an answer came: \(response)")
      return nil
    } catch { return error }
  }

  /// The failure that a server with this behaviour gives, and nothing else.
  private func expect(
    _ kind: HTTPFailure.Kind, sent: Bool, limit: Int = 1 << 20, timeouts: HTTPTimeouts = HTTPTimeouts(),
    _ handler: @escaping RawServer.Handler
  ) async throws {
    let server = try RawServer(handler)
    defer { server.stop() }
    var request = request(server.origin, limit: limit)
    request.timeouts = timeouts
    let got = await failure(request)
    #expect(got?.kind == kind, "\(String(describing: got))")
    #expect(got?.mayHaveBeenSent == sent, "\(String(describing: got))")
    #expect(got?.detail.isEmpty == false)
  }

  @Test("a refused connection was not sent")
  func refused() async throws {
    let (socket, port) = try RawServer.listen(backlog: 1)
    close(socket)
    let got = await failure(request("http://127.0.0.1:\(port)"))
    #expect(got?.kind == .connectionRefused && got?.mayHaveBeenSent == false, "\(String(describing: got))")
  }

  @Test(
    "a name without address, and an address that is none, were not sent",
    arguments: ["http://nowhere.invalid", "http://a b"])
  func unresolved(origin: String) async {
    let got = await failure(request(origin))
    #expect(got?.kind == .nameNotResolved && got?.mayHaveBeenSent == false, "\(String(describing: got))")
  }

  @Test("other protocols than HTTP are refused", arguments: ["file:///etc/hostname", "ftp://127.0.0.1"])
  func otherProtocols(origin: String) async {
    let got = await failure(request(origin))
    #expect(got?.mayHaveBeenSent == false)
  }

  @Test("an end before the answer may have been sent")
  func endAfterSend() async throws {
    try await expect(.reset, sent: true) { _ = $0.request() }
  }

  @Test("a reset before the answer may have been sent")
  func resetAfterSend() async throws {
    try await expect(.reset, sent: true) { connection in
      _ = connection.request()
      connection.resetAtClose()
    }
  }

  @Test("a request on a kept connection that dies is not repeated by the library")
  func noSilentRepeat() async throws {
    let requests = Atomic(0)
    let server = try RawServer { connection in
      if connection.request() != nil { requests.add(1, ordering: .relaxed) }
      connection.answer("first")
      if connection.request() != nil { requests.add(1, ordering: .relaxed) }
      connection.resetAtClose()
    }
    defer { server.stop() }
    #expect(try await transport.send(request(server.origin)).status == 200)
    let got = await failure(request(server.origin, body: "buy"))
    #expect(got?.kind == .reset && got?.mayHaveBeenSent == true, "\(String(describing: got))")
    #expect(requests.load(ordering: .relaxed) == 2, "the server saw each request once")
  }

  @Test("a body cut short is a failure, by length, by chunks and by reset")
  func cutShort() async throws {
    try await expect(.bodyCutShort, sent: true) { connection in
      _ = connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    }
    try await expect(.bodyCutShort, sent: true) { connection in
      _ = connection.request()
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
    }
    try await expect(.bodyCutShort, sent: true) { connection in
      _ = connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Le")
    }
  }

  @Test("a body over the limit is a failure, with and without its length announced")
  func tooLarge() async throws {
    try await expect(.bodyTooLarge, sent: true, limit: 1000) { connection in
      _ = connection.request()
      connection.answer(String(repeating: "x", count: 1001))
    }
    try await expect(.bodyTooLarge, sent: true, limit: 1000) { connection in
      _ = connection.request()
      connection.write("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 1_000_000))
    }
  }

  @Test("an answer that is no HTTP is a bad answer", arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "\u{1}\u{2}\r\n"])
  func noHTTP(text: String) async throws {
    try await expect(.badAnswer, sent: true) { connection in
      _ = connection.request()
      connection.write(text)
    }
  }

  @Test("a head without end is bounded")
  func endlessHead() async throws {
    try await expect(.badAnswer, sent: true) { connection in
      _ = connection.request()
      connection.write(
        "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Fill: \(String(repeating: "y", count: 1000))\r\n", count: 2000))
    }
  }

  @Test("silence after the request is an idle time-out")
  func idle() async throws {
    let timeouts = HTTPTimeouts(connect: .seconds(5), idle: .milliseconds(120), whole: .seconds(20))
    try await expect(.idleTimeout, sent: true, timeouts: timeouts) { connection in connection.waitForEnd() }
    try await expect(.idleTimeout, sent: true, timeouts: timeouts) { connection in
      _ = connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
      connection.waitForEnd()
    }
  }

  @Test("an answer that drips is no idle time-out but ends at the whole limit")
  func whole() async throws {
    let timeouts = HTTPTimeouts(connect: .seconds(5), idle: .milliseconds(300), whole: .milliseconds(700))
    try await expect(.wholeTimeout, sent: true, timeouts: timeouts) { connection in
      _ = connection.request()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
      for _ in 0..<100 {
        connection.write("x")
        usleep(50_000)
      }
    }
  }

  @Test("a connection that is never taken up times out unsent")
  func connectTimeout() async throws {
    // A full backlog: the kernel drops further connection requests.
    let (listener, port) = try RawServer.listen(backlog: 0)
    defer { close(listener) }
    let fillers = (0..<2).map { _ in BareClient() }
    defer { for filler in fillers { filler.close() } }
    for filler in fillers { filler.connect(port) }
    var request = request("http://127.0.0.1:\(port)")
    request.timeouts = HTTPTimeouts(connect: .milliseconds(200), idle: .seconds(5), whole: .seconds(20))
    let got = await failure(request)
    #expect(got?.kind == .connectTimeout && got?.mayHaveBeenSent == false, "\(String(describing: got))")
  }

  @Test("a TLS handshake that breaks was not sent")
  func brokenHandshake() async throws {
    let server = try RawServer { connection in connection.write("HTTP/1.1 400 Bad Request\r\n\r\n") }
    defer { server.stop() }
    let got = await failure(request("https://127.0.0.1:\(server.port)"))
    #expect(got?.kind == .tlsFailed && got?.mayHaveBeenSent == false, "\(String(describing: got))")
  }

  @Test("a reset inside the TLS handshake was not sent")
  func resetHandshake() async throws {
    let server = try RawServer { $0.resetAtClose() }
    defer { server.stop() }
    let got = await failure(request("https://127.0.0.1:\(server.port)"))
    #expect(got?.mayHaveBeenSent == false, "\(String(describing: got))")
    #expect([.tlsFailed, .reset, .connectionRefused].contains(got?.kind), "\(String(describing: got))")
  }
}

/// A client of bare sockets: takes up room in a backlog, or sees whether somebody listens.
struct BareClient {
  private let socket: Int32

  init(blocking: Bool = false) {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | (blocking ? 0 : Int32(SOCK_NONBLOCK.rawValue)), 0)
  }

  /// Asks for a connection; true when it was taken up at once.
  @discardableResult
  func connect(_ port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  func close() { Foundation.close(socket) }

  static func isListening(_ port: Int) -> Bool {
    let client = BareClient(blocking: true)
    defer { client.close() }
    return client.connect(port)
  }
}
