import Basics
import CloudWire
import JSONText

import struct FoundationEssentials.Date

/// QingCloud's API on one port: reads and writes its messages; decides nothing about resources.
///
/// Every answer is HTTP 200 with JSON; `ret_code` tells success from refusal.
struct QingCloudFrontEnd: CloudFrontEnd {
  let known: LabCredential

  private static let common: Set = [
    "action", "zone", "time_stamp", "access_key_id", "version", "signature_method", "signature_version", "signature",
    "req_id", "expires",
  ]

  func read(_ request: HTTPRequest) -> IncomingCall {
    var pairs: [String: String] = [:]
    for pair in Self.pairs(of: request) { pairs[pair.name] = pair.value }
    return IncomingCall(
      product: request.path, action: pairs["action"] ?? "", version: pairs["version"] ?? "",
      region: pairs["zone"] ?? "", parameters: Parameters(pairs).without(Self.common))
  }

  private static func pairs(of request: HTTPRequest) -> [FormText.Pair] {
    let isForm = request.method == "POST"
    let text = isForm ? String(decoding: request.body, as: UTF8.self) : request.query
    return FormText.decode(text, plusIsSpace: isForm) ?? []
  }

  /// The region is the zone.
  func authenticate(
    _ request: HTTPRequest, _ call: IncomingCall, now: Date
  ) throws(ServiceError) -> (region: String, nonce: String?) {
    try QingCloudSignatureCheck(known: known, now: now).verify(request, Self.pairs(of: request))
    return (call.region, nil)
  }

  func check(_ call: IncomingCall) throws(ServiceError) {
    guard call.product == "/iaas/", let contract = QingCloudContract.operations[call.action] else {
      throw QingCloudError.noAction
    }
    if call.region.isEmpty { throw QingCloudError.missing("zone") }
    guard QingCloudCatalogue.zones.contains(call.region) else { throw QingCloudError.noZone(call.region) }
    switch contract.problem(with: call.parameters) {
    case nil: return
    case .unknown(let name): throw ServiceError("1100", "InvalidParameter, unknown parameter [\(name)]")
    case .missing(let name): throw QingCloudError.missing(name)
    case .malformed(let name, let value): throw QingCloudError.illegal(name, value)
    }
  }

  // MARK: Answers

  func success(_ answer: Value, of call: APICall) -> HTTPResponse {
    Self.response(call.action, (answer.object ?? [:]).merging(["ret_code": 0]) { _, new in new })
  }

  /// What is no code of the vendor's is an internal error of its service.
  func failure(_ error: ServiceError, of call: IncomingCall, requestID: String) -> HTTPResponse {
    let code = Int(error.code) ?? 5000
    return Self.response(call.action, ["ret_code": .integer(code), "message": .string(error.message)])
  }

  private static func response(_ action: String, _ members: [String: Value]) -> HTTPResponse {
    let body = members.merging(["action": .string("\(action)Response")]) { _, new in new }
    return HTTPResponse(
      status: 200, headers: [HTTPHeader("Content-Type", "application/json")],
      body: Array(JSON.text(.object(body)).utf8))
  }

  // MARK: Faults

  func throttled(after: Duration?) -> (ServiceError, [HTTPHeader]) {
    (ServiceError("5100", "ServerBusy, server is busy, please try again later"), [])
  }

  let clockSkewed = QingCloudError.expired
  let tokenExpired = ServiceError("1200", "AuthFailure, the token has expired")
  let internalError = ServiceError("5000", "InternalError, internal error")

  func newRequestID(_ ids: inout IDMaker) -> String { ids.requestID(uppercase: false) }
}
