import Basics
import JSONText
import Lab
import LabFabric
import Testing

/// The recorded requests of qingcloud-sdk in the order of the tutorial, each byte for byte, with the answer's form beside it.
@Suite struct GoldenQingCloudTests {
  /// What the lab has to hand out so that the recorded ids are its own.
  static let ids = [
    "img": ["img-fake0001"], "i": ["i-fakevm02", "i-fake0003", "i-fakevcpe"],
    "vxnet": ["vxnet-fake0001", "vxnet-fake0002", "vxnet-fake0003"], "rtr": ["rtr-fake0002", "rtr-fake0003"],
    "kp": ["kp-fake0001"], "eip": ["eip-fake0001"], "sg": ["sg-fake0001"], "tag": ["tag-fake0001"],
    "nic": (1...6).map { "52:54:00:bb:00:0\($0)" } + ["52:54:00:aa:00:01"],
    "rtrs": ["rtrs-fake0002", "rtrs-fake0001"], "rt": ["rt-fake0001"], "r": ["r-fake0000", "r-fake0001"],
    "wacc": ["wacc-fake0001"], "wnet": ["wnet-fake0001"],
    "j": (1...11).map { "j-ground\($0)" } + ["j-fake0001", "j-fake0002"],
  ]

  /// What stands before the recorded part: a VPC with two vxnets and two servers.
  static func makeGround(_ caller: QingCloudCaller) async throws {
    try await caller.good("CreateRouters", ["vpc_network": "192.168.0.0/16", "router_name": "VPC 02"])
    for (vxnet, network) in [("vxnet-fake0001", "192.168.128.0/24"), ("vxnet-fake0002", "192.168.130.0/24")] {
      try await caller.good("CreateVxnets", ["vxnet_type": "1", "vxnet_name": "ground"])
      try await caller.good("JoinRouter", ["vxnet": vxnet, "router": "rtr-fake0002", "ip_network": network])
    }
    for (name, vxnet) in [("VM 02", "vxnet-fake0002"), ("no net", nil)] {
      var parameters = [
        "image_id": "img-fake0001", "instance_type": "c1m1", "instance_name": name, "login_mode": "passwd",
        "login_passwd": "FakePassw0rd",
      ]
      parameters["vxnets.1"] = vxnet
      try await caller.good("RunInstances", parameters)
    }
  }

  enum Expected: Sendable {
    /// Success in the form of the recorded answer of that id; `nil`: of the request's own.
    case like(String?)
    case refused(Int)
  }

