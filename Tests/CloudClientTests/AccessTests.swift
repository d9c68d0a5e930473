import Basics
import CloudClient
import CloudWire
import ProviderModel
import RunEngine
import Testing

@Suite("Keys")
struct CredentialTests {
  private static let awsFiles = [
    "/h/.aws/credentials": """
    # comment
    [default]
    aws_access_key_id = AKDEFAULT
    aws_secret_access_key = secret-of-default
    [partner]
    aws_access_key_id=AKPARTNER
    aws_secret_access_key=secret/with+signs==
    aws_session_token = token-of-partner
    """,
    "/h/.aws/config": """
    [default]
    region = eu-central-1
    s3 =
      max_concurrent_requests = 20
    [profile configured]
    aws_access_key_id = AKCONFIG
    aws_secret_access_key = secret-of-config
    [profile assumed]
    role_arn = arn:aws:iam::1:role/x
    source_profile = default
    """,
    "/elsewhere/keys": "[default]\naws_access_key_id = AKELSE\naws_secret_access_key = secret-of-else\n",
  ]

  private static let aliyunFile = """
    {"current": "work", "profiles": [
      {"name": "work", "mode": "AK", "access_key_id": "LTWORK", "access_key_secret": "secret-of-work", "region_id": "cn-hangzhou"},
      {"name": "short", "mode": "StsToken", "access_key_id": "LTSHORT", "access_key_secret": "secret-of-short", "sts_token": "sts-token"},
      {"name": "ram", "mode": "RamRoleArn", "access_key_id": "x", "access_key_secret": "y"}]}
    """

  private func find(
    _ form: WireProtocolName, profile: String? = nil, environment: [String: String] = [:], files: [String: String]
  ) throws(StepFailure) -> Credentials {
    let finder = CredentialFinder(environment: environment, home: "/h") { files[$0] }
    let name = form == .awsQuery ? "aws" : "alibaba"
    let provider = ProviderDescription(name: name, title: LocalizedText(plain: name), wireProtocol: form)
    return try finder.credentials(for: provider, profile: profile)
  }

