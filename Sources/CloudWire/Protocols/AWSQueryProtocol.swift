package import Basics
import JSONText
package import ProviderModel

/// The AWS Query protocol of EC2 and STS (form in, XML out), and JSON 1.1 for a product with a `jsonTarget` (SSM).
package struct AWSQueryProtocol: WireProtocol {
  package init() {}

  package func encode(_ call: WireCall) -> HTTPRequest {
    if let target = call.product.jsonTarget { return encodeJSON(call, target: target) }
    let common = [
      FormText.Pair("Action", call.operation), FormText.Pair("Version", call.product.version),
    ]
    let body = FormText.encode(common + Flattening.flatten(call.parameters), space: .plus)
    return HTTPRequest(
      method: "POST", origin: call.origin,
      headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")], body: Array(body.utf8))
  }

  private func encodeJSON(_ call: WireCall, target: String) -> HTTPRequest {
    HTTPRequest(
      method: "POST", origin: call.origin,
      headers: [
        HTTPHeader("Content-Type", "application/x-amz-json-1.1"),
        HTTPHeader("X-Amz-Target", "\(target).\(call.operation)"),
      ], body: Array(JSON.text(call.parameters.isNull ? .object([:]) : call.parameters).utf8))
  }

  package func decode(
    _ response: HTTPResponse, to call: WireCall, errors: [ErrorTable]
  ) -> Result<Value, ProviderError> {
    if call.product.jsonTarget != nil { return decodeJSON(response, errors: errors) }
    guard let (root, value) = XMLText.parse(response.body) else {
      return .failure(AnswerReading.unreadable(response))
    }
    if response.status == 200, root == "\(call.operation)Response" {
      return .success(value.isNull ? .object([:]) : value)
    }
    guard let error = Self.error(in: value), let code = error["Code"].string else {
      return .failure(AnswerReading.unreadable(response))
    }
    return .failure(
      AnswerReading.error(
        code: code, message: error["Message"].string ?? "",
        requestID: value["RequestID"].string ?? value["RequestId"].string, response: response, tables: errors))
  }

  /// EC2 nests `Errors.Error`, STS has `Error`.
  private static func error(in body: Value) -> Value? {
    let nested = body["Errors"]["Error"]
    let plain = body["Error"]
    return nested.object != nil ? nested : plain.object != nil ? plain : nil
  }

  private func decodeJSON(_ response: HTTPResponse, errors: [ErrorTable]) -> Result<Value, ProviderError> {
    guard let value = try? JSON.parse(response.body), value.object != nil else {
      return .failure(AnswerReading.unreadable(response))
    }
    if response.status == 200 { return .success(value) }
    guard let type = value["__type"].string else { return .failure(AnswerReading.unreadable(response)) }
    return .failure(
      AnswerReading.error(
        code: type.split(separator: "#").last.map(String.init) ?? type,
        message: value["message"].string ?? value["Message"].string ?? "",
        requestID: response.header("x-amzn-RequestId"), response: response, tables: errors))
  }

  package func nextPage(after answer: Value, of call: WireCall) -> WireCall? {
    guard let token = answer["nextToken"].string ?? answer["NextToken"].string else { return nil }
    return call.adding(["NextToken": .string(token)])
  }

  package func join(_ earlier: Value, with later: Value) -> Value { AnswerReading.join(earlier, later) }
}

extension WireCall {
  /// The same call with further parameters.
  package func adding(_ parameters: [String: Value]) -> WireCall {
    var call = self
    call.parameters = .object((self.parameters.object ?? [:]).merging(parameters) { $1 })
    return call
  }
}
