import Basics
import Digests
import ProviderModel

package import struct FoundationEssentials.Date

/// QingCloud's signature version 1: an HMAC over method, path and sorted parameters, sent as one more parameter.
///
/// Parameters stand in the query, or in the form body of a `POST`. The service refuses a `time_stamp` that is more
/// than 60 s off (1300).
package struct QingCloudSigner: Signer {
  /// The wire's names of the digests.
  package enum Digest: String, Sendable {
    case sha256 = "HmacSHA256"
    case sha1 = "HmacSHA1"
  }

  package var digest: Digest

  package init(digest: Digest = .sha256) { self.digest = digest }

  /// The nonce goes out as `req_id`, unless it is empty.
  ///
  /// A session token is that of an instance role: path `/iam/`, signature version 2 and a parameter more, as in the
  /// vendor's SDK.
  package func sign(
    _ request: HTTPRequest, for call: WireCall, with credentials: Credentials, at date: Date, nonce: String
  ) -> SignedRequest {
    var request = request
    let isForm = request.method == "POST"
    var parameters =
      isForm
      ? FormText.decode(String(decoding: request.body, as: UTF8.self)) ?? []
      : FormText.decode(request.query, plusIsSpace: false) ?? []
    parameters += [
      .init("access_key_id", credentials.accessKeyID), .init("signature_method", digest.rawValue),
      .init("signature_version", credentials.sessionToken == nil ? "1" : "2"),
      .init("time_stamp", Timestamp.extended(date)),
      .init("version", call.product.version.isEmpty ? "1" : call.product.version),
    ]
    if !nonce.isEmpty { parameters.append(.init("req_id", nonce)) }
    if let token = credentials.sessionToken {
      request.path = "/iam/"
      parameters.append(.init("token", token))
    }
    let signature = signature(
      method: request.method, path: request.path, parameters: parameters, secret: credentials.secret)
    let signed = Self.sorted(parameters) + [.init("signature", signature.value)]
    if isForm {
      request.body = Array(FormText.encode(signed, space: .plus).utf8)
    } else {
      request.query = FormText.encode(signed)
    }
    return SignedRequest(request: request, canonical: signature.canonicalQuery, stringToSign: signature.stringToSign)
  }

  /// The signature over every parameter but itself, sorted by the bytes of their names.
  package func signature(
    method: String, path: String, parameters: [FormText.Pair], secret: String
  ) -> (value: String, canonicalQuery: String, stringToSign: String) {
    let canonical = FormText.encode(Self.sorted(parameters))
    let text = "\(method)\n\(path)\n\(canonical)"
    let key = Array(secret.utf8)
    let code = digest == .sha256 ? MessageCode.sha256(key: key, text) : MessageCode.sha1(key: key, text)
    return (Base64.encode(code), canonical, text)
  }

  private static func sorted(_ parameters: [FormText.Pair]) -> [FormText.Pair] {
    parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