  @Test(
    "of AWS come from environment, credentials file, config file, by profile",
    arguments: [
      (nil, [:], "AKDEFAULT", nil),
      (nil, ["AWS_PROFILE": "partner"], "AKPARTNER", "token-of-partner"),
      (nil, ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"], "AKENV", "t"),
      (nil, ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": ""], "AKDEFAULT", nil),
      ("partner", ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s"], "AKPARTNER", "token-of-partner"),
      ("configured", [:], "AKCONFIG", nil),
      (nil, ["AWS_SHARED_CREDENTIALS_FILE": "/elsewhere/keys"], "AKELSE", nil),
    ] as [(String?, [String: String], String, String?)])
  func aws(profile: String?, environment: [String: String], key: String, token: String?) throws {
    let found = try find(.awsQuery, profile: profile, environment: environment, files: Self.awsFiles)
    #expect(found.accessKeyID == key && found.sessionToken == token)
    if key == "AKPARTNER" { #expect(found.secret == "secret/with+signs==") }
  }

  @Test(
    "of Alibaba Cloud come from environment and config.json, by profile",
    arguments: [
      (nil, [:], "LTWORK", nil),
      (nil, ["ALIBABA_CLOUD_PROFILE": "short"], "LTSHORT", "sts-token"),
      ("short", [:], "LTSHORT", "sts-token"),
      (
        nil,
        [
          "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTENV", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s",
          "ALIBABA_CLOUD_SECURITY_TOKEN": "t",
        ], "LTENV", "t"
      ),
    ] as [(String?, [String: String], String, String?)])
  func alibaba(profile: String?, environment: [String: String], key: String, token: String?) throws {
    let found = try find(
      .alibabaRPC, profile: profile, environment: environment, files: ["/h/.aliyun/config.json": Self.aliyunFile])
    #expect(found.accessKeyID == key && found.sessionToken == token)
  }

  private static let qingcloudFiles = [
    "/h/.qingcloud/config.yaml":
      "qy_access_key_id: 'QYCONFIG'\nqy_secret_access_key: 'secret-of-config'\nzone: 'pek3'\n",
    "/h/.qingcloud/partner.yaml": """
    qy_access_key_id: QYPARTNER
    qy_secret_access_key: secret-of-partner
    zone: sh1a
    host: api.partner.example
    port: 7777
    protocol: http
    """,
    "/keys/mine.yaml":
      "qy_access_key_id: QYMINE\nqy_secret_access_key: secret-of-mine\nhost: api.qingcloud.com\nport: 443\n",
    "/h/.qingcloud/broken.yaml": "qy_access_key_id: [",
    "/h/.qingcloud/half.yaml": "qy_access_key_id: QYHALF\n",
  ]

  @Test(
    "of QingCloud come from environment and config.yaml, a profile is another file, and a private cloud's host goes with them",
    arguments: [
      (nil, [:], "QYCONFIG", nil), (nil, ["QY_ACCESS_KEY_ID": "QYENV"], "QYCONFIG", nil),
      (nil, ["QY_ACCESS_KEY_ID": "QYENV", "QY_SECRET_ACCESS_KEY": "s"], "QYENV", nil),
      (
        "partner", ["QY_ACCESS_KEY_ID": "QYENV", "QY_SECRET_ACCESS_KEY": "s"], "QYPARTNER",
        "http://api.partner.example:7777"
      ),
      ("/keys/mine.yaml", [:], "QYMINE", "https://api.qingcloud.com"),
    ] as [(String?, [String: String], String, String?)])
  func qingcloud(profile: String?, environment: [String: String], key: String, origin: String?) async throws {
    let finder = CredentialFinder(environment: environment, home: "/h") { Self.qingcloudFiles[$0] }
    let stage = try QingCloudStage.make(finder: finder) { _ in
      QingCloudStage.good(["zone_set": [["zone_id": "pek3", "status": "active"]]])
    }
    var call = try stage.call("qingcloud/zone-info", ["region": "pek3"])
    call.account = profile
    _ = try await stage.performer.perform(call, checkpoint: Recorder())
    let sent = try #require(stage.cloud.calls.first)
    #expect(sent.parameters["access_key_id"] == .string(key))
    #expect(sent.request.origin == origin ?? "https://api.qingcloud.com")
    #expect(sent.parameters["zone"] == "pek3")
  }

  @Test("of QingCloud that cannot be read are refused with their file", arguments: ["broken", "half", "nobody"])
  func qingcloudUnreadable(profile: String) throws {
    let finder = CredentialFinder(environment: [:], home: "/h") { Self.qingcloudFiles[$0] }
    let provider = ProviderDescription(
      name: "qingcloud", title: LocalizedText(plain: "QingCloud"), wireProtocol: .qingcloud)
    let failure = #expect(throws: StepFailure.self) { try finder.credentials(for: provider, profile: profile) }
    #expect(failure?.kind == .denied && failure?.arguments.values.contains { $0.contains("\(profile).yaml") } == true)
  }

  @Test("that are missing name every place that was looked at")
  func missing() {
    let aws = #expect(throws: StepFailure.self) { try find(.awsQuery, files: [:]) }
    #expect(aws?.kind == .denied && aws?.code == .cloudNoCredentials)
    #expect(
      aws?.arguments["looked"]
        == "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, /h/.aws/credentials [default], /h/.aws/config [default]")
    let alibaba = #expect(throws: StepFailure.self) { try find(.alibabaRPC, files: [:]) }
    #expect(alibaba?.arguments["looked"]?.contains("/h/.aliyun/config.json") == true)
    let profile = #expect(throws: StepFailure.self) { try find(.awsQuery, profile: "nobody", files: Self.awsFiles) }
    #expect(profile?.code == .cloudNoProfile && profile?.arguments["profile"] == "nobody")
  }

  @Test("of a kind that is not supported are refused by name")
  func unsupported() {
    let role = #expect(throws: StepFailure.self) { try find(.awsQuery, profile: "assumed", files: Self.awsFiles) }
    #expect(role?.code == .cloudCredentialsKind && role?.arguments["kind"] == "role_arn")
    let ram = #expect(throws: StepFailure.self) {
      try find(.alibabaRPC, profile: "ram", files: ["/h/.aliyun/config.json": Self.aliyunFile])
    }
    #expect(ram?.arguments["kind"] == "RamRoleArn")
    let broken = #expect(throws: StepFailure.self) {
      try find(.alibabaRPC, files: ["/h/.aliyun/config.json": "{"])
    }
    #expect(broken?.code == .cloudCredentialsFile)
  }

  @Test("of a lab hide the environment's")
  func fixed() throws {
    let finder = CredentialFinder(
      environment: ["AWS_ACCESS_KEY_ID": "REAL", "AWS_SECRET_ACCESS_KEY": "real-secret"], home: "/h",
      fixed: ["aws": Credentials(accessKeyID: "LAB", secret: "lab-secret")])
    let aws = ProviderDescription(name: "aws", title: LocalizedText(plain: "AWS"), wireProtocol: .awsQuery)
    #expect(try finder.credentials(for: aws).accessKeyID == "LAB")
  }

  @Test("never show their secret when printed")
  func printed() {
    let keys = Credentials(accessKeyID: "AK", secret: "very-secret", sessionToken: "also-secret", source: "s")
    #expect(!"\(keys) \(String(reflecting: keys))".contains("secret"))
  }

  @Test("missing ones fail a step before any request")
  func beforeRequests() async throws {
    let stage = try Stage(finder: CredentialFinder(environment: [:], home: "/h") { _ in nil }) { _ in .answer([:]) }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "x"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.code == .cloudNoCredentials && failed?.kind == .denied)
    #expect(stage.cloud.calls.isEmpty && !recorder.record.isInDoubt)
    #expect(throws: StepFailure.self) { try stage.performer.checkCredentials(provider: "aws") }
  }
}

