import Basics
import Foundation
import Testing

/// QingCloud's workflows by each way in which a server gets its routes, with the built tool in a lab with real packets.
///
/// The way by ssh is the fixture's own, and rehearsed with all shipped workflows. Needs root, as the lab does.
@Suite(.serialized) struct QingCloudWaysTests {
  struct Way: Sendable, CustomTestStringConvertible {
    var workflow: String
    var name: String
    /// The step that sets the routes.
    var step: String
    /// What the ledger shows of it.
    var kind: String
    var testDescription: String { "\(workflow) by \(name)" }
  }

  static let ways = ["qingcloud-pair", "qingcloud-many"].flatMap { workflow in
    [
      Way(workflow: workflow, name: "console", step: "push/push", kind: "router-static"),
      Way(workflow: workflow, name: "learned", step: "learned/rule", kind: "router-static"),
      Way(workflow: workflow, name: "route-table", step: "tables/routes", kind: "routing-rule"),
    ]
  }

  @Test(
    "runs to green pings, resumes to nothing, fails without the way's routes, and destroys to nothing", arguments: ways)
  func rehearse(way: Way) async throws {
    try await Tool.with { tool in
      let ground = try await QingCloudGround(way.workflow, tool)
      let run = try await tool.run([
        "run", way.workflow, "--lab-name", tool.lab, "--name", "r", "--json", "-i", "way=\(way.name)",
        "-i", "ping_count=2",
      ])
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      let pings = (run.json["steps"].list ?? []).filter { !$0["outputs"]["sent"].isNull }
      #expect(pings.count >= 2 && pings.allSatisfy { $0["outputs"]["received"] == 2 }, "\(pings)")
      let made = try await ground.made()
      #expect(made.filter { $0["kind"] == .string(way.kind) }.count >= 2, "\(made)")
      try await ground.expectNothingTwice()

      let before = try await ground.calls().count
      let resumed = try await tool.run(["resume", "r", "--json"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try await ground.calls().count == before, "resume sent requests")

      // Of the two workflows' same parts one trial is enough.
      if way.workflow == "qingcloud-pair" {
        let back = try await tool.run(["destroy", "r", "--from", way.step, "--json"])
        #expect(back.status == 0, "\(back.output) \(back.errors)")
        #expect(try await ground.alive().allSatisfy { $0["kind"] != .string(way.kind) })
        #expect(try await ground.reaches() == false, "the routes were not needed")
        let healed = try await tool.run(["resume", "r", "--json"])
        #expect(healed.status == 0, "\(healed.output) \(healed.errors)")
        #expect(try await ground.reaches())
      }

      let destroyed = try await tool.run(["destroy", "r", "--json"])
      #expect(destroyed.status == 0, "\(destroyed.output) \(destroyed.errors)")
      #expect(destroyed.json["leftovers"].list?.isEmpty == true, "\(destroyed.output)")
      let left = try await ground.alive()
      #expect(left.isEmpty, "\(left)")
    }
  }
}

/// A lab with the fixture of one of QingCloud's workflows, and what was made in it besides.
struct QingCloudGround: Sendable {
  let tool: Tool
  /// What the fixture gives to the workflow.
  let inputs: Value
  /// The ids of what was there before.
  private let known: Set<String>

  init(_ workflow: String, _ tool: Tool) async throws {
    self.tool = tool
    let up = try await tool.run(["lab", "up", "--fixture", workflow, "--name", tool.lab, "--json"])
    try #require(up.status == 0, "\(up.errors)")
    inputs = up.json["inputs"]
    known = Set(try await Self.ledger(tool)["resources"].list?.compactMap { $0["id"].string } ?? [])
  }

  private static func ledger(_ tool: Tool) async throws -> Value {
    try await tool.run(["lab", "ledger", "--name", tool.lab, "--json"]).json
  }

  /// Whether the first site's server gets an answer to a ping from the second site's.
  func reaches() async throws -> Bool {
    let (from, to) = (inputs["sites"][0]["instance"].string ?? "", inputs["sites"][1]["address"].string ?? "")
    let ping = ["lab", "ssh", "--name", tool.lab, from, "ping", "-c", "1", "-W", "1", to]
    return try await tool.run(ping).status == 0
  }

  func calls() async throws -> [Value] { try await Self.ledger(tool)["calls"].list ?? [] }

  /// What was made besides the fixture's things, gone or not; a job is a record of what happened.
  func made() async throws -> [Value] {
    (try await Self.ledger(tool)["resources"].list ?? []).filter {
      !known.contains($0["id"].string ?? "") && $0["kind"] != "job"
    }
  }

  func alive() async throws -> [Value] { try await made().filter { $0["deleted_at"].isNull } }

  /// Every name stands for one thing: a thing that was made twice has its name twice.
  ///
  /// The rules of one routing table share a name; how many there are is counted by `counts`.
  func expectNothingTwice() async throws {
    let names = Dictionary(grouping: try await made().filter { $0["kind"] != "routing-rule" }) {
      "\($0["kind"].string ?? "") \($0["name"].string ?? "")"
    }
    for (name, things) in names { #expect(things.count == 1, "\(name) was made \(things.count) times") }
  }

  /// How many of each kind were made, gone or not.
  func counts() async throws -> [String: Int] {
    Dictionary(grouping: try await made()) { $0["kind"].string ?? "" }.mapValues(\.count)
  }
}
