import Basics
import JSONText
import Lab
import LabFabric
import Testing

/// What Edge Node Service does with orders, places and addresses.
@Suite struct EdgeNodeTests {
  private static let version = "2017-11-10"

  private func order(_ name: String, _ more: [String: String] = [:]) -> [String: String] {
    [
      "InstanceName": name, "Amount": "1", "InstanceType": "ens.sn1.small", "InstanceChargeType": "PostPaid",
      "ImageId": "centos_7_06_64_20G_alibase_20191119", "InternetMaxBandwidthOut": "40", "ScheduleAreaLevel": "Big",
      "NetDistrictCode": "100104", "Carrier": "cmcc", "SchedulingStrategy": "Disperse", "Password": "Example-Pass-1",
    ].merging(more) { $1 }
  }

  private func onNode(_ name: String, _ more: [String: String] = [:]) -> [String: String] {
    var order = order(name, ["ScheduleAreaLevel": "Region", "EnsRegionId": "cn-shanghai-4"])
    for name in ["NetDistrictCode", "SchedulingStrategy"] { order[name] = nil }
    return order.merging(more) { $1 }
  }

  private func rows(_ caller: AlibabaCaller, _ name: String) async throws -> [Value] {
    let found = try await caller.good(Self.version, "DescribeInstances", ["InstanceName": name])
    return found["Instances"]["Instance"].list ?? []
  }

  private func privateAddress(_ row: Value?) -> String? {
    row?["PrivateIpAddresses"]["PrivateIpAddress"][0]["Ip"].string
  }

