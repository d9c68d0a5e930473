import Basics
import JSONText
import ProviderModel

/// One answer of Azure Resource Manager, read: its value or its error.
struct AzureAnswer {
  private typealias Member = AzureARMProtocol.Member

  private let response: HTTPResponse
  private let call: WireCall
  /// The body; the empty object for an empty one, `nil` for one that is not JSON.
  private let body: Value?

  init(_ response: HTTPResponse, to call: WireCall) {
    self.response = response
    self.call = call
    let isBlank = response.body.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let parsed = isBlank ? .object([:]) : try? JSON.parse(response.body)
    body = parsed.map { $0.isNull ? .object([:]) : $0 }
  }

  private var isSuccess: Bool { (200..<300).contains(response.status) }
  private var isPoll: Bool { !call.parameters[Member.link].isNull }

  // MARK: Value

  /// The body with the members that tell of an operation under way.
  var value: Value {
    guard case .object(var members) = body else { return body ?? .null }
    members[Member.headers] = operationHeaders.isEmpty ? nil : .object(operationHeaders)
    members[Member.status] = response.status == 200 ? nil : .integer(response.status)
    return .object(members)
  }

  private var operationHeaders: [String: Value] {
    var headers: [String: Value] = [:]
    for name in Self.linkHeaders {
      guard let link = response.header(name), !isForeign(link) else { continue }
      headers[name] = .string(link)
    }
    if !headers.isEmpty || isPoll || response.status == 202, let pause = retryAfter {
      headers["retry-after"] = .integer(Int(pause.components.seconds) + (pause.components.attoseconds > 0 ? 1 : 0))
    }
    return headers
  }

  static let linkHeaders = ["azure-asyncoperation", "location"]

  private func isForeign(_ link: String) -> Bool { AzureAddress.target(of: link, on: call.origin) == nil }

  // MARK: Error

  /// Why the answer is none; `nil` when it is.
  func error(_ tables: [ErrorTable]) -> ProviderError? {
    guard let body else { return foreignText }
    if !isSuccess { return refusal(body, tables) }
    guard body.object != nil || body.list != nil else { return AnswerReading.unreadable(response) }
    if hasFailed(body) { return error(body["error"], code: body["status"].string ?? "", tables) }
    return foreignLink(body, tables)
  }

  private func refusal(_ body: Value, _ tables: [ErrorTable]) -> ProviderError {
    let error = [body["error"], body["odata.error"]].first { $0.object != nil } ?? body
    if error["code"].scalarText.map({ !$0.isEmpty }) ?? false { return self.error(error, code: "", tables) }
    return isAzures ? self.error(error, code: "http:\(response.status)", tables) : foreignText
  }

  /// HTTP says 200 to whoever asks an operation that has failed.
  ///
  /// A resource may have a `status` of its own, so it counts where an operation was asked, or with an error beside it.
  private func hasFailed(_ body: Value) -> Bool {
    guard let status = body["status"].string, AzureOperation.isFailure(status) else { return false }
    return isPoll || body["error"].object != nil
  }

  /// A page that another host has would be missed; an operation that only another host knows can be seen on its
  /// resource, but for a `POST`.
  private func foreignLink(_ body: Value, _ tables: [ErrorTable]) -> ProviderError? {
    var links = [body["nextLink"].string].compactMap { $0 }
    if AzureAddress.split(call.operation).method == "POST" { links += Self.linkHeaders.compactMap(response.header) }
    guard let link = links.first(where: { !$0.isEmpty && isForeign($0) }) else { return nil }
    return error(["message": .string(link)], code: "ForeignLink", tables)
  }

  /// An empty answer is Azure's own to `HEAD`, and with Azure's mark on it; else some gateway's.
  private var isAzures: Bool {
    AzureAddress.split(call.operation).method == "HEAD" || response.header("x-ms-request-id") != nil
  }

  private var foreignText: ProviderError {
    var error = AnswerReading.unreadable(response)
    error.requestID = response.header("x-ms-request-id")
    return error
  }

  private func error(_ error: Value, code: String, _ tables: [ErrorTable]) -> ProviderError {
    let own = error["code"].scalarText ?? ""
    let message = error["message"].string ?? error["message"]["value"].string ?? error["details"][0]["message"].string
    var result = AnswerReading.error(
      code: own.isEmpty ? code : own, message: message ?? "", requestID: response.header("x-ms-request-id"),
      response: response, tables: tables)
    result.retryAfter = retryAfter
    // The condition asked whether the resource is there, and it is.
    if response.status == 412, asksForAbsence { result.kind = .alreadyExists }
    return result
  }

  private var asksForAbsence: Bool {
    call.parameters[Member.headers].object?.keys.contains { $0.lowercased() == "if-none-match" } ?? false
  }

  /// `Retry-After`, else the same in milliseconds under Azure's own names.
  private var retryAfter: Duration? {
    if let pause = AnswerReading.retryAfter(response) { return pause }
    for name in ["retry-after-ms", "x-ms-retry-after-ms"] {
      guard let text = response.header(name), let milliseconds = Int(text), milliseconds >= 0 else { continue }
      return min(.milliseconds(milliseconds), .seconds(600))
    }
    return nil
  }
}