  static let steps: [(String, Expected)] = [
    ("describe-zones", .like(nil)), ("describe-instance-by-id", .refused(2100)),
    ("describe-instances-by-name", .like("describe-instances-none")),
    ("describe-vxnets", .refused(2100)), ("describe-vxnets-by-name", .like("describe-vxnets-none")),
    ("create-vxnets", .like(nil)), ("create-routers", .like(nil)), ("describe-routers-by-name", .like(nil)),
    ("create-nics", .refused(1400)), ("join-router", .like(nil)), ("join-router", .refused(1400)),
    ("describe-vxnets", .like(nil)), ("describe-vxnets-by-name", .like(nil)), ("describe-routers", .like(nil)),
    ("describe-router-vxnets", .like(nil)), ("describe-images", .like(nil)), ("run-instances", .refused(2100)),
    ("create-key-pair", .like(nil)), ("run-instances", .like(nil)), ("run-instances", .refused(1400)),
    ("join-vxnet", .like(nil)), ("join-vxnet", .refused(1400)),
    ("allocate-eips", .like(nil)), ("describe-eips", .like("describe-eips-available")),
    ("associate-eip", .like(nil)), ("associate-eip", .refused(1400)), ("describe-eips", .like(nil)),
    ("create-security-group", .like(nil)), ("add-security-group-rules", .like(nil)),
    ("apply-security-group", .like(nil)), ("create-tag", .like(nil)), ("create-tag", .refused(2110)),
    ("attach-tags", .like(nil)), ("describe-nics-by-name", .like("describe-nics-none")),
    ("describe-nics-by-id", .refused(2100)), ("create-nics", .like(nil)), ("create-nics", .refused(1400)),
    ("describe-nics-by-name", .like(nil)), ("detach-nics", .refused(1400)), ("attach-nics", .like(nil)),
    ("attach-nics", .refused(1400)), ("describe-nics-by-id", .like(nil)),
    ("describe-instance-by-id", .like(nil)), ("describe-jobs", .like(nil)),
    ("delete-nics", .refused(5400)), ("add-router-statics-port-forward", .like(nil)),
    ("add-router-statics-dhcp", .like(nil)), ("describe-routers", .like("describe-routers-pending-changes")),
    ("describe-router-statics", .like(nil)), ("describe-router-statics-dhcp", .like(nil)),
    ("modify-router-static", .like(nil)), ("update-routers", .like(nil)), ("describe-routers", .like(nil)),
    ("describe-jobs-two", .like(nil)), ("delete-router-statics", .like(nil)), ("delete-router-statics", .refused(2100)),
    ("create-route-table", .like(nil)),
    ("describe-routing-table-resources", .like("describe-routing-table-resources-none")),
    ("associate-route-table", .like(nil)), ("associate-route-table", .refused(1400)), ("add-routes", .like(nil)),
    ("add-routes", .refused(2110)), ("describe-route-tables", .like("describe-route-tables-pending-changes")),
    ("update-route-table", .like(nil)), ("describe-route-tables", .like(nil)), ("describe-routes", .like(nil)),
    ("describe-routing-table-resources", .like(nil)), ("delete-route-tables", .refused(5400)),
    ("remove-routes", .like(nil)), ("remove-routes", .refused(2100)), ("update-route-table", .like(nil)),
    ("dissociate-route-table", .like(nil)), ("delete-route-tables", .like(nil)),
    ("describe-wan-accesss", .like(nil)), ("describe-wan-accesss-by-name", .like(nil)),
    ("detach-nics", .like(nil)), ("delete-nics", .like(nil)), ("release-eips", .refused(5400)),
    ("dissociate-eips", .like(nil)), ("release-eips", .like(nil)), ("release-eips", .refused(2100)),
    ("delete-security-groups", .refused(5400)), ("delete-keypairs", .refused(5400)),
    ("terminate-instances", .like(nil)), ("terminate-instances", .refused(1400)), ("terminate-and-cease", .like(nil)),
    ("leave-vxnet", .like(nil)), ("leave-router", .like(nil)), ("delete-vxnets", .like(nil)),
    ("delete-routers", .refused(5400)), ("delete-security-groups", .like(nil)), ("delete-keypairs", .like(nil)),
  ]

  /// Members that the recorded examples show although they were not asked for: the pages have them with `verbose` only.
  static let skipped: [String: Set<String>] = ["describe-vxnets-by-name": ["vxnet_set[].instance_ids"]]

  @Test("Every recorded request of qingcloud-sdk is accepted, and answered in the recorded form")
  func replay() async throws {
    let requests = try Golden.requests("qingcloud")
    let responses = try Golden.responses("qingcloud")
    let done = CommandOutcome(ending: .exited(0))
    try await TestLab.with(ids: Self.ids, commands: { _, _ in done }) { lab async throws in
      let caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      try await Self.makeGround(caller)
      for (id, expected) in Self.steps {
        if id == "describe-wan-accesss" {
          _ = try await lab.act("qingcloud-vcpe", ["network": "n", "name": "vCPE 01", "machine": "i-fakevcpe"])
        }
        let request = try #require(requests[id], "no recorded request \(id)")
        let answer = try await Golden.send(request, to: caller.port)
        #expect(answer.status == 200)
        let own = try JSON.parse(answer.body)
        switch expected {
        case .refused(let code): #expect(own["ret_code"].integer == code, "\(id): \(answer.text)")
        case .like(let name):
          #expect(own["ret_code"] == 0, "\(id): \(answer.text)")
          let golden = try #require(responses[name ?? id]?["body"].string)
          let differences = ShapeDifference.find(
            try JSON.parse(Array(golden.utf8)), in: own, skip: Self.skipped[id] ?? [])
          #expect(differences.isEmpty, "\(id): \(differences)")
          #expect(own["action"] == (try JSON.parse(Array(golden.utf8)))["action"])
        }
      }
      let used = Set(Self.steps.map(\.0))
      #expect(requests.keys.filter { !used.contains($0) }.sorted() == [])
      let remains = await lab.server.ledger.resources.filter { $0.deletedAt == nil }
      // The ground, the VPC that the recorded requests leave, and the access point, which no API takes away.
      #expect(
        remains.map(\.kind).sorted() == [
          "instance", "instance", "router", "router", "router-static", "tag", "vxnet", "vxnet", "wan-access", "wan-net",
        ])
    }
  }
}
