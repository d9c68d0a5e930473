import Basics
import Planning
import ProviderModel
import RunEngine
import TestSupport
import Testing

@Suite("Approval")
struct ApprovalTests {
  private func bench(_ answer: Approval) -> TestBench {
    var bench = TestBench(
      TestPlan.make([("free", []), ("paid", ["free"]), ("asked", []), ("waved", [])]) { step in
        if step.address.text == "paid" || step.address.text == "waved" {
          step.action = TestPlan.action("test/paid", billing: .prepaid)
        }
        if step.address.text == "asked" { step.approve = true }
        if step.address.text == "waved" { step.approve = false }
      })
    bench.approver = ScriptedApprover(answer)
    return bench
  }

  @Test("Asked once, before anything is touched, for what is paid in advance and what asks for it")
  func once() async throws {
    let bench = bench(.approved(by: "terminal"))
    bench.world.set([.refuse(.quota)], for: "paid")
    #expect(try await bench.run().exitStatus == 1)
    #expect(bench.approver.questions == [[StepAddress("paid"), StepAddress("asked")]])
    #expect(bench.recorder.lines.prefix(3) == ["run_created", "opened", "approved"])
    #expect(try await bench.resume().exitStatus == 0)
    #expect(bench.approver.questions.count == 1)
  }

  @Test("Refused, nothing is touched and the run leaves no trace", arguments: [Approval.refused, .noTerminal])
  func refused(answer: Approval) async throws {
    let bench = bench(answer)
    let refusal = await #expect(throws: RunRefusal.self) { try await bench.run() }
    #expect(refusal?.exitStatus == 4)
    #expect(bench.world.calls == 0)
    #expect(try bench.journal.events(of: bench.runID).isEmpty)
  }

  @Test("What is not part of the order is not asked for")
  func partial() async throws {
    let bench = bench(.refused)
    #expect(try await bench.run(WorkOrder(until: [StepAddress("free")])).exitStatus == 0)
    #expect(bench.approver.questions.isEmpty)
  }
}
