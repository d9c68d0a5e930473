/// The port through which HTTP messages leave; `CurlTransport` is the real one, tests script their own.
package protocol HTTPTransport: Sendable {
  /// Sends one request and reads the whole answer; any HTTP status is an answer.
  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
}

package struct HTTPRequest: Hashable, Sendable {
  package var method: String
  /// Scheme, host and port: `https://cbn.aliyuncs.com`, no trailing slash.
  package var origin: String
  /// The path, already percent-encoded; begins with `/`.
  package var path: String
  /// The query, already encoded, without `?`; may be empty.
  package var query: String
  package var headers: [HTTPHeader]
  package var body: [UInt8]
  package var timeouts: HTTPTimeouts
  /// Most bytes of body that are read; more is a failure.
  package var bodyLimit: Int

  package init(
    method: String, origin: String, path: String = "/", query: String = "", headers: [HTTPHeader] = [],
    body: [UInt8] = [], timeouts: HTTPTimeouts = HTTPTimeouts(), bodyLimit: Int = 32 << 20
  ) {
    self.method = method
    self.origin = origin
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.bodyLimit = bodyLimit
  }

  package var url: String { origin + path + (query.isEmpty ? "" : "?" + query) }

  package func header(_ name: String) -> String? { headers.first { $0.isNamed(name) }?.value }
}

package struct HTTPHeader: Hashable, Sendable {
  package var name: String
  package var value: String
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  package func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }
}

package struct HTTPTimeouts: Hashable, Sendable {
  package var connect: Duration
  /// Longest time without a single byte in either direction.
  package var idle: Duration
  package var whole: Duration
  package init(connect: Duration = .seconds(10), idle: Duration = .seconds(30), whole: Duration = .seconds(120)) {
    self.connect = connect
    self.idle = idle
    self.whole = whole
  }
}

package struct HTTPResponse: Hashable, Sendable {
  package var status: Int
  package var headers: [HTTPHeader]
  package var body: [UInt8]
  package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package func header(_ name: String) -> String? { headers.first { $0.isNamed(name) }?.value }
}

/// Why no whole answer came; `mayHaveBeenSent` decides whether a changing request is in doubt.
package struct HTTPFailure: Error, Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case connectionRefused, nameNotResolved, tlsFailed, proxyFailed, connectTimeout
    case reset, idleTimeout, wholeTimeout, bodyCutShort, bodyTooLarge, badAnswer, cancelled
  }
  package var kind: Kind
  /// Whether the first byte of the request may have left this machine.
  package var mayHaveBeenSent: Bool
  /// The library's own words, as data to show.
  package var detail: String
  package init(_ kind: Kind, mayHaveBeenSent: Bool, detail: String) {
    self.kind = kind
    self.mayHaveBeenSent = mayHaveBeenSent
    self.detail = detail
  }
}
