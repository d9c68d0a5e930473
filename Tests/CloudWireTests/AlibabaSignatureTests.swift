import Basics
import CloudWire
import Digests
import Testing

@Suite struct AlibabaSignatureTests {
  @Test("ACS3: every vector gets the vendor's canonical request, string to sign and authorization")
  func acs3() throws {
    let vectors = try #require(try Vectors.json("alibaba-acs3.json")["vectors"].list)
    #expect(vectors.count == 32)
    for vector in vectors {
      let (input, expected) = (vector["input"], vector["expected"])
      var request = HTTPRequest(
        method: input["method"].string ?? "", origin: "https://unused", path: input["path"].string ?? "",
        query: FormText.encode(Vectors.pairs(input["query"])))
      request.headers = Vectors.pairs(input["headers"]).map { HTTPHeader($0.name, $0.value) }
      request.body =
        input["bodyBase64"].string.flatMap { Base64.decode($0) } ?? Array((input["bodyUtf8"].string ?? "").utf8)
      let names = Set((input["signedHeaders"].list ?? []).compactMap(\.string))
      let credentials = Credentials(
        accessKeyID: input["accessKeyId"].string ?? "", secret: input["accessKeySecret"].string ?? "")
      let signed = ACS3Signer().sign(request, with: credentials) { names.contains($0) }
      let name = vector["name"].string ?? ""
      #expect(signed.canonical == expected["canonicalRequest"].string, "\(name)")
      #expect(signed.stringToSign == expected["stringToSign"].string, "\(name)")
      #expect(signed.request.header("Authorization") == expected["authorization"].string, "\(name)")
    }
  }

  @Test("RPC 1.0: every vector gets the vendor's sorted query, string to sign and signature")
  func rpcVersion1() throws {
    let vectors = try #require(try Vectors.json("alibaba-rpc-v1.json")["vectors"].list)
    #expect(vectors.count == 31)
    for vector in vectors {
      let (input, expected) = (vector["input"], vector["expected"])
      let parameters = ["commonParameters", "queryParameters", "formParameters"].flatMap { Vectors.pairs(input[$0]) }
      let signature = AlibabaRPCv1Signer.signature(
        method: input["method"].string ?? "", parameters: parameters, secret: input["accessKeySecret"].string ?? "")
      let name = vector["name"].string ?? ""
      #expect(signature.canonicalQuery == expected["canonicalizedQueryString"].string, "\(name)")
      #expect(signature.stringToSign == expected["stringToSign"].string, "\(name)")
      #expect(signature.value == expected["signature"].string, "\(name)")
    }
  }
}
