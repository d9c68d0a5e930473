import Basics
import CloudWire
import Foundation
import JSONText
import ProviderModel
import Testing

@Suite struct GoldenAzureTests {
  @Test("each request of Azure's SDK comes out of encoder and signer with the same method, URL, headers and body")
  func requests() throws {
    let entries = try #require(try Vectors.json("golden-requests/azure.json")["entries"].list)
    #expect(entries.count == 64)
    var count = 0
    for entry in entries where entry["step"] != "0-token" {
      for request in [entry["request"]] + (entry["then"].list ?? []) {
        let id = "\(entry["id"].string ?? "") \(request["method"].string ?? "")"
        let call = try AzureVectors.call(request)
        let encoded = AzureARMProtocol().encode(call)
        let sent = request["headers"]
        #expect(encoded.method == request["method"].string, "\(id)")
        #expect(encoded.url == request["url"].string, "\(id)")
        #expect(encoded.header("Content-Type") == sent["Content-Type"].string, "\(id)")
        for name in ["If-Match", "If-None-Match"] { #expect(encoded.header(name) == sent[name].string, "\(id)") }
        if request["json"].isNull {
          #expect(encoded.body.isEmpty, "\(id)")
        } else {
          #expect(try JSON.parse(encoded.body) == request["json"], "\(id)")
        }
        let signed = BearerSigner().sign(
          encoded, for: call, with: Credentials(accessKeyID: "", secret: "", sessionToken: "FAKE.ACCESS.TOKEN"),
          at: try #require(Timestamp.parse("2026-01-02T03:04:05Z")), nonce: "")
        #expect(signed.request.header("Authorization") == sent["Authorization"].string, "\(id)")
        count += 1
      }
      // The SDK accepts anything where its model has no answer; of a POST nobody else can tell.
      guard entry["id"] != "vm-deallocate" else { continue }
      let first = AzureARMProtocol().encode(try AzureVectors.call(entry["request"]))
      #expect(first.header("Accept") == entry["request"]["headers"]["Accept"].string, "\(entry["id"])")
    }
    #expect(count == 114)
  }

  @Test("operations are polled at the same addresses in the same order as Azure's SDK polls them")
  func operations() throws {
    let entries = try #require(try Vectors.json("golden-requests/azure.json")["entries"].list)
    var count = 0
    for entry in entries where entry["step"] != "0-token" && !entry["scripted_replies"].isNull {
      let id = entry["id"].string ?? ""
      let requests = [entry["request"]] + (entry["then"].list ?? [])
      // A read before the write is a call of its own.
      let start = requests[0]["method"] == "GET" && requests.count > 1 ? 1 : 0
      var conversation = AzureVectors.Conversation(
        replies: (entry["scripted_replies"].list ?? []).dropFirst(start).map(AzureVectors.response))
      let result = try conversation.hold(try AzureVectors.call(requests[start]))
      #expect(conversation.asked.map(\.url) == requests.dropFirst(start).compactMap { $0["url"].string }, "\(id)")
      #expect(conversation.asked.dropFirst().allSatisfy { $0.method == "GET" && $0.header("Accept") != nil }, "\(id)")
      switch result {
      case .success: #expect(entry["sdk_raises"].isNull, "\(id)")
      case .failure(let error) where entry["sdk_raises"].isNull:
        #expect((id == "route-get-missing" || id == "subnet-associate-if-match") && error.status >= 400, "\(id)")
      case .failure(let error):
        #expect(error.code == entry["sdk_raises"]["code"].string, "\(id)")
        #expect(error.status == entry["sdk_raises"]["status"].integer, "\(id)")
      }
      count += 1
    }
    #expect(count == 28)
  }

  @Test(
    "each answer of Azure is understood to the end of its operation, and each error has its code, message, class and pause"
  )
  func responses() throws {
    let golden = try #require(try Vectors.json("golden-responses/azure.json")["responses"].list)
    let entries = try #require(try Vectors.json("golden-requests/azure.json")["entries"].list)
    #expect(golden.count == 109)
    for entry in golden where entry["operation"] != "ClientSecretCredential.get_token" {
      let id = entry["id"].string ?? ""
      // What is refused has no golden request of its own: another one of the same operation, or the same method, stands in.
      let known = try #require(
        entries.first { $0["id"] == entry["id"] } ?? entries.first { $0["sdk"] == entry["operation"] }
          ?? entries.first { entry["operation"] == "subnets.begin_delete" && $0["id"] == "route-delete" }, "\(id)")
      let requests = [known["request"]] + (known["then"].list ?? [])
      let replies = ([entry] + (entry["then"].list ?? [])).map(AzureVectors.response)
      let start = requests[0]["method"] == "GET" && requests.count > 1 ? 1 : 0
      var conversation = AzureVectors.Conversation(
        replies: Array(replies.dropFirst(start)))
      let result = try conversation.hold(try AzureVectors.call(requests[start]))
      #expect(conversation.asked.count == replies.count - start, "\(id)")
      switch result {
      case .success(let value):
        #expect(entry["error"].isNull && entry["kind"].isNull && entry["parsed"] != false, "\(id)")
        guard entry["parsed"] != true else { continue }
        #expect(AzureVectors.texts(value).isSuperset(of: AzureVectors.texts(entry["parsed"])), "\(id)")
      case .failure(let error) where entry["parsed"] == false:
        #expect(error.kind == .notFound, "\(id)")
      case .failure(let error): Self.check(error, entry, "\(id)")
      }
    }
  }

  /// The words of the golden data for classes of errors.
  private static let classes: [String: Set<FailureClass>] = [
    "not-found": [.notFound], "busy": [.notYet], "dependency": [.inUse], "throttling": [.throttled],
    "parameter": [.invalid], "conflict": [.conflict], "precondition": [.conflict, .alreadyExists],
    "credential": [.expired, .denied], "no-permission": [.denied], "quota": [.quota], "internal": [.transient],
    "not-registered": [.invalid], "failed-operation": [.transient, .quota, .inUse, .unknown],
  ]

  private static func check(_ error: ProviderError, _ entry: Value, _ id: Comment) {
    if !entry["error"].isNull {
      #expect(error.code == entry["error"]["code"].string, id)
      #expect(error.message == entry["error"]["message"].string, id)
    }
    #expect(classes[entry["kind"].string ?? ""]?.contains(error.kind) == true, id)
    #expect(error.requestID == "00000000-0000-4000-8000-000000000001", id)
    let last = entry["then"].list?.last ?? entry
    if let seconds = last["headers"]["Retry-After"].string.flatMap(Int.init) {
      #expect(error.retryAfter == .seconds(seconds), id)
    }
    if let text = last["headers"]["x-ms-retry-after-ms"].string, let milliseconds = Int(text) {
      #expect(error.retryAfter == .milliseconds(milliseconds), id)
    }
  }

  @Test("tokens are asked for as Azure's SDK does in each cloud, and both outcomes are understood")
  func tokens() throws {
    let entries = try #require(try Vectors.json("golden-requests/azure.json")["entries"].list)
    let clouds: [String: AzureCloud] = ["token-public": .global, "token-china": .china, "token-usgov": .usGovernment]
    let asked = entries.filter { $0["step"] == "0-token" }
    #expect(asked.count == 3)
    for entry in asked {
      let id = entry["id"].string ?? ""
      let golden = entry["then"][0]
      let request = AzureToken.request(
        tenant: "00000000-0000-0000-0000-0000000000aa",
        credentials: Credentials(
          accessKeyID: "00000000-0000-0000-0000-0000000000bb", secret: "fake~client.secret+with/odd=chars &more"),
        cloud: try #require(clouds[id]))
      #expect(request.method == golden["method"].string, "\(id)")
      #expect(request.url == golden["url"].string, "\(id)")
      #expect(String(decoding: request.body, as: UTF8.self) == golden["body"].string, "\(id)")
      for name in ["Accept", "Content-Type"] {
        #expect(request.header(name) == golden["headers"][name].string, "\(id)")
      }
    }
    let answered = try #require(try Vectors.json("golden-responses/azure.json")["responses"].list)
      .filter { $0["operation"] == "ClientSecretCredential.get_token" }
    #expect(answered.count == 7)
    let now = try #require(Timestamp.parse("2026-01-02T03:04:05Z"))
    for entry in answered {
      let id = entry["id"].string ?? ""
      switch AzureToken.decode(AzureVectors.response(entry["then"][0]), sent: now) {
      case .success(let token):
        #expect(token.text == entry["parsed"]["access_token"].string, "\(id)")
        #expect(token.expires == now.addingTimeInterval(3599), "\(id)")
        #expect(token.refresh == now.addingTimeInterval(3299), "\(id)")
      case .failure(let error):
        #expect(error.code == entry["error"]["code"].string, "\(id)")
        #expect(error.message == entry["error"]["message"].string, "\(id)")
        #expect(error.kind == .denied, "\(id)")
      }
    }
  }
}
