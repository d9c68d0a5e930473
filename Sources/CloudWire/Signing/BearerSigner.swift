package import struct FoundationEssentials.Date

/// An OAuth 2.0 bearer token in the `Authorization` header (RFC 6750 §2.1): the credentials' session token.
///
/// Nothing is computed, so there is no signed text to show. Without a token the request stays as it is.
package struct BearerSigner: Signer {
  package init() {}

  package func sign(
    _ request: HTTPRequest, for call: WireCall, with credentials: Credentials, at date: Date, nonce: String
  ) -> SignedRequest {
    var request = request
    if let token = credentials.sessionToken { request.setHeader("Authorization", "Bearer \(token)") }
    return SignedRequest(request: request, canonical: "", stringToSign: "")
  }
}
