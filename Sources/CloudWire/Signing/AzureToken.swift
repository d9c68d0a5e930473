import Basics
import JSONText

package import struct FoundationEssentials.Date

/// An access token of Microsoft Entra ID for a service principal (OAuth 2.0 client credentials, RFC 6749 §4.4).
package struct AzureToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  package var text: String
  /// When the service stops taking it, by this machine's clock.
  package var expires: Date
  /// From when on a new one is asked for: 5 minutes before the end, or half of a short life.
  package var refresh: Date

  package var description: String { "AzureToken(until \(Timestamp.extended(expires)))" }
  package var debugDescription: String { description }

  /// Asks for a token; the secret stands in the body only.
  ///
  /// - Parameters:
  ///   - credentials: Client id and secret as `accessKeyID` and `secret`.
  ///   - authority: Another sign-in host than the cloud's (`AZURE_AUTHORITY_HOST`), with or without `https://`.
  package static func request(
    tenant: String, credentials: Credentials, cloud: AzureCloud = .global, authority: String? = nil,
    scope: String? = nil
  ) -> HTTPRequest {
    let form: [FormText.Pair] = [
      .init("client_id", credentials.accessKeyID), .init("grant_type", "client_credentials"), .init("client_info", "1"),
      .init("client_secret", credentials.secret), .init("scope", scope ?? cloud.scope),
    ]
    return HTTPRequest(
      method: "POST", origin: origin(authority ?? cloud.authority),
      path: "/\(PercentEncoding.encode(tenant))/oauth2/v2.0/token",
      headers: [
        HTTPHeader("Accept", "application/json"), HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
      ], body: Array(FormText.encode(form, space: .plus).utf8))
  }

  private static func origin(_ authority: String) -> String {
    var origin = authority.contains("://") ? authority : "https://\(authority)"
    while origin.hasSuffix("/") { origin.removeLast() }
    return origin
  }

  /// Reads the answer; its life is told in seconds, so neither side's idea of the date matters, only how time passes
  /// here.
  ///
  /// - Parameter sent: When the request left: counted from then, the token never lives longer here than there.
  package static func decode(_ response: HTTPResponse, sent: Date) -> Result<AzureToken, ProviderError> {
    guard let body = try? JSON.parse(response.body), body.object != nil else {
      return .failure(AnswerReading.unreadable(response))
    }
    if let code = body["error"].string { return .failure(error(code, body, response)) }
    guard response.status == 200, let text = body["access_token"].string, !text.isEmpty,
      body["token_type"].string?.lowercased() == "bearer",
      let life = body["expires_in"].scalarText.flatMap(Int.init), life > 0
    else { return .failure(AnswerReading.unreadable(response)) }
    let margin = min(300, life / 2)
    return .success(
      AzureToken(
        text: text, expires: sent.addingTimeInterval(Double(life)),
        refresh: sent.addingTimeInterval(Double(life - margin))))
  }

  /// A refusal is about tenant, client or secret, which no repetition mends, unless the service says that it is only
  /// busy.
  private static func error(_ code: String, _ body: Value, _ response: HTTPResponse) -> ProviderError {
    var error = AnswerReading.error(
      code: code, message: body["error_description"].string ?? "",
      requestID: body["trace_id"].string ?? response.header("x-ms-request-id"), response: response, tables: [])
    let isBusy = response.status == 429 || response.status >= 500 || code == "temporarily_unavailable"
    error.kind = response.status == 429 ? .throttled : isBusy ? .transient : .denied
    return error
  }
}

extension Credentials {
  /// The same client with a token to sign with; they end when the token is due for a new one.
  package func carrying(_ token: AzureToken) -> Credentials {
    var credentials = self
    credentials.sessionToken = token.text
    credentials.expires = token.refresh
    return credentials
  }
}
