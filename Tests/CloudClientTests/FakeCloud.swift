import Basics
import CloudWire
import JSONText
import Synchronization

/// The other side of the wire, scripted: every call is recorded, and a handler decides what comes back.
final class FakeCloud: HTTPTransport {
  /// A request as the service reads it.
  struct Call: Sendable {
    var operation: String
    var parameters: Value
    var request: HTTPRequest
    var time: Duration
    /// How often this operation was called, this time included.
    var number: Int
  }

  enum Reply: Sendable {
    case answer(Value)
    case refuse(String, status: Int = 400, headers: [HTTPHeader] = [])
    case fail(HTTPFailure.Kind, sent: Bool)
    case raw(HTTPResponse)
  }

  private let time: ManualTime
  private let handler: @Sendable (Call) -> Reply
  private let seen = Mutex<[Call]>([])

  init(_ time: ManualTime, _ handler: @escaping @Sendable (Call) -> Reply) {
    self.time = time
    self.handler = handler
  }

  var calls: [Call] { seen.withLock { $0 } }
  var operations: [String] { calls.map(\.operation) }
  func calls(_ operation: String) -> [Call] { calls.filter { $0.operation == operation } }

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    if Task.isCancelled { throw HTTPFailure(.cancelled, mayHaveBeenSent: false, detail: "") }
    let call = seen.withLock { seen in
      let call = read(request, before: seen)
      seen.append(call)
      return call
    }
    switch handler(call) {
    case .answer(let value): return Self.response(200, value)
    case .refuse(let code, let status, let headers):
      var response = Self.response(
        status, ["Code": .string(code), "Message": .string("said \(code)"), "RequestId": "R-1"])
      response.headers += headers
      return response
    case .fail(let kind, let sent): throw HTTPFailure(kind, mayHaveBeenSent: sent, detail: "scripted")
    case .raw(let response): return response
    }
  }

  private func read(_ request: HTTPRequest, before: [Call]) -> Call {
    let isForm = request.header("x-acs-action") == nil && !request.body.isEmpty
    let pairs = FormText.decode(isForm ? String(decoding: request.body, as: UTF8.self) : request.query) ?? []
    let parameters = Flattening.unflatten(pairs) ?? .null
    let named = parameters["Action"].string ?? parameters["action"].string
    let operation = request.header("x-acs-action") ?? named ?? "?"
    return Call(
      operation: operation, parameters: parameters, request: request, time: time.elapsed,
      number: before.count { $0.operation == operation } + 1)
  }

  static func response(_ status: Int, _ value: Value) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(JSON.text(value).utf8))
  }
}
