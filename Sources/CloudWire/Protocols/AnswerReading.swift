import Basics
import FoundationEssentials
import ProviderModel

/// What every protocol reads from an answer besides its body.
enum AnswerReading {
  /// The class of an error: the action's, product's and provider's tables, then the HTTP status.
  static func classify(code: String, status: Int, tables: [ErrorTable]) -> FailureClass {
    for table in tables {
      if let kind = table.classify(code: code, status: status) { return kind }
    }
    switch status {
    case 429: return .throttled
    case 500...: return .transient
    case 401, 403: return .denied
    default: return .unknown
    }
  }

  static func error(
    code: String, message: String, requestID: String?, response: HTTPResponse, tables: [ErrorTable]
  ) -> ProviderError {
    ProviderError(
      kind: classify(code: code, status: response.status, tables: tables), code: code, message: message,
      requestID: requestID, status: response.status, retryAfter: retryAfter(response),
      serverDate: response.header("Date").flatMap { Timestamp.parseHTTP($0) })
  }

  /// An answer whose body is not in the protocol's form: a proxy's page, a cut or foreign text.
  static func unreadable(_ response: HTTPResponse) -> ProviderError {
    ProviderError(
      kind: response.status == 429 ? .throttled : .transient, code: "http:\(response.status)",
      message: String(decoding: response.body.prefix(200), as: UTF8.self), status: response.status,
      retryAfter: retryAfter(response), serverDate: response.header("Date").flatMap { Timestamp.parseHTTP($0) })
  }

  /// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), `x-acs-retry-after` in milliseconds; at most ten minutes.
  static func retryAfter(_ response: HTTPResponse) -> Duration? {
    let longest = Duration.seconds(600)
    if let text = response.header("x-acs-retry-after"), let milliseconds = Int(text), milliseconds > 0 {
      return min(.milliseconds(milliseconds), longest)
    }
    guard let text = response.header("Retry-After") else { return nil }
    if let seconds = Int(text), seconds >= 0 { return min(.seconds(seconds), longest) }
    guard let date = Timestamp.parseHTTP(text), let now = response.header("Date").flatMap({ Timestamp.parseHTTP($0) })
    else { return nil }
    return min(.seconds(max(0, date.timeIntervalSince(now))), longest)
  }

  /// Joins two pages: lists of the same name are appended, objects joined member by member, the later page's scalars win.
  static func join(_ earlier: Value, _ later: Value) -> Value {
    switch (earlier, later) {
    case (.list(let a), .list(let b)): .list(a + b)
    case (.object(let a), .object(let b)): .object(a.merging(b) { join($0, $1) })
    case (_, .null): earlier
    default: later
    }
  }
}
