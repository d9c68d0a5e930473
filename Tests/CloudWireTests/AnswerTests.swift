import Basics
import CloudWire
import Expressions
import ProviderModel
import Testing

@Suite struct AnswerTests {
  private func call(_ operation: String = "DescribeCens") -> WireCall {
    WireCall(
      product: ProductDescription(
        name: "cbn", version: "2017-09-12", endpoint: Template(.literal(.null), at: SourceLocation(file: "test"))),
      operation: operation, parameters: ["RegionId": "cn-hangzhou"], region: nil, origin: "https://cbn.aliyuncs.com")
  }

  private func answer(_ status: Int, _ body: String, _ headers: [HTTPHeader] = []) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
  }

  @Test("a code is classified by the most special entry of the nearest table, else by the HTTP status")
  func classification() {
    let action = ErrorTable([.inUse: ["AlreadyBound.CEN"]])
    let provider = ErrorTable([
      .throttled: ["Throttling*", "http:429"], .alreadyExists: ["AlreadyBound.*"], .conflict: ["IncorrectStatus*Busy"],
    ])
    let kind = { (status: Int, code: String) -> FailureClass? in
      let body = #"{"Code":"\#(code)","Message":"m","RequestId":"r"}"#
      guard
        case .failure(let error) = AlibabaRPCProtocol().decode(
          answer(status, body), to: call(), errors: [action, provider])
      else { return nil }
      return error.kind
    }
    #expect(kind(400, "AlreadyBound.CEN") == .inUse)
    #expect(kind(400, "AlreadyBound.CCN") == .alreadyExists)
    #expect(kind(400, "Throttling.User") == .throttled)
    #expect(kind(400, "IncorrectStatus.Vpc.Busy") == .conflict)
    #expect(kind(503, "Whatever") == .transient)
    #expect(kind(403, "Whatever") == .denied)
    #expect(kind(400, "Whatever") == .unknown)
  }

  @Test("an answer that is not in the protocol's form is a passing fault, not a success")
  func unreadable() {
    for body in ["", "<html>", "[1]", "{\"a\":", "\u{0}"] {
      guard case .failure(let error) = AlibabaRPCProtocol().decode(answer(200, body), to: call(), errors: []) else {
        Issue.record("\(body) was read")
        continue
      }
      #expect(error.kind == .transient)
    }
    for body in ["", "<a>", "<!DOCTYPE x [<!ENTITY a 'b'>]><DescribeCensResponse/>", "<OtherResponse/>"] {
      guard case .failure(let error) = AWSQueryProtocol().decode(answer(200, body), to: call(), errors: []) else {
        Issue.record("\(body) was read")
        continue
      }
      #expect(error.kind == .transient)
    }
  }

  @Test("an element with items is a list, an empty one null, text a string")
  func xml() throws {
    let text = "<R xmlns='u'><s><item><a>1</a></item><item><b/></item></s><t>x &amp; y</t><e></e></R>"
    let parsed = try #require(XMLText.parse(Array(text.utf8)))
    #expect(parsed.value == ["s": [["a": "1"], ["b": nil]], "t": "x & y", "e": nil])
    #expect(XMLText.parse(Array(String(repeating: "<a>", count: 5000).utf8)) == nil)
  }

  @Test("the pause that a service asks for is obeyed, within ten minutes")
  func retryAfter() {
    let pause = { (headers: [HTTPHeader]) -> Duration? in
      guard
        case .failure(let error) = AlibabaRPCProtocol().decode(
          answer(429, #"{"Code":"Throttling"}"#, headers), to: call(), errors: [])
      else { return nil }
      return error.retryAfter
    }
    #expect(pause([HTTPHeader("Retry-After", "7")]) == .seconds(7))
    #expect(pause([HTTPHeader("x-acs-retry-after", "1500")]) == .milliseconds(1500))
    #expect(pause([HTTPHeader("Retry-After", "99999")]) == .seconds(600))
    #expect(
      pause([
        HTTPHeader("Date", "Fri, 02 Jan 2026 03:04:05 GMT"), HTTPHeader("Retry-After", "Fri, 02 Jan 2026 03:04:25 GMT"),
      ]) == .seconds(20))
    #expect(pause([]) == nil)
  }

  @Test("pages are followed by token or by number, and their lists joined")
  func paging() throws {
    let alibaba = AlibabaRPCProtocol()
    let first: Value = ["PageNumber": 1, "PageSize": 2, "TotalCount": 3, "Cens": ["Cen": [1, 2]]]
    let next = try #require(alibaba.nextPage(after: first, of: call()))
    #expect(next.parameters == ["RegionId": "cn-hangzhou", "PageNumber": 2, "PageSize": 2])
    let last: Value = ["PageNumber": 2, "PageSize": 2, "TotalCount": 3, "Cens": ["Cen": [3]]]
    #expect(alibaba.nextPage(after: last, of: call()) == nil)
    #expect(alibaba.join(first, with: last)["Cens"]["Cen"] == [1, 2, 3])
    #expect(alibaba.nextPage(after: ["NextToken": ""], of: call()) == nil)
    #expect(alibaba.nextPage(after: ["NextToken": "t"], of: call())?.parameters["NextToken"] == "t")
    let bss: Value = ["Data": ["PageNum": 1, "PageSize": 20, "TotalCount": 21]]
    #expect(alibaba.nextPage(after: bss, of: call())?.parameters["PageNum"] == 2)
    #expect(AWSQueryProtocol().nextPage(after: ["nextToken": "t"], of: call())?.parameters["NextToken"] == "t")
    #expect(AWSQueryProtocol().nextPage(after: ["nextToken": nil], of: call()) == nil)
  }

  @Test("flattening and its way back agree, and hostile names are refused")
  func flattening() {
    let tree: Value = ["Filter": [["Name": "a", "Value": ["x", "y"]]], "Deep": ["Er": ["Value": "1"]]]
    #expect(Flattening.unflatten(Flattening.flatten(tree)) == tree)
    #expect(Flattening.flatten(["A": nil, "B": true, "C": [], "D": 1.5]).map(\.name) == ["B", "D"])
    for names in [["a", "a"], ["a", "a.b"], ["a..b"], ["l.1", "l.3"]] {
      #expect(Flattening.unflatten(names.map { FormText.Pair($0, "v") }) == nil, "\(names)")
    }
  }

  @Test("time stamps are read and written in every form of the wire")
  func timestamps() throws {
    let date = try #require(Timestamp.parse("2024-02-29T23:59:58Z"))
    #expect(Timestamp.extended(date) == "2024-02-29T23:59:58Z")
    #expect(Timestamp.basic(date) == "20240229T235958Z")
    #expect(Timestamp.http(date) == "Thu, 29 Feb 2024 23:59:58 GMT")
    #expect(Timestamp.parseHTTP(Timestamp.http(date)) == date)
    #expect(Timestamp.parse("2026-01-02T03:04:05.123Z") == Timestamp.parse("20260102T030405Z"))
    #expect(Timestamp.parse("yesterday") == nil)
  }
}
