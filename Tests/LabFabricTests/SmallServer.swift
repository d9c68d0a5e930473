import Basics
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A tiny HTTP server on loopback that plays the lab's gateway service and object store.
final class SmallServer: Sendable {
  struct Request: Sendable {
    var method: String
    var path: String
    var form: [String: String]
  }

  let port: UInt16
  private let listener: Int32
  private let answer: @Sendable (Request) async -> (status: Int, body: String)
  private let seen = Mutex<[Request]>([])
  var requests: [Request] { seen.withLock { $0 } }

  init(_ answer: @escaping @Sendable (Request) async -> (status: Int, body: String)) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length)
        _ = listen(listener, 16)
        _ = getsockname(listener, $0, &length)
      }
    }
    port = UInt16(bigEndian: name.sin_port)
    self.listener = listener
    self.answer = answer
  }

  /// Serves until `stop`; one connection after the other.
  func serve() async {
    while true {
      let connection = await blocking { [listener] in accept(listener, nil, nil) }
      if connection < 0 { return }
      if let request = await blocking({ Self.read(connection) }) {
        seen.withLock { $0.append(request) }
        let (status, body) = await answer(request)
        let text = "HTTP/1.1 \(status) OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
          let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
          if count <= 0 { break }
          rest = rest.dropFirst(count)
        }
      }
      close(connection)
    }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func blocking<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async -> Answer {
    await withCheckedContinuation { continuation in
      let box = Unmanaged.passRetained(Work { continuation.resume(returning: work()) })
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { raw in
          raw.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().run() }
          return nil
        }, box.toOpaque())
      pthread_detach(thread)
    }
  }

  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static func read(_ connection: Int32) -> Request? {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return nil }
      text += String(decoding: buffer[..<count], as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
      let head = text[..<end.lowerBound].split(separator: "\r\n")
      let length = head.compactMap { line -> Int? in
        let parts = line.split(separator: ":", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == "content-length" ? Int(parts[1].drop { $0 == " " }) : nil
      }
      let body = text[end.upperBound...]
      if body.utf8.count < length.first ?? 0 { continue }
      let words = head.first?.split(separator: " ") ?? []
      guard words.count == 3 else { return nil }
      return Request(method: String(words[0]), path: String(words[1]), form: form(body))
    }
  }

  private static func form(_ body: Substring) -> [String: String] {
    body.split(separator: "&").reduce(into: [:]) { result, pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = PercentEncoding.decode(parts[1]) }
    }
  }
}
