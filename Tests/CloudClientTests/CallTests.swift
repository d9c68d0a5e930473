import Basics
import CloudClient
import CloudWire
import ProviderModel
import RunEngine
import Synchronization
import Testing

@Suite("One call")
struct CallTests {
  private func info(_ stage: Stage) async throws(StepFailure) -> StepOutcome {
    let call: StepCall
    do { call = try stage.call("alibaba/cbn.info", ["name": "x"]) } catch {
      throw StepFailure(.unknown, Diagnostic.Code("test.no-action"))
    }
    return try await stage.performer.perform(call, checkpoint: Recorder())
  }

  private static let good = FakeCloud.Reply.answer(["Things": ["Thing": [["Name": "a"]]]])

  @Test("is repeated when throttled or when the other side stumbles, with growing pauses")
  func backOff() async throws {
    let stage = try Stage { $0.number < 6 ? .refuse("Throttling.User") : Self.good }
    _ = try await info(stage)
    let pauses = stage.time.sleeps.map(\.inSeconds)
    #expect(pauses.count == 5)
    for (pause, ceiling) in zip(pauses, [0.4, 0.8, 1.6, 3.2, 6.4]) { #expect(abs(pause - ceiling / 2) < 0.02) }
  }

  @Test("gives up after a bounded number of tries, with the last words")
  func bounded() async throws {
    let stage = try Stage { _ in .refuse("ServiceUnavailable", status: 503) }
    let failed = await stage.failure { () async throws(StepFailure) in try await info(stage) }
    #expect(failed?.kind == .transient && failed?.vendorCode == "ServiceUnavailable")
    #expect(stage.cloud.calls.count == 10)
  }

  @Test(
    "waits as long as it is asked to",
    arguments: [("Retry-After", "7", 7.0), ("x-acs-retry-after", "2500", 2.5)])
  func retryAfter(name: String, value: String, seconds: Double) async throws {
    let stage = try Stage {
      $0.number == 1 ? .refuse("Throttling", headers: [HTTPHeader(name, value)]) : Self.good
    }
    _ = try await info(stage)
    #expect(stage.time.sleeps == [.seconds(seconds)])
  }

  @Test("asked to wait longer than its budget, it leaves the wait to the step")
  func longRetryAfter() async throws {
    let stage = try Stage { _ in .refuse("Throttling", headers: [HTTPHeader("Retry-After", "400")]) }
    let failed = await stage.failure { () async throws(StepFailure) in try await info(stage) }
    #expect(failed?.kind == .throttled && failed?.retryAfter == .seconds(400) && stage.time.sleeps.isEmpty)
  }

  @Test("is not repeated when refused for good", arguments: ["Forbidden.RAM", "InvalidParameter", "QuotaExceeded.X"])
  func refused(code: String) async throws {
    let stage = try Stage { _ in .refuse(code) }
    let failed = await stage.failure { () async throws(StepFailure) in try await info(stage) }
    #expect(failed?.vendorCode == code && stage.cloud.calls.count == 1)
  }

  @Test(
    "learns the server's clock from a refusal, also from one that may mean the keys",
    arguments: ["InvalidTimeStamp.Expired", "InvalidSecurityToken.Expired"])
  func clock(code: String) async throws {
    let stage = try Stage { call in
      call.number == 1
        ? .refuse(code, headers: [HTTPHeader("Date", "Fri, 02 Jan 2026 04:04:05 GMT")])
        : Self.good
    }
    _ = try await info(stage)
    #expect(
      stage.cloud.calls.map { $0.request.header("x-acs-date") } == ["2026-01-02T03:04:05Z", "2026-01-02T04:04:05Z"])
  }

  @Test("fetches new keys when the old ones have run out, and gives up when they are the same")
  func expired() async throws {
    let file = Mutex(1)
    let finder = CredentialFinder(environment: [:], home: "/h") { _ in
      let number = file.withLock { number in
        defer { number += 1 }
        return number
      }
      return """
        {"current": "a", "profiles": [{"name": "a", "mode": "StsToken", "access_key_id": "K\(number)",
        "access_key_secret": "some-secret", "sts_token": "token-\(number)"}]}
        """
    }
    let stage = try Stage(finder: finder) { $0.number < 2 ? .refuse("InvalidSecurityToken.Expired") : Self.good }
    _ = try await info(stage)
    #expect(stage.cloud.calls.map { $0.request.header("x-acs-security-token") } == ["token-1", "token-2"])
    let never = try Stage { _ in .refuse("InvalidSecurityToken.Expired") }
    let failed = await never.failure { () async throws(StepFailure) in try await info(never) }
    #expect(failed?.kind == .expired && never.cloud.calls.count == 3)
  }

