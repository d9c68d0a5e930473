import Basics
import CloudWire
import Digests
import Foundation
import Testing

@Suite struct SigV4Tests {
  @Test("every request that the AWS SDK signed gets the SDK's canonical request, key and signature")
  func sdkVectors() throws {
    let vectors = try #require(try Vectors.json("aws-sigv4.json")["vectors"].list)
    #expect(vectors.count == 26)
    for vector in vectors {
      let (request, expected) = (vector["request"], vector["expected"])
      let scope = SigV4Signer.Scope(region: vector["region"].string ?? "", service: vector["service"].string ?? "")
      let stamp = vector["timestamp"].string ?? ""
      var message = HTTPRequest(
        method: request["method"].string ?? "", origin: "https://\(request["host"].string ?? "")",
        path: request["path"].string ?? "", query: request["query"].string ?? "")
      message.headers = Vectors.pairs(request["headers_as_sent"]).map { HTTPHeader($0.name, $0.value) }
      message.body = try #require(Base64.decode(request["body_base64"].string ?? ""))
      let credentials = Vectors.credentials(vector["credentials"])
      let signed = SigV4Signer().sign(
        message, scope: scope, with: credentials, at: try #require(Timestamp.parse(stamp)))
      let name = vector["name"].string ?? ""
      #expect(signed.canonical == expected["canonical_request"].string, "\(name)")
      #expect(signed.stringToSign == expected["string_to_sign"].string, "\(name)")
      #expect(signed.request.header("Authorization") == expected["authorization"].string, "\(name)")
      let key = SigV4Signer.signingKey(secret: credentials.secret, day: String(stamp.prefix(8)), scope: scope)
      #expect(Hex.encode(key) == expected["signing_key_hex"].string, "\(name)")
    }
  }

  @Test("every case of the public suite comes out right")
  func publicSuite() throws {
    let folder = try #require(Vectors.folder).appending(path: "aws-sigv4-suite")
    let cases = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.contains(".") }
    #expect(cases.count == 38)
    for name in cases.sorted() {
      let context = try Vectors.json("aws-sigv4-suite/\(name)/context.json")
      let read = { (file: String) in try Vectors.text("aws-sigv4-suite/\(name)/\(file)") }
      var signer = SigV4Signer()
      signer.normalizesPath = context["normalize"] == true
      signer.signsBody = context["sign_body"] == true
      signer.leavesTokenUnsigned = context["omit_session_token"] == true
      let scope = SigV4Signer.Scope(region: context["region"].string ?? "", service: context["service"].string ?? "")
      let signed = signer.sign(
        try Self.request(read("request.txt")), scope: scope, with: Vectors.credentials(context["credentials"]),
        at: try #require(Timestamp.parse(context["timestamp"].string ?? "")))
      #expect(signed.canonical == (try read("header-canonical-request.txt")), "\(name)")
      #expect(signed.stringToSign == (try read("header-string-to-sign.txt")), "\(name)")
      let authorization = signed.request.header("Authorization") ?? ""
      #expect(authorization.hasSuffix("Signature=\(try read("header-signature.txt"))"), "\(name)")
    }
  }

  /// Reads the suite's own notation: a request line, headers (a line that begins with a blank goes on), an empty line, the body.
  private static func request(_ text: String) throws -> HTTPRequest {
    let halves = text.components(separatedBy: "\n\n")
    var lines = halves[0].components(separatedBy: "\n").filter { !$0.isEmpty }
    let first = lines.removeFirst()
    let method = String(first.prefix { $0 != " " })
    let target = first.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var request = HTTPRequest(
      method: method, origin: "https://example.amazonaws.com", path: String(parts[0]),
      query: parts.count > 1 ? String(parts[1]) : "")
    for line in lines {
      if line.hasPrefix(" ") {
        request.headers[request.headers.count - 1].value += "\n" + line
      } else {
        let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        request.headers.append(HTTPHeader(String(sides[0]), String(sides[1])))
      }
    }
    request.body = Array((halves.count > 1 ? halves[1] : "").utf8)
    return request
  }
}
