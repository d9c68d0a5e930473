import Basics
import CloudWire
import Expressions
import Foundation
import ProviderModel
import Testing

@Suite struct AzureWireTests {
  private static let origin = "https://management.azure.com"

  private func call(_ operation: String, path: Value = .null, _ parameters: Value = [:]) -> WireCall {
    let product = ProductDescription(
      name: "network", version: "2023-11-01", endpoint: Template(.literal(.null), at: SourceLocation(file: "test")))
    return WireCall(
      product: product, operation: operation, parameters: parameters, path: path, region: nil, origin: Self.origin)
  }

  private func decode(
    _ status: Int, _ body: String, _ headers: [HTTPHeader] = [], to call: WireCall
  ) -> Result<Value, ProviderError> {
    AzureARMProtocol().decode(
      HTTPResponse(status: status, headers: headers, body: Array(body.utf8)), to: call, errors: [AzureVectors.errors])
  }

  private func refusal(_ result: Result<Value, ProviderError>) -> ProviderError? {
    if case .failure(let error) = result { error } else { nil }
  }

  // MARK: Requests

  @Test(
    "names in the path are encoded, ids keep their slashes, and a missing or dangerous name never shortens the path")
  func paths() {
    let path = { (text: String, values: Value) in AzureARMProtocol().encode(self.call(text, path: values)).path }
    #expect(path("GET /a/{x}/b", ["x": "n m/ü?#%"]) == "/a/n%20m%2F%C3%BC%3F%23%25/b")
    #expect(path("GET /a/{x}{y}", ["x": 1, "y": true]) == "/a/1true")
    #expect(
      path("GET /{+id}/routes/{r}", ["id": "/subscriptions/s 1/x", "r": "t"]) == "/subscriptions/s%201/x/routes/t")
    for bad: Value in [nil, "", ".", "..", ["x"]] {
      #expect(path("DELETE /tables/{x}", ["x": bad]) == "/tables/%7Bx%7D", "\(bad)")
      #expect(path("DELETE /tables/{+x}", ["x": bad]) == "/tables/%7B%2Bx%7D", "\(bad)")
    }
    #expect(path("GET /{+id}", ["id": "/a/../b"]) == "/%7B%2Bid%7D")
    #expect(path("GET /{+id}", ["id": "/a//b"]) == "/%7B%2Bid%7D")
  }

  @Test("query and conditions travel beside the body, and what an answer added does not travel back")
  func members() {
    let read: Value = [
      "id": "/x", "tags": ["a": nil], "properties": ["enableIPForwarding": true], "$status": 201,
      "$headers": ["azure-asyncoperation": "\(Self.origin)/op", "If-Match": "W/1"],
      "$query": ["api-version": "2021-07-01", "b": "x y", "$a": 1, "c": nil],
    ]
    let request = AzureARMProtocol().encode(call("PUT /x", read))
    #expect(request.url == "\(Self.origin)/x?api-version=2021-07-01&$a=1&b=x%20y")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"id":"/x","properties":{"enableIPForwarding":true},"tags":{}}"#)
    #expect(Set(request.headers.map { $0.name.lowercased() }) == ["accept", "content-type", "if-match"])
    #expect(AzureARMProtocol().encode(call("POST /x", ["$query": ["a": "b"]])).body.isEmpty)
    #expect(AzureARMProtocol().encode(call("GET /x", ["a": "b"])).body.isEmpty)
    #expect(AzureARMProtocol().encode(call("PUT /x")).body == Array("{}".utf8))
  }

  @Test("a link is asked as it stands, on the own host only")
  func links() {
    let page = "\(Self.origin)/subscriptions/1/resources?api-version=2025-04-01&%24skiptoken=FAKE%2bskip%3d"
    let list = call("GET /subscriptions/{s}/resources", path: ["s": "1"], ["$query": ["$filter": "x"]])
    let next = AzureARMProtocol().nextPage(after: ["value": [1], "nextLink": .string(page)], of: list)
    #expect(next.map { AzureARMProtocol().encode($0).url } == page)
    #expect(next?.operation == "GET /subscriptions/1/resources")
    #expect(AzureARMProtocol().nextPage(after: ["value": [1], "nextLink": ""], of: list) == nil)
    #expect(AzureARMProtocol().nextPage(after: [1, 2], of: list) == nil)
    #expect(AzureARMProtocol().join(["value": [1], "nextLink": "a"], with: ["value": [2]]) == ["value": [1, 2]])
    let url = { (link: String) in AzureARMProtocol().encode(list.following(link)).url }
    #expect(url("HTTPS://Management.Azure.com:443/a?b=c#d") == "\(Self.origin)/a?b=c")
    #expect(url("/a?b") == "\(Self.origin)/a?b")
    for foreign in [
      "https://evil.example/a", "http://management.azure.com/a", "https://management.azure.com.evil.example/a",
      "https://management.azure.com@evil.example/a", "//evil.example/a", "https://management.azure.com:8443/a", "a",
      "https://management.azure.com/a b", "https://management.azure.com/a\r\nX: y",
    ] {
      #expect(url(foreign) == "\(Self.origin)/", "\(foreign)")
      let body = #"{"value":[],"nextLink":"\#(foreign.replacing("\r\n", with: "\\r\\n"))"}"#
      #expect(refusal(decode(200, body, to: list))?.code == "ForeignLink", "\(foreign)")
    }
  }

  // MARK: Answers

  @Test("an answer shows status and links of an operation under way, and nothing more when there is none")
  func operationMembers() throws {
    let put = call("PUT /x", ["a": 1])
    let status = HTTPHeader("Azure-AsyncOperation", "\(Self.origin)/op?v=1")
    #expect(try decode(200, #"{"id":"/x"}"#, [HTTPHeader("Retry-After", "3")], to: put).get() == ["id": "/x"])
    #expect(
      try decode(201, #"{"id":"/x"}"#, [status, HTTPHeader("retry-after", "3")], to: put).get()
        == [
          "id": "/x", "$status": 201, "$headers": ["azure-asyncoperation": "\(Self.origin)/op?v=1", "retry-after": 3],
        ])
    #expect(
      try decode(202, "", [HTTPHeader("x-ms-retry-after-ms", "1500")], to: put).get()["$headers"] == ["retry-after": 2])
    #expect(try decode(204, "", to: call("DELETE /x")).get() == ["$status": 204])
    #expect(try decode(200, "[1]", to: call("GET /x")).get() == [1])
    #expect(try decode(200, "null", to: call("GET /x")).get() == [:])
    let foreign = HTTPHeader("Location", "https://evil.example/op")
    #expect(try decode(202, "", [foreign], to: put).get() == ["$status": 202])
    #expect(refusal(decode(202, "", [foreign], to: call("POST /x/run")))?.code == "ForeignLink")
  }

  @Test(
    "errors are read in every form, an empty refusal only when it is Azure's own, and 412 tells that the thing is there"
  )
  func errors() {
    let get = call("GET /x")
    #expect(refusal(decode(400, #"{"odata.error":{"code":"A","message":{"value":"m"}}}"#, to: get))?.message == "m")
    #expect(refusal(decode(400, #"{"error":{"code":"A","details":[{"message":"why"}]}}"#, to: get))?.message == "why")
    #expect(refusal(decode(404, "", to: get))?.kind == .transient)
    #expect(refusal(decode(404, "", to: call("HEAD /x")))?.kind == .notFound)
    #expect(refusal(decode(404, "", [HTTPHeader("x-ms-request-id", "r")], to: get))?.kind == .notFound)
    #expect(refusal(decode(404, "<html>", [HTTPHeader("x-ms-request-id", "r")], to: get))?.kind == .transient)
    #expect(refusal(decode(200, "<html>", to: get))?.kind == .transient)
    #expect(refusal(decode(200, "\"text\"", to: get))?.kind == .transient)
    let failed = #"{"status":"Failed","error":{"code":"A","message":"m"}}"#
    #expect(refusal(decode(200, failed, to: get))?.code == "A")
    #expect(refusal(decode(200, #"{"status":"Canceled"}"#, to: get.following("/op")))?.code == "Canceled")
    #expect(refusal(decode(200, #"{"status":"Failed"}"#, to: get)) == nil)
    let taken = #"{"error":{"code":"PreconditionFailed","message":"m"}}"#
    #expect(
      refusal(decode(412, taken, to: call("PUT /x", ["$headers": ["if-none-match": "*"]])))?.kind == .alreadyExists)
    #expect(refusal(decode(412, taken, to: call("PUT /x", ["$headers": ["If-Match": "1"]])))?.kind == .conflict)
  }

  // MARK: Operations

  private func asked(_ operation: AzureOperation?) -> String? {
    guard case .ask(let call, _) = operation?.step else { return nil }
    return AzureARMProtocol().encode(call).url.replacing(Self.origin, with: "")
  }

  private func isDone(_ operation: AzureOperation?) -> Bool { if case .done = operation?.step { true } else { false } }

  @Test("without links a resource is asked until its provisioning ends, and a failed one is a failure")
  func provisioning() {
    let put = call("PUT /{x}", path: ["x": "n"], ["$query": ["api-version": "2021-07-01"]])
    let state = { (text: String) -> Value in ["properties": ["provisioningState": .string(text)]] }
    var operation = AzureOperation(of: put, answered: state("Creating"))
    #expect(asked(operation) == "/n?api-version=2021-07-01")
    operation?.take(state("Updating"))
    #expect(asked(operation) == "/n?api-version=2021-07-01")
    operation?.take(state("Succeeded"))
    #expect(isDone(operation))
    #expect(isDone(AzureOperation(of: put, answered: ["id": "/n"])))
    #expect(asked(AzureOperation(of: put, answered: ["$status": 202])) != nil)
    guard case .failed(let error)? = AzureOperation(of: put, answered: state("Canceled"))?.step else {
      Issue.record("a cancelled change counts as done")
      return
    }
    #expect(error.code == "Canceled")
    #expect(AzureOperation(of: call("GET /n"), answered: state("Creating")) == nil)
    #expect(isDone(AzureOperation(of: call("DELETE /n"), answered: ["$status": 204])))
  }

  @Test("an operation that is forgotten or hidden is looked for on its resource; a POST has none")
  func hidden() {
    let answer: Value = ["$status": 202, "$headers": ["azure-asyncoperation": "/op", "retry-after": 7]]
    let missing = ProviderError(kind: .notFound, code: "NotFound", message: "", status: 404)
    var put = AzureOperation(of: call("PUT /n"), answered: answer)
    guard case .ask(_, let pause)? = put?.step else {
      Issue.record("nothing is asked")
      return
    }
    #expect(pause == .seconds(7))
    #expect(put?.take(refusal: missing) == true)
    #expect(asked(put) == "/n?api-version=2023-11-01")
    #expect(put?.take(refusal: missing) == false)
    var delete = AzureOperation(of: call("DELETE /n"), answered: answer)
    #expect(delete?.take(refusal: ProviderError(kind: .denied, code: "A", message: "", status: 403)) == true)
    delete?.take(["properties": ["provisioningState": "Deleting"]])
    #expect(asked(delete) == "/n?api-version=2023-11-01")
    #expect(delete?.take(refusal: missing) == true)
    #expect(isDone(delete))
    var post = AzureOperation(of: call("POST /n/run"), answered: answer)
    #expect(post?.take(refusal: missing) == false)
  }

  // MARK: Tokens

  @Test("a token's life counts from the request, is renewed before its end, and never shows itself")
  func tokenLife() throws {
    let sent = Date(timeIntervalSince1970: 1000)
    let answer = { (body: String, status: Int) in
      AzureToken.decode(HTTPResponse(status: status, body: Array(body.utf8)), sent: sent)
    }
    let short = try answer(#"{"token_type":"bearer","expires_in":"60","access_token":"secret-token"}"#, 200).get()
    #expect(short.expires == sent.addingTimeInterval(60))
    #expect(short.refresh == sent.addingTimeInterval(30))
    #expect(!"\(short)".contains("secret"))
    let credentials = Credentials(accessKeyID: "id", secret: "secret").carrying(short)
    #expect(credentials.sessionToken == "secret-token" && credentials.expires == short.refresh)
    for body in ["", "{}", #"{"token_type":"Bearer","expires_in":0,"access_token":"t"}"#, "<html>"] {
      guard case .failure(let error) = answer(body, 200) else {
        Issue.record("\(body) was read")
        continue
      }
      #expect(error.kind == .transient)
    }
    for (status, code, kind): (Int, String, FailureClass) in [
      (429, "too_many", .throttled), (503, "x", .transient), (400, "temporarily_unavailable", .transient),
      (401, "invalid_client", .denied),
    ] {
      guard case .failure(let error) = answer(#"{"error":"\#(code)"}"#, status) else { continue }
      #expect(error.kind == kind, "\(code)")
    }
    let request = AzureToken.request(
      tenant: "a/b", credentials: credentials, cloud: .china, authority: "http://127.0.0.1:8080/", scope: "s")
    #expect(request.url == "http://127.0.0.1:8080/a%2Fb/oauth2/v2.0/token")
    #expect(request.form["scope"] == "s")
    #expect(AzureCloud(managementOrigin: "https://management.usgovcloudapi.net") == .usGovernment)
    #expect(AzureCloud(managementOrigin: "http://127.0.0.1:1") == nil)
  }
}
