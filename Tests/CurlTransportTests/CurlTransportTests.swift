import CloudWire
import CurlTransport
import Foundation
import Synchronization
import Testing

@Suite("CurlTransport")
struct CurlTransportTests {
  // On a busy machine there may be long between two requests of a test.
  private let transport = CurlTransport(.init(userAgent: "causeway/9.9", idleConnection: .seconds(3600)))

  private func post(_ server: RawServer, _ body: String = "a=b", path: String = "/", query: String = "") -> HTTPRequest
  {
    HTTPRequest(
      method: "POST", origin: server.origin, path: path, query: query, headers: [HTTPHeader("Host", "signed.example")],
      body: Array(body.utf8))
  }

  private func failure(_ request: HTTPRequest, by transport: CurlTransport? = nil) async -> HTTPFailure? {
    do {
      let response = try await (transport ?? self.transport).send(request)
      Issue.record("an answer came: \(response)")
      return nil
    } catch { return error }
  }

  @Test("path, query, host, headers and body go out byte for byte, and nothing is added but what HTTP needs")
  func exactBytes() async throws {
    let seen = Mutex<RawConnection.Request?>(nil)
    let server = try RawServer { connection in
      seen.withLock { $0 = connection.request() }
      connection.answer("fine", headers: ["X-One: 1", "x-two:  spaced  "])
    }
    defer { server.stop() }
    var request = post(server, "Action=Run&V=%2F", path: "/a/../b/./%7e%2f", query: "x=%20y&z=a%2Bb&empty=")
    request.headers += [HTTPHeader("X-Empty", ""), HTTPHeader("Authorization", "AWS4 Credential=x, Signature=y")]
    let response = try await transport.send(request)
    #expect(response.status == 200 && response.body == Array("fine".utf8))
    #expect(response.header("x-one") == "1" && response.header("X-Two") == "spaced")
    let got = try #require(seen.withLock { $0 })
    #expect(got.line == "POST /a/../b/./%7e%2f?x=%20y&z=a%2Bb&empty= HTTP/1.1")
    #expect(got.body == "Action=Run&V=%2F")
    #expect(got.value("Host") == "signed.example")
    #expect(got.value("Authorization") == "AWS4 Credential=x, Signature=y")
    #expect(Set(got.names) == ["host", "user-agent", "x-empty", "authorization", "content-length"])
    #expect(got.value("User-Agent") == "causeway/9.9")
  }

  @Test("each method goes out as itself", arguments: ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"])
  func methods(method: String) async throws {
    let server = try RawServer { connection in
      let line = connection.request()?.line ?? ""
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(method == "HEAD" ? 5 : 0)\r\nX-Line: \(line)\r\n\r\n")
    }
    defer { server.stop() }
    let response = try await transport.send(HTTPRequest(method: method, origin: server.origin, path: "/x"))
    #expect(response.header("X-Line") == "\(method) /x HTTP/1.1")
  }

  @Test("any status is an answer, and a redirect is not followed", arguments: [201, 302, 404, 503])
  func statuses(status: Int) async throws {
    let server = try RawServer { connection in
      _ = connection.request()
      connection.answer("{}", status: "\(status) Said", headers: ["Location: /elsewhere"])
    }
    defer { server.stop() }
    #expect(try await transport.send(post(server)).status == status)
    #expect(server.connections == 1)
  }

  @Test("an interim answer and chunked bodies are read through")
  func interimAndChunks() async throws {
    let server = try RawServer { connection in
      _ = connection.request()
      connection.write("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n")
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    }
    defer { server.stop() }
    let response = try await transport.send(post(server))
    #expect(response.body == Array("abcde".utf8) && response.header("X-Interim") == nil)
  }

  @Test("requests one after the other use one connection")
  func keepAlive() async throws {
    let server = try RawServer { connection in while connection.request() != nil { connection.answer("ok") } }
    defer { server.stop() }
    for _ in 0..<20 { #expect(try await transport.send(post(server)).status == 200) }
    #expect(server.connections == 1)
  }

  @Test("a connection that was idle for too long is not used again")
  func tooOld() async throws {
    let server = try RawServer { connection in while connection.request() != nil { connection.answer("ok") } }
    defer { server.stop() }
    let transport = CurlTransport(.init(userAgent: "x", idleConnection: .seconds(1)))
    #expect(try await transport.send(post(server)).status == 200)
    try await Task.sleep(for: .milliseconds(2500))
    #expect(try await transport.send(post(server)).status == 200)
    #expect(server.connections == 2)
  }

  @Test("200 requests at once all get their own answers")
  func manyAtOnce() async throws {
    let server = try RawServer { connection in
      while let request = connection.request() { connection.answer("echo \(request.body)") }
    }
    defer { server.stop() }
    let transport = transport
    try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for number in 0..<200 {
        let request = post(server, "n\(number)")
        group.addTask { (number, String(decoding: try await transport.send(request).body, as: UTF8.self)) }
      }
      var answered = 0
      for try await (number, body) in group {
        #expect(body == "echo n\(number)")
        answered += 1
      }
      #expect(answered == 200)
    }
  }

  @Test("a closed transport refuses, and what was under way ends as cancelled")
  func closing() async throws {
    let arrived = DispatchSemaphore(value: 0)
    let server = try RawServer { connection in
      _ = connection.request()
      arrived.signal()
      connection.waitForEnd()
    }
    defer { server.stop() }
    let own = CurlTransport(.init(userAgent: "x"))
    let request = post(server)
    let running = Task { await failure(request, by: own) }
    await waitFor(arrived)
    own.close()
    let ended = await running.value
    #expect(ended?.kind == .cancelled && ended?.mayHaveBeenSent == true)
    let late = await failure(request, by: own)
    #expect(late?.kind == .cancelled && late?.mayHaveBeenSent == false)
  }

  @Test("cancelling the task ends the transfer, and says that the request may have left")
  func cancellation() async throws {
    let arrived = DispatchSemaphore(value: 0)
    let hungUp = DispatchSemaphore(value: 0)
    let server = try RawServer { connection in
      _ = connection.request()
      arrived.signal()
      connection.waitForEnd()
      hungUp.signal()
    }
    defer { server.stop() }
    let request = post(server)
    let running = Task { await failure(request) }
    await waitFor(arrived)
    running.cancel()
    let ended = await running.value
    #expect(ended?.kind == .cancelled && ended?.mayHaveBeenSent == true)
    await waitFor(hungUp)
  }

  @Test("a task that was cancelled before sends nothing")
  func cancelledBefore() async throws {
    let server = try RawServer { connection in _ = connection.request() }
    defer { server.stop() }
    let request = post(server)
    let running = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure(request)
    }
    let ended = await running.value
    #expect(ended?.kind == .cancelled && ended?.mayHaveBeenSent == false)
    #expect(server.connections == 0)
  }

  @Test("a value with a line break never reaches the wire")
  func headerInjection() async throws {
    let server = try RawServer { connection in _ = connection.request() }
    defer { server.stop() }
    var request = post(server)
    request.headers.append(HTTPHeader("X-Token", "a\r\nX-Other: b"))
    let ended = await failure(request)
    #expect(ended?.mayHaveBeenSent == false)
    #expect(server.connections == 0)
  }
}

/// Waits for a thread's signal without blocking the pool of tasks.
func waitFor(_ semaphore: DispatchSemaphore) async {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      semaphore.wait()
      continuation.resume()
    }
  }
}
