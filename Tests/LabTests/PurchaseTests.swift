import Basics
import JSONText
import Lab
import Testing

/// Money: what is bought, what it takes to get rid of it, and what the ledger says.
@Suite struct PurchaseTests {
  private static let region = "ap-southeast-1"

  private func order(_ name: String, pays: Bool = true) -> [String: String] {
    var order = [
      "RegionId": Self.region, "Name": name, "HardWareSpec": "sag-vcpe", "HaType": "warm_backup",
      "ChargeType": "PREPAY", "Period": "1", "AutoPay": pays ? "true" : "false", "BuyerMessage": "-",
    ]
    for field in ["Country", "State", "City", "District", "Town", "Zip", "Mobile", "Name", "Email", "Address"] {
      order["Receiver\(field)"] = "x"
    }
    return order
  }

  @Test("A purchase without a token that is sent twice is two purchases, and the ledger shows both")
  func twice() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      for _ in 0..<2 { try await caller.good(Version.smartAG, "CreateSmartAccessGateway", order("same")) }
      let paid = await lab.server.ledger.resources.filter(\.isPaid)
      #expect(paid.map(\.name) == ["same", "same"])
      #expect(paid.allSatisfy { $0.token == nil && $0.deletedAt == nil })
    }
  }

  @Test("A purchase with a token is made once: the lost answer comes again")
  func token() async throws {
    try await TestLab.with(faults: ["alibaba:CreateCenBandwidthPackage:drop-response:1"]) { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let plan = [
        "GeographicRegionAId": "China", "GeographicRegionBId": "Europe", "Bandwidth": "2", "AutoPay": "true",
        "ClientToken": "t-1",
      ]
      #expect(try await caller.call(Version.cbn, "CreateCenBandwidthPackage", plan).ending == .reset)
      let again = try await caller.good(Version.cbn, "CreateCenBandwidthPackage", plan)
      let paid = await lab.server.ledger.resources.filter(\.isPaid)
      #expect(paid.map(\.id) == [again["CenBandwidthPackageId"].string])
      #expect(paid.first?.token == "t-1")
      let other = plan.merging(["Bandwidth": "5"]) { $1 }
      #expect(try await caller.refusal(Version.cbn, "CreateCenBandwidthPackage", other) == "IdempotenceParam.NotMatch")
    }
  }

  @Test("An unpaid order is no resource until a person pays it, and can be cancelled instead")
  func unpaid() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let control = ControlCaller(lab)
      let made = try await caller.good(Version.smartAG, "CreateSmartAccessGateway", order("later", pays: false))
      let find = ["RegionId": Self.region, "Name": "later"]
      #expect(try await caller.good(Version.smartAG, "DescribeSmartAccessGateways", find)["TotalCount"] == 0)
      let number = made["OrderId"].string ?? ""
      #expect(try await control.send("POST", "/orders/\(number)/pay").status == 200)
      #expect(try await control.send("POST", "/orders/\(number)/pay").status == 404)
      #expect(try await caller.good(Version.smartAG, "DescribeSmartAccessGateways", find)["TotalCount"] == 1)
      let other = try await caller.good(Version.smartAG, "CreateSmartAccessGateway", order("never", pays: false))
      let cancel = ["OrderId": other["OrderId"].string ?? ""]
      #expect(try await caller.good(Version.bss, "CancelOrder", cancel)["Success"] == true)
      #expect(try await caller.good(Version.bss, "CancelOrder", cancel)["Success"] == false)
      #expect(await lab.server.ledger.resources.filter(\.isPaid).map(\.name) == ["later"])
    }
  }

  @Test("A prepaid gateway is not released in its term; after it, it is")
  func term() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let id =
        try await caller.good(Version.smartAG, "CreateSmartAccessGateway", order("term"))["SmartAGId"].string ?? ""
      let release = ["InstanceId": id, "RegionId": Self.region]
      #expect(
        try await caller.refusal(Version.smartAG, "DeleteSmartAccessGateway", release) == "SAG.BusinessStateNotSupport")
      #expect(try await ControlCaller(lab).send("POST", "/resources/\(id)/expire").status == 200)
      #expect(try await caller.refusal(Version.smartAG, "DeleteSmartAccessGateway", release) == nil)
      #expect(await lab.server.ledger.resources.first { $0.id == id }?.deletedAt != nil)
    }
  }
}

