import Basics
import CloudWire
import JSONText

import struct FoundationEssentials.Date

/// Microsoft's sign-in and Azure Resource Manager on one port: reads and writes their messages, knows which operations there are.
///
/// A TLS proxy before the port says so by `X-Forwarded-Proto`, so that links in answers lead back to it.
struct AzureFrontEnd: CloudFrontEnd {
  static let login = "login"
  static let manager = "arm"
  let time: any TimeSource

  func read(_ request: HTTPRequest) -> IncomingCall {
    if let action = AzureLogin.action(request.method, request.path) { return loginCall(request, action) }
    let query = Self.query(of: request)
    let path = ARMPath(request.path)
    var call = IncomingCall(
      product: Self.manager, action: path?.target.operation(request.method) ?? "",
      version: query["?api-version"] ?? "", region: "", parameters: Parameters(parameters(of: request, query)))
    call.body = (try? JSON.parse(request.body)) ?? .null
    return call
  }

  private func parameters(of request: HTTPRequest, _ query: [String: String]) -> [String: String] {
    typealias Name = ARMCall.Name
    var values = query
    values[Name.method] = request.method
    values[Name.path] = request.path
    values[Name.origin] = Self.origin(of: request)
    values[Name.bearer] = Self.bearer(of: request)
    values[Name.ifMatch] = request.header("If-Match")
    values[Name.ifNoneMatch] = request.header("If-None-Match")
    if !request.body.isEmpty {
      values[Name.contentType] = request.header("Content-Type") ?? ""
      if (try? JSON.parse(request.body)) == nil { values[Name.malformedBody] = "true" }
    }
    return values
  }

  /// Names as they came, marked; of two with equal names the first counts.
  private static func query(of request: HTTPRequest) -> [String: String] {
    let pairs = FormText.decode(request.query) ?? []
    return Dictionary(pairs.map { ("?\($0.name.lowercased() == "api-version" ? "api-version" : $0.name)", $0.value) }) {
      first, _ in first
    }
  }

  private static func origin(of request: HTTPRequest) -> String {
    guard request.header("X-Forwarded-Proto")?.lowercased() == "https" else { return request.origin }
    return request.origin.replacing("http://", with: "https://", maxReplacements: 1)
  }

  private static func bearer(of request: HTTPRequest) -> String? {
    guard let header = request.header("Authorization"), header.lowercased().hasPrefix("bearer ") else { return nil }
    return String(header.dropFirst("bearer ".count))
  }

  private func loginCall(_ request: HTTPRequest, _ action: String) -> IncomingCall {
    var values: [String: String] = [:]
    for pair in FormText.decode(String(decoding: request.body, as: UTF8.self)) ?? [] { values[pair.name] = pair.value }
    values[ARMCall.Name.path] = request.path
    values[ARMCall.Name.origin] = Self.origin(of: request)
    return IncomingCall(
      product: Self.login, action: action, version: "v2.0", region: "", parameters: Parameters(values))
  }

  /// The state knows the tokens that it gave out, and looks at the bearer itself.
  func authenticate(
    _ request: HTTPRequest, _ call: IncomingCall, now: Date
  ) throws(ServiceError) -> (region: String, nonce: String?) {
    if call.product == Self.manager, Self.bearer(of: request) == nil { throw AzureTokens.missing }
    return ("", nil)
  }

  func check(_ call: IncomingCall) throws(ServiceError) {
    guard call.product == Self.manager else { return }
    let path = call.parameters[ARMCall.Name.path] ?? ""
    guard let target = ARMPath(path)?.target else { throw ARMErrors.noPath(path) }
    try checkOperation(call, target, path)
    try checkVersion(call, target)
    try checkBody(call)
  }

  private func checkOperation(_ call: IncomingCall, _ target: ARMTarget, _ path: String) throws(ServiceError) {
    if case .unknown(let namespace, let type) = target {
      throw ARMErrors.noType(namespace, type, version: call.version)
    }
    guard call.action.isEmpty else { return }
    if case .action = target { throw ARMErrors.noPath(path) }
    throw ServiceError(
      "MethodNotAllowed", "The http method '\(call.parameters[ARMCall.Name.method] ?? "")' is not supported here.",
      status: 405)
  }

