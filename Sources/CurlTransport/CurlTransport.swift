package import CloudWire
import Synchronization

import class FoundationEssentials.ProcessInfo

/// The `HTTPTransport` over libcurl's multi interface: one thread of its own, connections kept and shared by all
/// requests.
///
/// TLS certificates and host names are always verified; there is no switch. Redirects are answers. A request goes out
/// at most once: libcurl's own repeat on a connection that died is refused, since only the caller knows whether a
/// repeat is safe. libcurl and the thread start with the first request; they end with `close()` or with the last
/// reference.
package final class CurlTransport: HTTPTransport {
  package struct Options: Sendable {
    /// The `User-Agent` of requests that carry none: `causeway/1.0`.
    package var userAgent: String
    package var proxies: ProxySettings
    /// A file of trusted certificates in place of the system's (`CURL_CA_BUNDLE`, `SSL_CERT_FILE`); `nil` is the
    /// system's.
    package var trustedCertificates: String?
    /// A connection idle for longer, in whole seconds, is not used again: servers drop them about then, and a drop at the
    /// wrong moment is a doubt.
    package var idleConnection: Duration

    package init(
      userAgent: String, proxies: ProxySettings = ProxySettings(), trustedCertificates: String? = nil,
      idleConnection: Duration = .seconds(20)
    ) {
      self.idleConnection = idleConnection
      self.userAgent = userAgent
      self.proxies = proxies
      self.trustedCertificates = trustedCertificates
    }
  }

  private let loop: CurlLoop

  package init(_ options: Options) { loop = CurlLoop(options: options) }

  /// The transport that a version of the tool uses under an environment: proxies and trusted certificates as is
  /// customary.
  package convenience init(
    version: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let certificates = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    self.init(
      Options(
        userAgent: version.map { "causeway/\($0)" } ?? "causeway", proxies: ProxySettings(environment: environment),
        trustedCertificates: certificates))
  }

  deinit { loop.stop() }

  /// Ends the thread; what is still under way fails as cancelled, what comes later as well.
  package func close() { loop.stop() }

  package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    if let flaw = request.flaw { throw HTTPFailure(.badAnswer, mayHaveBeenSent: false, detail: flaw) }
    let ticket = CurlTicket(request)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        ticket.continuation.withLock { $0 = continuation }
        loop.submit(ticket)
      }
    } onCancel: {
      ticket.cancelled.store(true, ordering: .releasing)
      loop.abort(ticket)
    }
    return try result.get()
  }
}

/// One request on its way, and where its result goes; shared by the asking task and the loop's thread.
final class CurlTicket: Sendable {
  typealias Outcome = Result<HTTPResponse, HTTPFailure>

  let request: HTTPRequest
  let cancelled = Atomic(false)
  let continuation = Mutex<CheckedContinuation<Outcome, Never>?>(nil)

  init(_ request: HTTPRequest) { self.request = request }

  var id: ObjectIdentifier { ObjectIdentifier(self) }

  /// Hands the result over; later ones have no effect.
  func finish(_ outcome: Outcome) {
    continuation.withLock { waiting in
      waiting?.resume(returning: outcome)
      waiting = nil
    }
  }
}

extension HTTPRequest {
  /// What must not be put on a wire: a line break or NUL would let a value write headers of its own.
  var flaw: String? {
    let texts = [method, origin, path, query] + headers.flatMap { [$0.name, $0.value] }
    let isClean = texts.allSatisfy { $0.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 } }
    return isClean ? nil : "a line break or NUL inside the request's head"
  }
}
