import Basics
import Foundation
import JSONText
import Testing

/// What differs from what a run left, with the built tool against the lab.
///
/// Needs root, as the lab does.
@Suite(.serialized) struct DriftRunTests {
  /// Somebody else, who turns a check on again and deletes a route.
  private static let meddler = """
    name: meddle
    title: {en: Somebody else at the console}
    inputs:
      region: {type: string}
      interface: {type: string}
      table: {type: string}
      cidr: {type: cidr}
    defaults:
      aws: {region: "${{ inputs.region }}"}
    steps:
      check: {uses: aws/ec2.source-dest-check, with: {interface: "${{ inputs.interface }}", enabled: true}}
      route: {uses: aws/ec2.route, with: {table: "${{ inputs.table }}", cidr: "${{ inputs.cidr }}", interface: "${{ inputs.interface }}"}}
    """

  @Test("drift finds what somebody else changed and deleted, changes nothing itself, and what it advises heals the run")
  func drift() async throws {
    try await Tool.with { tool in
      let home = tool.state.appending(path: "home")
      let folder = home.appending(path: "workflows")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Self.meddler.write(to: folder.appending(path: "meddle.yaml"), atomically: true, encoding: .utf8)
      let inLab = ["--lab-name", tool.lab]
      _ = try await tool.run(["lab", "up", "--fixture", "sag-aws", "--name", tool.lab, "--json"])
      let run = try await tool.run(["run", "sag-aws", "--name", "r", "--json", "-i", "ping_count=1"] + inLab)
      try #require(run.status == 0, "\(run.output) \(run.errors)")

      #expect(try await drifted(tool) == [:])
      #expect(try await tool.run(["drift", "r", "--detailed-exitcode"]).status == 0)

      let route = try #require(try await started("site/routes[0]", tool))
      let given = ["region", "interface", "table", "cidr"].flatMap { ["-i", "\($0)=\(route[$0].string ?? "")"] }
      let meddled = try await tool.run(["run", "meddle", "--home", home.path, "--name", "m"] + given + inLab)
      try #require(meddled.status == 0, "\(meddled.errors)")
      #expect(try await tool.run(["destroy", "m", "--adopted", "--only", "route"]).status == 0)

      let before = try await calls(tool)
      #expect(try await drifted(tool) == ["site/routes[0]": "gone", "site/check_off": "changed"])
      #expect(try await tool.run(["drift", "r", "--detailed-exitcode"]).status == 3)
      let looks = try await calls(tool).dropFirst(before.count)
      let readers = ["Describe", "List", "Get", "Query", "Check"]
      #expect(!looks.isEmpty && looks.allSatisfy { call in readers.contains { call.hasPrefix($0) } }, "\(looks)")

      // Word for word what it advises.
      let said = try await tool.run(["drift", "r"]).output.split(separator: "\n")
      let advice = said.filter { $0.hasPrefix("Next: causeway ") }.map {
        $0.split(separator: " ").dropFirst(2).map(String.init)
      }
      #expect(advice.map(\.first) == ["resume", "destroy", "resume"])
      for command in advice {
        let healed = try await tool.run(command)
        #expect(healed.status == 0, "\(command): \(healed.output) \(healed.errors)")
      }
      #expect(try await drifted(tool) == [:])
      #expect(try await tool.run(["verify", "r"]).status == 0)

      // The same advice for a step before the deployment: the check that the host runs no business system stands between, and is left alone.
      let ports = ["--from", "site/host_ports", "--only", "site/host_ports"]
      for command in [["resume", "r"] + ports, ["resume", "r"]] {
        let again = try await tool.run(command)
        #expect(again.status == 0, "\(command): \(again.output) \(again.errors)")
      }
    }
  }

  private func drifted(_ tool: Tool) async throws -> [String: String] {
    let steps = try await tool.run(["drift", "r", "--json"]).json["steps"].list ?? []
    #expect(steps.count > 20)
    let pairs = steps.map { ($0["address"].string ?? "", $0["finding"].string ?? "") }
    return Dictionary(pairs) { first, _ in first }.filter { !["unchanged", "unknown"].contains($0.value) }
  }

  /// The arguments that a step of the run was last started with.
  private func started(_ step: String, _ tool: Tool) async throws -> Value? {
    let lines = try await tool.run(["logs", "r", step, "--json-lines"]).output.split(separator: "\n")
    return try lines.map { try JSON.parse(String($0)) }.last { $0["kind"] == "started" }?["inputs"]
  }

  private func calls(_ tool: Tool) async throws -> [String] {
    (try await tool.run(["lab", "ledger", "--json"]).json["calls"].list ?? []).compactMap { $0["action"].string }
  }
}
