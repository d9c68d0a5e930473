import Basics
import Foundation
import Testing

/// Tutorial 4.3 (Azure) as its users' networks differ from the tutorial's, with the built tool in a lab with real packets.
///
/// Needs root, as the lab does.
@Suite(.serialized) struct AzureRehearsalTests {
  @Test("a vCPE host in a subnet of its own, which no route of the user marks as part of the network, hands packets on")
  func ownSubnet() async throws {
    try await Tool.with { tool in
      let up = try await tool.run([
        "lab", "up", "--fixture", "sag-azure", "--name", tool.lab, "--json", "-i", "own_subnet=10.255.1.0/24",
      ])
      try #require(up.status == 0, "\(up.errors)")
      // A dry run takes what the lab's fixture gives, and sends nothing.
      let before = try await tool.run(["lab", "ledger", "--json"]).json["calls"].list?.count
      let preview = try await tool.run(["run", "sag-azure", "--lab-name", tool.lab, "--dry-run", "--json"])
      #expect(preview.status == 0 && (preview.json["steps"].list?.count ?? 0) > 60, "\(preview.errors)")
      #expect(try await tool.run(["lab", "ledger", "--json"]).json["calls"].list?.count == before)
      let homeless = try await tool.run(["run", "sag-azure", "--lab", "--dry-run"])
      #expect(homeless.status == 2 && homeless.errors.contains("--lab-name"), "\(homeless.errors)")

      let run = try await tool.run(["run", "sag-azure", "--lab-name", tool.lab, "--name", "r", "--json"])
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      let steps = run.json["steps"].list ?? []
      for probe in ["verify", "verify_back"] {
        let step = steps.first { $0["address"] == .string(probe) }
        #expect(step?["outputs"]["received"] == 4, "\(probe)")
      }
      let nic = steps.first { $0["address"] == "site/nic" }?["outputs"]["private_ip"].string ?? ""
      #expect(nic.hasPrefix("10.255.1."), "the host stands in that subnet: \(nic)")
      let destroyed = try await tool.run(["destroy", "r", "--json"])
      #expect(destroyed.status == 0, "\(destroyed.output)")
    }
  }

  @Test("an input that the fixture has not is told before a lab is started")
  func badInput() async throws {
    try await Tool.with { tool in
      let up = try await tool.run(["lab", "up", "--fixture", "sag-azure", "--name", tool.lab, "-i", "own_subnt=x"])
      #expect(up.status == 2 && up.errors.contains("own_subnet"), "\(up.errors)")
      #expect(try await tool.run(["lab", "status", "--name", tool.lab]).status != 0)
    }
  }
}
