import Basics
import CloudWire
import Expressions
import Foundation
import JSONText
import ProviderModel
import Testing

@Suite struct GoldenAWSTests {
  static let clock = "20260102T030405Z"

  @Test(
    "each request of the AWS SDK comes out of the encoder with the same parameters, and out of the signer with the same signature"
  )
  func requests() throws {
    let file = try Vectors.json("golden-requests/aws.json")
    let golden = try #require(file["requests"].list)
    #expect(golden.count == 66)
    for entry in golden {
      let id = entry["id"].string ?? ""
      let call = try Self.call(entry)
      let encoded = AWSQueryProtocol().encode(call)
      #expect(encoded.method == entry["method"].string, "\(id)")
      #expect(encoded.path == entry["path"].string, "\(id)")
      #expect(encoded.header("Content-Type") == entry["headers"]["Content-Type"].string, "\(id)")
      #expect(encoded.header("X-Amz-Target") == entry["headers"]["X-Amz-Target"].string, "\(id)")
      if let form = entry["form"].list {
        let expected = Dictionary(form.map { ($0[0].string ?? "", $0[1].string ?? "") }) { $1 }
        #expect(encoded.form == expected, "\(id)")
        #expect(String(decoding: encoded.body, as: UTF8.self).hasPrefix("Action=\(call.operation)&Version="), "\(id)")
      } else {
        #expect(try JSON.parse(encoded.body) == JSON.parse(Array((entry["body"].string ?? "").utf8)), "\(id)")
      }
      // The signature is bound to the exact bytes, so it is compared on the SDK's own order of parameters.
      var request = encoded
      request.body = Array((entry["body"].string ?? "").utf8)
      var credentials = Vectors.credentials(file["credentials"])
      if entry["headers"]["X-Amz-Security-Token"].isNull { credentials.sessionToken = nil }
      let signed = SigV4Signer().sign(
        request, for: call, with: credentials, at: try #require(Timestamp.parse(Self.clock)), nonce: "")
      #expect(signed.request.header("Authorization") == entry["authorization"].string, "\(id)")
      #expect(signed.request.header("Host") == entry["host"].string, "\(id)")
    }
  }

  @Test("each answer of the AWS SDK's model is understood, and each error has its code, message and request id")
  func responses() throws {
    let golden = try #require(try Vectors.json("golden-responses/aws.json")["responses"].list)
    #expect(golden.count == 55)
    for entry in golden {
      let id = entry["id"].string ?? ""
      let response = HTTPResponse(
        status: try #require(entry["status"].integer), body: Array((entry["body"].string ?? "").utf8))
      let call = try Self.call(["operation": entry["operation"].isNull ? Self.guessed(entry) : entry["operation"]])
      switch AWSQueryProtocol().decode(response, to: call, errors: []) {
      case .success(let value):
        #expect(entry["status"] == 200, "\(id)")
        let texts = Self.texts(value)
        for text in Self.texts(entry["parsed"]) where !text.contains(" ") && !text.isEmpty {
          #expect(texts.contains(text) || texts.contains(text.lowercased()), "\(id): \(text)")
        }
      case .failure(let error):
        #expect(entry["status"] != 200, "\(id): \(error)")
        #expect(error.code == entry["error"]["code"].string ?? entry["error"]["Code"].string, "\(id)")
      }
    }
  }

  private static func guessed(_ entry: Value) -> Value {
    entry["id"].string?.hasPrefix("ssm") == true
      ? "ssm:GetParameter" : entry["id"].string?.hasPrefix("sts") == true ? "sts:GetCallerIdentity" : "ec2:Any"
  }

  /// Every scalar of a tree as text: the SDK renames and regroups, but every value must have come through.
  private static func texts(_ value: Value) -> Set<String> {
    switch value {
    case .list(let elements): elements.reduce(into: []) { $0.formUnion(texts($1)) }
    case .object(let members): members.values.reduce(into: []) { $0.formUnion(texts($1)) }
    case .null: []
    default: [value.scalarText ?? ""]
    }
  }

  static func call(_ entry: Value) throws -> WireCall {
    let parts = (entry["operation"].string ?? "").split(separator: ":").map(String.init)
    let versions = ["ec2": "2016-11-15", "sts": "2011-06-15", "ssm": ""]
    var product = ProductDescription(
      name: parts[0], version: try #require(versions[parts[0]]),
      endpoint: Template(.literal(.null), at: SourceLocation(file: "test")))
    if parts[0] == "ssm" { product.jsonTarget = "AmazonSSM" }
    var parameters: Value = .object([:])
    if let form = entry["form"].list {
      let pairs = form.map { FormText.Pair($0[0].string ?? "", $0[1].string ?? "") }
      parameters = try #require(Flattening.unflatten(pairs.filter { $0.name != "Action" && $0.name != "Version" }))
    } else if let body = entry["body"].string, parts[0] == "ssm" {
      parameters = try JSON.parse(Array(body.utf8))
    }
    return WireCall(
      product: product, operation: parts[1], parameters: parameters, region: entry["region"].string,
      origin: "https://\(entry["host"].string ?? "unused")")
  }
}
