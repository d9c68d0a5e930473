import Basics
import Foundation
import JSONText
import Lab
import LabFabric
import Testing

/// Which of two devices is active, who holds their address, and what the reading calls say of it.
@Suite struct LivenessTests {
  private static let region = "cn-hangzhou"
  private static let edge = "cn-shanghai"

  /// Two instances that share an address, and a gateway whose devices are deployed on them.
  private struct Pair {
    var lab: TestLab
    var alibaba: AlibabaCaller
    var device: RawClient
    var havip = ""
    var hosts: [String] = []
    var gateway = ""
    var serials: [String] = []
    var keys: [String] = []

    static let address = "172.16.1.100"

    init(_ lab: TestLab) async throws {
      self.lab = lab
      alibaba = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      device = RawClient(port: lab.server.devicePort)
      try await makeHosts()
      try await makeGateway()
    }

    private mutating func makeHosts() async throws {
      let vpc = try await alibaba.good(
        Version.vpc, "CreateVpc", ["RegionId": region, "CidrBlock": "172.16.0.0/16", "VpcName": "site"])
      let id = vpc["VpcId"].string ?? ""
      let vSwitch =
        try await alibaba.good(
          Version.vpc, "CreateVSwitch",
          ["RegionId": region, "VpcId": id, "ZoneId": "cn-hangzhou-h", "CidrBlock": "172.16.1.0/24"])["VSwitchId"]
        .string ?? ""
      let group =
        try await alibaba.good(
          Version.ecs, "CreateSecurityGroup", ["RegionId": region, "VpcId": id, "SecurityGroupName": "site"])[
          "SecurityGroupId"
        ].string ?? ""
      let launch = try await alibaba.good(
        Version.ecs, "RunInstances",
        [
          "RegionId": region, "ImageFamily": "acs:ubuntu_22_04_x64", "InstanceType": "ecs.c6.large", "Amount": "3",
          "VSwitchId": vSwitch, "SecurityGroupId": group, "InternetMaxBandwidthOut": "5",
        ])
      hosts = (launch["InstanceIdSets"]["InstanceIdSet"].list ?? []).compactMap(\.string)
      havip =
        try await alibaba.good(
          Version.vpc, "CreateHaVip", ["RegionId": region, "VSwitchId": vSwitch, "IpAddress": Self.address])["HaVipId"]
        .string ?? ""
      for host in hosts.prefix(2) {
        try await alibaba.good(
          Version.vpc, "AssociateHaVip", ["RegionId": region, "HaVipId": havip, "InstanceId": host])
      }
    }

    private mutating func makeGateway() async throws {
      var purchase = [
        "RegionId": edge, "HardWareSpec": "sag-vcpe", "HaType": "warm_backup", "ChargeType": "PREPAY", "Period": "1",
        "AutoPay": "true", "BuyerMessage": "none",
      ]
      for field in ["Country", "State", "City", "District", "Town", "Zip", "Mobile", "Name", "Email", "Address"] {
        purchase["Receiver\(field)"] = "lab"
      }
      gateway =
        try await alibaba.good(Version.smartAG, "CreateSmartAccessGateway", purchase)["SmartAGId"].string ?? ""
      let ccn =
        try await alibaba.good(
          Version.smartAG, "CreateCloudConnectNetwork", ["RegionId": edge, "Name": "ccn"])["CcnId"].string ?? ""
      try await alibaba.good(
        Version.smartAG, "BindSmartAccessGateway", ["RegionId": edge, "CcnId": ccn, "SmartAGId": gateway])
      let devices = try await attribute()["Devices"]["Device"].list ?? []
      serials = devices.compactMap { $0["SerialNumber"].string }
      keys = devices.compactMap { $0["SecretKey"].string }
    }

    func attribute() async throws -> Value {
      try await alibaba.good(
        Version.smartAG, "DescribeSmartAccessGatewayAttribute", ["RegionId": edge, "SmartAGId": gateway])
    }

    /// What the device at `index` says from its host, or from another one; the answer's text.
    @discardableResult
    func say(_ path: String, _ index: Int, from host: String? = nil, _ more: [String: String] = [:]) async throws
      -> String
    {
      let form = ["serial": serials[index], "key": keys[index], "machine": host ?? hosts[index]]
        .merging(more) { $1 }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
      let headers = [("Content-Type", "application/x-www-form-urlencoded")]
      return try await device.send(method: "POST", target: path, headers: headers, body: form).text
    }

    func join(_ index: Int) async throws { #expect(try await say(DeviceAPI.joinPath, index).hasPrefix("ok")) }

    /// The keepalive of the core, and the role that the device has by it.
    func beat(_ index: Int) async throws -> String {
      let text = try await say(DeviceAPI.alivePath, index, ["part": "core"])
      return text.split(separator: "\n").last.map(String.init) ?? ""
    }

    func announce(_ index: Int, from host: String? = nil) async throws {
      try await say(DeviceAPI.announcePath, index, from: host, ["ha_vip": Self.address])
    }

    func master() async throws -> String? {
      try await alibaba.good(
        Version.vpc, "DescribeHaVips",
        ["RegionId": region, "Filter.1.Key": "HaVipId", "Filter.1.Value.1": havip])["HaVips"]["HaVip"][0][
          "MasterInstanceId"
        ].string
    }

    /// Where the CCN's packets for the site go: the tunnel, by its device's serial number.
    func activeInAttribute() async throws -> String? { try await attribute()["TrafficMasterSn"].string }
  }

  private func withPair(_ body: (Pair) async throws -> Void) async throws {
    try await TestLab.with { lab async throws in try await body(try await Pair(lab)) }
  }

