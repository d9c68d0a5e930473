import Basics
import Foundation
import Glibc
import Lab
import LabFabric
import Testing

/// The tutorial by API calls alone, with real packets behind them.
@Suite(
  "A rehearsal with real packets", .serialized, .enabled(if: geteuid() == 0 && Fabric.missingRequirements().isEmpty))
struct RehearsalTests {
  @Test(
    "After the tutorial's calls the ECS reaches the AWS workload, and not before the last one", .timeLimit(.minutes(2)))
  func path() async throws {
    try await Rehearsal.with { rehearsal in
      try await rehearsal.makeGround()
      try await rehearsal.makeGateway()
      try await rehearsal.deploy()
      try await rehearsal.makeCloudSide()
      try await rehearsal.makeAWSSide()
      #expect(try await rehearsal.pingsWorkload() == false, "there is no cross-region connection yet")
      try await rehearsal.connectRegions()
      #expect(try await rehearsal.pingsWorkload())
      try await rehearsal.removeStaticRoutes()
      #expect(try await rehearsal.pingsWorkload() == false, "the CCN no longer knows the prefix")
      try await rehearsal.setStaticRoutes()
      #expect(try await rehearsal.pingsWorkload())
      try await rehearsal.aws.good(
        "ModifyNetworkInterfaceAttribute",
        ["NetworkInterfaceId": rehearsal.gatewayInterface, "SourceDestCheck.Value": "true"])
      #expect(try await rehearsal.pingsWorkload() == false, "the check drops what is not the host's own")
      try await rehearsal.aws.good(
        "ModifyNetworkInterfaceAttribute",
        ["NetworkInterfaceId": rehearsal.gatewayInterface, "SourceDestCheck.Value": "false"])
      #expect(try await rehearsal.pingsWorkload())
      let ledger = await rehearsal.server.ledger
      #expect(ledger.resources.filter(\.isPaid).map(\.kind).sorted() == ["bandwidth-package", "smart-access-gateway"])
    }
  }

  @Test("Each step that is taken back breaks the path, and done again heals it", .timeLimit(.minutes(3)))
  func leaveOneOut() async throws {
    try await Rehearsal.with { rehearsal in
      try await rehearsal.makeGround()
      try await rehearsal.makeGateway()
      try await rehearsal.deploy()
      try await rehearsal.makeCloudSide()
      try await rehearsal.makeAWSSide()
      try await rehearsal.connectRegions()
      #expect(try await rehearsal.pingsWorkload())
      for step in rehearsal.steps {
        try await step.undo()
        #expect(try await rehearsal.pingsWorkload() == false, "without the \(step.name)")
        try await step.redo()
        #expect(try await rehearsal.pingsWorkload(), "with the \(step.name) again")
      }
    }
  }

  @Test("A command that is told to stop ends, and one that takes too long is ended", .timeLimit(.minutes(1)))
  func commands() async throws {
    try await Rehearsal.with { rehearsal in
      try await rehearsal.makeGround()
      let slow = try await rehearsal.start(command: "sleep 60", timeout: 120)
      try await rehearsal.alibaba.good(Version.ecs, "StopInvocation", ["RegionId": "cn-hangzhou", "InvokeId": slow])
      #expect(try await rehearsal.outcome(of: slow)["InvocationStatus"].string == "Terminated")
      let late = try await rehearsal.start(command: "echo begun; sleep 60", timeout: 1)
      let outcome = try await rehearsal.outcome(of: late)
      #expect(outcome["InvocationStatus"].string == "Timeout")
      #expect(outcome["ErrorCode"].string == "ExecutionTimeout")
      #expect(outcome["Output"].string == "begun\n")
    }
  }
}

/// The many-to-many tutorial of QingCloud, with real packets behind it.
extension RehearsalTests {
  @Test(
    "VM 03 and VM 02 reach each other through two vCPEs, and each step that is left out breaks the way",
    .timeLimit(.minutes(3)))
  func qingcloud() async throws {
    try await QingCloudRehearsal.with { rehearsal in
      try await rehearsal.makeGround()
      try await rehearsal.deploy()
      try await rehearsal.addNic()
      try await rehearsal.pushRoutes()
      #expect(try await rehearsal.pings() == [false, false], "Vxnet 03 is not announced yet")
      try await rehearsal.announce()
      #expect(try await rehearsal.pings() == [true, true])
      for step in Self.qingcloudSteps {
        try await step.leaveOut(rehearsal)
        #expect(try await rehearsal.pings() == [false, false], "without \(step.name)")
        try await step.makeUp(rehearsal)
        #expect(try await rehearsal.pings() == [true, true], "with \(step.name) again")
      }
      try await Self.checkGroup(rehearsal)
      try await rehearsal.advertise("192.168.200.0/24", on: "vCPE 01")
      try await rehearsal.act("apply", ["resource": "vCPE 01"])
      #expect(try await !rehearsal.ping("vCPE 02", "192.168.200.9"), "nobody is there, whatever was announced")
    }
  }

