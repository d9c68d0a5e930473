import Basics
import Digests
import ProviderModel

package import struct FoundationEssentials.Date

/// AWS Signature Version 4 in the `Authorization` header (AWS General Reference, "Signing AWS API requests").
package struct SigV4Signer: Signer {
  package struct Scope: Hashable, Sendable {
    package var region: String
    package var service: String
    package init(region: String, service: String) {
      self.region = region
      self.service = service
    }
  }

  /// Resolves `.`, `..` and empty segments of the path, as every service but S3 does.
  package var normalizesPath = true
  /// Adds and signs `x-amz-content-sha256`.
  package var signsBody = false
  /// Adds the session token after signing instead of signing it.
  package var leavesTokenUnsigned = false

  package init() {}

  package func sign(
    _ request: HTTPRequest, for call: WireCall, with credentials: Credentials, at date: Date, nonce: String
  ) -> SignedRequest {
    let scope = Scope(
      region: call.region ?? call.product.signingRegion ?? "us-east-1", service: call.product.signingName)
    return sign(request, scope: scope, with: credentials, at: date)
  }

  /// Signs every header that the request holds but those that proxies change; the query is not touched.
  package func sign(_ request: HTTPRequest, scope: Scope, with credentials: Credentials, at date: Date) -> SignedRequest
  {
    var request = request
    let stamp = Timestamp.basic(date)
    let bodyHash = Hash.sha256Hex(request.body)
    if request.header("Host") == nil { request.setHeader("Host", CanonicalText.host(of: request.origin)) }
    request.setHeader("X-Amz-Date", stamp)
    if signsBody { request.setHeader("x-amz-content-sha256", bodyHash) }
    if let token = credentials.sessionToken, !leavesTokenUnsigned { request.setHeader("X-Amz-Security-Token", token) }
    let headers = CanonicalText.headers(request.headers.filter(Self.isSigned), collapsingSpaces: true)
    let names = headers.map(\.name).joined(separator: ";")
    let canonical = [
      request.method, canonicalPath(request.path), CanonicalText.query(request.query),
      headers.map { "\($0.name):\($0.value)\n" }.joined(), names, bodyHash,
    ].joined(separator: "\n")
    let credentialScope = "\(stamp.prefix(8))/\(scope.region)/\(scope.service)/aws4_request"
    let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(credentialScope)\n\(Hash.sha256Hex(canonical))"
    let key = Self.signingKey(secret: credentials.secret, day: String(stamp.prefix(8)), scope: scope)
    let signature = Hex.encode(MessageCode.sha256(key: key, text))
    request.setHeader(
      "Authorization",
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(credentialScope), SignedHeaders=\(names), "
        + "Signature=\(signature)")
    if let token = credentials.sessionToken, leavesTokenUnsigned { request.setHeader("X-Amz-Security-Token", token) }
    return SignedRequest(request: request, canonical: canonical, stringToSign: text)
  }

  /// The key that signs one day's requests to one service in one region.
  package static func signingKey(secret: String, day: String, scope: Scope) -> [UInt8] {
    [day, scope.region, scope.service, "aws4_request"].reduce(Array("AWS4\(secret)".utf8)) {
      MessageCode.sha256(key: $0, $1)
    }
  }

  private static let unsigned: Set = [
    "authorization", "user-agent", "x-amzn-trace-id", "expect", "transfer-encoding", "connection", "accept",
    "accept-encoding",
  ]

  private static func isSigned(_ header: HTTPHeader) -> Bool { !unsigned.contains(header.name.lowercased()) }

  private func canonicalPath(_ path: String) -> String {
    var segments = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if normalizesPath {
      var kept: [String] = []
      for segment in segments where segment != "." && !segment.isEmpty {
        if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
      }
      let endsWithSlash = ["", ".", ".."].contains(segments.last)
      segments = [""] + kept + (endsWithSlash || kept.isEmpty ? [""] : [])
    }
    let encoded = segments.map { PercentEncoding.encode($0) }.joined(separator: "/")
    return encoded.isEmpty ? "/" : encoded
  }
}