@Suite("Endpoints")
struct EndpointTests {
  private func origin(_ endpoints: EndpointOverrides, _ action: String) async throws -> String {
    let stage = try Stage(endpoints: endpoints) { _ in .answer(["Things": ["Thing": []]]) }
    let isAWS = action.hasPrefix("aws")
    let call = try stage.call(
      action,
      isAWS
        ? ["region": "eu-west-1", "vpc": "v"]
        : action.contains("routes")
          ? ["region": "cn-shanghai", "sag": "s", "cidrs": []] : ["name": "x"])
    do { _ = try await stage.performer.perform(call, checkpoint: Recorder()) } catch {
      if stage.cloud.calls.isEmpty { throw error }
    }
    return stage.cloud.calls[0].request.origin
  }

  @Test(
    "come from the product, or from the most specific override",
    arguments: [
      ([:], "alibaba/cbn.info", "https://cbn.aliyuncs.com"),
      ([:], "alibaba/smartag.static-routes", "https://smartag.cn-shanghai.aliyuncs.com"),
      ([:], "aws/ec2.vpc", "https://ec2.eu-west-1.amazonaws.com"),
      (["AWS_ENDPOINT_URL": "http://localhost:5000/"], "aws/ec2.vpc", "http://localhost:5000"),
      (["AWS_ENDPOINT_URL": "http://a:1", "CAUSEWAY_ENDPOINT_AWS": "http://b:2"], "aws/ec2.vpc", "http://b:2"),
      (
        ["CAUSEWAY_ENDPOINT_AWS": "http://b:2", "AWS_ENDPOINT_URL_EC2": "http://c:3"], "aws/ec2.vpc", "http://c:3"
      ),
      (["AWS_ENDPOINT_URL": "http://a:1"], "alibaba/cbn.info", "https://cbn.aliyuncs.com"),
      (["CAUSEWAY_ENDPOINT_ALIBABA": "http://127.0.0.1:8"], "alibaba/cbn.info", "http://127.0.0.1:8"),
    ] as [([String: String], String, String)])
  func chosen(variables: [String: String], action: String, expected: String) async throws {
    #expect(try await origin(EndpointOverrides(environment: variables), action) == expected)
  }

  @Test("of a lab hide the environment's, and nothing leaves this machine")
  func lab() async throws {
    let variables = ["CAUSEWAY_ENDPOINT_ALIBABA": "http://127.0.0.1:9", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"]
    let lab = EndpointOverrides(environment: variables, lab: ["alibaba": "http://127.0.0.1:1"])
    #expect(try await origin(lab, "alibaba/cbn.info") == "http://127.0.0.1:1")
    for origins in [[:], ["aws": "https://ec2.eu-west-1.amazonaws.com"], ["aws": "http://127.0.0.1.evil.example"]] {
      await #expect(throws: StepFailure.self) { try await origin(EndpointOverrides(lab: origins), "aws/ec2.vpc") }
    }
  }

  @Test(
    "that are none are refused before anything is sent",
    arguments: ["ftp://x", "http://", "http://a/b", "http://u@h", "http://h#f", "https://a b"])
  func invalid(text: String) async throws {
    await #expect(throws: StepFailure.self) {
      try await origin(EndpointOverrides(environment: ["CAUSEWAY_ENDPOINT_ALIBABA": text]), "alibaba/cbn.info")
    }
  }
}
