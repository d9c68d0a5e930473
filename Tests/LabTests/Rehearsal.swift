import Basics
import CloudWire
import Foundation
import JSONText
import Lab
import Testing

/// The test ground of the AWS tutorial and its steps, made by API calls against a lab with a data plane.
final class Rehearsal {
  let server: LabServer
  let aws: AWSCaller
  let alibaba: AlibabaCaller

  private(set) var gatewayInterface = ""
  private var subnet = ""
  private var vpc = ""
  private var routeTable = ""
  private var group = ""
  private var ecs = ""
  private var alibabaVpc = ""
  private var vSwitch = ""
  private var sag = ""
  private var cen = ""
  private var ccn = ""
  private var router = ""
  private var table = ""
  private var vpcAttachment = ""
  private var peerAttachment = ""

  private static let far = "ap-southeast-1"
  private static let near = "cn-hangzhou"

  private init(server: LabServer, aws: AWSCaller, alibaba: AlibabaCaller) {
    self.server = server
    self.aws = aws
    self.alibaba = alibaba
  }

  static func with(_ body: (Rehearsal) async throws -> Void) async throws {
    try await RealLab.with { lab in
      try await body(
        Rehearsal(
          server: lab.server, aws: AWSCaller(port: lab.port(.aws), time: SystemTime()),
          alibaba: AlibabaCaller(port: lab.port(.alibaba), time: SystemTime())))
    }
  }

  // MARK: Ground: what the tutorial takes for granted

  func makeGround() async throws {
    try await makeAWSGround()
    try await makeAlibabaGround()
  }

  private func makeAWSGround() async throws {
    vpc = try await aws.good("CreateVpc", ["CidrBlock": "10.10.0.0/16"])["vpc"]["vpcId"].string ?? ""
    subnet =
      try await aws.good("CreateSubnet", ["VpcId": vpc, "CidrBlock": "10.10.0.0/24"])["subnet"]["subnetId"].string ?? ""
    let gateway = try await aws.good("CreateInternetGateway", [:])["internetGateway"]["internetGatewayId"].string ?? ""
    try await aws.good("AttachInternetGateway", ["InternetGatewayId": gateway, "VpcId": vpc])
    let tables = try await aws.good(
      "DescribeRouteTables", ["Filter.1.Name": "association.main", "Filter.1.Value.1": "true"])
    routeTable = tables["routeTableSet"][0]["routeTableId"].string ?? ""
    try await aws.good(
      "CreateRoute", ["RouteTableId": routeTable, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway])
    group =
      try await aws.good(
        "CreateSecurityGroup", ["GroupName": "all", "GroupDescription": "all", "VpcId": vpc])["groupId"].string ?? ""
    _ = try await run(["PrivateIpAddress": "10.10.0.252"], isPublic: false)
  }

  private func run(_ more: [String: String], isPublic: Bool, userData: String? = nil) async throws -> Value {
    var parameters = [
      "ImageId": "ami-01111111111111111", "InstanceType": "t2.medium", "MinCount": "1", "MaxCount": "1",
      "NetworkInterface.1.DeviceIndex": "0", "NetworkInterface.1.SubnetId": subnet,
      "NetworkInterface.1.SecurityGroupId.1": group,
      "NetworkInterface.1.AssociatePublicIpAddress": isPublic ? "true" : "false",
    ]
    for (name, value) in more { parameters["NetworkInterface.1.\(name)"] = value }
    if let userData { parameters["UserData"] = Base64.encode(Array(userData.utf8)) }
    return try await aws.good("RunInstances", parameters)["instancesSet"][0]
  }

