import Basics
import CloudWire
import Expressions
import ProviderModel
import Testing

@Suite struct GoldenQingCloudTests {
  /// The documented codes (qingcloud.md §1.3) in the form of a provider's table.
  static let errors = ErrorTable([
    .invalid: ["1100", "1101"], .denied: ["1200", "1400"], .clock: ["1300"], .notFound: ["2100"],
    .alreadyExists: ["2110"], .quota: ["2400", "2500", "5200"], .transient: ["5000"], .throttled: ["5100", "5300"],
    .inUse: ["5400"],
  ])

  @Test(
    "every request that QingCloud's SDK signed, and each published example, gets the same query, text and signature")
  func signatures() throws {
    let vectors = try #require(try Vectors.json("qingcloud.json")["vectors"].list)
    #expect(vectors.count == 22)
    for vector in vectors {
      let (name, expected) = (vector["name"].string ?? "", vector["expected"])
      let signer = QingCloudSigner(digest: try #require(.init(rawValue: vector["signature_method"].string ?? "")))
      let all = Vectors.pairs(vector["params"])
      let signature = signer.signature(
        method: vector["method"].string ?? "", path: vector["uri"].string ?? "", parameters: all,
        secret: vector["secret_access_key"].string ?? "")
      #expect(signature.canonicalQuery == expected["canonical_query"].string, "\(name)")
      #expect(signature.stringToSign == expected["string_to_sign"].string, "\(name)")
      #expect(signature.value == expected["signature_base64"].string, "\(name)")

      let signed = try Self.signed(
        vector["params"], method: vector["method"].string ?? "", secret: vector["secret_access_key"], signer)
      if let url = expected["url"].string {
        #expect(signed.url == url, "\(name)")
      } else {
        #expect(signed.url == "https://api.qingcloud.com/iaas/", "\(name)")
        #expect(signed.header("Content-Type") == expected["headers"]["Content-Type"].string, "\(name)")
        let form = try #require(FormText.decode(expected["body"].string ?? ""))
        #expect(signed.form == Dictionary(form.map { ($0.name, $0.value) }) { $1 }, "\(name)")
      }
    }
  }

  @Test("each request of QingCloud's SDK comes out of encoder and signer with the same URL and signature")
  func requests() throws {
    let file = try Vectors.json("golden-requests/qingcloud.json")
    let golden = try #require(file["requests"].list)
    #expect(golden.count == 60)
    let credentials = Vectors.credentials(file["credentials"])
    for entry in golden {
      let id = entry["id"].string ?? ""
      let call = Self.call(
        entry["action"], zone: entry["zone"].string, parameters: try Self.tree(Vectors.pairs(entry["action_params"])))
      let encoded = QingCloudProtocol().encode(call)
      var expected = (entry["action_params"].object ?? [:]).compactMapValues(\.string)
      expected["action"] = entry["action"].string
      expected["zone"] = entry["zone"].string
      #expect(encoded.queryParameters == expected, "\(id)")
      let signed = QingCloudSigner().sign(
        encoded, for: call, with: credentials,
        at: try #require(Timestamp.parse(file["fixed_clock"].string ?? "")),
        nonce: try #require(file["fixed_req_id"].string))
      #expect(signed.request.method == entry["method"].string, "\(id)")
      #expect(signed.request.url == entry["url"].string, "\(id)")
      #expect(signed.stringToSign == entry["string_to_sign"].string, "\(id)")
      #expect(signed.request.queryParameters["signature"] == entry["signature"].string, "\(id)")
    }
  }

  @Test("each answer of QingCloud is understood, and each refusal has its ret_code, message and class")
  func responses() throws {
    let golden = try #require(try Vectors.json("golden-responses/qingcloud.json")["responses"].list)
    #expect(golden.count == 96)
    let classes: [String: FailureClass] = [
      "parameter": .invalid, "signature": .denied, "no-permission": .denied, "incorrect-status": .denied,
      "already-exists": .alreadyExists, "not-found": .notFound, "money": .quota, "quota": .quota,
      "internal": .transient,
      "busy": .throttled, "dependency": .inUse,
    ]
    for entry in golden {
      let id = entry["id"].string ?? ""
      let response = HTTPResponse(
        status: try #require(entry["status"].integer), body: Array((entry["body"].string ?? "").utf8))
      switch QingCloudProtocol().decode(response, to: Self.call(entry["operation"]), errors: [Self.errors]) {
      case .success(let value):
        #expect(entry["error"].isNull, "\(id)")
        for (name, member) in try #require(entry["parsed"].object) { #expect(value[name] == member, "\(id) \(name)") }
      case .failure(let error):
        #expect(error.code == entry["error"]["code"].scalarText, "\(id)")
        #expect(error.message == entry["error"]["message"].string, "\(id)")
        // 1300 and an address that is taken share their golden kind with other codes.
        let expected =
          error.code == "1300" ? .clock : error.code == "1400" ? .denied : classes[entry["kind"].string ?? ""]
        #expect(error.kind == expected, "\(id)")
      }
    }
  }

  @Test("pages follow offset and total_count to the end, whatever the page's size")
  func pages() throws {
    let wire = QingCloudProtocol()
    let call = Self.call("DescribeVxnets", parameters: ["limit": 2, "search_word": "a"])
    let first: Value = ["vxnet_set": [1, 2], "total_count": 3, "ret_code": 0]
    let next = try #require(wire.nextPage(after: first, of: call))
    #expect(next.parameters == ["limit": 2, "search_word": "a", "offset": 2])
    let last: Value = ["vxnet_set": [3], "total_count": 3, "ret_code": 0]
    #expect(wire.nextPage(after: last, of: next) == nil)
    #expect(wire.join(first, with: last)["vxnet_set"] == [1, 2, 3])
    #expect(wire.nextPage(after: ["vxnet_set": [], "total_count": 9], of: call) == nil)
    #expect(wire.nextPage(after: ["job_id": "j-1"], of: call) == nil)
    let texts = Self.call("DescribeVxnets", parameters: ["offset": "20"])
    #expect(wire.nextPage(after: ["vxnet_set": [1], "total_count": 22], of: texts)?.parameters["offset"] == 21)
  }

  @Test(
    "a listed operation travels as POST with nothing in the URL, booleans as numbers, and no answer is half understood")
  func forms() throws {
    var call = Self.call(
      "RunInstances", zone: "pek3",
      parameters: ["login_passwd": "a b+c", "need_newsid": true, "vxnets": ["v|10.0.0.2"]])
    call.product.methods = ["RunInstances": "POST"]
    let signed = QingCloudSigner().sign(
      QingCloudProtocol().encode(call), for: call, with: Credentials(accessKeyID: "A", secret: "S"),
      at: try #require(Timestamp.parse("2026-01-02T03:04:05Z")), nonce: "")
    #expect(signed.request.url == "https://api.qingcloud.com/iaas/")
    #expect(signed.request.form["login_passwd"] == "a b+c")
    #expect(signed.request.form["need_newsid"] == "1")
    #expect(signed.request.form["vxnets.1"] == "v|10.0.0.2")
    #expect(signed.request.form["zone"] == "pek3")
    #expect(signed.stringToSign.hasPrefix("POST\n/iaas/\naccess_key_id=A&action=RunInstances&login_passwd=a%20b%2Bc&"))
    for body in ["", "<html>", "[]", #"{"action":"x"}"#] {
      let answer = QingCloudProtocol().decode(HTTPResponse(status: 200, body: Array(body.utf8)), to: call, errors: [])
      guard case .failure(let error) = answer else { throw Unexpected() }
      #expect(error.kind == .transient, "\(body)")
    }
  }

  @Test("each golden answer about a job is its next look, its end or its failure with the first code's class")
  func jobs() throws {
    let golden = try #require(try Vectors.json("golden-responses/qingcloud.json")["responses"].list)
    let expected = [
      "describe-jobs": "done", "describe-jobs-pending": "ask", "describe-jobs-working": "ask",
      "describe-jobs-none": "ask", "describe-jobs-failed": "quota 5200",
      "describe-jobs-done-with-failure": "denied 1400",
    ]
    for (id, end) in expected {
      let entry = try #require(golden.first { $0["id"].string == id })
      var job = try #require(
        QingCloudJob(
          of: Self.call("AttachNics", zone: "pek3"), answered: ["job_id": "j-fake0001"], errors: [Self.errors]))
      guard case .ask(let question, nil) = job.step else { throw Unexpected() }
      #expect(question.operation == "DescribeJobs" && question.parameters == ["jobs": ["j-fake0001"]])
      #expect(question.region == "pek3")
      job.take(entry["parsed"])
      switch job.step {
      case .ask: #expect(end == "ask", "\(id)")
      case .done(let result): #expect(end == "done" && result.isNull, "\(id)")
      case .failed(let error): #expect(end == "\(error.kind.rawValue) \(error.code)", "\(id)")
      }
    }
    #expect(QingCloudJob(of: Self.call("CreateNics"), answered: ["nics": []]) == nil)
  }

  @Test("an instance role's token is signed with the rest, under the path and version that the SDK has for it")
  func roleToken() throws {
    let call = Self.call("DescribeZones")
    let signed = QingCloudSigner().sign(
      QingCloudProtocol().encode(call), for: call,
      with: Credentials(accessKeyID: "A", secret: "S", sessionToken: "t k"),
      at: try #require(Timestamp.parse("2026-01-02T03:04:05Z")), nonce: "")
    #expect(signed.request.path == "/iam/")
    #expect(signed.request.queryParameters["signature_version"] == "2")
    #expect(signed.stringToSign.hasPrefix("GET\n/iam/\n"))
    #expect(signed.stringToSign.contains("&token=t%20k&"))
  }

  // MARK: Helpers

  private struct Unexpected: Error {}

  /// What the tool sends for an SDK's parameters: the common ones are the signer's to add.
  private static func signed(
    _ parameters: Value, method: String, secret: Value, _ signer: QingCloudSigner
  ) throws -> HTTPRequest {
    let common: Set = [
      "action", "zone", "access_key_id", "signature_method", "signature_version", "time_stamp", "version", "req_id",
    ]
    let own = Vectors.pairs(parameters).filter { !common.contains($0.name) }
    var call = call(parameters["action"], zone: parameters["zone"].string, parameters: try tree(own))
    call.product.methods = [call.operation: method]
    let credentials = Credentials(
      accessKeyID: parameters["access_key_id"].string ?? "", secret: secret.string ?? "")
    return signer.sign(
      QingCloudProtocol().encode(call), for: call, with: credentials,
      at: try #require(Timestamp.parse(parameters["time_stamp"].string ?? "")),
      nonce: parameters["req_id"].string ?? ""
    ).request
  }

  private static func tree(_ pairs: [FormText.Pair]) throws -> Value { try #require(Flattening.unflatten(pairs)) }

  private static func call(_ operation: Value, zone: String? = nil, parameters: Value = [:]) -> WireCall {
    let product = ProductDescription(
      name: "iaas", version: "1", endpoint: Template(.literal(.null), at: SourceLocation(file: "test")))
    return WireCall(
      product: product, operation: operation.string ?? "", parameters: parameters, region: zone,
      origin: "https://api.qingcloud.com")
  }
}
