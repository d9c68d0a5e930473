import Basics
import Foundation
import JSONText
import Lab
import Testing

/// The many-to-many tutorial by API calls and what a person does in the console, against a lab with a data plane.
final class QingCloudRehearsal {
  let server: LabServer
  let caller: QingCloudCaller
  let aws: AWSCaller

  private(set) var routers: [String: String] = [:]
  private(set) var vxnets: [String: String] = [:]
  private(set) var machines: [String: String] = [:]
  private(set) var nic = ""
  private var image = ""

  private init(server: LabServer, caller: QingCloudCaller, aws: AWSCaller) {
    self.server = server
    self.caller = caller
    self.aws = aws
  }

  static func with(_ body: (QingCloudRehearsal) async throws -> Void) async throws {
    try await RealLab.with { lab in
      try await body(
        QingCloudRehearsal(
          server: lab.server, caller: QingCloudCaller(port: lab.port(.qingcloud), time: SystemTime()),
          aws: AWSCaller(port: lab.port(.aws), time: SystemTime())))
    }
  }

  // MARK: Ground

  /// Three VPCs with a vxnet each, two hosts for vCPEs with public addresses, and two servers.
  func makeGround() async throws {
    image = try await caller.good("DescribeImages", ["os_family": "ubuntu"])["image_set"][0]["image_id"].string ?? ""
    try await addNetwork("01", vpc: "192.168.0.0/16", "192.168.128.0/24")
    try await addNetwork("02", vpc: "172.17.0.0/16", "172.17.0.0/24")
    try await addNetwork("03", vpc: "192.168.0.0/16", "192.168.129.0/24")
    try await addMachine("vCPE 01", in: "01", "192.168.128.2", isPublic: true)
    try await addMachine("vCPE 02", in: "02", "172.17.0.2", isPublic: true)
    try await addMachine("VM 02", in: "02", "172.17.0.3", isPublic: false)
    try await addMachine("VM 03", in: "03", "192.168.129.4", isPublic: false)
  }

  private func addNetwork(_ number: String, vpc: String, _ network: String) async throws {
    let router = try await caller.good("CreateRouters", ["vpc_network": vpc, "router_name": "VPC \(number)"])
    routers[number] = router["routers"][0].string
    let vxnet = try await caller.good("CreateVxnets", ["vxnet_type": "1", "vxnet_name": "Vxnet \(number)"])
    vxnets[number] = vxnet["vxnets"][0].string
    try await caller.good(
      "JoinRouter", ["router": routers[number] ?? "", "vxnet": vxnets[number] ?? "", "ip_network": network])
  }

  private func addMachine(_ name: String, in network: String, _ address: String, isPublic: Bool) async throws {
    let made = try await caller.good(
      "RunInstances",
      QingCloudTests.launch.merging([
        "image_id": image, "instance_name": name, "vxnets.1": "\(vxnets[network] ?? "")|\(address)",
      ]) { $1 })
    machines[name] = made["instances"][0].string
    guard isPublic else { return }
    let eip = try await caller.good("AllocateEips", ["bandwidth": "4"])["eips"][0].string ?? ""
    try await caller.good("AssociateEip", ["eip": eip, "instance": machines[name] ?? ""])
  }

