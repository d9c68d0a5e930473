import Basics
import Foundation
import JSONText
import Lab
import LabFabric
import Testing

/// States that move by themselves, and hosts that follow.
@Suite struct LifecycleTests {
  /// A VPC with a way to the internet, a subnet and an open group.
  private func ground(_ aws: AWSCaller) async throws -> (subnet: String, group: String) {
    let vpc = try await aws.good("CreateVpc", ["CidrBlock": "10.10.0.0/16"])["vpc"]["vpcId"].string ?? ""
    let subnet = try await aws.good("CreateSubnet", ["VpcId": vpc, "CidrBlock": "10.10.0.0/24"])["subnet"]["subnetId"]
    let gateway = try await aws.good("CreateInternetGateway", [:])["internetGateway"]["internetGatewayId"].string ?? ""
    try await aws.good("AttachInternetGateway", ["InternetGatewayId": gateway, "VpcId": vpc])
    let tables = try await aws.good("DescribeRouteTables", [:])
    try await aws.good(
      "CreateRoute",
      [
        "RouteTableId": tables["routeTableSet"][0]["routeTableId"].string ?? "", "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": gateway,
      ])
    let group = try await aws.good(
      "CreateSecurityGroup", ["GroupName": "g", "GroupDescription": "g", "VpcId": vpc])["groupId"]
    return (subnet.string ?? "", group.string ?? "")
  }

  private func start(_ aws: AWSCaller, _ ground: (subnet: String, group: String)) async throws -> String {
    let parameters = [
      "ImageId": "ami-01111111111111111", "InstanceType": "t2.medium", "MinCount": "1", "MaxCount": "1",
      "NetworkInterface.1.DeviceIndex": "0", "NetworkInterface.1.SubnetId": ground.subnet,
      "NetworkInterface.1.SecurityGroupId.1": ground.group, "NetworkInterface.1.AssociatePublicIpAddress": "true",
    ]
    return try await aws.good("RunInstances", parameters)["instancesSet"][0]["instanceId"].string ?? ""
  }

  private func look(_ aws: AWSCaller, _ id: String) async throws -> (state: String?, address: String?) {
    let row = try await aws.good("DescribeInstances", ["InstanceId.1": id])["reservationSet"][0]["instancesSet"][0]
    return (row["instanceState"]["name"].string, row["ipAddress"].string)
  }

  @Test(
    "At the real pace an instance is pending, then runs with a host and an address, stops without them, and starts the same host"
  )
  func pace() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
      let id = try await start(aws, try await ground(aws))
      #expect(try await look(aws, id).state == "pending")
      #expect(lab.plane.log.isEmpty)
      lab.time.move(by: 20)
      let running = try await look(aws, id)
      #expect(running.state == "running")
      #expect(running.address?.hasPrefix("127.") == true)
      #expect(lab.plane.log == ["start \(id)"])
      #expect(lab.plane.spec(of: id)?.loginAddress?.description == running.address)
      try await aws.good("StopInstances", ["InstanceId.1": id])
      #expect(try await look(aws, id).state == "stopping")
      lab.time.move(by: 30)
      #expect(try await look(aws, id) == ("stopped", nil))
      try await aws.good("StartInstances", ["InstanceId.1": id])
      lab.time.move(by: 20)
      #expect(try await look(aws, id).state == "running")
      #expect(lab.plane.log.filter { $0.hasPrefix("st") } == ["start \(id)", "stop \(id)", "start again \(id)"])
      try await aws.good("TerminateInstances", ["InstanceId.1": id])
      lab.time.move(by: 30)
      #expect(try await look(aws, id).state == "terminated")
      #expect(lab.plane.log.last == "remove \(id)")
      #expect(lab.plane.topology.machines.isEmpty)
      let record = await lab.server.ledger.resources.first { $0.id == id }
      #expect(record?.deletedAt?.timeIntervalSince(record?.createdAt ?? .now) == 100)
    }
  }

  @Test("The SSH door follows the security group, and an elastic address moves it")
  func door() async throws {
    try await TestLab.with { lab async throws in
      let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
      let ground = try await ground(aws)
      let id = try await start(aws, ground)
      #expect(lab.plane.spec(of: id)?.login.door == .silent)
      let ssh = [
        "GroupId": ground.group, "IpPermissions.1.IpProtocol": "tcp", "IpPermissions.1.FromPort": "22",
        "IpPermissions.1.ToPort": "22", "IpPermissions.1.IpRanges.1.CidrIp": "127.0.0.0/8",
      ]
      try await aws.good("AuthorizeSecurityGroupIngress", ssh)
      #expect(lab.plane.spec(of: id)?.login.door == .open)
      try await aws.good("RevokeSecurityGroupIngress", ssh)
      #expect(lab.plane.spec(of: id)?.login.door == .silent)
      let elastic = try await aws.good("AllocateAddress", ["Domain": "vpc"])
      try await aws.good(
        "AssociateAddress", ["AllocationId": elastic["allocationId"].string ?? "", "InstanceId": id])
      #expect(try await look(aws, id).address == elastic["publicIp"].string)
      #expect(lab.plane.spec(of: id)?.loginAddress?.description == elastic["publicIp"].string)
    }
  }

  @Test("A user can log in with the key pair, root cannot, and user data reaches the host")
  func host() async throws {
    try await TestLab.with { lab async throws in
      let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
      let ground = try await ground(aws)
      let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea me"
      try await aws.good("ImportKeyPair", ["KeyName": "k", "PublicKeyMaterial": Base64.encode(Array(line.utf8))])
      let id =
        try await aws.good(
          "RunInstances",
          [
            "ImageId": "ami-01111111111111111", "InstanceType": "t2.medium", "MinCount": "1", "MaxCount": "1",
            "SubnetId": ground.subnet, "KeyName": "k", "UserData": Base64.encode(Array("#!/bin/sh\ntrue\n".utf8)),
          ])["instancesSet"][0]["instanceId"].string ?? ""
      let spec = try #require(lab.plane.spec(of: id))
      #expect(spec.users == [HostUser("ubuntu", keys: [line])])
      #expect(spec.rootKeys.isEmpty && spec.rootPassword == nil)
      #expect(spec.userData == "#!/bin/sh\ntrue\n")
      #expect(spec.names.values.allSatisfy { $0.description == "192.0.2.2" })
    }
  }

  @Test("What the data plane refuses is an internal error for the client, and the next call mends it")
  func refusal() async throws {
    try await TestLab.with { lab async throws in
      let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
      lab.plane.failNext(.refused(what: "make a network", message: "no"))
      #expect(try await aws.refusal("CreateVpc", ["CidrBlock": "10.10.0.0/16"]) == "InternalError")
      #expect(lab.plane.topology.networks.isEmpty)
      #expect(try await aws.refusal("DescribeVpcs", [:]) == nil)
      #expect(lab.plane.topology.networks.count == 1)
    }
  }
}
