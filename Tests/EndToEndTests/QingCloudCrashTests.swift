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
      var ground = try await QingCloudGround("test-qingcloud-nic", tool)
      for lines in [4, 7] {
        let name = "k\(lines)"
        let kills = try await killOnAndOn(
          arguments(way, name, tool), looks: Self.looks, then: ["resume", name, "--json-lines"], every: lines, tool)
        try await expectGreen(name, way, ground)
        let destroy = ["destroy", name, "--json-lines"]
        let others = try await killOnAndOn(destroy, then: destroy, every: lines, tool)
        try await expectNothingLeft(name, ground)
        print("\(way), every \(lines) lines: killed \(kills) times, and \(others) times in destroy")
        #expect(kills > 3 && others > 0)
        try await ground.forget()
      }
    }
  }
}