  @Test("The main device is the active one for as long as it is heard, then the spare one, and the main one again")
  func roles() async throws {
    try await withPair { pair in
      try await pair.join(0)
      try await pair.join(1)
      #expect(try await pair.beat(0) == "role active")
      #expect(try await pair.beat(1) == "role standby")
      #expect(try await pair.activeInAttribute() == pair.serials[0])
      pair.lab.time.move(by: 2.9)
      #expect(try await pair.beat(1) == "role standby")
      pair.lab.time.move(by: 0.2)
      #expect(try await pair.beat(1) == "role active")
      #expect(try await pair.activeInAttribute() == pair.serials[1])
      #expect(try await pair.beat(0) == "role active")
      #expect(try await pair.beat(1) == "role standby")
      #expect(try await pair.activeInAttribute() == pair.serials[0])
    }
  }

  @Test("A device that is alone is not given up for a short silence, only for a long one")
  func alone() async throws {
    try await withPair { pair in
      try await pair.join(0)
      pair.lab.time.move(by: 9)
      #expect(try await pair.activeInAttribute() == pair.serials[0])
      #expect(try await pair.attribute()["VpnStatus"] == "up")
      pair.lab.time.move(by: 2)
      #expect(try await pair.activeInAttribute() == "")
      #expect(try await pair.attribute()["VpnStatus"] == "down")
    }
  }

  @Test("A device is off line when its manager is silent, whatever its core says, and its VPN is down when its core is")
  func parts() async throws {
    try await withPair { pair in
      try await pair.join(0)
      let info = ["RegionId": Self.edge, "SmartAGId": pair.gateway, "SmartAGSn": pair.serials[0]]
      pair.lab.time.move(by: 11)
      try await pair.say(DeviceAPI.alivePath, 0, ["part": "manager"])
      let states = try await pair.alibaba.good(Version.smartAG, "DescribeSAGDeviceInfo", info)
      #expect(states["ControllerState"] == "Normal")
      #expect(states["VpnState"] == "Abnormal")
      pair.lab.time.move(by: 14)
      _ = try await pair.beat(0)
      #expect(try await pair.attribute()["Devices"]["Device"][0]["HcState"] == "online")
      pair.lab.time.move(by: 2)
      #expect(try await pair.attribute()["Devices"]["Device"][0]["HcState"] == "offline")
      #expect(
        try await pair.alibaba.refusal(Version.smartAG, "DescribeSAGDeviceInfo", info) == "SmartAccessGatewayOffline")
    }
  }

  @Test("The CCN sends to the spare device as soon as the main one is silent, although nobody asked")
  func routes() async throws {
    try await withPair { pair in
      try await pair.alibaba.good(
        Version.smartAG, "ModifySmartAccessGateway",
        ["RegionId": Self.edge, "SmartAGId": pair.gateway, "RoutingStrategy": "static", "CidrBlock": "172.16.0.0/16"])
      try await pair.join(0)
      try await pair.join(1)
      func target() -> RouteTarget? { pair.lab.plane.topology.routers.first?.routes.first?.target }
      #expect(target() == .tunnel(pair.serials[0]))
      pair.lab.time.move(by: 4)
      // The word of the spare device changes who is active; the data plane follows without another call.
      _ = try await pair.beat(1)
      try await until { target() == .tunnel(pair.serials[1]) }
    }
  }

  @Test("The last associated instance that announced the address holds it; others announce in vain")
  func holder() async throws {
    try await withPair { pair in
      try await pair.join(0)
      try await pair.join(1)
      #expect(try await pair.master() == "")
      try await pair.announce(0)
      #expect(try await pair.master() == pair.hosts[0])
      try await pair.announce(1)
      #expect(try await pair.master() == pair.hosts[1])
      func holder() -> String? { pair.lab.plane.topology.networks.first?.floatingAddresses.first?.holder }
      let interface = pair.lab.plane.topology.machines.first { $0.id == pair.hosts[1] }?.devices.first?.interface
      try await until { holder() != nil && holder() == interface }
      // A host that no device was deployed on is not heard, an instance that is not associated neither.
      #expect(
        try await pair.say(DeviceAPI.announcePath, 0, from: pair.hosts[2], ["ha_vip": Pair.address])
          .contains("not-joined"))
      let association = ["RegionId": Self.region, "HaVipId": pair.havip, "InstanceId": pair.hosts[1]]
      #expect(
        try await pair.alibaba.refusal(Version.vpc, "UnassociateHaVip", association) == "Forbidden.UnassociateMaster")
      try await pair.alibaba.good(Version.vpc, "UnassociateHaVip", association.merging(["Force": "true"]) { $1 })
      #expect(try await pair.master() == "")
      try await pair.announce(1)
      #expect(try await pair.master() == "")
    }
  }

  @Test("A keepalive with another key, of another host or of an unknown part is refused and counts for nothing")
  func strangers() async throws {
    try await withPair { pair in
      #expect(try await pair.say(DeviceAPI.alivePath, 0, ["part": "core"]).contains("not-joined"))
      try await pair.join(0)
      #expect(try await pair.say(DeviceAPI.alivePath, 0, ["part": "core", "key": "other"]).contains("wrong-key"))
      #expect(try await pair.say(DeviceAPI.alivePath, 0, from: pair.hosts[1], ["part": "core"]).contains("not-joined"))
      #expect(try await pair.say(DeviceAPI.alivePath, 0, ["part": "kernel"]).contains("unknown-part"))
      pair.lab.time.move(by: 11)
      #expect(try await pair.attribute()["VpnStatus"] == "down")
    }
  }

  /// What follows by itself follows soon, not at once.
  private func until(_ condition: () -> Bool) async throws {
    for _ in 0..<500 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
    #expect(condition())
  }
}
