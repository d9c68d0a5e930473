import CloudWire
import Digests

import struct FoundationEssentials.Date

/// The server's side of QingCloud's signature version 1: the parameters are signed again with the known secret and compared.
struct QingCloudSignatureCheck {
  let known: LabCredential
  let now: Date

  static let allowedSkew = 60.0

  func verify(_ request: HTTPRequest, _ pairs: [FormText.Pair]) throws(ServiceError) {
    let values = Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    for name in ["access_key_id", "time_stamp", "version", "signature_method", "signature_version", "signature"]
    where values[name] == nil { throw QingCloudError.missing(name) }
    guard let digest = QingCloudSigner.Digest(rawValue: values["signature_method"] ?? ""), values["version"] == "1",
      values["signature_version"] == "1"
    else { throw QingCloudError.illegal("signature method or version", values["signature_method"] ?? "") }
    guard values["access_key_id"] == known.id else {
      throw ServiceError("1200", "AuthFailure, access key [\(values["access_key_id"] ?? "")] not exists")
    }
    try checkTime(values)
    let own = QingCloudSigner(digest: digest).signature(
      method: request.method, path: request.path, parameters: pairs.filter { $0.name != "signature" },
      secret: known.secret)
    guard ConstantTime.areEqual(own.value, values["signature"] ?? "") else {
      throw ServiceError("1200", "AuthFailure, signature not matched")
    }
  }

  /// A request may name the end of its own life; without that the clock may be off by a minute.
  private func checkTime(_ values: [String: String]) throws(ServiceError) {
    let stamp = values["time_stamp"] ?? ""
    guard let date = Timestamp.parse(stamp) else { throw QingCloudError.illegal("time stamp", stamp) }
    guard let end = values["expires"] else {
      if abs(date.timeIntervalSince(now)) > Self.allowedSkew { throw QingCloudError.expired }
      return
    }
    guard let last = Timestamp.parse(end) else { throw QingCloudError.illegal("time stamp", end) }
    if last < now { throw QingCloudError.expired }
  }
}
