import Basics
import Foundation
import JSONText
import Lab
import LabFabric
import Testing

/// Jobs, transitions, and what comes into force only when it is applied.
@Suite(.serialized) struct QingCloudTests {
  /// A VPC with one vxnet and one server in it.
  struct Ground {
    var router = ""
    var vxnet = ""
    var instance = ""
  }

  static let launch = [
    "instance_type": "c1m1", "login_mode": "passwd", "login_passwd": "FakePassw0rd",
  ]

  /// With jobs that end at once.
  static func makeGround(_ caller: QingCloudCaller) async throws -> Ground {
    var ground = Ground()
    let router = try await caller.good("CreateRouters", ["vpc_network": "192.168.0.0/16", "router_name": "vpc"])
    ground.router = router["routers"][0].string ?? ""
    let vxnet = try await caller.good("CreateVxnets", ["vxnet_type": "1", "vxnet_name": "lan"])
    ground.vxnet = vxnet["vxnets"][0].string ?? ""
    try await caller.good(
      "JoinRouter", ["router": ground.router, "vxnet": ground.vxnet, "ip_network": "192.168.1.0/24"])
    ground.instance = try await run(caller, in: "\(ground.vxnet)|192.168.1.10")
    return ground
  }

  static func run(_ caller: QingCloudCaller, in vxnet: String) async throws -> String {
    let images = try await caller.good("DescribeImages", ["os_family": "ubuntu"])
    let parameters = launch.merging(["image_id": images["image_set"][0]["image_id"].string ?? "", "vxnets.1": vxnet]) {
      $1
    }
    return try await caller.good("RunInstances", parameters)["instances"][0].string ?? ""
  }

  private func status(of job: String, _ caller: QingCloudCaller) async throws -> String? {
    try await caller.good("DescribeJobs", ["jobs.1": job])["job_set"][0]["status"].string
  }

