import Basics
import Foundation
import Testing

/// A run at QingCloud, whose calls bear no client token, killed at many points: the lab's ledger tells that nothing was made twice.
///
/// Needs root, as the lab does.
@Suite struct QingCloudCrashTests {
  /// What an undisturbed run makes of each kind, by way.
  private static let kinds: [String: [String: Int]] = [
    "ssh": ["nic": 1, "wan-route": 2],
    "learned": ["nic": 1, "wan-route": 2, "router-static": 2],
    "route-table": ["nic": 1, "wan-route": 2, "routing-table": 2, "routing-rule": 2],
  ]

  /// Before the first change come about so many lines of looks.
  private static let looks = 36
  /// Far more than enough.
  private static let mostKills = 100

  private func arguments(_ way: String, _ name: String, _ tool: Tool) -> [String] {
    ["run", "qingcloud-many", "--lab-name", tool.lab, "--name", name, "--json-lines", "-i", "way=\(way)"]
  }

  private func expectGreen(_ name: String, _ way: String, _ ground: QingCloudGround) async throws {
    let done = try await ground.tool.run(["resume", name, "--json"])
    #expect(done.status == 0, "\(done.output) \(done.errors)")
    let pings = (done.json["steps"].list ?? []).filter { !$0["outputs"]["sent"].isNull }
    #expect(pings.count == 2 && pings.allSatisfy { $0["outputs"]["received"] == $0["outputs"]["sent"] }, "\(pings)")
    #expect(try await ground.counts() == Self.kinds[way] ?? [:], "\(name) by \(way)")
    try await ground.expectNothingTwice()
  }

  private func expectNothingLeft(_ name: String, _ ground: QingCloudGround) async throws {
    let destroyed = try await ground.tool.run(["destroy", name, "--json"])
    #expect(destroyed.status == 0, "\(destroyed.output) \(destroyed.errors)")
    #expect(destroyed.json["leftovers"].list?.isEmpty == true, "\(destroyed.output)")
    let left = try await ground.alive()
    #expect(left.isEmpty, "\(name): \(left)")
  }

  /// Starts the command again and again, each time killed after so many lines of the journal, until it ends by itself.
  ///
  /// - Parameters:
  ///   - looks: How many lines more the first one may write.
  /// - Returns: How often it was killed.
  private func killOnAndOn(
    _ first: [String], looks: Int = 0, then: [String], every lines: Int, _ tool: Tool
  ) async throws -> Int {
    var command = first
    for kills in 0..<Self.mostKills {
      let running = try tool.start(command)
      // A session that only settles what the one before left open must get farther some time.
      let count = lines + kills / 8 + (kills == 0 ? looks : 0)
      if running.lines(count) < count {
        let end = try await running.finish()
        #expect(end.status == 0, "\(command): \(end.errors)")
        return kills
      }
      let end = try await running.kill()
      if end.status == 0 { return kills }
      #expect(end.status == 128 + SIGKILL, "\(command): \(end.output) \(end.errors)")
      command = then
    }
    Issue.record("it does not get on: \(then)")
    return Self.mostKills
  }

  @Test(
    "killed every few lines of its journal, a run and its destroy end as if undisturbed",
    arguments: ["ssh", "learned", "route-table"])
  func killedOnAndOn(way: String) async throws {
    try await Tool.with { tool in
      let ground = try await QingCloudGround("test-qingcloud-nic", tool)
      let run = arguments(way, "k", tool)
      let kills = try await killOnAndOn(run, looks: Self.looks, then: ["resume", "k", "--json-lines"], every: 4, tool)
      try await expectGreen("k", way, ground)
      let destroy = ["destroy", "k", "--json-lines"]
      let others = try await killOnAndOn(destroy, then: destroy, every: 4, tool)
      try await expectNothingLeft("k", ground)
      print("\(way): killed \(kills) times, and \(others) times in destroy")
      #expect(kills > 3 && others > 0)
    }
  }

