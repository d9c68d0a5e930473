import Basics
import Foundation
import Testing

/// Two devices of one SAG: what happens when one of them is gone.
///
/// Needs root, as the lab does.
@Suite(.serialized) struct HighAvailabilityTests {
  private func outputs(_ run: Tool.Outcome, of address: String) -> Value {
    run.json["steps"].list?.first { $0["address"] == .string(address) }?["outputs"] ?? .null
  }

  @Test("a ping goes on through the spare device when the main one's containers are stopped, and the gap is measured")
  func containers() async throws {
    try await Tool.with { tool in
      let run = try await tool.run([
        "run", "sag-failover-drill", "--lab", "--name", "drill", "--json", "-i", "how=containers",
      ])
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      let ping = outputs(run, of: "during")
      let gap = try #require(ping["longest_gap_s"].double)
      #expect(gap > 0)
      let missed = (ping["sent"].integer ?? 0) - (ping["received"].integer ?? 0)
      #expect(missed > 0 && Double(missed) * 0.5 >= gap, "\(ping)")
      #expect(outputs(run, of: "sag_then")["active_serial"] == outputs(run, of: "sag")["standby_serial"])
      #expect(outputs(run, of: "holder")["master"] != outputs(run, of: "holder_then")["master"])
      print("failover by stopped containers: \(gap) s without an answer")
    }
  }

  @Test("the site is reached through the spare device after the main host died without a word")
  func deadHost() async throws {
    try await Tool.with { tool in
      let run = try await tool.run(["run", "sag-ha", "--lab", "--name", "ha", "--json", "--keep-lab"])
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      #expect(outputs(run, of: "verify")["received"] == 4)
      #expect(outputs(run, of: "verify_back")["received"] == 4)
      let host = try #require(run.json["outputs"]["main_host"].string)
      let hosts = try await tool.run(["lab", "hosts", "--json"]).json["hosts"].list ?? []
      let process = try #require(hosts.first { $0["id"].string == host }?["pid"].integer)
      // The host's first process takes all others with it; the cloud's API knows nothing of it.
      #expect(kill(pid_t(process), SIGKILL) == 0)
      var verified = try await tool.run(["verify", "ha", "--json"])
      for _ in 0..<10 where verified.status != 0 { verified = try await tool.run(["verify", "ha", "--json"]) }
      #expect(verified.status == 0, "\(verified.output)")
    }
  }

  @Test("one device is enough: without HA the VPC routes to its host")
  func single() async throws {
    try await Tool.with { tool in
      let workflow = tool.state.appending(path: "one-vcpe.yaml")
      let text = try String(contentsOf: tool.root.appending(path: "workflows/sag-ha.yaml"), encoding: .utf8)
      let one = text.replacing("      standby_serial: ${{ steps.sag.standby_serial }}", with: "      ha: false")
        .replacing("      standby_key: ${{ steps.sag.standby_key }}\n", with: "")
        .replacing(/[ ]{2}spare_state:\n(?:[ ]{4}.*\n)+/, with: "").replacing(", spare_state", with: "")
      #expect(one != text && !one.contains("spare_state"))
      try one.write(to: workflow, atomically: true, encoding: .utf8)
      let lab = "one-\(UUID().uuidString.prefix(6))"
      let up = try await tool.run(["lab", "up", "--fixture", "sag-ha", "--name", lab, "--json"])
      try #require(up.status == 0, "\(up.errors)")
      let run = try await tool.run(["run", workflow.path, "--lab-name", lab, "--name", "one", "--json"])
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      #expect(outputs(run, of: "verify")["received"] == 4)
      #expect(outputs(run, of: "verify_back")["received"] == 4)
      let ledger = try await tool.run(["lab", "ledger", "--json"]).json["resources"].list ?? []
      #expect(!ledger.contains { $0["kind"] == "havip" })
    }
  }
}