/// The door of whoever controls the lab.
@Suite struct ControlTests {
  @Test("Without the token nothing is answered")
  func token() async throws {
    try await TestLab.with { lab async throws in
      var control = ControlCaller(lab)
      control.token = "other"
      #expect(try await control.send("GET", "/status").status == 401)
      #expect(try await control.send("POST", "/shutdown").status == 401)
    }
  }

  @Test("The record in the state folder and the description keep the contract")
  func record() async throws {
    try await TestLab.with { lab async throws in
      let description = await lab.server.description.json
      #expect(
        description.object?.keys.sorted() == ["credentials", "endpoints", "fixture", "inputs", "name", "pid"])
      #expect(description["endpoints"].object?.keys.sorted() == ["alibaba", "aws", "azure", "oss", "qingcloud"])
      #expect(description["credentials"]["aws"]["access_key_id"] == "AKIDEXAMPLE")
      #expect(description["credentials"]["azure"]["authority"] == description["endpoints"]["azure"])
      let name = await lab.server.description.name
      let record = try #require(StateFolder(TestLab.folder(of: name)).readRecord())
      #expect(record["description"] == description)
      #expect(record["control"].string == lab.server.control)
      #expect(
        record["start_ticks"].integer.map { UInt64($0) }
          == ProcessStart.ticks(of: Int32(record["description"]["pid"].integer ?? 0)))
    }
  }

  @Test("Status, hosts, faults, fixture and ledger are answered as they are")
  func requests() async throws {
    try await TestLab.with { lab async throws in
      let control = ControlCaller(lab)
      #expect(try await control.value("GET", "/status")["problems"] == [])
      #expect(try await control.value("GET", "/hosts") == ["hosts": []])
      let armed = try await control.value("POST", "/faults", ["faults": ["aws:*:http-500:2"]])
      #expect(armed["faults"] == [["cloud": "aws", "action": "*", "kind": "http-500", "count": 2]])
      let refused = try await control.send("POST", "/faults", ["faults": ["aws:*:melt"]])
      #expect(refused.status == 400)
      #expect(try JSON.parse(refused.body)["error"]["code"] == "lab.fault-unknown-kind")
      #expect(try await control.value("DELETE", "/faults")["faults"] == [])
      let fixed = try await control.value("PUT", "/fixture", ["name": "sag-aws", "inputs": ["a": 1]])
      #expect(fixed["fixture"] == "sag-aws")
      #expect(fixed["inputs"] == ["a": 1])
      try await AWSCaller(port: await lab.port(.aws), time: lab.time).good("CreateVpc", ["CidrBlock": "10.0.0.0/16"])
      let ledger = try await control.value("GET", "/ledger")
      #expect(
        ledger["resources"][0].object?.keys.sorted() == [
          "cloud", "created_at", "deleted_at", "id", "kind", "name", "paid", "token",
        ])
      #expect(
        ledger["calls"][0].object?.keys.sorted() == ["action", "at", "cloud", "code", "fault", "request_id", "status"])
      #expect(try await control.send("GET", "/other").status == 404)
    }
  }

  @Test("A shutdown over the control port lets the lab's owner end it, and the record goes", .timeLimit(.minutes(1)))
  func shutdown() async throws {
    let lab = try await TestLab.start()
    let control = ControlCaller(lab)
    let name = await lab.server.description.name
    #expect(try await control.send("POST", "/shutdown").status == 200)
    await lab.server.waitForShutdown()
    await lab.server.close()
    #expect(lab.plane.log == ["tear down"])
    #expect(StateFolder(TestLab.folder(of: name)).readRecord() == nil)
    // A program that another test is about to start may hold the port for a moment more.
    while try await control.send("GET", "/status").ending != .refused {}
    await lab.end()
  }
}

/// Speaks to the control port.
struct ControlCaller {
  let port: UInt16
  var token: String

  init(_ lab: TestLab) { self.init(lab.server) }

  init(_ server: LabServer) {
    port = server.control.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    token = server.token
  }

  func send(_ method: String, _ path: String, _ body: Value? = nil) async throws -> RawClient.Answer {
    try await RawClient(port: port).send(
      method: method, target: path, headers: [("Host", "lab"), ("Authorization", "Bearer \(token)")],
      body: body.map { JSON.text($0) } ?? "")
  }

  func value(_ method: String, _ path: String, _ body: Value? = nil) async throws -> Value {
    let answer = try await send(method, path, body)
    #expect(answer.status == 200, "\(path): \(answer.text)")
    return try JSON.parse(answer.body)
  }
}
