import Basics
import CloudWire
import Digests

import struct FoundationEssentials.Date

/// The server's side of Alibaba Cloud's two signatures: ACS3-HMAC-SHA256 in the header, RPC 1.0 in the query.
struct AlibabaSignatureCheck {
  let known: [LabCredential]
  let now: Date

  static let allowedSkew = 900.0

  /// The nonce of a good request: each may be used once.
  func verify(_ request: HTTPRequest, parameters: [FormText.Pair]) throws(ServiceError) -> String {
    if let header = request.header("Authorization") { return try verifyV3(request, header) }
    return try verifyV1(request, parameters)
  }

  // MARK: Version 3

  private func verifyV3(_ request: HTTPRequest, _ text: String) throws(ServiceError) -> String {
    guard let header = AuthorizationHeader(text), header.scheme == "ACS3-HMAC-SHA256",
      let nonce = request.header("x-acs-signature-nonce"), let stamp = request.header("x-acs-date"),
      header.signedHeaders.isSuperset(of: ["host", "x-acs-action", "x-acs-version", "x-acs-date"])
    else { throw Self.incomplete }
    let credential = try findKey(header.credential, token: request.header("x-acs-security-token"))
    try checkTime(stamp)
    var bare = request
    bare.headers.removeAll { $0.isNamed("authorization") }
    // Clients may write a space of the query as `+`; what was signed has `%20`.
    bare.query = FormText.encode(FormText.decode(request.query) ?? [])
    let signed = ACS3Signer().sign(bare, with: credential.credentials) { header.signedHeaders.contains($0) }
    let own = signed.request.header("Authorization").flatMap(AuthorizationHeader.init)
    guard let own, ConstantTime.areEqual(own.signature, header.signature) else {
      throw mismatch(stringToSign: signed.canonical)
    }
    return nonce
  }

  // MARK: Version 1

  private func verifyV1(_ request: HTTPRequest, _ pairs: [FormText.Pair]) throws(ServiceError) -> String {
    let values = Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    guard let signature = values["Signature"], let key = values["AccessKeyId"], let nonce = values["SignatureNonce"],
      let stamp = values["Timestamp"], values["SignatureMethod"] == "HMAC-SHA1", values["SignatureVersion"] == "1.0"
    else { throw Self.incomplete }
    let credential = try findKey(key, token: values["SecurityToken"])
    try checkTime(stamp)
    let own = AlibabaRPCv1Signer.signature(
      method: request.method, parameters: pairs.filter { $0.name != "Signature" }, secret: credential.secret)
    guard ConstantTime.areEqual(own.value, signature) else { throw mismatch(stringToSign: own.stringToSign) }
    return nonce
  }

  // MARK: Both

  static let incomplete = ServiceError(
    "IncompleteSignature", "The request signature does not conform to Aliyun standards.")

  private func findKey(_ id: String, token: String?) throws(ServiceError) -> LabCredential {
    guard let credential = known.first(where: { $0.id == id }) else {
      throw ServiceError("InvalidAccessKeyId.NotFound", "Specified access key is not found.", status: 404)
    }
    guard token == credential.sessionToken else {
      throw ServiceError(
        "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.")
    }
    return credential
  }

  private func checkTime(_ stamp: String) throws(ServiceError) {
    guard let date = Timestamp.parse(stamp) else {
      throw ServiceError("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
    }
    guard abs(date.timeIntervalSince(now)) <= Self.allowedSkew else {
      throw ServiceError("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
    }
  }

  private func mismatch(stringToSign text: String) -> ServiceError {
    ServiceError(
      "SignatureDoesNotMatch",
      "Specified signature is not matched with our calculation. server string to sign is:\(text)")
  }
}
