import Basics
import CloudWire
import Foundation
import JSONText
import Lab
import Testing

@Suite struct AuthenticationTests {
  @Test("EC2 refuses a foreign key, a wrong secret, an old date and no signature, each with its own code")
  func aws() async throws {
    try await TestLab.with { lab async throws in
      var caller = AWSCaller(port: await lab.port(.aws), time: lab.time)
      caller.keyID = "AKIAOTHER"
      #expect(try await caller.refusal("DescribeVpcs", [:]) == "AuthFailure")
      caller.keyID = "AKIDEXAMPLE"
      caller.secret = "wrong"
      #expect(try await caller.refusal("DescribeVpcs", [:]) == "SignatureDoesNotMatch")
      let answer = try await RawClient(port: caller.port).send(
        method: "POST", target: "/", headers: [("Host", "ec2")], body: "Action=DescribeVpcs&Version=2016-11-15")
      #expect(AWSCaller.code(of: answer) == "MissingAuthenticationToken")
      let late = AWSCaller(port: caller.port, time: FixedTime(lab.time.now.addingTimeInterval(-301)))
      #expect(try await late.refusal("DescribeVpcs", [:]) == "RequestExpired")
      let early = AWSCaller(port: caller.port, time: FixedTime(lab.time.now.addingTimeInterval(-299)))
      #expect(try await early.refusal("DescribeVpcs", [:]) == nil)
    }
  }

  @Test("A body that was changed after signing is refused")
  func changedBody() async throws {
    let requests = try Golden.requests("aws")
    var request = try #require(requests["describe-vpc"])
    guard case .object(var members) = request else { return }
    members["body"] = .string((request["body"].string ?? "").replacing("aaa1", with: "aaa2"))
    request = .object(members)
    try await TestLab.with { lab async throws in
      let answer = try await Golden.send(request, to: await lab.port(.aws))
      #expect(AWSCaller.code(of: answer) == "SignatureDoesNotMatch")
    }
  }

  @Test("Alibaba Cloud refuses a nonce that came before, and an old date")
  func alibaba() async throws {
    let request = try #require(try Golden.requests("alibaba")["sts-get-caller-identity"])
    try await TestLab.with { lab async throws in
      let port = await lab.port(.alibaba)
      #expect(try await Golden.send(request, to: port).status == 200)
      let again = try await Golden.send(request, to: port)
      #expect(try JSON.parse(again.body)["Code"] == "SignatureNonceUsed")
      lab.time.move(by: 901)
      let late = try await Golden.send(request, to: port)
      #expect(try JSON.parse(late.body)["Code"] == "InvalidTimeStamp.Expired")
    }
  }

  @Test(
    "QingCloud takes both digests, in a query and in a form, and refuses a foreign key, a wrong secret and an old time")
  func qingcloud() async throws {
    try await TestLab.with { lab async throws in
      var caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      for digest in [QingCloudSigner.Digest.sha1, .sha256] {
        for isForm in [false, true] {
          (caller.digest, caller.isForm) = (digest, isForm)
          try await caller.good("DescribeVxnets", ["search_word": "a b+c*~/网"])
        }
      }
      var other = caller
      other.secret = "wrong"
      #expect(try await other.refusal("DescribeZones") == 1200)
      other = caller
      other.keyID = "NOBODY"
      #expect(try await other.refusal("DescribeZones") == 1200)
      for (seconds, code) in [(-61.0, 1300), (61.0, 1300), (-59.0, nil)] {
        let late = QingCloudCaller(port: caller.port, time: FixedTime(lab.time.now.addingTimeInterval(seconds)))
        #expect(try await late.refusal("DescribeZones") == code, "\(seconds) s")
      }
    }
  }

  @Test("A wrong secret is answered with the string that the server signed")
  func stringToSign() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time, secret: "wrong")
      let answer = try JSON.parse(try await caller.call(Version.sts, "GetCallerIdentity", [:]).body)
      #expect(answer["Code"] == "SignatureDoesNotMatch")
      let message = try #require(answer["Message"].string)
      #expect(message.contains("server string to sign is:POST\n/\n\nhost:127.0.0.1:"))
      #expect(message.contains("x-acs-action:GetCallerIdentity\n"))
    }
  }

  @Test("The older signature of Alibaba Cloud is good in the query and in the form, with GET and POST")
  func versionOne() async throws {
    try await TestLab.with { lab async throws in
      let port = await lab.port(.alibaba)
      for (method, inForm) in [("GET", false), ("POST", false), ("POST", true)] {
        var pairs = [
          FormText.Pair("Action", "DescribeRegions"), .init("Version", Version.ecs), .init("Format", "JSON"),
          .init("AccessKeyId", "testid"), .init("Timestamp", Timestamp.extended(lab.time.now)),
          .init("SignatureMethod", "HMAC-SHA1"), .init("SignatureVersion", "1.0"),
          .init("SignatureNonce", "v1-\(method)-\(inForm)"), .init("AcceptLanguage", "zh-CN *~"),
        ]
        let signature = AlibabaRPCv1Signer.signature(method: method, parameters: pairs, secret: "testsecret")
        pairs.append(.init("Signature", signature.value))
        let text = FormText.encode(pairs)
        let answer = try await RawClient(port: port).send(
          method: method, target: inForm ? "/" : "/?\(text)",
          headers: [("Host", "ecs"), ("Content-Type", "application/x-www-form-urlencoded")], body: inForm ? text : "")
        #expect(answer.status == 200, "\(method) \(inForm): \(answer.text)")
        #expect(try JSON.parse(answer.body)["Regions"]["Region"][0]["RegionId"] == "cn-hangzhou")
      }
    }
  }
}