  @Test("The same order sent twice is two orders: no token is honoured")
  func twice() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      for _ in 0..<2 { try await caller.good(Self.version, "RunInstances", order("same")) }
      #expect(try await rows(caller, "same").count == 2)
      #expect(
        try await caller.refusal(Self.version, "RunInstances", order("same", ["ClientToken": "t-1"]))
          == "InvalidParameter", "the vendor has no such parameter")
    }
  }

  @Test("A new instance is listed later than its order is taken, and runs later still")
  func pace() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      try await caller.good(Self.version, "RunInstances", order("late"))
      #expect(try await rows(caller, "late").isEmpty)
      lab.time.move(by: 11)
      #expect(try await rows(caller, "late").map { $0["Status"] } == ["Pending"])
      #expect(privateAddress(try await rows(caller, "late").first) == nil)
      lab.time.move(by: 50)
      let row = try await rows(caller, "late").first
      #expect(row?["Status"] == "Running")
      #expect(row?["PublicIpAddresses"]["PublicIpAddress"][0]["Isp"] == "cmcc")
    }
  }

  @Test("In an area instances are kept apart or together, as ordered")
  func scheduling() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      for name in ["a", "b"] { try await caller.good(Self.version, "RunInstances", order("apart-\(name)")) }
      let apart = try await rows(caller, "apart-a") + rows(caller, "apart-b")
      #expect(Set(apart.map { $0["EnsRegionId"] }).count == 2)
      try await caller.good(
        Self.version, "RunInstances", order("together", ["Amount": "2", "SchedulingStrategy": "Concentrate"]))
      #expect(Set(try await rows(caller, "together").map { $0["EnsRegionId"] }).count == 1)
      #expect(
        try await caller.refusal(Self.version, "RunInstances", order("x", ["NetDistrictCode": "100105"]))
          == "SaleControlVerificationFailedInstanceDistrict")
      #expect(
        try await caller.refusal(Self.version, "RunInstances", order("x", ["VSwitchId": "vsw-1"]))
          == "InvalidVSwitchId")
      #expect(
        try await caller.refusal(Self.version, "RunInstances", order("x", ["Password": "short"])) == "InvalidPassword")
    }
  }

  @Test(
    "A prepared range gives the instances of a node private addresses of its small network; without one they reach nobody"
  )
  func range() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      try await caller.good(Self.version, "RunInstances", onNode("before"))
      #expect(privateAddress(try await rows(caller, "before").first) == "192.168.200.2")
      let control = ControlCaller(lab)
      let values: Value = ["range": "10.0.0.0/8", "hosts": "10.0.2.0/24", "district": "华东", "carrier": "cmcc"]
      let done = try await control.value("POST", "/acts", ["action": "ens-range", "inputs": values])
      #expect(done["outputs"]["nodes"].list?.count == 3, "\(done)")
      for name in ["one", "two"] { try await caller.good(Self.version, "RunInstances", onNode(name)) }
      #expect(privateAddress(try await rows(caller, "one").first) == "10.0.2.2")
      #expect(privateAddress(try await rows(caller, "two").first) == "10.0.2.3")
      try await caller.good(Self.version, "RunInstances", onNode("other", ["EnsRegionId": "cn-hangzhou-44"]))
      #expect(privateAddress(try await rows(caller, "other").first) == "10.0.3.2")
      let topology = lab.plane.topology
      let id = try await rows(caller, "one")[0]["InstanceId"].string
      let machine = try #require(topology.machines.first { $0.id == id })
      #expect(machine.devices.map(\.name) == ["eth0", "eth1"])
      let plugs = machine.devices.compactMap { device in topology.interfaces.first { $0.id == device.interface } }
      #expect(plugs.map(\.publicAddress) == [.direct, .none])
      let subnets = topology.networks.flatMap(\.subnets)
      #expect(plugs.allSatisfy { plug in subnets.contains { $0.id == plug.subnet && $0.isSwitched } })
    }
  }

  @Test("A range that is given back leaves its instances their addresses, and nobody to reach")
  func givenBack() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let control = ControlCaller(lab)
      let values: Value = ["range": "10.0.0.0/8", "hosts": "10.0.2.0/24", "node": "cn-shanghai-4"]
      _ = try await control.value("POST", "/acts", ["action": "ens-range", "inputs": values])
      try await caller.good(Self.version, "RunInstances", onNode("one"))
      let inner = { lab.plane.topology.interfaces.first { $0.publicAddress == .none } }
      #expect(inner()?.filters == [])
      let undo = Value.object((values.object ?? [:]).merging(["undo": true]) { $1 })
      _ = try await control.value("POST", "/acts", ["action": "ens-range", "inputs": undo])
      #expect(inner()?.filters == [SecurityFilter(inbound: [], outbound: [])])
      #expect(privateAddress(try await rows(caller, "one").first) == "10.0.2.2")
      try await caller.good(Self.version, "RunInstances", onNode("two"))
      #expect(privateAddress(try await rows(caller, "two").first) == "192.168.200.2")
    }
  }

  @Test("A range is asked for an area that there is, and for a small network inside it")
  func wrongRange() async throws {
    try await TestLab.with { lab async throws in
      let control = ControlCaller(lab)
      let good: Value = ["range": "10.0.0.0/8", "hosts": "10.0.2.0/24", "district": "华东", "carrier": "cmcc"]
      for wrong: Value in [["hosts": "172.16.0.0/24"], ["district": "华西"], ["carrier": "satellite"]] {
        let values = Value.object((good.object ?? [:]).merging(wrong.object ?? [:]) { $1 })
        #expect(
          try await control.send("POST", "/acts", ["action": "ens-range", "inputs": values]).status >= 400, "\(wrong)")
      }
    }
  }

  @Test("The public address inside the host is its own; the API tells where it answers on this machine")
  func addresses() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      for name in ["one", "two"] { try await caller.good(Self.version, "RunInstances", onNode(name)) }
      let row = try await rows(caller, "one")[0]
      let address = row["PublicIpAddresses"]["PublicIpAddress"][0]["Ip"].string ?? ""
      #expect(address.hasPrefix("127."))
      let id = row["InstanceId"].string ?? ""
      #expect(lab.plane.spec(of: id)?.loginAddress?.description == address)
      #expect(lab.plane.spec(of: id)?.rootPassword == "Example-Pass-1")
      #expect(lab.plane.spec(of: id)?.system?.id == "centos")
      let own = lab.plane.topology.interfaces.filter { $0.publicAddress == .direct }.map(\.address.description)
      #expect(own == ["198.18.7.2", "198.18.7.3"])
      try await caller.good(Self.version, "ReleasePostPaidInstance", ["InstanceId": id])
      try await caller.good(Self.version, "RunInstances", onNode("three"))
      #expect(try await rows(caller, "three")[0]["PublicIpAddress"]["IpAddress"][0].string == address)
    }
  }

  @Test("A security group keeps out what it does not name; without one everything gets in")
  func firewall() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      let group =
        try await caller.good(
          Self.version, "CreateSecurityGroup",
          [
            "SecurityGroupName": "hosts",
            "Permissions":
              #"[{"Direction":"ingress","IpProtocol":"ICMP","PortRange":"-1/-1","SourceCidrIp":"0.0.0.0/0","Policy":"Accept","Priority":1}]"#,
          ])["SecurityGroupId"].string ?? ""
      try await caller.good(Self.version, "RunInstances", onNode("open"))
      try await caller.good(Self.version, "RunInstances", onNode("closed", ["SecurityId": group]))
      let open = try await rows(caller, "open")[0]["InstanceId"].string ?? ""
      let closed = try await rows(caller, "closed")[0]["InstanceId"].string ?? ""
      #expect(lab.plane.spec(of: open)?.login.door == .open)
      #expect(lab.plane.spec(of: closed)?.login.door == .silent)
      try await caller.good(
        Self.version, "AuthorizeSecurityGroup",
        ["SecurityGroupId": group, "IpProtocol": "tcp", "PortRange": "22/22", "SourceCidrIp": "127.0.0.0/8"])
      #expect(lab.plane.spec(of: closed)?.login.door == .open)
    }
  }
}