  @Test("A job is not listed at first, then pending, working, successful, and its resource is in transition until then")
  func job() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let made = try await caller.good("CreateRouters", ["vpc_network": "10.0.0.0/16"])
      let (job, router) = (made["job_id"].string ?? "", made["routers"][0].string ?? "")
      var seen: [String] = []
      for wait in [0.0, 1, 1, 11, 2] {
        lab.time.move(by: wait)
        let row = try await caller.good("DescribeRouters", ["routers.1": router])["router_set"][0]
        let states = [row["status"].string ?? "", row["transition_status"].string ?? ""]
        seen.append(([try await status(of: job, caller) ?? "none"] + states).joined(separator: " "))
      }
      #expect(
        seen == [
          "none pending creating", "pending pending creating", "working pending creating", "working pending creating",
          "successful active ",
        ])
      let early = try await caller.good("CreateRouters", ["vpc_network": "10.1.0.0/16"])["routers"][0].string ?? ""
      #expect(try await caller.refusal("UpdateRouters", ["routers.1": early]) == 1400)
    }
  }

  @Test("An instance runs with a host when its job is done, tells its address later, and ends with its own NIC")
  func instance() async throws {
    try await TestLab.with { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let ground = try await Self.makeGround(caller)
      #expect(lab.plane.log == ["start \(ground.instance)"])
      let spare = try await caller.good("CreateNics", ["vxnet": ground.vxnet])["nics"][0]["nic_id"].string ?? ""
      try await caller.good("AttachNics", ["nics.1": spare, "instance": ground.instance])
      let machine = try #require(lab.plane.topology.machines.first)
      #expect(machine.devices.map(\.name) == ["eth0", "eth1"])
      #expect(machine.devices.map(\.isConfigured) == [true, false])
      try await caller.good("TerminateInstances", ["instances.1": ground.instance])
      #expect(lab.plane.log.last == "remove \(ground.instance)")
      let nics = try await caller.good("DescribeNics")
      #expect(nics["nic_set"][0]["nic_id"].string == spare && nics["nic_set"][0]["status"] == "available")
      #expect(nics["total_count"] == 1)
    }
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let images = try await caller.good("DescribeImages", ["os_family": "centos"])
      let vxnet = try await Self.joinedVxnet(caller, lab)
      let id =
        try await caller.good(
          "RunInstances",
          Self.launch.merging(["image_id": images["image_set"][0]["image_id"].string ?? "", "vxnets.1": vxnet]) { $1 })[
          "instances"
        ][0].string ?? ""
      var seen: [String] = []
      for wait in [0.0, 20, 3] {
        lab.time.move(by: wait)
        let row = try await caller.good("DescribeInstances", ["instances.1": id, "verbose": "1"])["instance_set"][0]
        seen.append("\(row["status"].string ?? "") \(row["vxnets"][0]["private_ip"].string ?? "")")
      }
      #expect(seen == ["pending ", "running ", "running 10.0.1.2"])
    }
  }

  private static func joinedVxnet(_ caller: QingCloudCaller, _ lab: TestLab) async throws -> String {
    let router = try await caller.good("CreateRouters", ["vpc_network": "10.0.0.0/16"])["routers"][0].string ?? ""
    let vxnet = try await caller.good("CreateVxnets", ["vxnet_type": "1"])["vxnets"][0].string ?? ""
    lab.time.move(by: 15)
    try await caller.good("JoinRouter", ["router": router, "vxnet": vxnet, "ip_network": "10.0.1.0/24"])
    #expect(try await caller.refusal("CreateNics", ["vxnet": vxnet]) == 1400, "it has not joined yet")
    lab.time.move(by: 8)
    return vxnet
  }

  @Test("Faults come in the vendor's form, and a job that fails leaves nothing behind")
  func faults() async throws {
    let faults = [
      "qingcloud:DescribeZones:throttle", "qingcloud:DescribeZones:code:5300",
      "qingcloud:CreateRouters:fail-later:5200", "qingcloud:CreateVxnets:lag:5s",
    ]
    try await TestLab.with(faults: faults) { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      for code in [5100, 5300, nil] { #expect(try await caller.refusal("DescribeZones") == code) }
      let failed = try await caller.good("CreateRouters", ["vpc_network": "10.0.0.0/16"])
      let row = try await caller.good("DescribeJobs", ["jobs.1": failed["job_id"].string ?? ""])["job_set"][0]
      #expect(row["status"] == "failed" && row["error_codes"] == "5200")
      #expect(try await caller.good("DescribeRouters")["total_count"] == 0)
      let vxnet = try await caller.good("CreateVxnets", ["vxnet_type": "1"])["vxnets"][0].string ?? ""
      #expect(try await caller.good("DescribeVxnets")["total_count"] == 0, "not listed yet")
      #expect(try await caller.refusal("DescribeVxnets", ["vxnets.1": vxnet]) == 2100)
      lab.time.move(by: 6)
      #expect(try await caller.good("DescribeVxnets", ["vxnets.1": vxnet])["total_count"] == 1)
    }
  }

  @Test("What is created twice is there twice, and the ledger shows both")
  func twice() async throws {
    try await TestLab.with { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let ground = try await Self.makeGround(caller)
      let before = await lab.server.ledger.resources.count
      let calls: [(String, [String: String])] = [
        ("CreateVxnets", ["vxnet_type": "1", "vxnet_name": "n"]), ("CreateNics", ["vxnet": ground.vxnet]),
        ("AllocateEips", ["bandwidth": "1", "eip_name": "n"]), ("CreateSecurityGroup", ["security_group_name": "n"]),
        ("CreateRouteTable", ["routing_table_type": "0", "rtable_rtype": "2"]),
      ]
      for (action, parameters) in calls {
        for _ in 0..<2 { try await caller.good(action, parameters) }
      }
      let made = await lab.server.ledger.resources.dropFirst(before).map(\.kind)
      #expect(made == ["vxnet", "nic", "eip", "security-group", "routing-table"].flatMap { [$0, $0] })
    }
  }

  @Test("A security group's rules are in force on an instance only when they were applied to it")
  func group() async throws {
    try await TestLab.with { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let ground = try await Self.makeGround(caller)
      let filters = { lab.plane.topology.interfaces.first?.filters ?? [] }
      #expect(filters() == [], "no firewall unless one is applied")
      let group =
        try await caller.good("CreateSecurityGroup", ["security_group_name": "g"])["security_group_id"].string ?? ""
      let rule = ["protocol": "tcp", "priority": "1", "val1": "22", "val2": "22", "val3": "127.0.0.0/8"]
      let rules = Dictionary(rule.map { ("rules.1.\($0.key)", $0.value) }) { first, _ in first }
      try await caller.good("ApplySecurityGroup", ["security_group": group, "instances.1": ground.instance])
      try await caller.good("AddSecurityGroupRules", rules.merging(["security_group": group]) { $1 })
      #expect(filters().first?.inbound == [])
      let eip = try await caller.good("AllocateEips", ["bandwidth": "1"])["eips"][0].string ?? ""
      try await caller.good("AssociateEip", ["eip": eip, "instance": ground.instance])
      #expect(lab.plane.spec(of: ground.instance)?.login.door == .silent)
      try await caller.good("ApplySecurityGroup", ["security_group": group])
      #expect(filters().first?.inbound.count == 1)
      #expect(lab.plane.spec(of: ground.instance)?.login.door == .open)
      try await caller.good("RemoveSecurityGroup", ["instances.1": ground.instance])
      #expect(filters() == [])
    }
  }

  @Test("A routing table's rules lead to the NIC that has the address, and only after an update")
  func table() async throws {
    try await TestLab.with { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let ground = try await Self.makeGround(caller)
      let table = try await caller.good("CreateRouteTable", ["routing_table_type": "0", "rtable_rtype": "2"])
      let id = table["routing_table"].string ?? ""
      try await caller.good("AssociateRouteTable", ["routing_table": id, "resource": ground.vxnet])
      let routes = { lab.plane.topology.networks[0].routeTables.first { $0.id == id }?.routes ?? [] }
      try await caller.good(
        "AddRoutes",
        [
          "routing_table": id, "rules.1.network": "172.17.0.0/24", "rules.1.nexthop": "192.168.1.10",
          "rules.1.nexthop_type": "3",
        ])
      #expect(routes().count == 1)
      try await caller.good("UpdateRouteTable", ["routing_table": id])
      let nic = try #require(lab.plane.topology.interfaces.first?.id)
      #expect(routes().last?.target == .interface(nic))
      #expect(lab.plane.topology.networks[0].subnets.first?.routeTable == id)
    }
  }

  // MARK: The console

  @Test("A pushed route reaches the server after the VPC's changes were applied, in the console or by UpdateRouters")
  func push() async throws {
    try await TestLab.with { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let ground = try await Self.makeGround(caller)
      let pushed = { lab.plane.topology.machines.first?.pushedRoutes.map(\.destination.description) ?? [] }
      let route: Value = [
        "vpc": "vpc", "instance": .string(ground.instance), "network": "172.17.0.0/24", "gateway": "192.168.1.20",
      ]
      let made = try await lab.act("qingcloud-route-push", route)
      #expect(try await lab.act("qingcloud-route-push", route) == made, "once is enough")
      #expect(pushed() == [])
      _ = try await lab.act("qingcloud-apply", ["resource": .string(ground.router)])
      #expect(pushed() == ["172.17.0.0/24"])
      // The row that the console made can be read, and taken as a template for others.
      let row = try await caller.good("DescribeRouterStatics", ["router": ground.router])["router_static_set"][0]
      #expect(row["router_static_id"] == made["route"])
      var more = ["router": ground.router, "vxnet": ground.vxnet]
      more["statics.1.static_type"] = row["static_type"].integer.map { String($0) }
      (more["statics.1.val2"], more["statics.1.val3"]) = ("172.18.0.0/24", row["val3"].string)
      try await caller.good("AddRouterStatics", more)
      #expect(pushed() == ["172.17.0.0/24"])
      try await caller.good("UpdateRouters", ["routers.1": ground.router])
      #expect(pushed() == ["172.17.0.0/24", "172.18.0.0/24"])
      let third = (route.object ?? [:]).merging(["network": "172.19.0.0/24", "apply": true]) { $1 }
      _ = try await lab.act("qingcloud-route-push", .object(third))
      #expect(pushed().last == "172.19.0.0/24", "pushed and applied in one go")
      _ = try await lab.act("qingcloud-route-push", .object(third.merging(["undo": true]) { $1 }))
      #expect(pushed().last == "172.18.0.0/24", "taken back and applied")
      _ = try await lab.act("qingcloud-remove", ["resource": made["route"]])
      try await caller.good("UpdateRouters", ["routers.1": ground.router])
      #expect(pushed() == ["172.18.0.0/24"])
    }
  }

  @Test("An access point announces what was applied and marked so, and is up when its host was set up")
  func accessPoint() async throws {
    let done = CommandOutcome(ending: .exited(0))
    try await TestLab.with(commands: { _, _ in done }) { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let ground = try await Self.makeGround(caller)
      let other = try await Self.run(caller, in: ground.vxnet)
      for (name, machine) in [("vCPE 01", ground.instance), ("vCPE 02", other)] {
        let inputs: Value = ["network": "net", "name": .string(name), "machine": .string(machine)]
        let made = try await lab.act("qingcloud-vcpe", inputs)
        #expect(try await lab.act("qingcloud-vcpe", inputs) == made)
      }
      let routes = { lab.plane.topology.routers.first?.routes.map(\.destination.description) ?? [] }
      for (network, isAnnounced) in [("10.8.0.0/16", true), ("10.9.0.0/16", false)] {
        _ = try await lab.act(
          "qingcloud-advertise",
          [
            "access_point": "vCPE 01", "name": .string(network), "network": .string(network),
            "announced": .bool(isAnnounced),
          ])
      }
      #expect(routes() == [])
      let row = try await caller.good("DescribeWanAccesss", ["wan_access_name": "vCPE 01"])["wan_access_set"][0]
      #expect(row["is_applied"] == 0)
      _ = try await lab.act("qingcloud-apply", ["resource": row["wan_access_id"]])
      #expect(routes() == ["10.8.0.0/16"])
      let far = lab.plane.topology.tunnels.first { $0.machine == other }
      #expect(far?.machineRoutes.map(\.description) == ["10.8.0.0/16"])
      let after = try await caller.good("DescribeWanAccesss", ["wan_access_name": "vCPE 01"])["wan_access_set"][0]
      #expect(after["is_applied"] == 1 && after["wan_cpe"]["tunnel_status"] == "up")
      _ = try await lab.act(
        "qingcloud-advertise",
        ["access_point": "vCPE 01", "name": "more", "network": "10.7.0.0/16", "announced": true, "apply": true])
      #expect(routes() == ["10.8.0.0/16", "10.7.0.0/16"])
      for _ in 0..<2 {
        _ = try await lab.act(
          "qingcloud-advertise",
          [
            "access_point": "vCPE 01", "name": "more", "network": "10.7.0.0/16", "announced": true, "apply": true,
            "undo": true,
          ])
        #expect(routes() == ["10.8.0.0/16"], "taken back, and once is enough")
      }
    }
  }

  @Test(
    "What a person cannot mean is refused in the console",
    arguments: [
      ("qingcloud-vcpe", ["network": "n", "name": "a", "machine": "i-none"]),
      ("qingcloud-vcpe", ["network": "n", "name": "a", "machine": "here", "colour": "red"]),
      ("qingcloud-advertise", ["access_point": "none", "name": "a", "network": "10.0.0.0/8", "announced": true]),
      ("qingcloud-advertise", ["access_point": "vCPE", "name": "a", "network": "10.0.0.1/8", "announced": true]),
      ("qingcloud-advertise", ["access_point": "vCPE", "name": "a", "network": "10.0.0.0/8"]),
      ("qingcloud-route-push", ["vpc": "vpc", "network": "10.0.0.0/8", "gateway": "192.168.1.2"]),
      ("qingcloud-route-push", ["vpc": "vpc", "vxnet": "lan", "network": "10.0.0.0/8", "gateway": "somewhere"]),
      ("qingcloud-apply", ["resource": "none"]), ("qingcloud-remove", ["resource": "none"]),
    ] as [(String, Value)])
  func consoleRefusals(action: String, inputs: Value) async throws {
    try await TestLab.with { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      let ground = try await Self.makeGround(caller)
      let here: Value = ["network": "net", "name": "vCPE", "machine": .string(ground.instance)]
      _ = try await lab.act("qingcloud-vcpe", here)
      var inputs = inputs.object ?? [:]
      if inputs["machine"] == "here" { inputs["machine"] = .string(ground.instance) }
      let before = await lab.server.ledger.resources.count
      let answer = try await ControlCaller(lab).send(
        "POST", "/acts", ["action": .string(action), "inputs": .object(inputs)])
      #expect((400..<500).contains(answer.status), "\(answer.text)")
      #expect(await lab.server.ledger.resources.count == before)
    }
  }
}