  /// A security group on VM 02, to which the last hop is direct: answers pass, and what a rule lets in once it is applied.
  private static func checkGroup(_ rehearsal: QingCloudRehearsal) async throws {
    let group = try await rehearsal.caller.good("CreateSecurityGroup", ["security_group_name": "g"])
    let id = group["security_group_id"].string ?? ""
    try await rehearsal.caller.good(
      "ApplySecurityGroup", ["security_group": id, "instances.1": rehearsal.machines["VM 02"] ?? ""])
    #expect(try await rehearsal.pings() == [false, true], "no rule")
    try await rehearsal.caller.good(
      "AddSecurityGroupRules",
      [
        "security_group": id, "rules.1.protocol": "icmp", "rules.1.priority": "1", "rules.1.val1": "8",
        "rules.1.val2": "0", "rules.1.val3": "192.168.129.0/24",
      ])
    #expect(try await rehearsal.pings() == [false, true], "the rule is not applied")
    try await rehearsal.caller.good("ApplySecurityGroup", ["security_group": id])
    #expect(try await rehearsal.pings() == [true, true])
  }

  @Test("A vCPE on a host of another cloud joins the same network", .timeLimit(.minutes(2)))
  func qingcloudAtAWS() async throws {
    try await QingCloudRehearsal.with { rehearsal in
      try await rehearsal.makeGround()
      try await rehearsal.deploy()
      try await rehearsal.addAWSSite(remote: "172.17.0.0/24")
      try await rehearsal.deploy("vCPE AWS")
      try await rehearsal.act(
        "route-push",
        [
          "vpc": "VPC 02", "instance": "VM 02", "network": "10.10.0.0/24", "gateway": "172.17.0.2", "apply": true,
        ])
      #expect(try await !rehearsal.ping("VM 02", "10.10.0.252"), "it is not announced")
      try await rehearsal.advertise("10.10.0.0/24", on: "vCPE AWS")
      try await rehearsal.act("apply", ["resource": "vCPE AWS"])
      #expect(try await rehearsal.ping("VM 02", "10.10.0.252"))
      #expect(try await rehearsal.ping("workload", "172.17.0.3"))
      // The host is new after a restart: only its vCPE's own start brings the way back.
      try await rehearsal.aws.good("RebootInstances", ["InstanceId.1": rehearsal.machines["vCPE AWS"] ?? ""])
      try await rehearsal.until("the way is back") { try await rehearsal.ping("workload", "172.17.0.3") }
    }
  }

  struct QingCloudStep: Sendable {
    var name: String
    var leaveOut: @Sendable (QingCloudRehearsal) async throws -> Void
    var makeUp: @Sendable (QingCloudRehearsal) async throws -> Void
  }

  static let qingcloudSteps = [
    QingCloudStep(name: "the NIC attached") {
      try await $0.caller.good("DetachNics", ["nics.1": $0.nic])
    } makeUp: {
      try await $0.attachNic()
      #expect(try await $0.pings() == [false, false], "nobody has brought it up")
      try await $0.bringUp()
    },
    QingCloudStep(name: "the NIC brought up in the guest") {
      try await $0.guest("vCPE 01", "ip link set eth1 down")
    } makeUp: {
      try await $0.bringUp()
    },
    QingCloudStep(name: "the pushed route") {
      try await $0.removePush("03")
    } makeUp: {
      try await $0.push("03")
      #expect(try await $0.pings() == [false, false], "it is not applied")
      try await $0.act("apply", ["resource": "VPC 03"])
    },
    QingCloudStep(name: "the return route") {
      try await $0.removePush("02")
    } makeUp: {
      try await $0.push("02")
      try await $0.act("apply", ["resource": "VPC 02"])
    },
    QingCloudStep(name: "the static route on the access point") {
      try await $0.withdraw("192.168.129.0/24", from: "vCPE 01")
    } makeUp: {
      try await $0.advertise("192.168.129.0/24", on: "vCPE 01")
      #expect(try await $0.pings() == [false, false], "it is not applied")
      try await $0.act("apply", ["resource": "vCPE 01"])
    },
    QingCloudStep(name: "the announcement") {
      try await $0.withdraw("192.168.129.0/24", from: "vCPE 01")
      try await $0.advertise("192.168.129.0/24", on: "vCPE 01", announced: false)
      try await $0.act("apply", ["resource": "vCPE 01"])
    } makeUp: {
      try await $0.withdraw("192.168.129.0/24", from: "vCPE 01")
      try await $0.announce()
    },
    QingCloudStep(name: "forwarding on the vCPE") {
      try await $0.guest("vCPE 01", "echo 0 >/proc/sys/net/ipv4/ip_forward")
    } makeUp: {
      try await $0.guest("vCPE 01", "echo 1 >/proc/sys/net/ipv4/ip_forward")
    },
  ]
}
