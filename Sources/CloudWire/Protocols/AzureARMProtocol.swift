package import Basics
import JSONText
package import ProviderModel

/// Azure Resource Manager: `PUT /subscriptions/{subscription}/...` with a JSON body, and operations that outlive
/// their answer.
///
/// The operation holds method and path; `{name}` stands for one segment and `{+name}` for a whole resource id, both
/// from `path`. The version goes out as `api-version`. Parameters are the JSON body of `PUT`, `PATCH` and `POST`;
/// these members of theirs are no part of it:
///
/// - `$query`: further query parameters (`$filter`, `$expand`); an `api-version` in it replaces the product's.
/// - `$headers`: `If-Match` and `If-None-Match`; whatever else stands there is not sent, so that an answer can be
///   changed and sent back.
/// - `$link`: an address out of an answer, asked with `GET` as it stands; see ``WireCall/following(_:)``.
///
/// Beside the body's members an answer that is an object has
///
/// - `$status`: the HTTP status, when it is not 200. 202 says that the change, or the result asked for, is not there
///   yet.
/// - `$headers`: `azure-asyncoperation`, `location` (links, only those on the host that was asked) and `retry-after`
///   (whole seconds), when the answer is about an operation under way. ``AzureOperation`` tells how to go on from
///   there.
package struct AzureARMProtocol: WireProtocol {
  package init() {}

  // MARK: Requests

  package func encode(_ call: WireCall) -> HTTPRequest {
    if let link = call.parameters[Member.link].string {
      // `decode` lets no foreign link through; should one come from elsewhere, the root of the own host refuses it.
      let target = AzureAddress.target(of: link, on: call.origin) ?? ("/", "")
      return HTTPRequest(
        method: "GET", origin: call.origin, path: target.path, query: target.query,
        headers: [HTTPHeader("Accept", "*/*")])
    }
    let (method, path) = AzureAddress.split(call.operation)
    let hasNoContent = method == "DELETE" || method == "HEAD"
    var request = HTTPRequest(
      method: method, origin: call.origin, path: AzureAddress.fill(path, with: call.path), query: query(of: call),
      headers: [HTTPHeader("Accept", hasNoContent ? "*/*" : "application/json")])
    for (name, value) in call.parameters[Member.headers].object?.sorted(by: { $0.key < $1.key }) ?? [] {
      guard Self.conditions.contains(name.lowercased()), let text = value.string else { continue }
      request.headers.append(HTTPHeader(name, text))
    }
    if let body = body(of: call, method: method) {
      request.headers.append(HTTPHeader("Content-Type", "application/json"))
      request.body = Array(JSON.text(body).utf8)
    }
    return request
  }

  /// The version first, then the others by name; `$` stays as it is in names, as the vendor's SDK writes it.
  private func query(of call: WireCall) -> String {
    var others = call.parameters[Member.query].object ?? [:]
    let version = others.removeValue(forKey: "api-version")?.scalarText ?? call.product.version
    let pairs = others.sorted { $0.key < $1.key }.compactMap { name, value in
      value.isNull ? nil : value.scalarText.map { (name, $0) }
    }
    return ([("api-version", version)] + pairs).map { name, value in
      "\(PercentEncoding.encode(name).replacing("%24", with: "$"))=\(PercentEncoding.encode(value))"
    }.joined(separator: "&")
  }

  private func body(of call: WireCall, method: String) -> Value? {
    let members = (call.parameters.object ?? [:]).filter { !Member.all.contains($0.key) }
    switch method {
    case "PUT": return .object(members).withoutNulls
    case "PATCH", "POST": return members.isEmpty ? nil : .object(members).withoutNulls
    default: return nil
    }
  }

  private static let conditions: Set = ["if-match", "if-none-match"]

  /// The members of parameters and answers that are not the vendor's.
  package enum Member {
    static let query = "$query"
    package static let headers = "$headers"
    static let link = "$link"
    package static let status = "$status"
    /// The client's note of an operation under way; here so that an object that is sent back never carries it.
    package static let operation = "$operation"
    static let all: Set = [query, headers, link, status, operation]
  }

  // MARK: Answers

  package func decode(
    _ response: HTTPResponse, to call: WireCall, errors: [ErrorTable]
  ) -> Result<Value, ProviderError> {
    let answer = AzureAnswer(response, to: call)
    return answer.error(errors).map { .failure($0) } ?? .success(answer.value)
  }

  // MARK: Pages

  package func nextPage(after answer: Value, of call: WireCall) -> WireCall? {
    guard let link = answer["nextLink"].string, !link.isEmpty else { return nil }
    return call.following(link)
  }

  package func join(_ earlier: Value, with later: Value) -> Value {
    guard case .object(var members) = earlier else { return AnswerReading.join(earlier, later) }
    members["nextLink"] = nil
    return AnswerReading.join(.object(members), later)
  }
}

extension WireCall {
  /// The `azure-arm` call that asks an address out of an answer: `nextLink`, `azure-asyncoperation`, `location`.
  package func following(_ link: String) -> WireCall {
    var call = self
    call.operation = "GET \(AzureAddress.target(of: link, on: origin)?.path ?? "/")"
    call.path = .null
    call.parameters = .object([AzureARMProtocol.Member.link: .string(link)])
    return call
  }
}
