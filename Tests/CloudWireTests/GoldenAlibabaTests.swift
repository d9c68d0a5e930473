import Basics
import CloudWire
import Expressions
import JSONText
import ProviderModel
import Testing

@Suite struct GoldenAlibabaTests {
  /// Where a parameter travels in the form body, as alibaba.md section 1 says.
  static let formParameters: [String: [String]] = [
    "CreateVpnConnection": ["TunnelOptionsSpecification"],
    "ModifyVpnConnectionAttribute": ["TunnelOptionsSpecification"],
    "CreateVpcPeerConnection": ["*", "-Tag", "-LinkType"], "AcceptVpcPeerConnection": ["*"],
    "ListVpcPeerConnections": ["*", "-Tag"], "GetVpcPeerConnectionAttribute": ["*"], "DeleteVpcPeerConnection": ["*"],
  ]

  @Test(
    "each request of the Alibaba SDKs, in the tool's form, comes out with the same parameters and the same signature")
  func requests() throws {
    let file = try Vectors.json("golden-requests/alibaba.json")
    let golden = try #require(file["requests"].list)
    #expect(golden.count == 232)
    for entry in golden {
      let id = entry["id"].string ?? ""
      let tool = entry["tool"]
      let call = Self.call(entry, parameters: try Self.parameters(entry))
      let encoded = AlibabaRPCProtocol().encode(call)
      let expected = (entry["query"].object ?? [:]).merging(tool["query_changes"].object ?? [:]) { $1 }
      #expect(encoded.method == entry["method"].string, "\(id)")
      #expect(encoded.queryParameters == expected.compactMapValues(\.string), "\(id)")
      #expect(String(decoding: encoded.body, as: UTF8.self) == tool["body"].string ?? entry["body"].string, "\(id)")
      let isTemporary = !entry["headers"]["x-acs-security-token"].isNull
      let signed = ACS3Signer().sign(
        encoded, for: call,
        with: Vectors.credentials(isTemporary ? file["credentials"]["sts"] : file["credentials"].withoutToken),
        at: try #require(Timestamp.parse("2026-01-02T03:04:05Z")),
        nonce: try #require(entry["headers"]["x-acs-signature-nonce"].string))
      #expect(signed.request.header("Authorization") == tool["authorization"].string, "\(id)")
    }
  }

  @Test("each answer of the Alibaba SDKs is understood, and each error has its code, message and request id")
  func responses() throws {
    let golden = try #require(try Vectors.json("golden-responses/alibaba.json")["responses"].list)
    #expect(golden.count == 297)
    for entry in golden {
      let id = entry["id"].string ?? ""
      let response = HTTPResponse(
        status: try #require(entry["status"].integer), body: Array((entry["body"].string ?? "").utf8))
      switch AlibabaRPCProtocol().decode(response, to: Self.call(entry, parameters: .null), errors: []) {
      case .success(let value):
        #expect(entry["error"].isNull, "\(id)")
        #expect(Self.holds(value, entry["parsed"]), "\(id)")
      case .failure(let error) where entry["parsed"]["Success"] == false:
        // BssOpenApi refuses with HTTP 200: an answer to the SDK, an error to us.
        #expect(error.code == entry["parsed"]["Code"].string, "\(id): \(error)")
      case .failure(let error):
        #expect(error.code == entry["error"]["code"].string, "\(id): \(error)")
        #expect(error.requestID == entry["error"]["request_id"].string, "\(id)")
      }
    }
  }

  /// Whether every field of `part` stands in `whole` with the same value.
  private static func holds(_ whole: Value, _ part: Value) -> Bool {
    switch (whole, part) {
    case (.object(let a), .object(let b)): b.allSatisfy { holds(a[$0.key] ?? .null, $0.value) }
    case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { holds($0, $1) }
    default: whole == part
    }
  }

  /// The inputs of the SDK's request as a tree: those that travel as JSON text or joined by commas already are text.
  private static func parameters(_ entry: Value) throws -> Value {
    var members = entry["sdk_params"].object ?? [:]
    let sent = (entry["query"].object ?? [:]).merging(entry["form"].object ?? [:]) { $1 }
    for name in (entry["json_parameters"].list ?? []).compactMap(\.string) { members[name] = sent[name] ?? .null }
    for name in (entry["comma_parameters"].list ?? []).compactMap(\.string) { members[name] = sent[name] ?? .null }
    // A boolean that the SDK's model types as text.
    members = members.mapValues { $0 == "True" ? true : $0 == "False" ? false : $0 }
    return .object(members)
  }

  private static func call(_ entry: Value, parameters: Value) -> WireCall {
    let parts = (entry["operation"].string ?? "any:Any").split(separator: ":").map(String.init)
    var product = ProductDescription(
      name: parts[0], version: entry["version"].string ?? "",
      endpoint: Template(.literal(.null), at: SourceLocation(file: "test")))
    product.formParameters = formParameters
    product.methods = ["DescribeRegionIsps": "GET"]
    return WireCall(
      product: product, operation: parts[1], parameters: parameters, region: entry["region"].string,
      origin: "https://\(entry["tool"]["host"].string ?? "unused")")
  }
}

extension Value {
  fileprivate var withoutToken: Value { .object((object ?? [:]).filter { $0.key != "sts" }) }
}
