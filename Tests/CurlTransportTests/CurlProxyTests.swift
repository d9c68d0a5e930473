import CloudWire
import Foundation
import Synchronization
import Testing

@testable import CurlTransport

@Suite("Proxies and TLS of CurlTransport")
struct CurlProxyTests {
  @Test(
    "the customary variables choose the proxy",
    arguments: [
      (["http_proxy": "http://p:1"], "http://a.example", "http://p:1"),
      (["HTTP_PROXY": "http://p:1"], "http://a.example", nil),
      (["https_proxy": "http://p:1"], "https://a.example", "http://p:1"),
      (["HTTPS_PROXY": "http://p:2"], "https://a.example", "http://p:2"),
      (["https_proxy": "http://p:1"], "http://a.example", nil),
      (["ALL_PROXY": "http://p:3"], "https://a.example", "http://p:3"),
      (["http_proxy": "http://p:1"], "http://127.0.0.1:8080", nil),
      (["http_proxy": "http://p:1"], "http://localhost", nil),
      (["http_proxy": "http://p:1"], "http://[::1]:80", nil),
      (["http_proxy": "http://p:1"], "http://127.0.0.1.example.com", "http://p:1"),
      (["http_proxy": "http://p:1"], "http://localhost.example.com", "http://p:1"),
    ] as [([String: String], String, String?)])
  func choice(environment: [String: String], origin: String, proxy: String?) {
    #expect(ProxySettings(environment: environment).proxy(for: origin) == proxy)
  }

  private func transport(_ proxy: RawServer, no: String = "") -> CurlTransport {
    CurlTransport(
      version: "1", environment: ["http_proxy": proxy.origin, "https_proxy": proxy.origin, "no_proxy": no])
  }

  @Test("a plain request goes to the proxy with its whole address")
  func plain() async throws {
    let line = Mutex("")
    let proxy = try RawServer { connection in
      let request = connection.request()
      line.withLock { $0 = request?.line ?? "" }
      connection.answer("by proxy")
    }
    defer { proxy.stop() }
    let response = try await transport(proxy).send(
      HTTPRequest(method: "GET", origin: "http://cloud.invalid", path: "/x", query: "a=%2F"))
    #expect(response.body == Array("by proxy".utf8))
    #expect(line.withLock { $0 } == "GET http://cloud.invalid/x?a=%2F HTTP/1.1")
  }

  @Test("a host in no_proxy goes straight")
  func exception() async throws {
    let proxy = try RawServer { connection in connection.answer("wrong") }
    defer { proxy.stop() }
    let transport = transport(proxy, no: ".invalid")
    await #expect(throws: HTTPFailure.self) {
      try await transport.send(HTTPRequest(method: "GET", origin: "http://cloud.invalid"))
    }
    #expect(proxy.connections == 0)
  }

  @Test(
    "a proxy that refuses the tunnel, or hangs up on it, means not sent", arguments: ["HTTP/1.1 403 No\r\n\r\n", ""])
  func refusedTunnel(answer: String) async throws {
    let proxy = try RawServer { connection in
      _ = connection.request()
      connection.write(answer)
    }
    defer { proxy.stop() }
    let transport = transport(proxy)
    do {
      _ = try await transport.send(HTTPRequest(method: "POST", origin: "https://cloud.invalid", body: [1]))
      Issue.record("an answer came")
    } catch {
      #expect(error.kind == .proxyFailed && !error.mayHaveBeenSent, "\(error)")
    }
  }

  @Test("a proxy that does not listen means not sent")
  func noProxy() async throws {
    let (socket, port) = try RawServer.listen(backlog: 1)
    close(socket)
    let transport = CurlTransport(version: "1", environment: ["http_proxy": "http://127.0.0.1:\(port)"])
    do {
      _ = try await transport.send(HTTPRequest(method: "POST", origin: "http://cloud.invalid", body: [1]))
      Issue.record("an answer came")
    } catch {
      #expect(error.kind == .proxyFailed && !error.mayHaveBeenSent, "\(error)")
    }
  }

  @Test("a certificate that nobody vouches for, or of another name, is refused; a trusted one is not")
  func certificates() async throws {
    let server = try TLSServer()
    defer { server.stop() }
    let trusting = CurlTransport(version: "1", environment: ["SSL_CERT_FILE": server.certificate])
    let request = HTTPRequest(method: "GET", origin: "https://localhost:\(server.port)")
    #expect(try await trusting.send(request).status == 200)
    await refused(request, by: CurlTransport(version: "1", environment: [:]))
    await refused(HTTPRequest(method: "GET", origin: "https://127.0.0.1:\(server.port)"), by: trusting)
  }

  private func refused(_ request: HTTPRequest, by transport: CurlTransport) async {
    do {
      _ = try await transport.send(request)
      Issue.record("an answer came")
    } catch {
      #expect(error.kind == .tlsFailed && !error.mayHaveBeenSent, "\(error)")
    }
  }
}

/// `openssl s_server` with a fresh certificate for `localhost`, as a child of the test.
private final class TLSServer {
  let port: Int
  let certificate: String
  private let folder: URL
  private let process = Process()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "causeway-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    certificate = folder.appending(path: "cert.pem").path
    let key = folder.appending(path: "key.pem").path
    let (socket, port) = try RawServer.listen(backlog: 1)
    close(socket)
    self.port = port
    try Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
      "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
    ]).waitUntilExit()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key, "-www"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // A child says nothing reliable when it listens; a connection that is taken up does.
    while process.isRunning, !BareClient.isListening(port) { usleep(2000) }
  }

  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func openssl(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }
}
