import Basics
import CloudClient
import CloudWire
import ProviderModel
import RunEngine
import Synchronization
import Testing

@Suite("Azure's token")
struct AzureTokenTests {
  private static let empty = HTTPResponse.azure(200, ["value": []])

  private func ask(_ stage: AzureStage) async throws(StepFailure) {
    let call: StepCall
    do { call = try stage.call("net.things", ["tag": "x"]) } catch {
      throw StepFailure(.unknown, Diagnostic.Code("test.no-action"))
    }
    _ = try await stage.performer.perform(call, checkpoint: Recorder())
  }

  @Test("is fetched before the first call with the secret in the body only, and used for every call")
  func first() async throws {
    let stage = try AzureStage { _ in Self.empty }
    for _ in 0..<3 { try await ask(stage) }
    #expect(stage.cloud.signIns.count == 1 && stage.cloud.calls.map(\.token) == ["token-1", "token-1", "token-1"])
    let signIn = try #require(stage.cloud.signIns.first)
    #expect(signIn.url == "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token")
    let form = FormText.decode(String(decoding: signIn.body, as: UTF8.self)) ?? []
    #expect(form.contains(FormText.Pair("client_secret", "a+secret/of=azure")))
    #expect(form.contains(FormText.Pair("scope", "https://management.azure.com/.default")))
    #expect(stage.cloud.calls[0].request.origin == "https://management.azure.com")
    #expect(stage.cloud.calls[0].request.path == "/subscriptions/s-1/things")
  }

