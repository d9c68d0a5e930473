import Basics

/// One authenticated call as a cloud's handlers see it.
struct APICall: Hashable, Sendable {
  /// `ec2`, `smartag`.
  var product: String
  var action: String
  /// The region that the request names, by its signature's scope or its `RegionId`; empty for calls without one.
  var region: String
  var parameters: Parameters
  var requestID: String
  /// A JSON body, where the cloud's calls have one.
  var body: Value = .null
  /// A fault: with what error the operation that the call begins has to end.
  var laterFailure: String?

  subscript(name: String) -> String? { parameters[name] }

  func flag(_ name: String) -> Bool? { self[name].map { $0.lowercased() == "true" } }

  func number(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

  /// Whether it only looks, by the vendors' own habit of naming.
  var isRead: Bool { Self.readingVerbs.contains { action.hasPrefix($0) } }

  private static let readingVerbs = ["Describe", "Discribe", "Get", "List", "Query", "Check"]
}

/// What a cloud answers instead of a result: the vendor's own code, message and HTTP status.
struct ServiceError: Error, Hashable, Sendable {
  var code: String
  var message: String
  var status: Int
  /// What the vendor's form says besides code and message: `target`, `details`.
  var members: [String: Value]
  /// Seconds after which the client is asked to come again.
  var retryAfter: Int?

  init(
    _ code: String, _ message: String, status: Int = 400, members: [String: Value] = [:], retryAfter: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.status = status
    self.members = members
    self.retryAfter = retryAfter
  }
}