  /// Every changing call by way of routing tables, as often as it is made, and of its way back.
  private static let changes = [
    "CreateNics", "AttachNics", "CreateRouteTable", "AssociateRouteTable", "AddRoutes", "UpdateRouteTable",
  ]
  private static let changesBack = [
    "RemoveRoutes", "DissociateRouteTable", "DeleteRouteTables", "DetachNics", "DeleteNics",
  ]

  /// Starts the command, and kills it when the call was announced and has reached the other side.
  ///
  /// - Returns: Whether it was killed: the session before may have got as far as to need the call no more.
  private func kill(_ command: [String], in call: String, _ tool: Tool) async throws -> Bool {
    let running = try tool.start(command)
    guard running.seen(["iaas:\(call)\"", "intent"]) else {
      let end = try await running.finish()
      #expect(end.status == 0, "\(call): \(end.output) \(end.errors)")
      return false
    }
    // The intent is durable before the request leaves: a moment lets it leave. Killed before or after, the same has to come out.
    try await Task.sleep(for: .milliseconds(300))
    return try await running.kill().status != 0
  }

  @Test(
    "killed while a call is out, answered or not, listed or not, a run finds what it did",
    arguments: ["timeout:300s", "lag:2s"])
  func killedInCall(fault: String) async throws {
    try await Tool.with { tool in
      let ground = try await QingCloudGround("test-qingcloud-nic", tool)
      var command = arguments("route-table", "c", tool)
      var kills = 0
      for call in Self.changes {
        _ = try await tool.run(["lab", "fault", "--name", tool.lab, "qingcloud:\(call):\(fault)"])
        if try await kill(command, in: call, tool) { kills += 1 }
        command = ["resume", "c", "--json-lines"]
      }
      try await expectGreen("c", "route-table", ground)
      let destroy = ["destroy", "c", "--json-lines"]
      for call in Self.changesBack {
        _ = try await tool.run(["lab", "fault", "--name", tool.lab, "qingcloud:\(call):\(fault)"])
        if try await kill(destroy, in: call, tool) { kills += 1 }
      }
      try await expectNothingLeft("c", ground)
      print("\(fault): killed in \(kills) calls")
      // What is answered late stops the run there; else it may be several calls ahead when it is killed.
      #expect(kills > (fault.hasPrefix("timeout") ? 4 : 0))
    }
  }

  /// Faults of the NIC's way back: `CALL:KIND`, and whether the first `destroy` gets over it by itself.
  private static let faults: [(fault: String, passes: Bool)] = [
    ("DetachNics:code:1400", false), ("DeleteNics:code:1400", false), ("DetachNics:drop-response", true),
    ("DeleteNics:drop-response", true), ("DeleteNics:code:5400:2", true), ("DetachNics:fail-later", true),
  ]

  @Test("a destroy that is refused says what is left and why, and the next one finishes; passing faults are survived")
  func faultsInDestroy() async throws {
    try await Tool.with { tool in
      let ground = try await QingCloudGround("test-qingcloud-nic", tool)
      for (number, (fault, passes)) in Self.faults.enumerated() {
        let name = "d\(number)"
        let run = try await tool.run(arguments("ssh", name, tool))
        try #require(run.status == 0, "\(fault): \(run.errors)")
        _ = try await tool.run(["lab", "fault", "--name", tool.lab, "qingcloud:\(fault)"])
        if !passes {
          let refused = try await tool.run(["destroy", name, "--json"])
          #expect(refused.status == 7, "\(fault): \(refused.output)")
          let left = try await ground.alive()
          #expect(left.count == 1 && left.first?["kind"] == "nic", "\(fault): \(left)")
          let call = String(fault.prefix { $0 != ":" })
          let stuck = (refused.json["steps"].list ?? []).filter { !$0["failure"].isNull }
          #expect(stuck.contains { $0["failure"]["vendor_code"] == "1400" }, "\(stuck)")
          #expect("\(refused.errors)\(refused.output)".contains("iaas:\(call)"), "\(refused.output)")
          #expect(refused.json["leftovers"].list?.contains { $0["declared"] != true } == true, "\(refused.output)")
        }
        try await expectNothingLeft(name, ground)
      }
    }
  }
}
