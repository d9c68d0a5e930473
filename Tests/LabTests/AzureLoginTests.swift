import Basics
import JSONText
import Lab
import Testing

/// Signing in, and what Azure Resource Manager makes of tokens.
@Suite struct AzureLoginTests {
  @Test(
    "A token is given to the right client with the right secret for the API of any of Azure's clouds, or the lab's own")
  func good() async throws {
    try await TestLab.with { lab async throws in
      let azure = AzureCaller(port: await lab.port(.azure))
      for audience in [
        "https://management.azure.com", "https://management.chinacloudapi.cn",
        "https://management.core.usgovcloudapi.net", "http://login",
      ] {
        let answer = try await azure.signIn(AzureCaller.login.merging(["scope": "\(audience)/.default"]) { $1 })
        let body = try JSON.parse(answer.body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(body["token_type"] == "Bearer" && body["expires_in"] == 3599)
        #expect(body["access_token"].string?.isEmpty == false)
        #expect(answer.headers["x-ms-request-id"] != nil)
      }
    }
  }

  @Test(
    "Sign-in refuses each wrong parameter with the vendor's number",
    arguments: [
      (["client_secret": "wrong"], "401 invalid_client", 7_000_215),
      (["client_secret": ""], "401 invalid_client", 7_000_216),
      (["client_id": "00000000-0000-0000-0000-0000000000cc"], "400 unauthorized_client", 700_016),
      (["grant_type": "password"], "400 unsupported_grant_type", 70003),
      (["grant_type": ""], "400 invalid_request", 900_144), (["scope": ""], "400 invalid_request", 900_144),
      (["scope": "https://management.azure.com/"], "400 invalid_scope", 1_002_012),
      (["scope": "https://graph.microsoft.com/.default"], "400 invalid_resource", 500_011),
    ] as [([String: String], String, Int)])
  func refusals(change: [String: String], outcome: String, number: Int) async throws {
    try await TestLab.with { lab async throws in
      let azure = AzureCaller(port: await lab.port(.azure))
      let answer = try await azure.signIn(AzureCaller.login.merging(change) { $1 })
      #expect(AzureCaller.outcome(of: answer) == outcome)
      let body = try JSON.parse(answer.body)
      #expect(body["error_codes"] == [.integer(number)])
      #expect(body["error_description"].string?.hasPrefix("AADSTS\(number): ") == true)
      #expect(body["trace_id"].string == answer.headers["x-ms-request-id"])
    }
  }

  @Test(
    "The recorded sign-in to each of Azure's clouds is good byte for byte", arguments: ["public", "china", "usgov"])
  func recorded(cloud: String) async throws {
    let request = try #require(try GoldenAzureTests.entries("azure-requests", "entries")["token-\(cloud)"])
    let golden = try #require(try GoldenAzureTests.entries("azure-responses", "responses")["token-\(cloud)"])
    try await TestLab.with { lab async throws in
      let client = RawClient(port: await lab.port(.azure))
      for (sent, wanted) in [(request["request"], golden), (request["then"][0], golden["then"][0])] {
        let headers = (sent["headers"].object ?? [:]).map { ($0.key, $0.value.string ?? "") }
        let answer = try await client.send(
          method: sent["method"].string ?? "", target: sent["path"].string ?? "",
          headers: headers + [("Host", sent["host"].string ?? "")], body: sent["body"].string ?? "")
        #expect(answer.status == wanted["status"].integer, "\(answer.text)")
        let body = try JSON.parse(wanted["body"].string ?? "")
        #expect(ShapeDifference.find(body, in: try JSON.parse(answer.body)) == [])
      }
    }
  }

  @Test("Sign-in errors have the recorded form")
  func form() async throws {
    let golden = try GoldenAzureTests.entries("azure-responses", "responses")
    try await TestLab.with { lab async throws in
      let azure = AzureCaller(port: await lab.port(.azure))
      let cases = [
        ("token-error-wrong-secret", ["client_secret": "wrong"], AzureCaller.tenant),
        ("token-error-no-such-app", ["client_id": "other"], AzureCaller.tenant),
        ("token-error-no-such-tenant", [:], "00000000-0000-0000-0000-0000000000ff"),
      ]
      for (id, change, tenant) in cases {
        let answer = try await azure.signIn(AzureCaller.login.merging(change) { $1 }, tenant: tenant)
        let wanted = try #require(golden[id]?["then"][0])
        #expect(answer.status == wanted["status"].integer, "\(id)")
        let own = try JSON.parse(answer.body)
        let body = try JSON.parse(wanted["body"].string ?? "")
        #expect(ShapeDifference.find(body, in: own) == [], "\(id)")
        #expect(own["error"] == body["error"] && own["error_codes"] == body["error_codes"], "\(id)")
      }
    }
  }

  @Test("The OpenID document leads to the token endpoint at the address that was asked, behind a TLS proxy too")
  func discovery() async throws {
    let golden = try GoldenAzureTests.entries("azure-responses", "responses")
    try await TestLab.with { lab async throws in
      let client = RawClient(port: await lab.port(.azure))
      let path = "/\(AzureCaller.tenant)/v2.0/.well-known/openid-configuration"
      let plain = try await client.send(method: "GET", target: path, headers: [("Host", "lab:1")], body: "")
      let body = try JSON.parse(plain.body)
      #expect(body["token_endpoint"].string == "http://lab:1/\(AzureCaller.tenant)/oauth2/v2.0/token")
      let wanted = try JSON.parse(golden["token-public"]?["body"].string ?? "")
      #expect(ShapeDifference.find(wanted, in: body) == [])
      let secure = try await client.send(
        method: "GET", target: path, headers: [("Host", "lab:1"), ("X-Forwarded-Proto", "https")], body: "")
      #expect(try JSON.parse(secure.body)["token_endpoint"].string?.hasPrefix("https://lab:1/") == true)
      let foreign = try await client.send(
        method: "GET", target: "/other/v2.0/.well-known/openid-configuration", headers: [("Host", "lab:1")], body: "")
      #expect(AzureCaller.outcome(of: foreign) == "400 invalid_tenant")
    }
  }

  @Test("The API refuses no token, a foreign one, and one whose time is over")
  func bearer() async throws {
    try await TestLab.with { lab async throws in
      var azure = try await AzureCaller.signedIn(lab)
      let path = AzureCaller.subscription
      #expect(try await azure.outcome("GET", path) == "200")
      lab.time.move(by: 3598)
      #expect(try await azure.outcome("GET", path) == "200")
      lab.time.move(by: 1)
      let late = try await azure.send("GET", path)
      #expect(AzureCaller.outcome(of: late) == "401 ExpiredAuthenticationToken")
      #expect(late.headers["www-authenticate"]?.contains("invalid_token") == true)
      azure.token = "foreign"
      #expect(try await azure.outcome("GET", path) == "401 InvalidAuthenticationToken")
      azure.token = ""
      #expect(try await azure.outcome("GET", path) == "401 AuthenticationFailed")
    }
  }

  @Test("A token that a fault has ended stays ended, and a new one is good; a sign-in has no token to end")
  func fault() async throws {
    try await TestLab.with(faults: ["azure:*:expired-token:1"]) { lab async throws in
      let azure = try await AzureCaller.signedIn(lab)
      for _ in 0..<2 {
        #expect(try await azure.outcome("GET", AzureCaller.subscription) == "401 ExpiredAuthenticationToken")
      }
      let other = try await AzureCaller.signedIn(lab)
      #expect(try await other.outcome("GET", AzureCaller.subscription) == "200")
    }
  }
}
