import Basics
import JSONText
import Lab
import Testing

/// What is refused before any resource is looked at.
@Suite struct ContractTests {
  @Test("EC2 refuses unknown actions and parameters, missing ones, and ones of another type")
  func aws() async throws {
    try await TestLab.with { lab async throws in
      let caller = AWSCaller(port: await lab.port(.aws), time: lab.time)
      #expect(try await caller.refusal("CreateNatGateway", [:]) == "InvalidAction")
      #expect(try await caller.refusal("GetCallerIdentity", [:]) == "InvalidAction")
      #expect(try await caller.refusal("DescribeVpcs", ["VpcID.1": "vpc-1"]) == "UnknownParameter")
      #expect(try await caller.refusal("CreateVpc", [:]) == "MissingParameter")
      #expect(try await caller.refusal("TerminateInstances", [:]) == "MissingParameter")
      #expect(try await caller.refusal("DescribeVpcs", ["MaxResults": "many"]) == "InvalidParameterValue")
      #expect(
        try await caller.refusal("DescribeVpcs", ["Filter.1.Name": "colour", "Filter.1.Value.1": "red"]) == nil,
        "without rows no filter is looked at")
      try await caller.good("CreateVpc", ["CidrBlock": "10.0.0.0/16"])
      #expect(
        try await caller.refusal("DescribeVpcs", ["Filter.1.Name": "colour", "Filter.1.Value.1": "red"])
          == "InvalidParameterValue")
    }
  }

  @Test("Alibaba Cloud refuses unknown actions, versions and parameters, missing ones, and ones of another type")
  func alibaba() async throws {
    try await TestLab.with { lab async throws in
      let caller = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      #expect(try await caller.refusal(Version.vpc, "CreateVpnGateway", [:]) == "InvalidAction.NotFound")
      #expect(try await caller.refusal("2000-01-01", "CreateVpc", [:]) == "InvalidVersion")
      #expect(try await caller.refusal(Version.vpc, "CreateVpc", [:]) == "MissingRegionId")
      #expect(
        try await caller.refusal(Version.vpc, "CreateVpc", ["RegionId": "cn-hangzhou", "Colour": "red"])
          == "InvalidParameter")
      #expect(
        try await caller.refusal(Version.vpc, "DescribeVpcs", ["RegionId": "cn-hangzhou", "PageSize": "ten"])
          == "InvalidParameter")
      #expect(
        try await caller.refusal(
          Version.cbn, "CreateTransitRouterVpcAttachment", ["VpcId": "vpc-1", "ZoneMappings.1.ZoneId": "z"])
          == "MissingZoneMappings.1.VSwitchId")
    }
  }

  @Test("QingCloud refuses unknown actions, zones and parameters, missing ones, and ones of another type")
  func qingcloud() async throws {
    try await TestLab.with { lab async throws in
      var caller = QingCloudCaller(port: await lab.port(.qingcloud), time: lab.time)
      #expect(try await caller.refusal("CreateNatGateway") == 1101)
      #expect(try await caller.refusal("") == 1101)
      #expect(try await caller.refusal("DescribeNics", ["colour": "red"]) == 1100)
      #expect(try await caller.refusal("CreateNics") == 1100)
      #expect(
        try await caller.refusal("AddRoutes", ["routing_table": "rt-1", "rules.1.network": "10.0.0.0/8"]) == 1100)
      #expect(try await caller.refusal("DescribeNics", ["limit": "ten"]) == 1100)
      #expect(try await caller.refusal("DescribeNics", ["limit": "-1"]) == 1100)
      caller.zone = "mars1"
      #expect(try await caller.refusal("DescribeNics") == 1101)
      caller.zone = ""
      #expect(try await caller.refusal("DescribeNics") == 1100)
      let elsewhere = try await RawClient(port: caller.port).send(
        method: "GET", target: "/iam/?action=DescribeNics", headers: [("Host", "qingcloud")], body: "")
      #expect(elsewhere.status == 200)
      #expect(try JSON.parse(elsewhere.body)["ret_code"] == 1100)
    }
  }

  @Test("The store serves the deploy script and nothing else")
  func otherPorts() async throws {
    try await TestLab.with { lab async throws in
      let store = RawClient(port: await lab.port(.oss))
      let script = try await store.send(
        method: "GET", target: "/vcpe_vm/sag_vcpe_v2.3.0_deployment.sh", headers: [("Host", "oss")], body: "")
      #expect(script.text.hasPrefix("#!/bin/bash\n"))
      let none = try await store.send(method: "GET", target: "/other", headers: [("Host", "oss")], body: "")
      #expect(none.status == 404)
    }
  }
}
