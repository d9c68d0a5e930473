import Basics
import CloudWire
import JSONText

import struct FoundationEssentials.Date

/// EC2, STS and SSM on one port: reads and writes their messages; decides nothing about resources.
struct AWSFrontEnd: CloudFrontEnd {
  let known: [LabCredential]

  func read(_ request: HTTPRequest) -> IncomingCall {
    if let target = request.header("X-Amz-Target") { return parameterStore(request, target: target) }
    let text = request.method == "GET" ? request.query : String(decoding: request.body, as: UTF8.self)
    var pairs: [String: String] = [:]
    for pair in FormText.decode(text) ?? [] { pairs[pair.name] = pair.value }
    let version = pairs["Version"]
    return IncomingCall(
      product: version == "2011-06-15" ? "sts" : "ec2", action: pairs["Action"] ?? "", version: version ?? "",
      region: "", parameters: Parameters(pairs).without(["Action", "Version"]))
  }

  private func parameterStore(_ request: HTTPRequest, target: String) -> IncomingCall {
    let body = (try? JSON.parse(request.body))?.object ?? [:]
    return IncomingCall(
      product: "ssm", action: target.split(separator: ".").last.map(String.init) ?? "", version: "2014-11-06",
      region: "", parameters: Parameters(body.compactMapValues(\.scalarText)))
  }

  /// The region comes from the signature's scope.
  func authenticate(
    _ request: HTTPRequest, _ call: IncomingCall, now: Date
  ) throws(ServiceError) -> (region: String, nonce: String?) {
    let check = SigV4Check(known: known, now: now, services: [call.product])
    return (try check.verify(request).region, nil)
  }

  func check(_ call: IncomingCall) throws(ServiceError) {
    if call.product == "ssm" { return }
    if call.action.isEmpty {
      throw ServiceError("MissingAction", "The request must contain the parameter Action")
    }
    let expected = call.product == "sts" ? "2011-06-15" : "2016-11-15"
    guard call.version == expected, let contract = AWSContract.operations[call.action],
      (call.action == "GetCallerIdentity") == (call.product == "sts")
    else { throw AWSState.noAction(call.action) }
    switch contract.problem(with: call.parameters) {
    case nil: return
    case .unknown(let name):
      throw ServiceError("UnknownParameter", "The parameter \(name) is not recognized")
    case .missing(let name):
      throw ServiceError("MissingParameter", "The request must contain the parameter \(name)")
    case .malformed(let name, let value):
      throw ServiceError("InvalidParameterValue", "Value (\(value)) for parameter \(name) is invalid.")
    }
  }

  // MARK: Answers

  func success(_ answer: XMLValue, of call: APICall) -> HTTPResponse {
    let root = "\(call.action)Response"
    if call.product == "sts" {
      let text =
        "<\(root) xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><\(call.action)Result>\(answer.content)"
        + "</\(call.action)Result><ResponseMetadata><RequestId>\(call.requestID)</RequestId></ResponseMetadata></\(root)>"
      return Self.response(200, "text/xml", text, call.requestID)
    }
    if call.product == "ssm" { return Self.response(200, Self.json, Self.parameterText(answer), call.requestID) }
    let text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(root) xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
      + "<requestId>\(call.requestID)</requestId>\(answer.content)</\(root)>"
    return Self.response(200, Self.xml, text, call.requestID)
  }

  func failure(_ error: ServiceError, of call: IncomingCall, requestID: String) -> HTTPResponse {
    let (code, message) = (XMLText.escape(error.code), XMLText.escape(error.message))
    switch call.product {
    case "sts":
      let side = error.status < 500 ? "Sender" : "Receiver"
      return Self.response(
        error.status, "text/xml",
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>\(side)</Type>"
          + "<Code>\(code)</Code><Message>\(message)</Message></Error><RequestId>\(requestID)</RequestId></ErrorResponse>",
        requestID)
    case "ssm":
      let body: Value = ["__type": .string(error.code), "message": .string(error.message)]
      return Self.response(error.status, Self.json, JSON.text(body), requestID)
    default:
      return Self.response(
        error.status, Self.xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>\(code)</Code>"
          + "<Message>\(message)</Message></Error></Errors><RequestID>\(requestID)</RequestID></Response>", requestID)
    }
  }

  private static let xml = "text/xml;charset=UTF-8"
  private static let json = "application/x-amz-json-1.1"

  private static func response(_ status: Int, _ type: String, _ text: String, _ requestID: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Type", type), HTTPHeader("x-amzn-RequestId", requestID)],
      body: Array(text.utf8))
  }

  private static func parameterText(_ answer: XMLValue) -> String {
    guard case .fields(let fields) = answer else { return "{}" }
    let members = fields.compactMap { field -> (String, Value)? in
      if case .text(let text) = field.value { (field.name, Value.string(text)) } else { nil }
    }
    var parameter = Dictionary(members) { first, _ in first }
    parameter["Version"] = 1
    return JSON.text(["Parameter": .object(parameter)])
  }

  // MARK: Faults

  func throttled(after: Duration?) -> (ServiceError, [HTTPHeader]) {
    let header = after.map { [HTTPHeader("Retry-After", String(max(1, Int($0.inSeconds))))] } ?? []
    return (ServiceError("RequestLimitExceeded", "Request limit exceeded.", status: 503), header)
  }

  let clockSkewed = ServiceError(
    "RequestExpired", "Request has expired. Timestamp date is outside of the allowed window.", status: 400)
  let tokenExpired = ServiceError(
    "ExpiredToken", "The security token included in the request is expired", status: 403)
  let internalError = ServiceError("InternalError", "An internal error has occurred", status: 500)

  func newRequestID(_ ids: inout IDMaker) -> String { ids.requestID(uppercase: false) }
}
