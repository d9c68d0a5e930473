import Basics
import Foundation
import Testing

/// Every workflow that is shipped, rehearsed in the lab from its fixture: found in the folders, so that a new one is rehearsed too.
///
/// Needs root, as the lab does.
@Suite(.serialized) struct ShippedWorkflowTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "workflows")

  private static func names(_ folder: URL) -> Set<String> {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return Set(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) })
  }

  /// Workflows that encode a tutorial: parts have none.
  static let workflows: [String] = names(folder).filter { name in
    let text = try? String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8)
    return text?.contains("\ntutorial: ") ?? false
  }.sorted()

  @Test("every workflow that encodes a tutorial has a fixture")
  func fixtures() {
    #expect(Self.workflows.count > 1)
    #expect(Set(Self.workflows).subtracting(Self.names(Self.folder.appending(path: "fixtures"))) == [])
  }

  @Test("every workflow that connects something has an example of its inputs, and each example can be planned")
  func examples() async throws {
    let suffix = ".inputs.yaml"
    let folder = Self.folder.deletingLastPathComponent().appending(path: "docs/examples")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(suffix) }
    let names = Set(files.map { String($0.dropLast(suffix.count)) })
    #expect(names == Set(Self.workflows.filter { !$0.hasPrefix("vcpe-") }))
    try await Tool.with { tool in
      for name in names.sorted() {
        // The one secret that has no place in a file of examples.
        let secret = name == "sag-ens" ? ["-i", "ens_password=Example-0-Password"] : []
        let plan = try await tool.run(["plan", name, "-f", "docs/examples/\(name)\(suffix)", "--json"] + secret)
        #expect(plan.status == 0, "\(name): \(plan.errors)")
        #expect((plan.json["steps"].list?.count ?? 0) > 10, "\(name)")
      }
    }
  }

  private func alive(_ ledger: Value, except known: Set<String>) -> [Value] {
    // An order and a command's invocation are records of what happened, not things that could be deleted.
    let records: Set<Value> = ["order", "invocation", "job"]
    return (ledger["resources"].list ?? []).filter {
      $0["deleted_at"].isNull && !known.contains($0["id"].string ?? "") && !records.contains($0["kind"])
    }
  }

  @Test(
    "runs green with every ping answered, resumes to nothing, and destroys to what is declared to stay",
    arguments: workflows)
  func rehearse(workflow: String) async throws {
    try await Tool.with { tool in
      let up = try await tool.run(["lab", "up", "--fixture", workflow, "--name", tool.lab, "--json"])
      try #require(up.status == 0, "\(up.errors)")
      let first = try await tool.run(["lab", "ledger", "--json"]).json
      let fixture = Set((first["resources"].list ?? []).compactMap { $0["id"].string })

      let run = try await tool.run(["run", workflow, "--lab-name", tool.lab, "--name", "r", "--json"])
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      for step in run.json["steps"].list ?? [] where !step["outputs"]["sent"].isNull {
        // The drill's ping runs while a device dies: it must lose some and go on.
        if workflow == "sag-failover-drill", step["address"] == "during" {
          #expect((step["outputs"]["longest_gap_s"].double ?? 0) > 0, "\(step)")
          continue
        }
        #expect(step["outputs"]["received"] == step["outputs"]["sent"], "\(step)")
        // Probes are patient for a cloud's sake; in the lab a path that is not there at once has a step too few before it.
        #expect(step["attempts"] == 1, "\(step)")
      }

      let timing = try await tool.run(["status", "r", "--json"]).json["timing"]
      let seconds = ["elapsed_s", "longest_path_s", "one_after_another_s"].map { timing[$0].double ?? 0 }
      print("\(workflow): took \(seconds[0]) s, the longest path \(seconds[1]) s, one after another \(seconds[2]) s")
      #expect(seconds[1] > 0 && seconds[0] >= seconds[1], "no run is shorter than its longest path")
      #expect(seconds[2] >= seconds[1])

      let before = try await tool.run(["lab", "ledger", "--json"]).json
      let resumed = try await tool.run(["resume", "r", "--json"])
      #expect(resumed.status == 0)
      let after = try await tool.run(["lab", "ledger", "--json"]).json
      #expect(after["calls"].list?.count == before["calls"].list?.count, "resume sent requests")

      let destroyed = try await tool.run(["destroy", "r", "--json"])
      #expect(destroyed.status == 0, "\(destroyed.output) \(destroyed.errors)")
      #expect(destroyed.json["leftovers"].list?.allSatisfy { $0["declared"] == true } == true)
      let left = alive(try await tool.run(["lab", "ledger", "--json"]).json, except: fixture)
      #expect(left.allSatisfy { $0["paid"] == true }, "\(left)")
    }
  }
}