  /// A VPC at AWS with a workload, and a vCPE of the same SD-WAN network as its gateway to `remote`.
  func addAWSSite(remote: String) async throws {
    let vpc = try await aws.good("CreateVpc", ["CidrBlock": "10.10.0.0/16"])["vpc"]["vpcId"].string ?? ""
    let subnet = try await aws.good("CreateSubnet", ["VpcId": vpc, "CidrBlock": "10.10.0.0/24"])["subnet"]["subnetId"]
    let gateway = try await aws.good("CreateInternetGateway", [:])["internetGateway"]["internetGatewayId"].string ?? ""
    try await aws.good("AttachInternetGateway", ["InternetGatewayId": gateway, "VpcId": vpc])
    let table = try await aws.good("DescribeRouteTables", [:])["routeTableSet"][0]["routeTableId"].string ?? ""
    try await aws.good(
      "CreateRoute", ["RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway])
    let group = try await aws.good("CreateSecurityGroup", ["GroupName": "g", "GroupDescription": "g", "VpcId": vpc])
    for block in [remote, "10.10.0.0/24"] {
      try await aws.good(
        "AuthorizeSecurityGroupIngress",
        [
          "GroupId": group["groupId"].string ?? "", "IpPermissions.1.IpProtocol": "-1",
          "IpPermissions.1.IpRanges.1.CidrIp": block,
        ])
    }
    for (name, address, isPublic) in [("vCPE AWS", "10.10.0.10", "true"), ("workload", "10.10.0.252", "false")] {
      let made = try await aws.good(
        "RunInstances",
        [
          "ImageId": "ami-01111111111111111", "InstanceType": "t2.medium", "MinCount": "1", "MaxCount": "1",
          "NetworkInterface.1.DeviceIndex": "0", "NetworkInterface.1.SubnetId": subnet.string ?? "",
          "NetworkInterface.1.SecurityGroupId.1": group["groupId"].string ?? "",
          "NetworkInterface.1.PrivateIpAddress": address, "NetworkInterface.1.AssociatePublicIpAddress": isPublic,
        ])["instancesSet"][0]
      machines[name] = made["instanceId"].string
      guard name == "vCPE AWS" else { continue }
      let interface = made["networkInterfaceSet"][0]["networkInterfaceId"].string ?? ""
      try await aws.good(
        "ModifyNetworkInterfaceAttribute", ["NetworkInterfaceId": interface, "SourceDestCheck.Value": "false"])
      try await aws.good(
        "CreateRoute",
        ["RouteTableId": table, "DestinationCidrBlock": remote, "NetworkInterfaceId": interface])
    }
  }

  // MARK: Steps

  /// Step 1: the one-to-one tutorial's part.
  func deploy() async throws {
    for name in ["vCPE 01", "vCPE 02"] { try await deploy(name) }
    try await advertise("172.17.0.0/24", on: "vCPE 02")
    try await act("apply", ["resource": "vCPE 02"])
  }

  func deploy(_ name: String) async throws {
    try await act("vcpe", ["network": "net", "name": .string(name), "machine": .string(machines[name] ?? "")])
    try await until("\(name) is up") {
      let rows = try await self.caller.good("DescribeWanAccesss", ["wan_access_name": name])
      return rows["wan_access_set"][0]["wan_cpe"]["tunnel_status"] == "up"
    }
  }

  /// Step 2: a NIC of Vxnet 03 on vCPE 01.
  func addNic() async throws {
    let made = try await caller.good(
      "CreateNics", ["vxnet": vxnets["03"] ?? "", "nic_name": "vcpe01-vxnet03", "private_ips.1": "192.168.129.5"])
    nic = made["nics"][0]["nic_id"].string ?? ""
    try await attachNic()
    try await bringUp()
  }

  func attachNic() async throws {
    try await caller.good("AttachNics", ["nics.1": nic, "instance": machines["vCPE 01"] ?? ""])
  }

  func bringUp() async throws {
    try await guest("vCPE 01", "ip addr replace 192.168.129.5/24 dev eth1 && ip link set eth1 up")
  }

  /// Step 3.
  func pushRoutes() async throws {
    try await push("02")
    try await push("03")
    for name in ["VPC 02", "VPC 03"] { try await act("apply", ["resource": .string(name)]) }
  }

  private(set) var pushed: [String: Value] = [:]

  func push(_ number: String) async throws {
    let (network, hop) = number == "02" ? ("192.168.129.0/24", "172.17.0.2") : ("172.17.0.0/24", "192.168.129.5")
    pushed[number] = try await act(
      "route-push",
      [
        "vpc": .string("VPC \(number)"), "vxnet": .string("Vxnet \(number)"), "instance": .string("VM \(number)"),
        "network": .string(network), "gateway": .string(hop),
      ])["route"]
  }

  func removePush(_ number: String) async throws {
    try await act("remove", ["resource": pushed[number] ?? ""])
    try await act("apply", ["resource": .string("VPC \(number)")])
  }

  /// Step 4.
  func announce() async throws {
    try await advertise("192.168.129.0/24", on: "vCPE 01")
    try await act("apply", ["resource": "vCPE 01"])
  }

  private(set) var routes: [String: Value] = [:]

  func advertise(_ network: String, on access: String, announced: Bool = true) async throws {
    routes[network] = try await act(
      "advertise",
      [
        "access_point": .string(access), "name": "lan", "network": .string(network), "announced": .bool(announced),
      ])["route"]
  }

  func withdraw(_ network: String, from access: String) async throws {
    try await act("remove", ["resource": routes[network] ?? ""])
    try await act("apply", ["resource": .string(access)])
  }

  @discardableResult
  func act(_ action: String, _ inputs: Value) async throws -> Value {
    try await ControlCaller(server).value(
      "POST", "/acts", ["action": .string("qingcloud-\(action)"), "inputs": inputs])["outputs"]
  }

  // MARK: Looking

  /// Whether one of three pings from one server to the other is answered, from VM 03 and from VM 02.
  func pings() async throws -> [Bool] {
    let (first, second) = (try await processID(of: "VM 03"), try await processID(of: "VM 02"))
    async let there = Self.run(in: first, Self.ping("172.17.0.3"))
    async let back = Self.run(in: second, Self.ping("192.168.129.4"))
    return try await [there == 0, back == 0]
  }

  func ping(_ machine: String, _ address: String) async throws -> Bool {
    try await Self.run(in: processID(of: machine), Self.ping(address)) == 0
  }

  private static func ping(_ address: String) -> String { "ping -n -q -c 3 -i 0.2 -W 1 \(address)" }

  func guest(_ machine: String, _ script: String) async throws {
    #expect(try await Self.run(in: processID(of: machine), script) == 0, "\(machine): \(script)")
  }

  private func processID(of machine: String) async throws -> Int {
    let hosts = try await ControlCaller(server).value("GET", "/hosts")["hosts"].list ?? []
    return try #require(hosts.first { $0["id"].string == machines[machine] }?["pid"].integer, "\(machine)")
  }

  /// In a machine's network, as its root would.
  private static func run(in processID: Int, _ script: String) async throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
    process.arguments = ["-t", String(processID), "-n", "sh", "-c", script]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
  }

  /// Looks again and again, since real processes take real time.
  func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(40)
    while try await !condition() {
      try #require(ContinuousClock.now < deadline, "\(what), within 40 seconds")
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
