import FlyingSocks
import Foundation
import Glibc

/// One connection that sends given bytes and sees exactly what comes back, resets included.
struct RawClient {
  enum Ending: Equatable {
    case whole
    /// The connection ended in good order before the promised length.
    case cut
    case reset
    case refused
  }

  struct Answer {
    var ending: Ending
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  let port: UInt16

  func send(method: String, target: String, headers: [(String, String)], body: String) async throws -> Answer {
    var head = "\(method) \(target) HTTP/1.1\r\n"
    for (name, value) in headers where name.lowercased() != "content-length" { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(body.utf8.count)\r\n\r\n"
    let socket: AsyncSocket
    do {
      socket = try await AsyncSocket.connected(to: try sockaddr_in.inet(ip4: "127.0.0.1", port: port))
    } catch {
      return Answer(ending: .refused)
    }
    defer { try? socket.close() }
    try await socket.write(Data((head + body).utf8))
    return await read(socket)
  }

  private func read(_ socket: AsyncSocket) async -> Answer {
    var bytes: [UInt8] = []
    var answer = Answer(ending: .cut)
    while true {
      if let whole = parse(bytes, &answer), whole { return answer }
      do {
        bytes += try await socket.read(atMost: 16384)
      } catch SocketError.disconnected {
        _ = parse(bytes, &answer)
        return answer
      } catch {
        answer.ending = .reset
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
      answer.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    answer.body = Array(bytes[end.upperBound...])
    guard answer.body.count >= Int(answer.headers["content-length"] ?? "0") ?? 0 else { return false }
    answer.ending = .whole
    return true
  }
}