  @Test("is fetched once for calls that come at the same time")
  func together() async throws {
    let stage = try AzureStage(signIn: { number in
      for _ in 0..<20 { await Task.yield() }
      return FakeAzure.token("token-\(number)")
    }) { _ in Self.empty }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<16 { group.addTask { try? await ask(stage) } }
    }
    #expect(stage.cloud.calls.count == 16 && stage.cloud.signIns.count == 1)
  }

  @Test("is refused once for calls that come at the same time")
  func refusedTogether() async throws {
    let stage = try AzureStage(signIn: { _ in
      for _ in 0..<200 { await Task.yield() }
      return FakeAzure.signInRefusal("7000215")
    }) { _ in Self.empty }
    let failures = await withTaskGroup(of: StepFailure?.self) { group in
      for _ in 0..<8 {
        group.addTask { await stage.failure { () async throws(StepFailure) in try await ask(stage) } }
      }
      return await group.reduce(into: [StepFailure]()) { all, failure in if let failure { all.append(failure) } }
    }
    #expect(failures.count == 8 && failures.allSatisfy { $0.code == .cloudAzureWrongSecret })
    #expect(stage.cloud.signIns.count < 8 && stage.cloud.calls.isEmpty)
  }

  @Test("is renewed when fewer than 300 seconds of it remain, by the time that has passed here")
  func renewal() async throws {
    let stage = try AzureStage { _ in Self.empty }
    try await ask(stage)
    stage.time.advance(.seconds(3298))
    try await ask(stage)
    stage.time.advance(.seconds(2))
    try await ask(stage)
    #expect(stage.cloud.calls.map(\.token) == ["token-1", "token-1", "token-2"])
  }

  @Test("that still lives is used when no new one can be had just now")
  func old() async throws {
    let stage = try AzureStage(signIn: { number in
      number == 1 ? FakeAzure.token("token-1") : FakeAzure.signInRefusal("50196", status: 503)
    }) { _ in Self.empty }
    try await ask(stage)
    stage.time.advance(.seconds(3310))
    try await ask(stage)
    #expect(stage.cloud.calls.map(\.token) == ["token-1", "token-1"])
    stage.time.advance(.seconds(300))
    let failed = await stage.failure { () async throws(StepFailure) in try await ask(stage) }
    #expect(failed?.kind == .transient && failed?.call == "sign-in")
  }

  @Test(
    "that is refused is fetched anew, once",
    arguments: ["ExpiredAuthenticationToken", "InvalidAuthenticationToken"])
  func refused(code: String) async throws {
    let stage = try AzureStage { call in
      call.token == "token-1" ? .azureError(401, code) : Self.empty
    }
    try await ask(stage)
    #expect(stage.cloud.calls.map(\.token) == ["token-1", "token-2"])
    let never = try AzureStage { _ in .azureError(401, code) }
    let failed = await never.failure { () async throws(StepFailure) in try await ask(never) }
    #expect(failed?.kind == .expired && failed?.vendorCode == code && failed?.requestID == "R-1")
    #expect(never.cloud.calls.map(\.token) == ["token-1", "token-2"])
  }

  @Test("is asked for again while sign-in is busy, and not when it was refused")
  func busy() async throws {
    let stage = try AzureStage(signIn: { number in
      number < 3 ? FakeAzure.signInRefusal("90033", status: 503) : FakeAzure.token("token-\(number)")
    }) { _ in Self.empty }
    try await ask(stage)
    #expect(stage.cloud.calls.map(\.token) == ["token-3"])
  }

  @Test(
    "that is refused says what is wrong with the service principal, before any call",
    arguments: [
      ("7000215", Diagnostic.Code.cloudAzureWrongSecret), ("7000222", .cloudAzureExpiredSecret),
      ("700016", .cloudAzureNoApplication), ("90002", .cloudAzureNoTenant), ("53003", .cloudAzureSignIn),
    ])
  func causes(number: String, code: Diagnostic.Code) async throws {
    let stage = try AzureStage(signIn: { _ in FakeAzure.signInRefusal(number) }) { _ in Self.empty }
    let recorder = Recorder()
    let call = try stage.call("net.thing", ["name": "t"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .denied && failed?.code == code && failed?.vendorCode == "AADSTS\(number)")
    #expect(failed?.arguments["client"] == "client-1" && failed?.arguments["tenant"] == "tenant-1")
    #expect(failed?.requestID == "T-1" && failed?.vendorMessage == "AADSTS\(number): said so.")
    #expect(stage.cloud.signIns.count == 1 && stage.cloud.calls.isEmpty && !recorder.record.isInDoubt)
  }

  @Test("shows neither itself nor the secret in any exchange")
  func hidden() async throws {
    let seen = Mutex<[CloudExchange]>([])
    let stage = try AzureStage(observer: { exchange in seen.withLock { $0.append(exchange) } }) { _ in Self.empty }
    try await ask(stage)
    let exchanges = seen.withLock { $0 }
    #expect(exchanges.map(\.call) == ["sign-in", "net:GET /subscriptions/{subscription}/things"])
    let text = exchanges.map { "\($0.url) \($0.headers.map { "\($0.name): \($0.value)" }) \($0.body)" }.joined()
    #expect(!text.contains("token-1") && !text.contains("secret") && text.contains("Authorization: \(Masker.mask)"))
    #expect(stage.masker.mask("a+secret/of=azure") == Masker.mask)
  }

  @Test(
    "and the API are those of the account's cloud",
    arguments: [
      (
        ["AZURE_CLOUD_NAME": "AzureChinaCloud"], "https://login.chinacloudapi.cn", "https://management.chinacloudapi.cn"
      ),
      (
        ["AZURE_CLOUD_ENVIRONMENT": "AzureUSGovernment"], "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net"
      ),
      (
        ["AZURE_AUTHORITY_HOST": "login.chinacloudapi.cn"], "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn"
      ),
      ([:], "https://login.microsoftonline.com", "https://management.azure.com"),
    ])
  func clouds(variables: [String: String], authority: String, management: String) async throws {
    let environment = AzureStage.environment.merging(variables) { $1 }
    let stage = try AzureStage(environment: environment) { _ in Self.empty }
    try await ask(stage)
    #expect(stage.cloud.signIns.map(\.origin) == [authority])
    #expect(stage.cloud.calls.map(\.request.origin) == [management])
  }

  @Test("is not asked for in clear, nor outside this machine by a lab")
  func places() async throws {
    let plain = AzureStage.environment.merging(["AZURE_AUTHORITY_HOST": "http://login.example"]) { $1 }
    let clear = try AzureStage(environment: plain) { _ in Self.empty }
    let refused = await clear.failure { () async throws(StepFailure) in try await ask(clear) }
    #expect(refused?.code == .cloudEndpointInvalid && clear.cloud.signIns.isEmpty)
    let lab = EndpointOverrides(lab: ["azure": "http://127.0.0.1:9"])
    let outside = try AzureStage(endpoints: lab) { _ in Self.empty }
    let foreign = await outside.failure { () async throws(StepFailure) in try await ask(outside) }
    #expect(foreign?.code == .cloudEndpointNotLoopback && outside.cloud.signIns.isEmpty)
    let here = AzureStage.environment.merging(["AZURE_AUTHORITY_HOST": "http://127.0.0.1:9"]) { $1 }
    let inside = try AzureStage(environment: here, endpoints: lab) { _ in Self.empty }
    try await ask(inside)
    #expect(inside.cloud.calls.map(\.request.origin) == ["http://127.0.0.1:9"])
  }

  @Test("comes with the account, which no call has to ask for")
  func account() async throws {
    let stage = try AzureStage { _ in Self.empty }
    let account = try await stage.performer.account(provider: "azure")
    #expect(account["subscription"] == "s-1" && account["cloud"] == "AzureCloud" && stage.cloud.calls.isEmpty)
  }
}

@Suite("Keys of Azure")
struct AzureCredentialTests {
  private static let files = [
    "/h/.azure/credentials": """
    [default]
    subscription_id = sub-default
    client_id = client-default
    secret = secret-default
    tenant = tenant-default
    [china]
    subscription_id=sub-china
    client_id=client-china
    secret=secret-china
    tenant=tenant-china
    cloud_environment=AzureChinaCloud
    [person]
    subscription_id=sub-x
    ad_user=someone@example.com
    password=x
    """
  ]

