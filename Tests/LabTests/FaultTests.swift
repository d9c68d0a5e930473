import Basics
import CloudWire
import Foundation
import JSONText
import Lab
import Testing

@Suite struct FaultTextTests {
  @Test("A fault's text form names cloud, action, kind, argument and count")
  func read() throws {
    #expect(
      try Fault("alibaba:CreateCenBandwidthPackage:drop-response:1")
        == Fault(cloud: .alibaba, action: "CreateCenBandwidthPackage", kind: .resetAfter, count: 1))
    #expect(try Fault("aws:*:throttle") == Fault(cloud: .aws, action: nil, kind: .throttle(nil), count: 1))
    #expect(try Fault("aws:*:throttle:2s:3") == Fault(cloud: .aws, action: nil, kind: .throttle(.seconds(2)), count: 3))
    #expect(try Fault("aws:RunInstances:slow:250ms:always").kind == .slow(.milliseconds(250)))
    #expect(try Fault("aws:RunInstances:slow:250ms:always").count == nil)
    #expect(try Fault("aws:RunInstances:code:VcpuLimitExceeded").kind == .code("VcpuLimitExceeded"))
    #expect(try Fault("qingcloud:RunInstances:code:5200").kind == .code("5200"), "a number alone is the code")
    #expect(try Fault("qingcloud:RunInstances:code:5200:3").count == 3)
  }

  @Test("A text that is no fault is refused with the part that is wrong")
  func refuse() {
    #expect(throws: Diagnostic(.labFaultMalformed, ["fault": "aws"])) { try Fault("aws") }
    #expect(throws: Diagnostic(.labFaultUnknownCloud, ["fault": "gcp:*:slow", "cloud": "gcp"])) {
      try Fault("gcp:*:slow")
    }
    #expect(throws: Diagnostic(.labFaultUnknownKind, ["fault": "aws:*:melt", "kind": "melt"])) {
      try Fault("aws:*:melt")
    }
    #expect(throws: Diagnostic(.labFaultUnknownKind, ["fault": "aws:*:slow:x:1", "kind": "slow"])) {
      try Fault("aws:*:slow:x:1")
    }
  }
}

/// Each kind of fault as a client's kernel sees it.
@Suite struct FaultTests {
  private func createVpc(_ lab: TestLab) async throws -> RawClient.Answer {
    try await AWSCaller(port: await lab.port(.aws), time: lab.time).call("CreateVpc", ["CidrBlock": "10.0.0.0/16"])
  }

  private func vpcs(_ lab: TestLab) async -> Int {
    await lab.server.ledger.resources.count { $0.kind == "vpc" }
  }

