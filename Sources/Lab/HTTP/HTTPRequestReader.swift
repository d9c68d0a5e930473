import CloudWire
import FlyingSocks

import struct FoundationEssentials.Data

/// Reads HTTP/1.1 requests from a connection (RFC 9112): what SDKs send, within bounds.
struct HTTPRequestReader {
  struct Malformed: Error {
    var status: Int
  }

  private static let headLimit = 64 << 10
  private static let bodyLimit = 8 << 20

  private let socket: AsyncSocket
  private var buffer: [UInt8] = []

  init(socket: AsyncSocket) { self.socket = socket }

  /// The next request; `nil` when the client has closed the connection between two requests.
  mutating func next() async throws -> HTTPRequest? {
    guard let head = try await head() else { return nil }
    var request = try parse(head)
    if request.header("Expect")?.lowercased() == "100-continue" {
      try await socket.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    request.body = try await body(of: request)
    return request
  }

  private mutating func head() async throws -> [UInt8]? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = buffer.firstRange(of: end) {
        let head = Array(buffer[..<range.lowerBound])
        buffer.removeSubrange(..<range.upperBound)
        return head
      }
      if buffer.count > Self.headLimit { throw Malformed(status: 431) }
      guard try await readMore() else { return nil }
    }
  }

  /// Whether more came; `false` at the end of the stream.
  private mutating func readMore() async throws -> Bool {
    do {
      buffer += try await socket.read(atMost: 16 << 10)
      return true
    } catch SocketError.disconnected {
      return false
    }
  }

  private func parse(_ head: [UInt8]) throws -> HTTPRequest {
    var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)[...]
    let first = lines.removeFirst().split(separator: " ")
    guard first.count == 3, first[2].hasPrefix("HTTP/1.") else { throw Malformed(status: 400) }
    var headers: [HTTPHeader] = []
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { throw Malformed(status: 400) }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers.append(HTTPHeader(String(line[..<colon]), String(value)))
    }
    let target = first[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let host = headers.first { $0.isNamed("host") }?.value ?? "127.0.0.1"
    return HTTPRequest(
      method: String(first[0]), origin: "http://\(host)", path: Self.path(of: target[0]),
      query: target.count == 2 ? String(target[1]) : "", headers: headers)
  }

  /// The path of a target in origin or absolute form.
  private static func path(of target: Substring) -> String {
    guard let scheme = target.firstRange(of: "://") else { return target.isEmpty ? "/" : String(target) }
    let path = target[scheme.upperBound...].drop { $0 != "/" }
    return path.isEmpty ? "/" : String(path)
  }

  private mutating func body(of request: HTTPRequest) async throws -> [UInt8] {
    if request.header("Transfer-Encoding")?.lowercased() == "chunked" { return try await chunks() }
    guard let length = request.header("Content-Length") else { return [] }
    guard let count = Int(length), count >= 0 else { throw Malformed(status: 400) }
    return try await take(count)
  }

  private mutating func take(_ count: Int) async throws -> [UInt8] {
    if count > Self.bodyLimit { throw Malformed(status: 413) }
    while buffer.count < count {
      guard try await readMore() else { throw SocketError.disconnected }
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  private mutating func chunks() async throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let size = try await line()
      guard let count = Int(size.prefix { $0 != ";" }, radix: 16), count >= 0 else { throw Malformed(status: 400) }
      if count == 0 { break }
      body += try await take(count)
      _ = try await line()
      if body.count > Self.bodyLimit { throw Malformed(status: 413) }
    }
    while try await !line().isEmpty {}
    return body
  }

  private mutating func line() async throws -> String {
    while true {
      if let end = buffer.firstRange(of: [13, 10]) {
        let line = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
        buffer.removeSubrange(..<end.upperBound)
        return line
      }
      if buffer.count > Self.headLimit { throw Malformed(status: 431) }
      guard try await readMore() else { throw SocketError.disconnected }
    }
  }
}