  private static let commandLine = [
    "/h/.azure/azureProfile.json": """
    \u{FEFF}{"subscriptions": [
      {"id": "sub-a", "name": "Pay as you go", "isDefault": false, "tenantId": "tenant-a", "environmentName": "AzureCloud", "user": {"name": "me@example.com", "type": "user"}},
      {"id": "sub-b", "name": "Work", "isDefault": true, "tenantId": "tenant-b", "environmentName": "AzureUSGovernment", "user": {"name": "client-b", "type": "servicePrincipal"}},
      {"id": "sub-c", "name": "Certified", "isDefault": false, "tenantId": "tenant-b", "environmentName": "AzureCloud", "user": {"name": "client-c", "type": "servicePrincipal"}},
      {"id": "sub-d", "name": "Elsewhere", "isDefault": false, "tenantId": "tenant-b", "environmentName": "AzureCloud", "user": {"name": "client-d", "type": "servicePrincipal"}},
      {"id": "sub-e", "name": "Machine", "isDefault": false, "tenantId": "tenant-b", "environmentName": "AzureCloud", "user": {"name": "systemAssignedIdentity", "type": "servicePrincipal"}}
    ]}
    """,
    "/h/.azure/service_principal_entries.json": """
    [{"client_id": "client-b", "tenant": "tenant-b", "client_secret": "secret-b"}, {"client_id": "client-c", "tenant": "tenant-b", "certificate": "/x.pem"}]
    """,
  ]

  private func find(
    profile: String? = nil, environment: [String: String] = [:], files: [String: String] = [:]
  ) throws(StepFailure) -> Credentials {
    let finder = CredentialFinder(environment: environment, home: "/h") { files[$0] }
    let provider = ProviderDescription(name: "azure", title: LocalizedText(plain: "Azure"), wireProtocol: .azureARM)
    return try finder.credentials(for: provider, profile: profile)
  }

  @Test("come from the environment, Ansible's file, or az's service principal, by profile")
  func places() throws {
    let variables = [
      "AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s", "AZURE_SUBSCRIPTION_ID": "sub",
      "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us/",
    ]
    let environment = try find(environment: variables, files: Self.files)
    #expect(environment.accessKeyID == "c" && environment.secret == "s" && environment.source == "environment")
    #expect(
      environment.azure
        == AzureAccess(
          tenant: "t", subscription: "sub", cloud: .usGovernment, authority: "https://login.microsoftonline.us/"))
    #expect(try find(files: Self.files).accessKeyID == "client-default")
    let china = try find(profile: "china", environment: variables, files: Self.files)
    #expect(china.secret == "secret-china" && china.azure?.cloud == .china && china.azure?.subscription == "sub-china")
    #expect(try find(environment: ["AZURE_PROFILE": "china"], files: Self.files).accessKeyID == "client-china")
    let work = try find(files: Self.commandLine)
    #expect(work.accessKeyID == "client-b" && work.secret == "secret-b" && work.azure?.tenant == "tenant-b")
    #expect(work.azure?.subscription == "sub-b" && work.azure?.cloud == .usGovernment)
    #expect(try find(profile: "sub-b", files: Self.commandLine).accessKeyID == "client-b")
  }

  @Test(
    "of other kinds are refused by name",
    arguments: [
      ("Pay as you go", "az login"), ("Certified", "certificate"), ("Elsewhere", "service_principal_entries.bin"),
      ("Machine", "managed identity"),
    ])
  func kinds(profile: String, kind: String) {
    let failure = #expect(throws: StepFailure.self) { try find(profile: profile, files: Self.commandLine) }
    #expect(failure?.code == .cloudAzureCredentialsKind && failure?.arguments["kind"] == kind)
  }

  @Test("that a person signs in with, or that lie elsewhere, are refused by name")
  func otherWays() {
    let person = #expect(throws: StepFailure.self) { try find(profile: "person", files: Self.files) }
    #expect(person?.arguments["kind"] == "ad_user")
    let certificate = #expect(throws: StepFailure.self) {
      try find(environment: ["AZURE_CLIENT_ID": "c", "AZURE_CLIENT_CERTIFICATE_PATH": "/x.pem"])
    }
    #expect(certificate?.arguments["kind"] == "AZURE_CLIENT_CERTIFICATE_PATH")
  }

  @Test("that are missing name every place that was looked at")
  func missing() {
    let nothing = #expect(throws: StepFailure.self) { try find() }
    #expect(nothing?.code == .cloudNoCredentials && nothing?.kind == .denied)
    let looked = nothing?.arguments["looked"] ?? ""
    #expect(looked.contains("AZURE_CLIENT_SECRET") && looked.contains("/h/.azure/azureProfile.json"))
    let profile = #expect(throws: StepFailure.self) { try find(profile: "nobody", files: Self.files) }
    #expect(profile?.code == .cloudNoProfile)
  }

  @Test("without a subscription, or for a cloud that does not exist, are refused before anything is sent")
  func incomplete() {
    var variables = AzureStage.environment
    variables["AZURE_SUBSCRIPTION_ID"] = nil
    let none = #expect(throws: StepFailure.self) { try find(environment: variables) }
    #expect(none?.code == .cloudAzureNoSubscription)
    variables = AzureStage.environment.merging(["AZURE_CLOUD_NAME": "AzureGermanCloud"]) { $1 }
    let german = #expect(throws: StepFailure.self) { try find(environment: variables) }
    #expect(german?.code == .cloudAzureCloudUnknown)
  }
}