  private func checkVersion(_ call: IncomingCall, _ target: ARMTarget) throws(ServiceError) {
    if call.version.isEmpty {
      throw ServiceError(
        "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
    }
    let known = target.versions
    guard !known.isEmpty, !known.contains(call.version) else { return }
    let list = known.joined(separator: ", ")
    guard let type = target.type else {
      throw ServiceError(
        "InvalidApiVersionParameter",
        "The api-version '\(call.version)' is invalid. The supported versions are '\(list)'.")
    }
    throw ServiceError(
      "NoRegisteredProviderFound",
      "No registered resource provider found for location '' and API version '\(call.version)' for type '\(type)'. "
        + "The supported api-versions are '\(list)'.")
  }

  private func checkBody(_ call: IncomingCall) throws(ServiceError) {
    guard let type = call.parameters[ARMCall.Name.contentType] else { return }
    guard type.lowercased().hasPrefix("application/json") else {
      throw ServiceError(
        "UnsupportedMediaType",
        "The content media type '\(type)' is not supported. Only 'application/json' is "
          + "supported.", status: 415)
    }
    if call.parameters[ARMCall.Name.malformedBody] != nil { throw ARMErrors.format("InvalidJson", "No JSON.") }
  }

  // MARK: Answers

  func success(_ answer: ARMReply, of call: APICall) -> HTTPResponse {
    var response = Self.response(answer.status, answer.body, call.requestID)
    response.headers += answer.headers.map { HTTPHeader($0.name, $0.value) }
    return response
  }

  func failure(_ error: ServiceError, of call: IncomingCall, requestID: String) -> HTTPResponse {
    if call.product == Self.login {
      return Self.response(error.status, AzureLogin.body(error, requestID: requestID, at: time.now), requestID)
    }
    let members: [String: Value] = ["code": .string(error.code), "message": .string(error.message)]
    let body: Value = ["error": .object(members.merging(error.members) { _, own in own })]
    let isHead = call.parameters[ARMCall.Name.method] == "HEAD"
    var response = Self.response(error.status, isHead ? nil : body, requestID)
    if let pause = error.retryAfter { response.headers.append(HTTPHeader("Retry-After", String(pause))) }
    if error.status == 401 {
      response.headers.append(HTTPHeader("WWW-Authenticate", AzureTokens.challenge(error.message)))
    }
    return response
  }

  private static func response(_ status: Int, _ body: Value?, _ requestID: String) -> HTTPResponse {
    var headers = [HTTPHeader("x-ms-request-id", requestID), HTTPHeader("x-ms-correlation-request-id", requestID)]
    if body != nil { headers.insert(HTTPHeader("Content-Type", "application/json; charset=utf-8"), at: 0) }
    return HTTPResponse(status: status, headers: headers, body: body.map { Array(JSON.text($0).utf8) } ?? [])
  }

  // MARK: Faults

  func throttled(after: Duration?) -> (ServiceError, [HTTPHeader]) {
    let header = after.map { [HTTPHeader("Retry-After", String(max(1, Int($0.inSeconds))))] } ?? []
    return (ServiceError("TooManyRequests", "The request is being throttled.", status: 429), header)
  }

  /// A bearer token has no clock of the client in it: a token from the future is what a wrong clock looks like.
  let clockSkewed = ServiceError(
    "InvalidAuthenticationToken", "The access token is not valid yet: check the clocks.", status: 401)
  let tokenExpired = AzureTokens.expired
  let internalError = ServiceError("InternalServerError", "An error occurred.", status: 500)

  func newRequestID(_ ids: inout IDMaker) -> String { ids.requestID(uppercase: false) }

  func bearsToken(_ request: HTTPRequest) -> Bool { Self.bearer(of: request) != nil }

  func endOfToken(of request: HTTPRequest) -> APICall? {
    Self.bearer(of: request).map {
      APICall(
        product: Self.login, action: AzureLogin.end, region: "", parameters: Parameters(["token": $0]), requestID: "")
    }
  }
}

extension ARMTarget {
  /// The type of resource in messages; `nil` where there is none.
  fileprivate var type: String? {
    switch self {
    case .list(let kind, _, _): kind.path
    case .resource(let id), .action(let id, _): id.kind.path
    case .sizes: "skus"
    case .images: "locations/publishers"
    default: nil
    }
  }
}
