import Basics
import Foundation
import Testing

/// `graph` and `report` of workflows and of a real run, with the built tool.
///
/// The run needs root, as the lab does.
@Suite(.serialized) struct GraphAndReportTests {
  private static let inputs = ["-f", "docs/examples/sag-aws.inputs.yaml"]

  @Test("a workflow is drawn in every format: expanded with its inputs, without them as its file has it")
  func workflow() async throws {
    try await Tool.with { tool in
      let bare = try await tool.run(["graph", "sag-aws"])
      #expect(bare.status == 0)
      #expect(bare.errors.split(separator: "\n").count == 1 && bare.errors.contains("aws_region"))
      #expect(bare.output.contains("11 steps"))
      for (format, start) in [
        ("text", "sag-aws  Connect"), ("dot", "digraph \"sag-aws\" {"), ("mermaid", "flowchart TB"),
        ("svg", "<?xml version=\"1.0\""),
      ] {
        let whole = try await tool.run(["graph", "sag-aws", "--format", format] + Self.inputs)
        #expect(whole.status == 0 && whole.errors.isEmpty, "\(format): \(whole.errors)")
        #expect(whole.output.hasPrefix(start))
        #expect(whole.output.contains("peer_association") || whole.output.contains("peer#95;association"))
      }
      let json = try await tool.run(["graph", "sag-aws", "--json"] + Self.inputs).json
      #expect(json["steps"].list?.count == 62)
      #expect(json["steps"].list?.last?["state"].isNull == true)
      let nothing = try await tool.run(["graph", "nosuch", "--json"])
      #expect(nothing.status == 2 && nothing.json["diagnostics"].list?.first?["code"] == "command.no-workflow-or-run")
    }
  }

  @Test("every shipped workflow can be drawn without inputs")
  func shipped() async throws {
    try await Tool.with { tool in
      for name in ShippedWorkflowTests.workflows {
        let drawn = try await tool.run(["graph", name, "--format", "svg"])
        #expect(drawn.status == 0 && drawn.output.hasSuffix("</svg>\n"), "\(name): \(drawn.errors)")
      }
    }
  }

  @Test("a run is drawn with its states, and reported on a page that holds no secret and spares other files")
  func run() async throws {
    try await Tool.with { tool in
      let up = try await tool.run(["lab", "up", "--fixture", "sag-aws", "--name", tool.lab, "--json"])
      try #require(up.status == 0, "\(up.errors)")
      let run = try await tool.run(["run", "sag-aws", "--lab-name", tool.lab, "--name", "r", "--json"])
      try #require(run.status == 0, "\(run.errors)")

      let graph = try await tool.run(["graph", "r", "--json"]).json
      #expect(graph["run"] == run.json["run"] && graph["state"] == "succeeded")
      #expect(graph["steps"].list?.allSatisfy { ["succeeded", "skipped"].contains($0["state"].string ?? "") } == true)

      let file = tool.state.appending(path: "r.html")
      let report = try await tool.run(["report", "r", "-o", file.path, "--json"])
      #expect(report.status == 0, "\(report.errors)")
      let page = try String(contentsOf: file, encoding: .utf8)
      #expect(report.json["bytes"] == .integer(page.utf8.count))
      for word in ["cbn:CreateCen", "verify_back", "PREPAID", tool.lab] { #expect(page.contains(word), "\(word)") }
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
      try await expectNoSecret(page, tool, given: up.json)
      try await expectSpared(file, tool)
    }
  }

  /// Neither the login that the fixture gave nor the key of the device, which `status` does not tell either.
  private func expectNoSecret(_ page: String, _ tool: Tool, given: Value) async throws {
    let login = given["inputs"]["aws_login"]["key"].string ?? ""
    let lines = login.split(separator: "\n").filter { $0.count > 30 && !$0.hasPrefix("-----") }
    #expect(!lines.isEmpty, "no login to look for")
    #expect(!lines.contains { page.contains($0) })
    #expect(!page.contains("PRIVATE KEY"))
    let status = try await tool.run(["status", "r", "--json"]).json
    let device = status["steps"].list?.first { $0["address"] == "sag/new" }
    #expect(device?["outputs"]["key"] == "******")
  }

  private func expectSpared(_ file: URL, _ tool: Tool) async throws {
    let again = try await tool.run(["report", "r", "--lang", "zh", "-o", file.path])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try String(contentsOf: file, encoding: .utf8).contains("<html lang=\"zh\">"))
    let other = tool.state.appending(path: "notes.txt")
    try "mine".write(to: other, atomically: true, encoding: .utf8)
    let refused = try await tool.run(["report", "r", "-o", other.path])
    #expect(refused.status == 2 && refused.errors.contains("--force"))
    #expect(try String(contentsOf: other, encoding: .utf8) == "mine")
    #expect(try await tool.run(["report", "r", "-o", other.path, "--force"]).status == 0)
    let piped = try await tool.run(["report", "-o", "-"])
    #expect(piped.output.hasPrefix("<!DOCTYPE html>") && piped.errors.isEmpty)
    let names = try FileManager.default.contentsOfDirectory(atPath: tool.state.path)
    #expect(!names.contains { $0.hasSuffix(".tmp") })
  }
}
