import Basics
import Foundation
import Testing

/// Plans that are frozen in a file, with the built tool.
///
/// Needs root, as the lab does.
@Suite(.serialized) struct FrozenPlanRunTests {
  @Test("a frozen plan runs as it was looked at, and is refused with the difference by name once anything has changed")
  func frozen() async throws {
    try await Tool.with { tool in
      let file = tool.state.appending(path: "check.plan").path
      let up = try await tool.run(["lab", "up", "--fixture", "vcpe-check", "--name", tool.lab, "--json"])
      try #require(up.status == 0, "\(up.errors)")
      let inLab = ["--lab-name", tool.lab]
      let frozen = try await tool.run(["run", "vcpe-check", "--dry-run", "-o", file] + inLab)
      #expect(frozen.status == 0 && frozen.errors.contains(file), "\(frozen.errors)")
      #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)

      let run = try await tool.run(["run", file, "--name", "r", "--json"] + inLab)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      #expect(run.json["state"] == "succeeded")

      // The same workflow a letter longer, found before the first one.
      let home = tool.state.appending(path: "home/workflows")
      try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      let shipped = tool.root.appending(path: "workflows/vcpe-check.yaml")
      let text = try String(contentsOf: shipped, encoding: .utf8) + "# later\n"
      try text.write(to: home.appending(path: "vcpe-check.yaml"), atomically: true, encoding: .utf8)
      let changed = try await tool.run(
        ["run", file, "--home", home.deletingLastPathComponent().path] + inLab)
      #expect(changed.status == 4 && changed.errors.contains("workflows/vcpe-check.yaml"), "\(changed.errors)")

      // Under another key nobody can tell whether the secrets are the same.
      let foreign = try await tool.run(
        ["run", file] + inLab, environment: ["CAUSEWAY_STATE_KEY": String(repeating: "ab", count: 32)])
      #expect(foreign.status == 4, "\(foreign.errors)")
      #expect(try await tool.run(["runs", "--json"]).json["runs"].list?.count == 1, "what is refused begins no run")
    }
  }

  @Test("a file that is no frozen plan is neither run nor replaced")
  func foreignFiles() async throws {
    try await Tool.with { tool in
      let file = tool.state.appending(path: "notes.plan")
      try Data("{}".utf8).write(to: file)
      #expect(try await tool.run(["run", file.path]).status == 2)
      let given = ["plan", "sag-aws", "-f", "docs/examples/sag-aws.inputs.yaml"]
      #expect(try await tool.run(given + ["-o", file.path]).status == 2)
      #expect(try String(contentsOf: file, encoding: .utf8) == "{}")
      #expect(try await tool.run(given + ["-o", tool.state.appending(path: "notes").path]).status == 2)
      #expect(try await tool.run(["run", "sag-aws", "-o", "x.plan"]).status == 2)
    }
  }
}
