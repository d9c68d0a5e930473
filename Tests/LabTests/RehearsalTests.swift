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