  @Test("reset-before resets the connection, and nothing was done")
  func resetBefore() async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:reset-before:1"]) { lab async throws in
      #expect(try await createVpc(lab).ending == .reset)
      #expect(await vpcs(lab) == 0)
      #expect(try await createVpc(lab).status == 200)
    }
  }

  @Test("drop-response does everything and resets the connection")
  func resetAfter() async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:drop-response:1"]) { lab async throws in
      #expect(try await createVpc(lab).ending == .reset)
      #expect(await vpcs(lab) == 1)
      let call = await lab.server.ledger.calls.last
      #expect(call?.fault == "reset-after")
      #expect(call?.status == nil)
    }
  }

  @Test("refuse resets the call and closes the port for a while")
  func refuse() async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:refuse:1h:1"]) { lab async throws in
      #expect(try await createVpc(lab).ending == .reset)
      #expect(try await createVpc(lab).ending == .refused)
      #expect(await vpcs(lab) == 0)
      let other = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      #expect(try await other.call(Version.sts, "GetCallerIdentity", [:]).status == 200)
    }
  }

  @Test("timeout does everything and never answers", .timeLimit(.minutes(2)))
  func silence() async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:timeout:1"]) { lab async throws in
      var caller = AWSCaller(port: await lab.port(.aws), time: lab.time)
      caller.patience = 1
      #expect(try await caller.call("CreateVpc", ["CidrBlock": "10.0.0.0/16"]).ending == .silent)
      // The client gave up by its own clock; the lab may still be at it.
      while await vpcs(lab) == 0 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(await vpcs(lab) == 1)
    }
  }

  @Test("slow answers after its delay")
  func slow() async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:slow:300ms:1"]) { lab async throws in
      let start = ContinuousClock.now
      #expect(try await createVpc(lab).status == 200)
      #expect(ContinuousClock.now - start >= .milliseconds(300))
    }
  }

  @Test("http-500, http-502 and http-503 answer a page and do nothing", arguments: [500, 502, 503])
  func statuses(status: Int) async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:http-\(status):1"]) { lab async throws in
      let answer = try await createVpc(lab)
      #expect(answer.status == status)
      #expect(answer.headers["content-type"] == "text/html")
      #expect(await vpcs(lab) == 0)
    }
  }

  @Test("throttle answers each vendor's own error, with its own header for the delay")
  func throttle() async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:throttle:2s:1", "alibaba:CreateCen:throttle:1500ms:1"]) {
      lab async throws in
      let aws = try await createVpc(lab)
      #expect(AWSCaller.code(of: aws) == "RequestLimitExceeded")
      #expect(aws.status == 503)
      #expect(aws.headers["retry-after"] == "2")
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let alibaba = try await caller.call(Version.cbn, "CreateCen", [:])
      #expect(try JSON.parse(alibaba.body)["Code"] == "Throttling.User")
      #expect(alibaba.status == 429)
      #expect(alibaba.headers["x-acs-retry-after"] == "1500")
      #expect(await lab.server.ledger.resources.isEmpty)
    }
  }

  @Test("truncate cuts the body short of its promised length")
  func truncate() async throws {
    try await TestLab.with(faults: ["aws:CreateVpc:truncate:1"]) { lab async throws in
      let answer = try await createVpc(lab)
      #expect(answer.ending == .cut)
      #expect(answer.status == 200)
      #expect(answer.body.count < Int(answer.headers["content-length"] ?? "") ?? 0)
      #expect(await vpcs(lab) == 1)
    }
  }

  @Test("malformed answers a whole body that no parser takes; wrong-type answers a page for people")
  func broken() async throws {
    try await TestLab.with(
      faults: ["aws:CreateVpc:malformed:1", "alibaba:CreateCen:malformed:1", "alibaba:CreateCen:wrong-type:1"]
    ) { lab async throws in
      let xml = try await createVpc(lab)
      #expect(xml.ending == .whole)
      #expect(XMLText.parse(xml.body) == nil)
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let json = try await caller.call(Version.cbn, "CreateCen", [:])
      #expect((try? JSON.parse(json.body)) == nil)
      let page = try await caller.call(Version.cbn, "CreateCen", [:])
      #expect(page.headers["content-type"] == "text/html")
      #expect(await lab.server.ledger.resources.count == 3)
    }
  }

  @Test("clock-skew and expired-token answer each vendor's own error")
  func credentials() async throws {
    let faults = [
      "aws:CreateVpc:clock-skew:1", "aws:CreateVpc:expired-token:1", "alibaba:CreateCen:clock-skew:1",
      "alibaba:CreateCen:expired-token:1", "aws:CreateVpc:code:UnauthorizedOperation:1",
    ]
    try await TestLab.with(faults: faults) { lab async throws in
      let skewed = try await createVpc(lab)
      #expect(AWSCaller.code(of: skewed) == "RequestExpired")
      let date = try #require(skewed.headers["date"].flatMap { Timestamp.parseHTTP($0) })
      #expect(date.timeIntervalSince(lab.time.now) == 3600)
      #expect(AWSCaller.code(of: try await createVpc(lab)) == "ExpiredToken")
      #expect(AWSCaller.code(of: try await createVpc(lab)) == "UnauthorizedOperation")
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      #expect(try await caller.refusal(Version.cbn, "CreateCen", [:]) == "InvalidTimeStamp.Expired")
      #expect(try await caller.refusal(Version.cbn, "CreateCen", [:]) == "InvalidSecurityToken.Expired")
      #expect(await lab.server.ledger.resources.isEmpty)
      // The clock stays wrong: only who believes the answer's date gets through.
      #expect(AWSCaller.code(of: try await createVpc(lab)) == "RequestExpired")
      let believer = AWSCaller(port: await lab.port(.aws), time: FixedTime(date))
      #expect(try await believer.refusal("CreateVpc", ["CidrBlock": "10.0.0.0/16"]) == nil)
    }
  }

  @Test("lag hides what a call made from every list until its time has come")
  func lag() async throws {
    try await TestLab.with(faults: ["alibaba:CreateCloudConnectNetwork:lag:5s:1", "aws:CreateVpc:lag:5s:1"]) {
      lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let region = ["RegionId": "ap-southeast-1"]
      try await caller.good(Version.smartAG, "CreateCloudConnectNetwork", region.merging(["Name": "ccn"]) { $1 })
      #expect(try await caller.good(Version.smartAG, "DescribeCloudConnectNetworks", region)["TotalCount"] == 0)
      let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
      let id = try await aws.good("CreateVpc", ["CidrBlock": "10.0.0.0/16"])["vpc"]["vpcId"].string ?? ""
      #expect(try await aws.refusal("DescribeVpcs", ["VpcId.1": id]) == "InvalidVpcID.NotFound")
      lab.time.move(by: 5)
      #expect(try await caller.good(Version.smartAG, "DescribeCloudConnectNetworks", region)["TotalCount"] == 1)
      #expect(try await aws.refusal("DescribeVpcs", ["VpcId.1": id]) == nil)
    }
  }

  @Test("CCNs can be made and deleted as often as one likes; the limit counts those that are there")
  func ccnsComeAndGo() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let region = ["RegionId": "ap-southeast-1"]
      for _ in 1...20 {
        let made = try await caller.good(Version.smartAG, "CreateCloudConnectNetwork", region)
        let id = made["CcnId"].string ?? ""
        try await caller.good(Version.smartAG, "DeleteCloudConnectNetwork", region.merging(["CcnId": id]) { $1 })
      }
      for _ in 1...10 { try await caller.good(Version.smartAG, "CreateCloudConnectNetwork", region) }
      #expect(try await caller.refusal(Version.smartAG, "CreateCloudConnectNetwork", region) == "CcnAmountLimit")
    }
  }

  @Test("A fault hits only its action, as often as it says, and can be set while the lab runs")
  func counting() async throws {
    try await TestLab.with(faults: ["aws:DescribeVpcs:http-500:2"]) { lab async throws in
      let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
      #expect(try await aws.call("CreateVpc", ["CidrBlock": "10.0.0.0/16"]).status == 200)
      #expect(try await aws.call("DescribeVpcs", [:]).status == 500)
      #expect(try await aws.call("DescribeVpcs", [:]).status == 500)
      #expect(try await aws.call("DescribeVpcs", [:]).status == 200)
      await lab.server.add(try Fault("aws:*:http-503:always"))
      #expect(try await aws.call("DescribeVpcs", [:]).status == 503)
      #expect(try await aws.call("DescribeSubnets", [:]).status == 503)
    }
  }
}
