import CCurl
import CloudWire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What was known when a transfer failed: with libcurl's code it tells the kind of failure.
struct CurlCircumstances {
  /// The connection stood, TLS and a proxy's tunnel included.
  var isConnected: Bool
  /// A status line had come.
  var hasStatus: Bool
  var usesProxy: Bool
  /// The proxy's answer to CONNECT; 0 without one.
  var proxyStatus: Int
  /// `errno` of the last connect.
  var systemError: Int
  /// Whether the limit of the whole comes before that of the connection.
  var wholeComesFirst: Bool
  var isTooLarge: Bool
  var isHeadTooLarge: Bool

  func kind(of code: CURLcode) -> HTTPFailure.Kind {
    if isTooLarge { return .bodyTooLarge }
    if isHeadTooLarge { return .badAnswer }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_URL_MALFORMAT: return .nameNotResolved
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: return .proxyFailed
    case CURLE_COULDNT_CONNECT: return refused
    case CURLE_OPERATION_TIMEDOUT:
      return isConnected || wholeComesFirst ? .wholeTimeout : .connectTimeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_NOTFOUND,
      CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
      return isConnected ? .reset : .tlsFailed
    case CURLE_PARTIAL_FILE: return .bodyCutShort
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_ABORTED_BY_CALLBACK, CURLE_HTTP2_STREAM,
      CURLE_HTTP2:
      return broken
    default: return isConnected ? .badAnswer : .connectionRefused
    }
  }

  private var refused: HTTPFailure.Kind {
    usesProxy ? .proxyFailed : systemError == Int(ETIMEDOUT) ? .connectTimeout : .connectionRefused
  }

  private var broken: HTTPFailure.Kind {
    if isConnected { return hasStatus ? .bodyCutShort : .reset }
    return usesProxy || proxyStatus != 0 ? .proxyFailed : .reset
  }
}
