import Basics
import Digests
import ProviderModel

package import struct FoundationEssentials.Date

/// Alibaba Cloud's RPC signature 1.0 (HMAC-SHA1 over the sorted parameters), for endpoints that know no newer one.
package struct AlibabaRPCv1Signer: Signer {
  package init() {}

  package func sign(
    _ request: HTTPRequest, for call: WireCall, with credentials: Credentials, at date: Date, nonce: String
  ) -> SignedRequest {
    var request = request
    request.headers.removeAll { $0.isNamed("x-acs-action") || $0.isNamed("x-acs-version") }
    var query = FormText.decode(request.query, plusIsSpace: false) ?? []
    query += [
      .init("Action", call.operation), .init("Version", call.product.version), .init("Format", "JSON"),
      .init("AccessKeyId", credentials.accessKeyID), .init("Timestamp", Timestamp.extended(date)),
      .init("SignatureMethod", "HMAC-SHA1"), .init("SignatureVersion", "1.0"), .init("SignatureNonce", nonce),
    ]
    if let token = credentials.sessionToken { query.append(.init("SecurityToken", token)) }
    let form = FormText.decode(String(decoding: request.body, as: UTF8.self)) ?? []
    let signature = Self.signature(method: request.method, parameters: query + form, secret: credentials.secret)
    request.query = FormText.encode(query + [.init("Signature", signature.value)])
    return SignedRequest(request: request, canonical: signature.canonicalQuery, stringToSign: signature.stringToSign)
  }

  /// The signature over query and form parameters together, sorted by the bytes of their names.
  package static func signature(
    method: String, parameters: [FormText.Pair], secret: String
  ) -> (value: String, canonicalQuery: String, stringToSign: String) {
    let sorted = parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let canonical = FormText.encode(sorted)
    let text = "\(method)&%2F&\(PercentEncoding.encode(canonical))"
    let signature = MessageCode.sha1(key: Array("\(secret)&".utf8), text)
    return (Base64.encode(signature), canonical, text)
  }
}