  private func makeAlibabaGround() async throws {
    let made = try await alibaba.good(Version.vpc, "CreateVpc", ["RegionId": Self.near, "CidrBlock": "172.16.0.0/16"])
    alibabaVpc = made["VpcId"].string ?? ""
    vSwitch =
      try await alibaba.good(
        Version.vpc, "CreateVSwitch",
        ["RegionId": Self.near, "VpcId": alibabaVpc, "ZoneId": "cn-hangzhou-i", "CidrBlock": "172.16.1.0/24"])[
        "VSwitchId"
      ]
      .string ?? ""
    let rules =
      try await alibaba.good(
        Version.ecs, "CreateSecurityGroup", ["RegionId": Self.near, "VpcId": alibabaVpc])["SecurityGroupId"].string
      ?? ""
    let started = try await alibaba.good(
      Version.ecs, "RunInstances",
      [
        "RegionId": Self.near, "ImageId": "ubuntu_22_04_x64_20G_alibase_20260101.vhd", "InstanceType": "ecs.c6.large",
        "SecurityGroupId": rules, "VSwitchId": vSwitch, "InstanceName": "business",
      ])
    ecs = started["InstanceIdSets"]["InstanceIdSet"][0].string ?? ""
  }

  // MARK: Steps

  func makeGateway() async throws {
    var order = [
      "RegionId": Self.far, "Name": "vcpe", "HardWareSpec": "sag-vcpe", "HaType": "warm_backup", "ChargeType": "PREPAY",
      "Period": "1", "AutoPay": "true", "MaxBandWidth": "10", "BuyerMessage": "-",
    ]
    for field in ["Country", "State", "City", "District", "Town", "Zip", "Mobile", "Name", "Email", "Address"] {
      order["Receiver\(field)"] = "x"
    }
    sag = try await alibaba.good(Version.smartAG, "CreateSmartAccessGateway", order)["SmartAGId"].string ?? ""
    try await setStaticRoutes()
  }

  func setStaticRoutes() async throws {
    try await alibaba.good(
      Version.smartAG, "ModifySmartAccessGateway",
      ["RegionId": Self.far, "SmartAGId": sag, "RoutingStrategy": "static", "CidrBlock": "10.10.0.0/24"])
  }

  func removeStaticRoutes() async throws {
    try await alibaba.good(
      Version.smartAG, "ModifySmartAccessGateway", ["RegionId": Self.far, "SmartAGId": sag, "CidrBlock": ""])
  }

  private func attribute() async throws -> Value {
    try await alibaba.good(
      Version.smartAG, "DescribeSmartAccessGatewayAttribute", ["RegionId": Self.far, "SmartAGId": sag])
  }

  /// Starts the vCPE; the deploy script comes from the object store and runs at its first boot.
  func deploy() async throws {
    let device = try await attribute()["Devices"]["Device"][0]
    let script = """
      #!/bin/bash
      cd /root
      exec 3<>/dev/tcp/sdwan-oss-shanghai.oss-accelerate.aliyuncs.com/80
      printf 'GET /vcpe_vm/sag_vcpe_v2.3.0_deployment.sh HTTP/1.1\\r\\nHost: oss\\r\\nConnection: close\\r\\n\\r\\n' >&3
      sed '1,/^\\r$/d' <&3 >deploy.sh
      echo yes | bash deploy.sh -n \(device["SerialNumber"].string ?? "") -k \(device["SecretKey"].string ?? "") -t aws -w eth0
      """
    let host = try await run(["PrivateIpAddress": "10.10.0.10"], isPublic: true, userData: script)
    gatewayInterface = host["networkInterfaceSet"][0]["networkInterfaceId"].string ?? ""
    // The vCPE's own group lets everything in, as the handbook asks for its ports.
    try await aws.good(
      "AuthorizeSecurityGroupIngress",
      [
        "GroupId": group, "IpPermissions.1.IpProtocol": "-1", "IpPermissions.1.IpRanges.1.CidrIp": "0.0.0.0/0",
      ])
    try await until("the device is on line") {
      try await self.attribute()["Devices"]["Device"][0]["HcState"].string == "online"
    }
  }

