package import Basics
import JSONText
package import ProviderModel

/// Alibaba Cloud's RPC style: parameters flattened into the query (some into a form body), JSON answers.
package struct AlibabaRPCProtocol: WireProtocol {
  package init() {}

  package func encode(_ call: WireCall) -> HTTPRequest {
    let form = formNames(of: call)
    let pairs = Flattening.flatten(call.parameters)
    let inForm = pairs.filter { form($0.name) }
    var request = HTTPRequest(
      method: call.product.methods[call.operation] ?? call.product.method, origin: call.origin,
      query: FormText.encode(pairs.filter { !form($0.name) }),
      headers: [
        HTTPHeader("x-acs-action", call.operation), HTTPHeader("x-acs-version", call.product.version),
        HTTPHeader("accept", "application/json"),
      ])
    if !inForm.isEmpty {
      request.headers.append(HTTPHeader("content-type", "application/x-www-form-urlencoded"))
      request.body = Array(FormText.encode(inForm, space: .plus).utf8)
    }
    return request
  }

  /// Which flattened names travel in the form: by their first part, as the product declares.
  private func formNames(of call: WireCall) -> (String) -> Bool {
    let rules = call.product.formParameters[call.operation] ?? call.product.formParameters["*"] ?? []
    return { name in
      let head = String(name.prefix { $0 != "." })
      return !rules.contains("-\(head)") && (rules.contains("*") || rules.contains(head))
    }
  }

  package func decode(
    _ response: HTTPResponse, to call: WireCall, errors: [ErrorTable]
  ) -> Result<Value, ProviderError> {
    guard let value = try? JSON.parse(response.body), value.object != nil else {
      return .failure(AnswerReading.unreadable(response))
    }
    if (200..<300).contains(response.status), !Self.reportsFailure(value) { return .success(value) }
    guard let code = value["Code"].scalarText, !code.isEmpty else {
      return .failure(AnswerReading.unreadable(response))
    }
    return .failure(
      AnswerReading.error(
        code: code, message: value["Message"].string ?? "", requestID: value["RequestId"].string, response: response,
        tables: errors))
  }

  /// BssOpenApi answers 200 with `Success: false`; ENS with a `Code` that is a number other than 0.
  private static func reportsFailure(_ value: Value) -> Bool {
    value["Success"] == false || value["Code"].integer.map { $0 != 0 && $0 != 200 } ?? false
  }

  package func nextPage(after answer: Value, of call: WireCall) -> WireCall? {
    if let token = answer["NextToken"].string, !token.isEmpty { return call.adding(["NextToken": .string(token)]) }
    let counts = answer["Data"]["TotalCount"].isNull ? answer : answer["Data"]
    let name = counts["PageNum"].isNull ? "PageNumber" : "PageNum"
    guard let page = counts[name].integer, let size = counts["PageSize"].integer, size > 0,
      let total = counts["TotalCount"].integer, page * size < total
    else { return nil }
    return call.adding([name: .integer(page + 1), "PageSize": .integer(size)])
  }

  package func join(_ earlier: Value, with later: Value) -> Value { AnswerReading.join(earlier, later) }
}