  @Test("follows its pages to the end and joins them")
  func pages() async throws {
    let stage = try Stage { call in
      let page = Int(call.parameters["PageNumber"].string ?? "1") ?? 1
      return .answer([
        "PageNumber": .integer(page), "PageSize": 2, "TotalCount": 5,
        "Things": ["Thing": .list((0..<(page < 3 ? 2 : 1)).map { ["Name": .string("t\(page)\($0)")] })],
      ])
    }
    let outcome = try await info(stage)
    #expect(outcome.outputs?["names"] == ["t10", "t11", "t20", "t21", "t30"])
    #expect(stage.cloud.calls.count == 3)
  }

  @Test("a list without end is a failure")
  func endlessPages() async throws {
    let stage = try Stage { call in .answer(["NextToken": .string("n\(call.number)"), "Things": ["Thing": []]]) }
    let failed = await stage.failure { () async throws(StepFailure) in try await info(stage) }
    #expect(failed?.code == .cloudTooManyPages)
  }

  @Test("who the keys belong to is asked once for all steps")
  func account() async throws {
    let stage = try Stage { call in
      switch call.operation {
      case "GetCallerIdentity": .answer(["AccountId": "4242"])
      case "BuyPackage": .answer(["Id": "p-1"])
      default: .answer(["Packages": []])
      }
    }
    for name in ["a", "b"] {
      _ = try await stage.performer.perform(
        try stage.call("alibaba/cbn.package", ["name": .string(name)]), checkpoint: Recorder())
    }
    #expect(stage.cloud.calls("GetCallerIdentity").count == 1)
    #expect(stage.cloud.calls("BuyPackage").allSatisfy { $0.parameters["Owner"] == "4242" })
    #expect(try await stage.performer.account(provider: "alibaba") == ["id": "4242"])
  }

  @Test("keeps to the provider's rate")
  func rate() async throws {
    let slow = Stage.provider.replacing("rate: 1000/s, concurrent: 10", with: "rate: 2/s, concurrent: 2")
    let files = Stage.files.map {
      $0.path.hasSuffix("alibaba/provider.yaml") ? SourceText(path: $0.path, text: slow) : $0
    }
    let time = ManualTime()
    let cloud = FakeCloud(time) { _ in Self.good }
    let catalog = try ProviderCatalog.load(files: files)
    let performer = CloudPerformer(
      catalog: catalog, transport: cloud, credentials: Stage.keys, time: time, random: CountingRandom())
    let action = try #require(catalog.action("alibaba/cbn.info"))
    for _ in 0..<12 {
      let call = StepCall(
        runID: "r", address: StepAddress("s"), action: action, inputs: ["name": "x"], token: Stage.token)
      _ = try await performer.perform(call, checkpoint: Recorder())
    }
    // Two at once are allowed, then two a second.
    #expect(cloud.calls.map { $0.time.inSeconds } == [0, 0] + (1...10).map { Double($0) / 2 })
  }

  @Test("every exchange is shown without a secret")
  func trace() async throws {
    let seen = Mutex<[CloudExchange]>([])
    let masker = Masker()
    let stage = try Stage(masker: masker, observer: { exchange in seen.withLock { $0.append(exchange) } }) { call in
      call.number == 1 ? .refuse("Throttling") : Self.good
    }
    let call = try stage.call("alibaba/cbn.login", ["password": "hush-hush-hush"])
    _ = try await stage.performer.perform(call, checkpoint: Recorder())
    let exchanges = seen.withLock { $0 }
    #expect(exchanges.map(\.attempt) == [1, 2] && exchanges.allSatisfy { $0.call == "cbn:Login" })
    let text = exchanges.map { "\($0.url) \($0.headers.map { "\($0.name): \($0.value)" }) \($0.body)" }.joined()
    #expect(!text.contains("hush") && !text.contains("Signature=") && text.contains("Password=\(Masker.mask)"))
    #expect(masker.mask("a-secret-key") == Masker.mask)
  }

  @Test("AWS: the region signs, the answer is XML")
  func aws() async throws {
    let stage = try Stage { _ in
      .raw(
        HTTPResponse(
          status: 200,
          body: Array(
            """
            <DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><vpcSet><item>
            <vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock></item></vpcSet></DescribeVpcsResponse>
            """.utf8)))
    }
    let call = try stage.call("aws/ec2.vpc", ["region": "cn-north-1", "vpc": "vpc-1"])
    let outcome = try await stage.performer.perform(call, checkpoint: Recorder())
    #expect(outcome.outputs == ["cidr": "10.0.0.0/16"])
    let request = stage.cloud.calls[0].request
    #expect(request.origin == "https://ec2.cn-north-1.amazonaws.com.cn")
    #expect(request.header("Authorization")?.contains("/20260102/cn-north-1/ec2/aws4_request") == true)
    #expect(stage.cloud.calls[0].parameters["VpcId"][0] == "vpc-1")
  }
}
