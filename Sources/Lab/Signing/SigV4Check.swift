import CloudWire
import Digests

import struct FoundationEssentials.Date

/// The server's side of AWS Signature Version 4: the request is signed again with the known secret and compared.
struct SigV4Check {
  let known: [LabCredential]
  let now: Date
  /// The services of this port, for the scope.
  let services: Set<String>

  static let allowedSkew = 300.0

  /// The scope of a good request.
  func verify(_ request: HTTPRequest) throws(ServiceError) -> SigV4Signer.Scope {
    guard let header = request.header("Authorization").flatMap(AuthorizationHeader.init),
      header.scheme == "AWS4-HMAC-SHA256"
    else {
      throw ServiceError(
        "MissingAuthenticationToken",
        "The request must contain either a valid (registered) AWS access key ID or X.509 certificate.", status: 403)
    }
    let parts = header.credential.split(separator: "/").map(String.init)
    guard parts.count == 5, parts[4] == "aws4_request", let stamp = request.header("X-Amz-Date"),
      let date = Timestamp.parse(stamp), stamp.hasPrefix(parts[1]), header.signedHeaders.contains("host"),
      header.signedHeaders.contains("x-amz-date")
    else {
      throw ServiceError("IncompleteSignature", "The request signature does not conform to AWS standards.")
    }
    let token = request.header("X-Amz-Security-Token")
    guard let credential = known.first(where: { $0.id == parts[0] && $0.sessionToken == token }) else {
      throw ServiceError(
        "AuthFailure", "AWS was not able to validate the provided access credentials", status: 401)
    }
    try checkTime(date)
    let scope = SigV4Signer.Scope(region: parts[2], service: parts[3])
    guard services.contains(scope.service) else { throw Self.mismatch }
    let signed = sign(request, headers: header.signedHeaders, scope: scope, with: credential, at: date)
    guard let own = signed.request.header("Authorization").flatMap(AuthorizationHeader.init),
      own.signedHeaders == header.signedHeaders, ConstantTime.areEqual(own.signature, header.signature)
    else { throw Self.mismatch }
    return scope
  }

  static let mismatch = ServiceError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      + "and signing method. Consult the service documentation for details.", status: 403)

  private func checkTime(_ date: Date) throws(ServiceError) {
    guard abs(date.timeIntervalSince(now)) > Self.allowedSkew else { return }
    throw ServiceError("RequestExpired", "Request has expired. Timestamp date is \(Timestamp.extended(date))")
  }

  /// Signs what the client says that it signed, and nothing else.
  private func sign(
    _ request: HTTPRequest, headers: Set<String>, scope: SigV4Signer.Scope, with credential: LabCredential,
    at date: Date
  ) -> SignedRequest {
    var bare = request
    bare.headers = request.headers.filter { headers.contains($0.name.lowercased()) }
    return SigV4Signer().sign(bare, scope: scope, with: credential.credentials, at: date)
  }
}
