import Foundation
import Glibc

/// One connection that sends given bytes and sees exactly what comes back, resets included.
///
/// Plain blocking sockets on a thread of their own: no library stands between the test and the kernel.
struct RawClient: Sendable {
  enum Ending: Equatable {
    case whole
    /// The connection ended in good order before the promised length.
    case cut
    case reset
    case refused
    /// Nothing came in time.
    case silent
  }

  struct Answer: Sendable {
    var ending: Ending
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  let port: UInt16
  /// Whole seconds without a byte after which the client gives up.
  var patience = 20

  func send(method: String, target: String, headers: [(String, String)], body: String) async throws -> Answer {
    var head = "\(method) \(target) HTTP/1.1\r\n"
    for (name, value) in headers where name.lowercased() != "content-length" { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(body.utf8.count)\r\n\r\n"
    let bytes = Array((head + body).utf8)
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: self.exchange(bytes)) }
    }
  }

  private func exchange(_ request: [UInt8]) -> Answer {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(file) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if connected != 0 { return Answer(ending: .refused) }
    _ = Glibc.send(file, request, request.count, Int32(MSG_NOSIGNAL))
    return read(file)
  }

  private func read(_ file: Int32) -> Answer {
    var bytes: [UInt8] = []
    var answer = Answer(ending: .cut)
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      if let whole = parse(bytes, &answer), whole { return answer }
      let count = recv(file, &buffer, buffer.count, 0)
      if count > 0 {
        bytes += buffer.prefix(count)
      } else if count == 0 {
        return answer
      } else {
        answer.ending = errno == EAGAIN || errno == EWOULDBLOCK ? .silent : .reset
        return answer
      }
    }
  }

  /// Whether the answer is complete; `nil` before the end of its head.
  private func parse(_ bytes: [UInt8], _ answer: inout Answer) -> Bool? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    answer.status = Int(lines[0].split(separator: " ")[1]) ?? 0
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      answer.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
        in: .whitespaces)
    }
    answer.body = Array(bytes[end.upperBound...])
    guard answer.body.count >= Int(answer.headers["content-length"] ?? "0") ?? 0 else { return false }
    answer.ending = .whole
    return true
  }
}
