import Basics

import struct FoundationEssentials.Date

/// The access tokens that the sign-in gave out, and what Azure Resource Manager says of others.
struct AzureTokens: Sendable {
  static let lifetime = 3599

  private var ends: [String: Date] = [:]

  mutating func issue(_ random: any RandomSource, at now: Date) -> String {
    let token = "lab.\(random.hex(24)).\(random.hex(16))"
    ends[token] = now.addingTimeInterval(Double(Self.lifetime))
    return token
  }

  /// Lets a token end before its time.
  mutating func end(_ token: String, at now: Date) { if ends[token] != nil { ends[token] = now } }

  func check(_ token: String, at now: Date) throws(ServiceError) {
    guard let end = ends[token] else { throw Self.invalid }
    if end <= now { throw Self.expired }
  }

  static let missing = ServiceError(
    "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.", status: 401)
  static let invalid = ServiceError("InvalidAuthenticationToken", "The access token is invalid.", status: 401)
  static let expired = ServiceError("ExpiredAuthenticationToken", "The access token has expired.", status: 401)

  /// The header that goes with a refusal (RFC 6750).
  static func challenge(_ message: String) -> String {
    "Bearer authorization_uri=\"https://login.windows.net/common\", error=\"invalid_token\", "
      + "error_description=\"\(message)\""
  }
}
