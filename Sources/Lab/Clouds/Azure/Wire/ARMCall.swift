import Basics

/// One request to Azure Resource Manager as the handlers see it.
struct ARMCall: Sendable {
  var method: String
  var target: ARMTarget
  var subscription: String?
  /// `http://127.0.0.1:PORT`, as the client wrote it: the beginning of every link in the answer.
  var origin: String
  /// The encoded path, for links to a next page.
  var path: String
  var version: String
  /// By name, `$filter`; without `api-version`.
  var query: [String: String]
  var body: Value
  var ifMatch: String?
  var ifNoneMatch: String?
  /// A fault: how the operation that this begins has to end.
  var laterFailure: String?

  /// Parameters of a call carry what is no query under these names.
  enum Name {
    static let method = "method"
    static let path = "path"
    static let origin = "origin"
    static let bearer = "bearer"
    static let ifMatch = "if-match"
    static let ifNoneMatch = "if-none-match"
    static let malformedBody = "malformed-body"
    static let contentType = "content-type"
    static let queryMark = "?"
  }

  init?(_ call: APICall) {
    guard let path = call[Name.path], let read = ARMPath(path) else { return nil }
    method = call[Name.method] ?? "GET"
    (target, subscription) = (read.target, read.subscription)
    origin = call[Name.origin] ?? ""
    self.path = path
    query = [:]
    for name in call.parameters.names where name.hasPrefix(Name.queryMark) {
      query[String(name.dropFirst())] = call[name]
    }
    version = query.removeValue(forKey: "api-version") ?? ""
    body = call.body
    ifMatch = call[Name.ifMatch]
    ifNoneMatch = call[Name.ifNoneMatch]
    laterFailure = call.laterFailure
  }

  var subscriptionPath: String { "/subscriptions/\(subscription ?? "")" }

  /// A query parameter by its name without case.
  func option(_ name: String) -> String? { query.first { $0.key.lowercased() == name.lowercased() }?.value }
}

/// What a handler answers.
struct ARMReply: Sendable {
  var status: Int
  var headers: [(name: String, value: String)] = []
  var body: Value?

  init(_ status: Int, _ body: Value? = nil) {
    self.status = status
    self.body = body
  }
}
