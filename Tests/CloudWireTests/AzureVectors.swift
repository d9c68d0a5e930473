import Basics
import CloudWire
import Expressions
import JSONText
import ProviderModel
import Testing

/// The exchanges of Azure's SDK, and a client that holds them with the tool's own protocol.
enum AzureVectors {
  /// What azure.md §1.4 knows of codes, in the form of a provider's table.
  static let errors = ErrorTable([
    .throttled: ["TooManyRequests", "*RequestsThrottled", "http:429"],
    .notYet: ["AnotherOperationInProgress", "RetryableErrorDueToAnotherOperation", "NicReservedForAnotherVm"],
    .transient: [
      "InternalServerError", "ServiceUnavailable", "http:408", "http:500", "http:502", "http:503", "http:504",
    ],
    .expired: ["ExpiredAuthenticationToken", "InvalidAuthenticationToken"],
    .denied: ["AuthorizationFailed", "ScopeLocked", "InvalidAuthenticationTokenTenant", "http:401", "http:403"],
    .notFound: ["*NotFound", "http:404"],
    .inUse: ["InUse*CannotBeDeleted", "NicInUse", "PublicIPAddressCannotBeDeleted"],
    .quota: ["SkuNotAvailable", "QuotaExceeded", "OperationNotAllowed", "AllocationFailed"],
    .conflict: ["SecurityRuleConflict", "PreconditionFailed", "http:409", "http:412"],
    .invalid: ["MissingSubscriptionRegistration", "NoRegisteredProviderFound", "http:400"],
  ])

  /// The call that the tool makes for a request of the SDK: names in the path become placeholders.
  static func call(_ request: Value) throws -> WireCall {
    let segments = (request["path"].string ?? "").split(separator: "/", omittingEmptySubsequences: false)
    var (path, values): ([String], [String: Value]) = ([], [:])
    for (number, segment) in segments.enumerated() {
      if number > 1, number.isMultiple(of: 2) { values["p\(number)"] = .string(String(segment)) }
      path.append(values["p\(number)"] == nil ? String(segment) : "{p\(number)}")
    }
    var query: [String: Value] = [:]
    for pair in request["query"].list ?? [] { query[pair[0].string ?? ""] = pair[1] }
    let version = try #require(query.removeValue(forKey: "api-version")?.string)
    var parameters = request["json"].object ?? [:]
    if !query.isEmpty { parameters["$query"] = .object(query) }
    let conditions = (request["headers"].object ?? [:]).filter { $0.key.hasPrefix("If-") }
    if !conditions.isEmpty { parameters["$headers"] = .object(conditions) }
    return WireCall(
      product: ProductDescription(
        name: "network", version: version, endpoint: Template(.literal(.null), at: SourceLocation(file: "test"))),
      operation: "\(request["method"].string ?? "") \(path.joined(separator: "/"))", parameters: .object(parameters),
      path: .object(values), region: nil, origin: "https://\(request["host"].string ?? "")")
  }

  static func response(_ reply: Value) -> HTTPResponse {
    let headers = (reply["headers"].object ?? [:]).map { HTTPHeader($0.key, $0.value.string ?? "") }
    let body = reply["body"].string ?? (reply["json"].isNull ? "" : JSON.text(reply["json"]))
    return HTTPResponse(status: reply["status"].integer ?? 0, headers: headers, body: Array(body.utf8))
  }

  /// One call to its end: operations are polled, pages followed.
  struct Conversation {
    private(set) var asked: [HTTPRequest] = []
    private var replies: [HTTPResponse]

    init(replies: [HTTPResponse]) { self.replies = replies }

    mutating func hold(_ call: WireCall) throws -> Result<Value, ProviderError> {
      let reply = try ask(call)
      guard case .success(let first) = reply else { return reply }
      if let operation = AzureOperation(of: call, answered: first, errors: [errors]) { return try follow(operation) }
      guard let next = AzureARMProtocol().nextPage(after: first, of: call) else { return reply }
      return try ask(next).map { AzureARMProtocol().join(first, with: $0) }
    }

    private mutating func follow(_ begun: AzureOperation) throws -> Result<Value, ProviderError> {
      var operation = begun
      while true {
        switch operation.step {
        case .done(let value): return .success(value)
        case .failed(let error): return .failure(error)
        case .ask(let call, _):
          let reply = try ask(call)
          guard case .success(let value) = reply else { return reply }
          operation.take(value)
        }
      }
    }

    private mutating func ask(_ call: WireCall) throws -> Result<Value, ProviderError> {
      asked.append(AzureARMProtocol().encode(call))
      let reply = try #require(replies.first)
      replies.removeFirst()
      return AzureARMProtocol().decode(reply, to: call, errors: [errors])
    }
  }

  /// Every scalar of a tree as text.
  static func texts(_ value: Value) -> Set<String> {
    switch value {
    case .list(let elements): elements.reduce(into: []) { $0.formUnion(texts($1)) }
    case .object(let members): members.values.reduce(into: []) { $0.formUnion(texts($1)) }
    case .null: []
    default: [value.scalarText ?? ""]
    }
  }
}
