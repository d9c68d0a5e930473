import Basics
import Foundation
import Testing

/// Tutorial 4.2 (Edge Node Service), whose orders bear no client token, with the built tool in a lab with real packets.
///
/// Needs root, as the lab does.
@Suite(.serialized) struct EdgeRehearsalTests {
  private static let route = "site/route/route"

  private func ledger(_ tool: Tool) async throws -> Value {
    try await tool.run(["lab", "ledger", "--json"]).json
  }

  /// What was made besides the fixture's things.
  private func made(_ tool: Tool, besides fixture: Set<String>) async throws -> [Value] {
    (try await ledger(tool)["resources"].list ?? []).filter { !fixture.contains($0["id"].string ?? "") }
  }

  /// Starts a lab with the fixture, and gives the ids of what that made.
  private func ground(_ tool: Tool) async throws -> Set<String> {
    let up = try await tool.run(["lab", "up", "--fixture", "sag-ens", "--name", tool.lab, "--json"])
    try #require(up.status == 0, "\(up.errors)")
    return Set((try await ledger(tool)["resources"].list ?? []).compactMap { $0["id"].string })
  }

  private func output(_ name: String, of step: String, _ run: Value) -> String {
    (run["steps"].list ?? []).first { $0["address"] == .string(step) }?["outputs"][name].string ?? ""
  }

  struct Variant: Sendable, CustomTestStringConvertible {
    var inputs: [String]
    /// Where the route is kept on the business host.
    var file: String
    var testDescription: String { inputs.isEmpty ? "as in the tutorial" : inputs.joined(separator: " ") }
  }

  static let variants = [
    Variant(inputs: [], file: "/etc/sysconfig/static-routes"),
    Variant(inputs: ["gateway=private"], file: "/etc/sysconfig/static-routes"),
    Variant(
      inputs: ["image=ubuntu_18_04_64_20G_alibase_20190624", "pin_host_key=false"],
      file: "/etc/systemd/system/causeway-route-causeway.service"),
    Variant(
      inputs: ["private_network=node", "ens_node=cn-hangzhou-44", "test_bandwidth=false"],
      file: "/etc/sysconfig/static-routes"),
  ]

  @Test(
    "the route on the business host is kept there; without it the ping fails, and only it is taken back",
    arguments: variants)
  func route(variant: Variant) async throws {
    try await Tool.with { tool in
      _ = try await ground(tool)
      let run = try await tool.run(
        ["run", "sag-ens", "--lab-name", tool.lab, "--name", "r", "--json"] + variant.inputs.flatMap { ["-i", $0] })
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      for probe in ["verify", "verify_back"] {
        let step = run.json["steps"].list?.first { $0["address"] == .string(probe) }
        #expect(step?["outputs"]["received"] == 4, "\(probe)")
      }
      let host = output("instance_id", of: "business", run.json)
      let look = { (command: String) in try await tool.run(["lab", "ssh", host, "sh", "-c", command]).output }
      #expect(try await look("cat \(variant.file)").contains("172.16.0.0/16"))
      let next = variant.inputs.contains("gateway=private") ? "via 10." : "via 198.18.7."
      let routes = try await look("ip route")
      #expect(routes.contains("172.16.0.0/16 \(next)"), "\(routes)")

      let back = try await tool.run(["destroy", "r", "--only", Self.route, "--json"])
      try #require(back.status == 0, "\(back.output) \(back.errors)")
      #expect(try await tool.run(["verify", "r"]).status == 5)
      let left = try await look("ip route; cat \(variant.file)")
      #expect(left.contains("default via") && !left.contains("172.16.0.0/16"), "\(left)")
      let resumed = try await tool.run(["resume", "r", "--json"])
      #expect(resumed.status == 0, "\(resumed.output) \(resumed.errors)")
    }
  }

  @Test("a line that somebody else wrote beside ours stays when ours is taken back")
  func otherLines() async throws {
    try await Tool.with { tool in
      _ = try await ground(tool)
      let run = try await tool.run(["run", "sag-ens", "--lab-name", tool.lab, "--name", "r", "--json"])
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      let host = output("instance_id", of: "business", run.json)
      let line = "any net 172.31.0.0/16 gw 10.0.2.200"
      _ = try await tool.run(["lab", "ssh", host, "sh", "-c", "echo \(line) >>/etc/sysconfig/static-routes"])
      let back = try await tool.run(["destroy", "r", "--only", Self.route])
      #expect(back.status == 0, "\(back.output) \(back.errors)")
      let left = try await tool.run(["lab", "ssh", host, "cat", "/etc/sysconfig/static-routes"])
      #expect(left.output == line + "\n")
    }
  }

  @Test("without the prepared range the run stops before the instance for the vCPE is ordered, and says why")
  func noRange() async throws {
    try await Tool.with { tool in
      let fixture = try await ground(tool)
      let begun = try await tool.run(["run", "sag-ens", "--lab-name", tool.lab, "--name", "r", "--until", "ens/opened"])
      #expect(begun.status == 0, "\(begun.errors)")
      let run = try await tool.run(["resume", "r", "--skip", "range", "--json"])
      #expect(run.status == 1, "\(run.output)")
      let step = run.json["steps"].list?.first { $0["address"] == "in_network" }
      #expect(step?["state"] == "failed")
      let things = try await made(tool, besides: fixture)
      #expect(things.filter { $0["kind"] == "edge-instance" }.count == 1, "\(things)")
    }
  }

  // MARK: Nothing is bought twice

