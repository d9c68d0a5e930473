import Basics
import Foundation
import JSONText
import Testing

/// The main job with the built tool, in a lab with real packets.
///
/// Needs root, as the lab does.
@Suite(.serialized) struct RehearsalTests {
  /// What the lab's ledger says was made and is still there, without the fixture's own things.
  private func alive(_ ledger: Value, except known: Set<String> = []) -> [Value] {
    // An order and a command's invocation are records of what happened, not things that could be deleted.
    let records: Set<Value> = ["order", "invocation"]
    return (ledger["resources"].list ?? []).filter {
      $0["deleted_at"].isNull && !known.contains($0["id"].string ?? "") && !records.contains($0["kind"])
    }
  }

  private func ids(_ ledger: Value) -> Set<String> {
    Set((ledger["resources"].list ?? []).compactMap { $0["id"].string })
  }

  private func ledger(_ tool: Tool) async throws -> Value {
    try await tool.run(["lab", "ledger", "--json"]).json
  }

  @Test("sag-aws runs from purchase to ping, resumes to nothing, verifies, and destroys to what is declared to stay")
  func mainJob() async throws {
    try await Tool.with { tool in
      let up = try await tool.run(["lab", "up", "--fixture", "sag-aws", "--name", tool.lab, "--json"])
      #expect(up.status == 0, "\(up.errors)")
      let fixture = ids(try await ledger(tool))

      let run = try await tool.run(["run", "sag-aws", "--lab-name", tool.lab, "--name", "main", "--json"])
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      #expect(run.json["verdict"] == "done")
      for probe in ["verify", "verify_back"] {
        let step = run.json["steps"].list?.first { $0["address"] == .string(probe) }
        #expect(step?["outputs"]["received"] == 4, "\(probe)")
        #expect(step?["outputs"]["loss_percent"] == 0, "\(probe)")
      }
      let before = try await ledger(tool)
      let resumed = try await tool.run(["resume", "main", "--json"])
      #expect(resumed.status == 0)
      #expect(try await ledger(tool)["calls"].list?.count == before["calls"].list?.count, "resume sent requests")

      let bill = try await tool.run(["bill", "main", "--json"]).json["runs"][0]["purchases"].list ?? []
      let paid = Set((before["resources"].list ?? []).filter { $0["paid"] == true }.map { $0["id"] })
      #expect(
        Set(bill.filter { $0["billing"] == "prepaid" }.map { $0["id"] }) == paid, "the bill is what the shop sold")
      #expect(Set(bill.map { $0["state"] }) == ["standing"] && bill.allSatisfy { !$0["id"].isNull })

      let verified = try await tool.run(["verify", "main"])
      #expect(verified.status == 0, "\(verified.errors)")

      let destroyed = try await tool.run(["destroy", "main", "--json"])
      #expect(destroyed.status == 0, "\(destroyed.output) \(destroyed.errors)")
      let left = alive(try await ledger(tool), except: fixture)
      #expect(Set(left.map { $0["paid"] }) == [true], "\(left)")
      #expect(left.count == 2, "\(left)")
      #expect(destroyed.json["leftovers"].list?.allSatisfy { $0["declared"] == true } == true)
    }
  }

  @Test("a lost answer to a purchase without a client token is looked up: bought once, green by itself")
  func lostPurchase() async throws {
    try await Tool.with { tool in
      let run = try await tool.run([
        "run", "sag-aws", "--lab", "--keep-lab", "--json", "--fault",
        "alibaba:CreateSmartAccessGateway:drop-response:1",
        "--fault", "alibaba:CreateCenBandwidthPackage:drop-response:1", "--fault", "aws:RunInstances:drop-response:1",
      ])
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      let paid = try await ledger(tool)["resources"].list?.filter { $0["paid"] == true } ?? []
      #expect(paid.count == 2, "\(paid)")
    }
  }

  @Test("a refused step stops the run with its cause; resume goes on from it and repeats nothing that is done")
  func refusedThenResumed() async throws {
    try await Tool.with { tool in
      let run = try await tool.run([
        "run", "sag-aws", "--lab", "--name", "stop", "--json", "--fault",
        "alibaba:CreateTransitRouterPeerAttachment:throttle:3",
        "--fault", "aws:ModifyNetworkInterfaceAttribute:code:UnauthorizedOperation",
      ])
      #expect(run.status == 1, "\(run.output)")
      let step = run.json["steps"].list?.first { $0["address"] == "site/check_off" }
      #expect(step?["state"] == "failed")
      #expect(step?["failure"]["class"] == "denied")
      #expect(step?["failure"]["vendor_code"] == "UnauthorizedOperation")
      let resumed = try await tool.run(["resume", "stop", "--json", "--keep-lab"])
      #expect(resumed.status == 0, "\(resumed.output) \(resumed.errors)")
      let paid = try await ledger(tool)["resources"].list?.filter { $0["paid"] == true } ?? []
      #expect(paid.count == 2, "\(paid)")
    }
  }

  @Test(
    "killed at any point and resumed, the run ends green with nothing made twice",
    arguments: [6, 30, 60, 95, 140])
  func killed(after lines: Int) async throws {
    try await Tool.with { tool in
      let up = try await tool.run(["lab", "up", "--fixture", "sag-aws", "--name", tool.lab, "--json"])
      #expect(up.status == 0, "\(up.errors)")
      let fixture = ids(try await ledger(tool))
      let running = try tool.start(["run", "sag-aws", "--lab-name", tool.lab, "--name", "k", "--json-lines"])
      let seen = running.lines(lines)
      kill(running.process.processIdentifier, SIGKILL)
      _ = try await running.finish()
      #expect(seen >= min(lines, 6), "the run ended early")
      let resumed = try await tool.resumeAsPerson("k")
      #expect(resumed.status == 0, "\(resumed.output) \(resumed.errors)")
      let made = (try await ledger(tool)["resources"].list ?? []).filter { !fixture.contains($0["id"].string ?? "") }
      let kinds = Dictionary(grouping: made) { "\($0["cloud"].scalarText ?? "")/\($0["kind"].scalarText ?? "")" }
      for (kind, things) in kinds
      where ["/smart-access-gateway", "/bandwidth-package", "aws/instance", "/cen"].contains(where: kind.hasSuffix) {
        #expect(things.count == 1, "\(kind): \(things)")
      }
      #expect(made.filter { $0["paid"] == true }.count == 2)
    }
  }

  @Test("Ctrl-C stops in order with 130, and resume finishes the run")
  func interrupted() async throws {
    try await Tool.with { tool in
      _ = try await tool.run(["lab", "up", "--fixture", "sag-aws", "--name", tool.lab, "--json"])
      let running = try tool.start(["run", "sag-aws", "--lab-name", tool.lab, "--name", "c", "--json-lines"])
      _ = running.lines(40)
      let watching = try tool.start(["status", "c", "--watch", "--json"])
      _ = watching.lines(1)
      kill(running.process.processIdentifier, SIGINT)
      let stopped = try await running.finish()
      #expect(stopped.status == 130, "\(stopped.errors)")
      let watched = try await watching.finish()
      #expect(watched.status == 0, "\(watched.errors)")
      let last = try JSON.parse(String(watched.output.split(separator: "\n").last ?? ""))
      #expect(last["state"] == "interrupted", "a watch ends with the run, and shows its end")
      let resumed = try await tool.run(["resume", "c", "--json"])
      #expect(resumed.status == 0, "\(resumed.output) \(resumed.errors)")
    }
  }

  @Test("Ctrl-C stops a run in order also where the same process has made its lab and the fixture")
  func interruptedInOwnLab() async throws {
    try await Tool.with { tool in
      let running = try tool.start(["run", "sag-aws", "--lab", "--name", "c", "--json-lines"])
      _ = running.lines(40)
      kill(running.process.processIdentifier, SIGINT)
      let stopped = try await running.finish()
      #expect(stopped.status == 130, "\(stopped.errors)")
      #expect(try await tool.run(["resume", "c", "--json"]).status == 0)
    }
  }

  /// `CLOUD:ACTION` of every changing call that the workflow makes.
  private static let changes = [
    "aws:ImportKeyPair", "aws:CreateSecurityGroup", "aws:AuthorizeSecurityGroupIngress", "aws:RunInstances",
    "aws:CreateRoute", "aws:ModifyNetworkInterfaceAttribute", "alibaba:CreateSmartAccessGateway",
    "alibaba:ModifySmartAccessGateway", "alibaba:CreateCloudConnectNetwork", "alibaba:BindSmartAccessGateway",
    "alibaba:CreateCen", "alibaba:AttachCenChildInstance", "alibaba:OpenTransitRouterService",
    "alibaba:CreateTransitRouter", "alibaba:CreateTransitRouterVpcAttachment",
    "alibaba:AssociateTransitRouterAttachmentWithRouteTable", "alibaba:EnableTransitRouterRouteTablePropagation",
    "alibaba:AuthorizeSecurityGroup", "alibaba:CreateCenBandwidthPackage", "alibaba:AssociateCenBandwidthPackage",
    "alibaba:CreateTransitRouterPeerAttachment", "alibaba:RunCommand",
  ]

  /// Runs with faults, resumes until it is green, and gives how often that took and what was made besides the fixture.
  private func untilGreen(_ tool: Tool, faults: [String]) async throws -> (resumes: Int, made: [Value]) {
    let up = try await tool.run(["lab", "up", "--fixture", "sag-aws", "--name", tool.lab, "--json"])
    #expect(up.status == 0, "\(up.errors)")
    let fixture = ids(try await ledger(tool))
    var outcome = try await tool.run(
      ["run", "sag-aws", "--lab-name", tool.lab, "--name", "f", "--json"] + faults.flatMap { ["--fault", $0] })
    var resumes = 0
    while outcome.status != 0, resumes < 15 {
      #expect([1, 5].contains(outcome.status), "\(outcome.output)")
      resumes += 1
      outcome = try await tool.run(["resume", "f", "--json"])
    }
    #expect(outcome.status == 0, "\(outcome.output)")
    let made = (try await ledger(tool)["resources"].list ?? []).filter { !fixture.contains($0["id"].string ?? "") }
    return (resumes, made)
  }

  /// One of each thing that must not be there twice.
  private func expectNoDuplicate(_ made: [Value]) {
    let kinds = Dictionary(grouping: made) { $0["kind"].string ?? "" }
    for kind in ["smart-access-gateway", "bandwidth-package", "instance", "cen", "key-pair"] {
      #expect(kinds[kind]?.count == 1, "\(kind): \(kinds[kind] ?? [])")
    }
    #expect(made.filter { $0["paid"] == true }.count == 2)
  }

  @Test("with every changing call refused once, resume after resume leads to green, and nothing is made twice")
  func everythingRefusedOnce() async throws {
    try await Tool.with { tool in
      let faults = Self.changes.map { "\($0):code:\($0.hasPrefix("aws") ? "UnauthorizedOperation" : "Forbidden.RAM")" }
      let (resumes, made) = try await untilGreen(tool, faults: faults)
      #expect(resumes > 1)
      expectNoDuplicate(made)
    }
  }

  @Test("with every answer to a changing call lost once, the run gets green, and nothing is made twice")
  func everyAnswerLostOnce() async throws {
    try await Tool.with { tool in
      let (_, made) = try await untilGreen(tool, faults: Self.changes.map { "\($0):drop-response" })
      expectNoDuplicate(made)
    }
  }
}
