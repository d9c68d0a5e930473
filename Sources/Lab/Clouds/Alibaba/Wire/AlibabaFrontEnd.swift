import Basics
import CloudWire
import JSONText

import struct FoundationEssentials.Date

/// Every RPC product of Alibaba Cloud on one port, told apart by `Version`, signed either way, in query or form.
struct AlibabaFrontEnd: CloudFrontEnd {
  let known: [LabCredential]

  func read(_ request: HTTPRequest) -> IncomingCall {
    var values: [String: String] = [:]
    for pair in Self.pairs(request) { values[pair.name] = pair.value }
    let action = request.header("x-acs-action") ?? values["Action"] ?? ""
    let version = request.header("x-acs-version") ?? values["Version"] ?? ""
    return IncomingCall(
      product: AlibabaContract.products[version]?.name ?? "", action: action, version: version,
      region: values["RegionId"] ?? "", parameters: Parameters(values).without(Self.common))
  }

  /// Query and form together, as both signatures see them.
  private static func pairs(_ request: HTTPRequest) -> [FormText.Pair] {
    let isForm = request.header("Content-Type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    let form = isForm ? FormText.decode(String(decoding: request.body, as: UTF8.self)) : []
    return (FormText.decode(request.query) ?? []) + (form ?? [])
  }

  /// What every request carries besides its own parameters.
  private static let common: Set = [
    "Action", "Version", "Format", "AccessKeyId", "Timestamp", "Signature", "SignatureMethod", "SignatureVersion",
    "SignatureNonce", "SignatureType", "SecurityToken",
  ]

  func authenticate(
    _ request: HTTPRequest, _ call: IncomingCall, now: Date
  ) throws(ServiceError) -> (region: String, nonce: String?) {
    let nonce = try AlibabaSignatureCheck(known: known, now: now).verify(request, parameters: Self.pairs(request))
    return (call.region, nonce)
  }

  func check(_ call: IncomingCall) throws(ServiceError) {
    if call.action.isEmpty { throw ServiceError("MissingAction", "Action is mandatory for this action.") }
    if call.version.isEmpty { throw ServiceError("MissingVersion", "Version is mandatory for this action.") }
    guard let product = AlibabaContract.products[call.version] else {
      throw ServiceError("InvalidVersion", "Specified parameter Version is not valid.")
    }
    guard let contract = product.operations[call.action] else { throw AlibabaState.noAction }
    let extra: Set<String> = contract.parameters["RegionId"] == nil ? ["RegionId"] : []
    switch contract.problem(with: call.parameters.without(extra)) {
    case nil: return
    case .unknown(let name):
      throw ServiceError("InvalidParameter", "The specified parameter \(name) is not recognized.")
    case .missing(let name): throw ServiceError("Missing\(name)", "\(name) is mandatory for this action.")
    case .malformed(let name, _):
      throw ServiceError("InvalidParameter", "The specified parameter \(name) is invalid.")
    }
  }

  // MARK: Answers

  func success(_ answer: Value, of call: APICall) -> HTTPResponse {
    var members = answer.object ?? [:]
    members["RequestId"] = .string(call.requestID)
    let shape = AlibabaContract.operation(call.product, call.action)?.answer
    return Self.response(200, shape?.filled(with: .object(members)) ?? .object(members), call.requestID)
  }

  func failure(_ error: ServiceError, of call: IncomingCall, requestID: String) -> HTTPResponse {
    let title = AlibabaContract.products[call.version]?.title ?? "Unknown"
    let host = call.region.isEmpty ? title.lowercased() : "\(title.lowercased()).\(call.region)"
    let help = "https://api.alibabacloud.com/troubleshoot?q=\(error.code)&product=\(title)&requestId=\(requestID)"
    return Self.response(
      error.status,
      [
        "RequestId": .string(requestID), "HostId": .string("\(host).aliyuncs.com"), "Code": .string(error.code),
        "Message": .string(error.message), "Recommend": .string(help),
      ], requestID)
  }

  private static func response(_ status: Int, _ body: Value, _ requestID: String) -> HTTPResponse {
    HTTPResponse(
      status: status,
      headers: [
        HTTPHeader("Content-Type", "application/json;charset=utf-8"), HTTPHeader("x-acs-request-id", requestID),
      ], body: Array(JSON.text(body).utf8))
  }

  // MARK: Faults

  func throttled(after: Duration?) -> (ServiceError, [HTTPHeader]) {
    let header = after.map { [HTTPHeader("x-acs-retry-after", String($0.inMilliseconds))] } ?? []
    return (
      ServiceError(
        "Throttling.User", "Request was denied due to user flow control.", status: after == nil ? 400 : 429), header
    )
  }

  let clockSkewed = ServiceError("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
  let tokenExpired = ServiceError("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
  let internalError = ServiceError(
    "InternalError", "The request processing has failed due to some unknown error.", status: 500)

  func newRequestID(_ ids: inout IDMaker) -> String { ids.requestID(uppercase: true) }
}
