import CloudWire
import FlyingSocks
import Glibc

import struct FoundationEssentials.Data

/// One client's connection: requests in turn until somebody ends it.
struct HTTPConversation {
  let socket: AsyncSocket
  let handler: HTTPListener.Handler

  func run() async {
    var reader = HTTPRequestReader(socket: socket)
    do {
      while let request = try await reader.next() {
        guard try await send(handler(request)) else { return }
        if request.header("Connection")?.lowercased() == "close" { return }
      }
    } catch let error as HTTPRequestReader.Malformed {
      _ = try? await send(.answer(HTTPResponse(status: error.status, headers: [HTTPHeader("Connection", "close")])))
    } catch {
      return
    }
  }

  /// Whether the conversation may go on.
  private func send(_ reply: HTTPReply) async throws -> Bool {
    switch reply {
    case .answer(let response):
      try await socket.write(Data(HTTPResponseText.head(response) + response.body))
      return response.header("Connection")?.lowercased() != "close"
    case .cut(let response, let count):
      try await socket.write(Data(HTTPResponseText.head(response) + response.body.prefix(count)))
      return false
    case .reset:
      reset()
      return false
    case .silence(let duration):
      await waitForHangUp(atMost: duration)
      return false
    }
  }

  /// Closing a socket that lingers for no time sends a reset.
  private func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      socket.socket.file.rawValue, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  private func waitForHangUp(atMost duration: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [socket] in _ = try? await socket.read(atMost: 1) }
      group.addTask { try? await Task.sleep(for: duration) }
      await group.next()
      group.cancelAll()
    }
  }
}

/// The head of an answer as bytes.
enum HTTPResponseText {
  static func head(_ response: HTTPResponse) -> [UInt8] {
    var lines = ["HTTP/1.1 \(response.status) \(reasons[response.status] ?? "Status")"]
    for header in response.headers { lines.append("\(header.name): \(header.value)") }
    if response.header("Content-Length") == nil { lines.append("Content-Length: \(response.body.count)") }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  private static let reasons = [
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 412: "Precondition Failed", 413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
  ]
}