  /// `CLOUD:ACTION` of every changing call that the workflow makes.
  private static let changes = [
    "CreateSecurityGroup", "CreateSecurityGroup", "RunInstances", "RunInstances", "CreateSmartAccessGateway",
    "ModifySmartAccessGateway", "CreateCloudConnectNetwork", "BindSmartAccessGateway", "CreateCen",
    "AttachCenChildInstance", "OpenTransitRouterService", "CreateTransitRouter", "CreateTransitRouterVpcAttachment",
    "AssociateTransitRouterAttachmentWithRouteTable", "EnableTransitRouterRouteTablePropagation",
    "AuthorizeSecurityGroup", "CreateCenBandwidthPackage", "AssociateCenBandwidthPackage",
    "CreateTransitRouterPeerAttachment", "RunCommand",
  ]

  private func expectNoDuplicate(_ things: [Value]) {
    let kinds = Dictionary(grouping: things) { $0["kind"].string ?? "" }
    for (kind, count) in ["edge-instance": 2, "smart-access-gateway": 1, "bandwidth-package": 1, "cen": 1] {
      #expect(kinds[kind]?.count == count, "\(kind): \(kinds[kind] ?? [])")
    }
    #expect(Set(things.filter { $0["kind"] == "edge-instance" }.map { $0["name"] }).count == 2)
    #expect(kinds["edge-security-group"]?.count == 2)
  }

  @Test("with every answer to a changing call lost once, the run gets green, and no instance is ordered twice")
  func everyAnswerLostOnce() async throws {
    try await Tool.with { tool in
      let fixture = try await ground(tool)
      var outcome = try await tool.run(
        ["run", "sag-ens", "--lab-name", tool.lab, "--name", "f", "--json", "-i", "test_bandwidth=false"]
          + Self.changes.flatMap { ["--fault", "alibaba:\($0):drop-response"] })
      var resumes = 0
      while outcome.status != 0, resumes < 15 {
        #expect([1, 5].contains(outcome.status), "\(outcome.output)")
        resumes += 1
        outcome = try await tool.run(["resume", "f", "--json"])
      }
      #expect(outcome.status == 0, "\(outcome.output)")
      expectNoDuplicate(try await made(tool, besides: fixture))
      let faults = (try await ledger(tool)["calls"].list ?? []).filter { $0["fault"] == "reset-after" }
      #expect(faults.filter { $0["action"] == "RunInstances" }.count == 2)
    }
  }

  @Test("killed while an order is out and its answer has not come, the run finds what was ordered, each time")
  func killedInTheOrder() async throws {
    try await Tool.with { tool in
      let fixture = try await ground(tool)
      var arguments = [
        "run", "sag-ens", "--lab-name", tool.lab, "--name", "k", "--json", "-i", "test_bandwidth=false", "--fault",
        "alibaba:RunInstances:timeout:300s:2", "--fault", "alibaba:CreateSmartAccessGateway:timeout:300s:1",
      ]
      for count in 1...2 {
        let running = try tool.start(arguments)
        var orders = 0
        while orders < count, running.process.isRunning {
          orders = try await made(tool, besides: fixture).filter { $0["kind"] == "edge-instance" }.count
        }
        kill(running.process.processIdentifier, SIGKILL)
        _ = try await running.finish()
        #expect(orders == count, "the run ended early")
        arguments = ["resume", "k", "--json"]
      }
      let resumed = try await tool.resumeAsPerson("k")
      #expect(resumed.status == 0, "\(resumed.output) \(resumed.errors)")
      expectNoDuplicate(try await made(tool, besides: fixture))
    }
  }

  @Test(
    "killed at any point and resumed, the run ends green with nothing made twice", arguments: [10, 40, 60, 80, 110])
  func killed(after lines: Int) async throws {
    try await Tool.with { tool in
      let fixture = try await ground(tool)
      let running = try tool.start([
        "run", "sag-ens", "--lab-name", tool.lab, "--name", "k", "--json-lines", "-i", "test_bandwidth=false",
      ])
      let seen = running.lines(lines)
      kill(running.process.processIdentifier, SIGKILL)
      _ = try await running.finish()
      #expect(seen >= 6, "the run ended early")
      let resumed = try await tool.resumeAsPerson("k")
      #expect(resumed.status == 0, "\(resumed.output) \(resumed.errors)")
      expectNoDuplicate(try await made(tool, besides: fixture))
    }
  }

  @Test("the password is in no request that is shown, and in no output, log or journal")
  func password() async throws {
    try await Tool.with { tool in
      _ = try await ground(tool)
      let word = "Canary-7-Password"
      let input = ["-i", "ens_password=\(word)"]
      let shown = try await tool.run(
        ["plan", "sag-ens", "-f", "docs/examples/sag-ens.inputs.yaml", "--requests"] + input)
      #expect(shown.status == 0 && shown.output.contains("RunInstances"), "\(shown.errors)")
      let run = try await tool.run(["run", "sag-ens", "--lab-name", tool.lab, "--name", "s", "--json-lines"] + input)
      #expect(run.status == 0, "\(run.errors)")
      for text in [shown.output, shown.errors, run.output, run.errors] { #expect(!text.contains(word)) }
      let files = FileManager.default.enumerator(at: tool.state, includingPropertiesForKeys: [.isRegularFileKey])
      var read = 0
      while let file = files?.nextObject() as? URL {
        // The lab is the cloud: it knows the password of its instances.
        guard !file.path.contains("/labs/"), let bytes = try? Data(contentsOf: file) else { continue }
        read += 1
        #expect(bytes.range(of: Data(word.utf8)) == nil, "\(file.path)")
      }
      #expect(read > 2)
    }
  }
}