  func makeCloudSide() async throws {
    ccn =
      try await alibaba.good(
        Version.smartAG, "CreateCloudConnectNetwork", ["RegionId": Self.far, "Name": "ccn"])["CcnId"].string ?? ""
    try await alibaba.good(
      Version.smartAG, "BindSmartAccessGateway", ["RegionId": Self.far, "CcnId": ccn, "SmartAGId": sag])
    cen = try await alibaba.good(Version.cbn, "CreateCen", ["Name": "cen"])["CenId"].string ?? ""
    try await alibaba.good(
      Version.cbn, "AttachCenChildInstance",
      [
        "CenId": cen, "ChildInstanceId": ccn, "ChildInstanceType": "CCN", "ChildInstanceRegionId": Self.far,
      ])
    try await alibaba.good(Version.cbn, "OpenTransitRouterService", [:])
    router =
      try await alibaba.good(
        Version.cbn, "CreateTransitRouter", ["CenId": cen, "RegionId": Self.near])["TransitRouterId"].string ?? ""
    vpcAttachment =
      try await alibaba.good(
        Version.cbn, "CreateTransitRouterVpcAttachment",
        [
          "CenId": cen, "TransitRouterId": router, "VpcId": alibabaVpc, "RegionId": Self.near,
          "ZoneMappings.1.ZoneId": "cn-hangzhou-i", "ZoneMappings.1.VSwitchId": vSwitch,
          "AutoPublishRouteEnabled": "true",
        ])["TransitRouterAttachmentId"].string ?? ""
    table =
      try await alibaba.good(
        Version.cbn, "ListTransitRouterRouteTables", ["TransitRouterId": router])["TransitRouterRouteTables"][0][
        "TransitRouterRouteTableId"
      ].string ?? ""
    try await tie(vpcAttachment)
  }

  private func tie(_ attachment: String) async throws {
    let both = ["TransitRouterAttachmentId": attachment, "TransitRouterRouteTableId": table]
    try await alibaba.good(Version.cbn, "AssociateTransitRouterAttachmentWithRouteTable", both)
    try await alibaba.good(Version.cbn, "EnableTransitRouterRouteTablePropagation", both)
  }

  func makeAWSSide() async throws {
    try await aws.good(
      "CreateRoute",
      [
        "RouteTableId": routeTable, "DestinationCidrBlock": "172.16.1.0/24", "NetworkInterfaceId": gatewayInterface,
      ])
    try await aws.good(
      "ModifyNetworkInterfaceAttribute",
      ["NetworkInterfaceId": gatewayInterface, "SourceDestCheck.Value": "false"])
  }

  func connectRegions() async throws {
    let plan =
      try await alibaba.good(
        Version.cbn, "CreateCenBandwidthPackage",
        [
          "GeographicRegionAId": "China", "GeographicRegionBId": "Asia-Pacific", "Bandwidth": "2", "AutoPay": "true",
          "Period": "1",
        ])["CenBandwidthPackageId"].string ?? ""
    try await alibaba.good(
      Version.cbn, "AssociateCenBandwidthPackage", ["CenId": cen, "CenBandwidthPackageId": plan])
    let routers = try await alibaba.good(Version.cbn, "ListTransitRouters", ["CenId": cen, "RegionId": Self.far])
    peerAttachment =
      try await alibaba.good(
        Version.cbn, "CreateTransitRouterPeerAttachment",
        [
          "CenId": cen, "RegionId": Self.near, "TransitRouterId": router,
          "PeerTransitRouterId": routers["TransitRouters"][0]["TransitRouterId"].string ?? "",
          "PeerTransitRouterRegionId": Self.far, "CenBandwidthPackageId": plan, "Bandwidth": "2",
          "BandwidthType": "BandwidthPackage", "AutoPublishRouteEnabled": "true",
        ])["TransitRouterAttachmentId"].string ?? ""
    try await tie(peerAttachment)
  }

  // MARK: Taking back and doing again

