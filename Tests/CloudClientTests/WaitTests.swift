import Basics
import CloudClient
import CloudWire
import RunEngine
import Synchronization
import Testing

@Suite("Waiting")
struct WaitTests {
  private func waited(_ seconds: Int, then status: String = "Active", until limit: Int = 0) throws -> Stage {
    try Stage { call in
      if call.operation == "CreateCen" { return .answer(["CenId": "cen-1"]) }
      if call.time < .seconds(limit) { return CreateTests.cens(nil) }
      let isThere = call.time >= .seconds(seconds)
      return CreateTests.cens(["CenId": "cen-1", "Name": "hub", "Status": .string(isThere ? status : "Creating")])
    }
  }

  @Test(
    "what became true is noticed within the greater of 1 s and 5 % of the wait, with O(log) looks",
    arguments: [(0, 1), (1, 5), (10, 14), (60, 50), (299, 80)])
  func promise(seconds: Int, most: Int) async throws {
    let stage = try waited(seconds)
    _ = try await stage.performer.perform(try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: Recorder())
    let late = stage.time.elapsed - .seconds(seconds)
    #expect(late <= max(.seconds(1), .seconds(seconds) / 20) + .milliseconds(1), "noticed \(late) late")
    #expect(stage.cloud.calls("DescribeCens").count <= most)
  }

  @Test("the looks of a wait begin at fixed times")
  func schedule() async throws {
    let stage = try waited(5)
    _ = try await stage.performer.perform(try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: Recorder())
    let times = stage.cloud.calls("DescribeCens").map(\.time)
    #expect(times == [0, 200, 600, 1400, 2400, 3400, 4400, 5400].map { .milliseconds($0) })
  }

  @Test("a thing that is not listed yet is waited for")
  func notListed() async throws {
    let stage = try waited(40, until: 30)
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: Recorder())
    #expect(outcome.effect == .created)
  }

  @Test("not-yet, throttling and faults of the other side go on waiting; a refusal does not")
  func faults() async throws {
    let replies: [FakeCloud.Reply] = [
      .refuse("IncorrectStatus.Cen"), .refuse("Throttling.User"), .refuse("Cen.NotFound", status: 404),
      .fail(.connectionRefused, sent: false), .refuse("InternalError", status: 500),
    ]
    for reply in replies {
      let stage = try Stage { call in
        if call.operation == "CreateCen" { return .answer(["CenId": "cen-1"]) }
        return call.time < .seconds(20) ? reply : CreateTests.cens(CreateTests.cen)
      }
      let outcome = try await stage.performer.perform(
        try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: Recorder())
      #expect(outcome.effect == .created)
    }
    let stage = try Stage { call in
      call.operation == "CreateCen" ? .answer(["CenId": "cen-1"]) : .refuse("Forbidden.RAM", status: 403)
    }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .denied)
  }

  @Test("a failed state ends the wait at once")
  func failedState() async throws {
    let stage = try waited(3, then: "Failed")
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: Recorder())
    }
    #expect(failed?.code == .cloudWaitFailed && stage.time.elapsed < .seconds(5))
  }

  @Test("the time-out is exact, and no doubt: the create was answered")
  func timeout() async throws {
    let stage = try waited(100_000)
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .timeout && failed?.code == .cloudWaitTimeout && stage.time.elapsed == .seconds(300))
    #expect(!recorder.record.isInDoubt)
    #expect(recorder.progressed.contains { $0.code == .cloudWaiting })
  }

  @Test("a cancelled wait is an interruption")
  func interrupted() async throws {
    let stage = try Stage { call in
      if call.operation == "CreateCen" { return .answer(["CenId": "cen-1"]) }
      withUnsafeCurrentTask { $0?.cancel() }
      return CreateTests.cens(nil)
    }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    let recorder = Recorder()
    let failed = await Task {
      await stage.failure { () async throws(StepFailure) in
        try await stage.performer.perform(call, checkpoint: recorder)
      }
    }.value
    #expect(failed?.kind == .interrupted && recorder.facts.last == "answered 0")
  }

  @Test("a read-only action gives its outputs by type, and not-found is a failure")
  func readOnly() async throws {
    let stage = try Stage { call in
      call.parameters["Name"] == "none" ? .refuse("Thing.NotFound") : .answer(["Things": ["Thing": [["Name": "a"]]]])
    }
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.info", ["name": "x"]), checkpoint: Recorder())
    #expect(outcome.effect == .read && outcome.outputs == ["names": ["a"]])
    #expect(stage.cloud.calls[0].parameters["PageSize"] == "10")
    let none = try stage.call("alibaba/cbn.info", ["name": "none"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(none, checkpoint: Recorder())
    }
    #expect(failed?.kind == .notFound && failed?.code == .cloudNothingFound)
  }
}
