package import Basics
import JSONText
package import ProviderModel

/// QingCloud's API: parameters flattened into a query, JSON answers whose `ret_code` tells success from refusal.
///
/// Every operation is a `GET`, as the vendor's SDK sends it; those that `methods` of the product names as `POST`, and
/// those that carry one of the product's `form_parameters`, travel in a form body, so that a password stays out of URLs. The call's region is the parameter `zone`. There are
/// no booleans on this wire: `true` is 1, `false` is 0.
package struct QingCloudProtocol: WireProtocol {
  package init() {}

  package func encode(_ call: WireCall) -> HTTPRequest {
    var pairs = [FormText.Pair("action", call.operation)]
    if let zone = call.region, call.parameters["zone"].isNull { pairs.append(FormText.Pair("zone", zone)) }
    pairs += Flattening.flatten(Self.withoutBooleans(call.parameters))
    guard Self.isForm(call) else {
      return HTTPRequest(method: "GET", origin: call.origin, path: "/iaas/", query: FormText.encode(pairs))
    }
    return HTTPRequest(
      method: "POST", origin: call.origin, path: "/iaas/",
      headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
      body: Array(FormText.encode(pairs, space: .plus).utf8))
  }

  private static func isForm(_ call: WireCall) -> Bool {
    if call.product.methods[call.operation] == "POST" { return true }
    let inForm = call.product.formParameters[call.operation] ?? []
    return inForm.contains { !call.parameters[$0].isNull }
  }

  private static func withoutBooleans(_ value: Value) -> Value {
    switch value {
    case .bool(let flag): .integer(flag ? 1 : 0)
    case .list(let elements): .list(elements.map(withoutBooleans))
    case .object(let members): .object(members.mapValues(withoutBooleans))
    default: value
    }
  }

  /// The answer, or the vendor's error with the number of its `ret_code` as the code: HTTP says 200 in both cases.
  package func decode(
    _ response: HTTPResponse, to call: WireCall, errors: [ErrorTable]
  ) -> Result<Value, ProviderError> {
    guard let value = try? JSON.parse(response.body), let code = Self.number(value["ret_code"]) else {
      return .failure(AnswerReading.unreadable(response))
    }
    if code == 0, (200..<300).contains(response.status) { return .success(value) }
    return .failure(
      AnswerReading.error(
        code: String(code), message: value["message"].string ?? "", requestID: value["request_id"].string,
        response: response, tables: errors))
  }

  /// Pages go by `offset` and the number of elements that came; the service tells the whole number in `total_count`.
  package func nextPage(after answer: Value, of call: WireCall) -> WireCall? {
    guard let total = Self.number(answer["total_count"]) else { return nil }
    let counts = (answer.object ?? [:]).filter { $0.key.hasSuffix("_set") }.compactMap { $0.value.list?.count }
    guard let count = counts.max(), count > 0 else { return nil }
    let next = (Self.number(call.parameters["offset"]) ?? 0) + count
    return next < total ? call.adding(["offset": .integer(next)]) : nil
  }

  package func join(_ earlier: Value, with later: Value) -> Value { AnswerReading.join(earlier, later) }

  private static func number(_ value: Value) -> Int? { value.integer ?? value.string.flatMap { Int($0) } }
}