  /// A step: the calls that take it back, and those that do it again.
  struct Step {
    var name: String
    var undo: () async throws -> Void
    var redo: () async throws -> Void
  }

  /// The steps of the finished tutorial that can be taken back one at a time.
  var steps: [Step] {
    let ties = [("VPC", vpcAttachment), ("peer", peerAttachment)].flatMap { name, id in
      let both = ["TransitRouterAttachmentId": id, "TransitRouterRouteTableId": table]
      return [
        Step(
          name: "association of the \(name) attachment",
          undo: call("DissociateTransitRouterAttachmentFromRouteTable", both),
          redo: call("AssociateTransitRouterAttachmentWithRouteTable", both)),
        Step(
          name: "propagation of the \(name) attachment", undo: call("DisableTransitRouterRouteTablePropagation", both),
          redo: call("EnableTransitRouterRouteTablePropagation", both)),
      ]
    }
    let route = ["RouteTableId": routeTable, "DestinationCidrBlock": "172.16.1.0/24"]
    let rule = [
      "GroupId": group, "IpPermissions.1.IpProtocol": "-1", "IpPermissions.1.IpRanges.1.CidrIp": "0.0.0.0/0",
    ]
    return ties + [
      Step(
        name: "routes of the VPC", undo: publish("Vpc", vpcAttachment, false), redo: publish("Vpc", vpcAttachment, true)
      ),
      Step(
        name: "routes to the other region", undo: publish("Peer", peerAttachment, false),
        redo: publish("Peer", peerAttachment, true)),
      Step(
        name: "route on the AWS side", undo: { [aws] in _ = try await aws.good("DeleteRoute", route) },
        redo: { [aws, gatewayInterface] in
          _ = try await aws.good("CreateRoute", route.merging(["NetworkInterfaceId": gatewayInterface]) { $1 })
        }),
      Step(
        name: "security group on the AWS side",
        undo: { [aws] in _ = try await aws.good("RevokeSecurityGroupIngress", rule) },
        redo: { [aws] in _ = try await aws.good("AuthorizeSecurityGroupIngress", rule) }),
    ]
  }

  private func call(_ action: String, _ parameters: [String: String]) -> () async throws -> Void {
    { [alibaba] in _ = try await alibaba.good(Version.cbn, action, parameters) }
  }

  private func publish(_ kind: String, _ id: String, _ value: Bool) -> () async throws -> Void {
    call(
      "UpdateTransitRouter\(kind)AttachmentAttribute",
      ["TransitRouterAttachmentId": id, "AutoPublishRouteEnabled": value ? "true" : "false"])
  }

  // MARK: Looking

  /// Whether one of three pings from the ECS to the workload is answered.
  func pingsWorkload() async throws -> Bool {
    let command = try await start(command: "ping -c 3 -i 0.2 -W 1 10.10.0.252", timeout: 20)
    return try await outcome(of: command)["ExitCode"].integer == 0
  }

  func start(command: String, timeout: Int) async throws -> String {
    let parameters = [
      "RegionId": Self.near, "Type": "RunShellScript", "CommandContent": command, "InstanceId.1": ecs,
      "Timeout": String(timeout),
    ]
    return try await alibaba.good(Version.ecs, "RunCommand", parameters)["InvokeId"].string ?? ""
  }

  /// The result of a command once it has ended.
  func outcome(of invocation: String) async throws -> Value {
    var result = Value.null
    try await until("the command has ended") {
      let answer = try await self.alibaba.good(
        Version.ecs, "DescribeInvocationResults",
        ["RegionId": Self.near, "InvokeId": invocation, "ContentEncoding": "PlainText"])
      result = answer["Invocation"]["InvocationResults"]["InvocationResult"][0]
      return result["InvokeRecordStatus"].string == "Finished"
    }
    return result
  }

  /// Looks again and again, since real processes take real time.
  private func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(40)
    while try await !condition() {
      try #require(ContinuousClock.now < deadline, "\(what), within 40 seconds")
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
