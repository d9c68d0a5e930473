import Basics
import CloudWire

import struct FoundationEssentials.Date

/// One cloud's port: reads a request, plays faults on it, lets the plane answer, keeps the ledger.
struct CloudPort<FrontEnd: CloudFrontEnd>: Sendable {
  let cloud: CloudName
  let frontEnd: FrontEnd
  let plane: LabPlane
  /// Hands the call to the cloud's state; the duration hides what it makes from lists.
  let perform: @Sendable (APICall, Duration?) async throws(ServiceError) -> FrontEnd.Answer
  /// Makes the port refuse connections for a while.
  let refuse: @Sendable (Duration) -> Void

  func handle(_ request: HTTPRequest) async -> HTTPReply {
    let call = frontEnd.read(request)
    let fault = await plane.takeFault(cloud, call.action, bearsToken: frontEnd.bearsToken(request))
    let requestID = await plane.newRequestID { frontEnd.newRequestID(&$0) }
    if case .expiredToken = fault?.kind { await endToken(of: request) }
    if let reply = await playBefore(fault, call, requestID) { return reply }
    var lag: Duration?
    if case .lag(let duration) = fault?.kind { lag = duration }
    var (response, code) = await answer(request, call, requestID, fault?.kind, lag: lag)
    // As every HTTP server says (RFC 9110 §6.6.1): whoever signed with a wrong time learns the right one.
    response.headers.append(HTTPHeader("Date", Timestamp.http(await plane.now(of: cloud))))
    if case .slow(let delay) = fault?.kind { try? await Task.sleep(for: delay) }
    let reply = playAfter(fault, on: response)
    await note(call, requestID, reply, code, fault)
    return reply
  }

  private func answer(
    _ request: HTTPRequest, _ call: IncomingCall, _ requestID: String, _ fault: Fault.Kind?, lag: Duration?
  ) async -> (HTTPResponse, code: String?) {
    do throws(ServiceError) {
      let scope = try frontEnd.authenticate(request, call, now: await plane.now(of: cloud))
      if let nonce = scope.nonce, await !plane.use(nonce: nonce) {
        throw ServiceError("SignatureNonceUsed", "Specified signature nonce was used already.")
      }
      try frontEnd.check(call)
      var known = APICall(
        product: call.product, action: call.action, region: scope.region, parameters: call.parameters,
        requestID: requestID, body: call.body)
      if case .failLater(let code) = fault { known.laterFailure = code }
      return (frontEnd.success(try await perform(known, lag), of: known), nil)
    } catch {
      return (frontEnd.failure(error, of: call, requestID: requestID), error.code)
    }
  }

  // MARK: Faults

  /// A token that has ended is refused from now on, not only once.
  private func endToken(of request: HTTPRequest) async {
    guard let call = frontEnd.endOfToken(of: request) else { return }
    do throws(ServiceError) { _ = try await perform(call, nil) } catch { return }
  }

  /// What is answered instead of doing anything; `nil`: go on.
  private func playBefore(_ fault: Fault?, _ call: IncomingCall, _ requestID: String) async -> HTTPReply? {
    guard let fault else { return nil }
    let reply: HTTPReply
    var code: String?
    switch fault.kind {
    case .refuse(let duration):
      refuse(duration)
      reply = .reset
    case .resetBefore: reply = .reset
    case .http(let status): reply = .answer(Self.page(status))
    case .throttle(let delay):
      let (error, headers) = frontEnd.throttled(after: delay)
      var response = frontEnd.failure(error, of: call, requestID: requestID)
      response.headers += headers
      (reply, code) = (.answer(response), error.code)
    case .clockSkew:
      var response = frontEnd.failure(frontEnd.clockSkewed, of: call, requestID: requestID)
      await plane.shiftClock(of: cloud, by: 3600)
      response.headers.append(HTTPHeader("Date", Timestamp.http(await plane.now(of: cloud))))
      (reply, code) = (.answer(response), frontEnd.clockSkewed.code)
    case .expiredToken:
      reply = .answer(frontEnd.failure(frontEnd.tokenExpired, of: call, requestID: requestID))
      code = frontEnd.tokenExpired.code
    case .code(let name):
      let error = ServiceError(name, "The lab was told to answer this.")
      (reply, code) = (.answer(frontEnd.failure(error, of: call, requestID: requestID)), name)
    case .resetAfter, .slow, .silence, .truncate, .malformed, .wrongType, .lag, .failLater: return nil
    }
    await note(call, requestID, reply, code, fault)
    return reply
  }

  private func playAfter(_ fault: Fault?, on response: HTTPResponse) -> HTTPReply {
    switch fault?.kind {
    case .resetAfter: return .reset
    case .silence(let duration): return .silence(duration)
    case .truncate: return .cut(response, after: response.body.count / 2)
    case .malformed:
      var broken = response
      broken.body = Array(response.body.prefix(response.body.count / 2)) + Array("\u{0}<<{".utf8)
      return .answer(broken)
    case .wrongType:
      var page = Self.page(200)
      page.body = Array("<html><body>Welcome to the network. Please sign in.</body></html>".utf8)
      return .answer(page)
    default: return .answer(response)
    }
  }

  /// What a load balancer in front of a service answers.
  private static func page(_ status: Int) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Type", "text/html")],
      body: Array(
        "<html><head><title>\(status)</title></head><body><center><h1>\(status)</h1></center></body></html>".utf8))
  }

  private func note(
    _ call: IncomingCall, _ requestID: String, _ reply: HTTPReply, _ code: String?, _ fault: Fault?
  ) async {
    let status: Int? =
      switch reply {
      case .answer(let response), .cut(let response, _): response.status
      case .reset, .silence: nil
      }
    await plane.note(
      LedgerCall(
        cloud: cloud, action: call.action, requestID: requestID, at: plane.now, status: status, code: code,
        fault: fault?.kind.name))
  }
}
