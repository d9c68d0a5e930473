import Basics
import CloudClient
import RunEngine
import Synchronization
import Testing

@Suite("What somebody else made")
struct AdoptTests {
  private let theirs: Value = ["CenId": "cen-9", "Name": "hub", "Status": "Active"]

  private func stage(_ found: Value?) throws -> Stage {
    try Stage { call in
      call.operation == "CreateCen" ? .answer(["CenId": "cen-1"]) : CreateTests.cens(found)
    }
  }

  @Test("is not looked for, and not found in the way, where the step never adopts")
  func never() async throws {
    let stage = try stage(theirs)
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: Recorder())
    #expect(outcome.effect == .created && stage.cloud.operations.first == "CreateCen")
  }

  @Test("is taken when nothing differs, and nothing is sent")
  func identical() async throws {
    let stage = try stage(theirs)
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.cen", ["name": "hub"], adopt: .identical), checkpoint: recorder)
    #expect(outcome.effect == .adopted && outcome.outputs == ["cen_id": "cen-9"])
    #expect(recorder.facts.isEmpty && stage.cloud.calls("CreateCen").isEmpty)
  }

  @Test("is a conflict when something differs")
  func differs() async throws {
    let stage = try stage(["CenId": "cen-9", "Name": "HUB", "Status": "Active"])
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], adopt: .identical)
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .conflict && failed?.arguments["inputs"] == "name")
    #expect(stage.cloud.calls("CreateCen").isEmpty)
  }

  @Test("is shown to a person when the step asks, and used when they name it")
  func ask() async throws {
    let stage = try stage(theirs)
    var call = try stage.call("alibaba/cbn.cen", ["name": "hub"], adopt: .ask)
    let asked = try await stage.performer.perform(call, checkpoint: Recorder())
    #expect(asked.request?.reason == .adopt && asked.request?.text.text(in: "zh").contains("cbn:DescribeCens") == true)
    call.record.adoptID = "cen-9"
    let taken = try await stage.performer.perform(call, checkpoint: Recorder())
    #expect(taken.effect == .adopted && taken.outputs == ["cen_id": "cen-9"])
    #expect(stage.cloud.calls("CreateCen").isEmpty)
  }

  @Test("under our own name before the first intent is a conflict: nobody else may have it")
  func ownName() async throws {
    let stage = try Stage { _ in
      .answer(["CloudConnectNetworks": ["CloudConnectNetwork": [["CcnId": "x", "Name": .string("net-\(Stage.id)")]]]])
    }
    let call = try stage.call("alibaba/smartag.ccn", ["region": "r", "name": "net"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .conflict && failed?.code == .cloudNotOurs)
  }

  @Test(
    "already there at the first create: refused, then `adopt` decides",
    arguments: [(AdoptPolicy.never, FailureClass?.some(.conflict)), (.identical, nil)])
  func alreadyExists(adopt: AdoptPolicy, failure: FailureClass?) async throws {
    let there = Mutex(false)
    let stage = try Stage { call in
      if call.operation == "CreateCen" {
        there.withLock { $0 = true }
        return .refuse("Cen.AlreadyExist")
      }
      return CreateTests.cens(there.withLock { $0 } ? theirs : nil)
    }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], adopt: adopt)
    if let failure {
      let failed = await stage.failure { () async throws(StepFailure) in
        try await stage.performer.perform(call, checkpoint: recorder)
      }
      #expect(failed?.kind == failure)
    } else {
      #expect(try await stage.performer.perform(call, checkpoint: recorder).effect == .adopted)
    }
    #expect(recorder.facts == ["intent 0 cbn:CreateCen", "refused 0 already-exists"])
  }

  @Test("a look-up that asks the same as another is sent once")
  func memo() async throws {
    let stage = try Stage { call in
      call.operation == "Link" ? .answer([:]) : .answer(["Link": call.number == 1 ? nil : ["To": "b"]])
    }
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.link", ["from": "a", "to": "b"]), checkpoint: Recorder())
    #expect(outcome.effect == .created && outcome.outputs == ["to": "b"])
    #expect(stage.cloud.operations == ["GetLink", "Link", "GetLink"])
  }
}
