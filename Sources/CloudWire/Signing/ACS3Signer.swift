import Basics
import Digests

package import struct FoundationEssentials.Date

/// Alibaba Cloud's ACS3-HMAC-SHA256 in the `Authorization` header (vendor's "Request syntax and signature method V3").
///
/// Signed are `host`, `content-type` when there is a body, and the `x-acs-*` headers: proxies change the others.
package struct ACS3Signer: Signer {
  package init() {}

  package func sign(
    _ request: HTTPRequest, for call: WireCall, with credentials: Credentials, at date: Date, nonce: String
  ) -> SignedRequest {
    var request = request
    if request.header("host") == nil { request.setHeader("host", CanonicalText.host(of: request.origin)) }
    request.setHeader("x-acs-date", Timestamp.extended(date))
    request.setHeader("x-acs-signature-nonce", nonce)
    request.setHeader("x-acs-content-sha256", Hash.sha256Hex(request.body))
    if let token = credentials.sessionToken {
      request.setHeader("x-acs-accesskey-id", credentials.accessKeyID)
      request.setHeader("x-acs-security-token", token)
    }
    return sign(request, with: credentials) { name in
      name == "host" || name == "content-type" || name.hasPrefix("x-acs-")
    }
  }

  /// Signs the headers that `includes` names (lower-case), as they stand.
  package func sign(
    _ request: HTTPRequest, with credentials: Credentials, signing includes: (String) -> Bool
  ) -> SignedRequest {
    var request = request
    let signed = request.headers.filter { includes($0.name.lowercased()) && !$0.isNamed("authorization") }
    let headers = CanonicalText.headers(signed, collapsingSpaces: false)
    let names = headers.map(\.name).joined(separator: ";")
    let canonical = [
      request.method, request.path.isEmpty ? "/" : request.path, CanonicalText.query(request.query),
      headers.map { "\($0.name):\($0.value)\n" }.joined(), names, Hash.sha256Hex(request.body),
    ].joined(separator: "\n")
    let text = "ACS3-HMAC-SHA256\n\(Hash.sha256Hex(canonical))"
    let signature = Hex.encode(MessageCode.sha256(key: Array(credentials.secret.utf8), text))
    request.setHeader(
      "Authorization",
      "ACS3-HMAC-SHA256 Credential=\(credentials.accessKeyID),SignedHeaders=\(names),Signature=\(signature)")
    return SignedRequest(request: request, canonical: canonical, stringToSign: text)
  }
}
