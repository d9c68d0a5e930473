import Basics
import CloudWire

import struct FoundationEssentials.Date

/// A request as a cloud reads it, before anything about it is checked.
struct IncomingCall: Hashable, Sendable {
  var product: String
  /// Empty when the request names none.
  var action: String
  var version: String
  var region: String
  var parameters: Parameters
  /// A JSON body, where the cloud's calls have one.
  var body: Value = .null
}

/// The outside of one emulated cloud: how its messages are read and written; pure.
protocol CloudFrontEnd: Sendable {
  associatedtype Answer: Sendable

  func read(_ request: HTTPRequest) -> IncomingCall

  /// The region that the credential vouches for, and the nonce that must not come again.
  func authenticate(
    _ request: HTTPRequest, _ call: IncomingCall, now: Date
  ) throws(ServiceError) -> (region: String, nonce: String?)

  /// Whether the call exists and its parameters are in form.
  func check(_ call: IncomingCall) throws(ServiceError)

  func success(_ answer: Answer, of call: APICall) -> HTTPResponse
  func failure(_ error: ServiceError, of call: IncomingCall, requestID: String) -> HTTPResponse

  /// The vendor's own way to slow a client down.
  func throttled(after: Duration?) -> (ServiceError, [HTTPHeader])
  var clockSkewed: ServiceError { get }
  var tokenExpired: ServiceError { get }
  var internalError: ServiceError { get }
  func newRequestID(_ ids: inout IDMaker) -> String

  /// Whether the request has a credential that could have ended: a sign-in has none yet.
  func bearsToken(_ request: HTTPRequest) -> Bool

  /// The call by which the state forgets the request's token; `nil` where tokens are not the cloud's own.
  func endOfToken(of request: HTTPRequest) -> APICall?
}

extension CloudFrontEnd {
  func bearsToken(_ request: HTTPRequest) -> Bool { true }

  func endOfToken(of request: HTTPRequest) -> APICall? { nil }
}
