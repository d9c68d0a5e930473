import Basics
import CloudClient
import CloudWire
import RunEngine
import Synchronization
import Testing

@Suite("Doubt")
struct DoubtTests {
  private static let sentFaults: [FakeCloud.Reply] = [
    .fail(.reset, sent: true), .fail(.idleTimeout, sent: true), .fail(.bodyCutShort, sent: true),
    .refuse("InternalError", status: 500), .refuse("ServiceUnavailable", status: 503),
    .raw(HTTPResponse(status: 200, body: Array("{\"CenId\": \"cen".utf8))),
    .raw(HTTPResponse(status: 502, body: Array("<html>".utf8))),
  ]

  private func inDoubt(_ call: String, ordinal: Int = 0, digest: String = "x", object: Value = .null) -> StepRecord {
    var record = StepRecord()
    record.intents = [IntentRecord(intent: Intent(call: call, ordinal: ordinal, digest: digest))]
    record.object = object
    return record
  }

  @Test("with a token a lost answer is fetched by the same request again, signed anew", arguments: 0..<7)
  func token(fault: Int) async throws {
    let stage = try Stage { call in
      switch (call.operation, call.number) {
      case ("CreateCen", 1), ("CreateCen", 2): Self.sentFaults[fault]
      case ("CreateCen", _): .answer(["CenId": "cen-1"])
      default: CreateTests.cens(CreateTests.cen)
      }
    }
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: recorder)
    #expect(outcome.effect == .created)
    let creates = stage.cloud.calls("CreateCen")
    #expect(creates.count == 3 && Set(creates.map(\.parameters)).count == 1)
    #expect(Set(creates.map { $0.request.header("x-acs-signature-nonce") }).count == 3)
    #expect(recorder.facts == ["intent 0 cbn:CreateCen", "answered 0"])
  }

  @Test("a refusal after a lost answer leaves the doubt: the lost one may have done it")
  func refusedAfterLost() async throws {
    let stage = try Stage { call in call.number == 1 ? .fail(.reset, sent: true) : .refuse("QuotaExceeded.Cen") }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .doubt && failed?.vendorCode == "QuotaExceeded.Cen")
    #expect(recorder.facts == ["intent 0 cbn:CreateCen"] && recorder.record.isInDoubt)
  }

  @Test("without a token a lost answer is never followed by a second request", arguments: 0..<7)
  func noRepeat(fault: Int) async throws {
    let stage = try Stage { call in
      call.operation == "BuyPackage" ? Self.sentFaults[fault] : .answer(["Packages": [], "AccountId": "42"])
    }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.package", ["name": "p"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .doubt && recorder.record.isInDoubt)
    #expect(stage.cloud.calls("BuyPackage").count == 1)
  }

  @Test(
    "what certainly did not leave is repeated whatever the means",
    arguments: [
      HTTPFailure.Kind.connectionRefused, .nameNotResolved, .tlsFailed, .proxyFailed, .connectTimeout, .reset,
    ])
  func unsent(kind: HTTPFailure.Kind) async throws {
    let stage = try Stage { call in
      switch (call.operation, call.number) {
      case ("DoBlind", 1), ("DoBlind", 2): .fail(kind, sent: false)
      default: .answer([:])
      }
    }
    let recorder = Recorder()
    _ = try await stage.performer.perform(try stage.call("alibaba/cbn.blind", ["name": "b"]), checkpoint: recorder)
    #expect(stage.cloud.operations == ["DoBlind", "DoBlind", "DoBlind"])
    #expect(recorder.facts == ["intent 0 cbn:DoBlind", "answered 0"])
  }

  @Test("a create that never left ends as a refusal, not as a doubt")
  func neverSent() async throws {
    let stage = try Stage { _ in .fail(.connectionRefused, sent: false) }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.blind", ["name": "b"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .transient && failed?.code == .cloudUnreachable)
    #expect(recorder.facts == ["intent 0 cbn:DoBlind", "refused 0 transient"])
    #expect(stage.cloud.calls.count == 6 && stage.time.elapsed < .seconds(15))
  }

  @Test("resolve by token: the same parameters need one look; found is taken, not found may be sent again")
  func resolveToken() async throws {
    let there = Mutex(false)
    let stage = try Stage { call in
      call.operation == "CreateCen"
        ? .fail(.reset, sent: true) : CreateTests.cens(there.withLock { $0 } ? CreateTests.cen : nil)
    }
    let recorder = Recorder()
    var call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    _ = await stage.failure { [call] () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    call.record = recorder.record
    let absent = try await stage.performer.resolve(call, checkpoint: recorder)
    #expect(absent.isNotHappened && stage.cloud.calls("DescribeCens").count == 1)
    there.withLock { $0 = true }
    #expect(try await stage.performer.resolve(call, checkpoint: recorder).object == CreateTests.cen)
  }

  @Test("resolve by token looks with patience when the parameters changed, or when the step is to be taken back")
  func resolveTokenPatiently() async throws {
    let stage = try Stage { call in CreateTests.cens(call.time < .seconds(20) ? nil : CreateTests.cen) }
    let changed = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: inDoubt("cbn:CreateCen", digest: "other"))
    #expect(try await stage.performer.resolve(changed, checkpoint: Recorder()).object == CreateTests.cen)
    #expect(stage.time.elapsed >= .seconds(20) && stage.time.elapsed < .seconds(22))
  }

  @Test("resolve by look-up waits for a list that lags behind, within its patience", arguments: [0, 30, 119])
  func lag(seconds: Int) async throws {
    let stage = try Stage { call in
      let found: Value = ["CcnId": "ccn-1", "Name": .string("net-\(Stage.id)")]
      return .answer([
        "CloudConnectNetworks": ["CloudConnectNetwork": call.time < .seconds(seconds) ? [] : [found]]
      ])
    }
    let call = try stage.call(
      "alibaba/smartag.ccn", ["region": "r", "name": "net"], record: inDoubt("smartag:CreateCloudConnectNetwork"))
    #expect(try await stage.performer.resolve(call, checkpoint: Recorder()).object?["CcnId"] == "ccn-1")
    #expect(stage.cloud.operations.allSatisfy { $0 == "DescribeCloudConnectNetworks" })
    #expect(stage.time.elapsed <= .seconds(seconds) + max(.seconds(1), .seconds(seconds) / 20))
  }

  @Test("not found for the whole patience is created again, but a purchase is left to a person")
  func patience() async throws {
    let stage = try Stage { _ in .answer(["CloudConnectNetworks": ["CloudConnectNetwork": []], "Packages": []]) }
    let free = try stage.call(
      "alibaba/smartag.ccn", ["region": "r", "name": "net"], record: inDoubt("smartag:CreateCloudConnectNetwork"))
    #expect(try await stage.performer.resolve(free, checkpoint: Recorder()).isNotHappened)
    #expect(stage.time.elapsed == .seconds(120))
    let bought = try stage.call("alibaba/cbn.package", ["name": "p"], record: inDoubt("cbn:BuyPackage"))
    let asked = try await stage.performer.resolve(bought, checkpoint: Recorder())
    #expect(asked.request?.reason == .doubt)
    #expect(asked.request?.text.text(in: "en").contains("ListPackages") == true)
    #expect(stage.cloud.calls("BuyPackage").isEmpty)
  }

  @Test(
    "not found for the whole patience is left to a person where the action says so, though nothing is paid in advance")
  func asks() async throws {
    let stage = try Stage { _ in .answer(["Hosts": []]) }
    let call = try stage.call("alibaba/cbn.host", ["name": "h"], record: inDoubt("cbn:RunHost"))
    #expect(try await stage.performer.resolve(call, checkpoint: Recorder()).request?.reason == .doubt)
    #expect(stage.time.elapsed == .seconds(60))
    #expect(Set(stage.cloud.operations) == ["ListHosts"])
  }

  @Test("a create that shows up late, after it was given up, is ours and not a conflict")
  func late() async throws {
    let shows = Mutex(false)
    let stage = try Stage { _ in
      let found: Value = ["CcnId": "ccn-1", "Name": .string("net-\(Stage.id)")]
      return .answer(["CloudConnectNetworks": ["CloudConnectNetwork": shows.withLock { $0 } ? [found] : []]])
    }
    var call = try stage.call(
      "alibaba/smartag.ccn", ["region": "r", "name": "net"], record: inDoubt("smartag:CreateCloudConnectNetwork"))
    #expect(try await stage.performer.resolve(call, checkpoint: Recorder()).isNotHappened)
    shows.withLock { $0 = true }
    call.record = StepRecord()
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(call, checkpoint: recorder)
    #expect(outcome.effect == .created && recorder.facts == ["answered 0"])
    #expect(stage.cloud.calls("CreateCloudConnectNetwork").isEmpty)
  }

  @Test("found in doubt with another content is a conflict")
  func differs() async throws {
    let stage = try Stage { _ in CreateTests.cens(["CenId": "cen-1", "Name": "somebody's", "Status": "Active"]) }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: inDoubt("cbn:CreateCen", digest: "other"))
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.resolve(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .conflict && failed?.code == .cloudDoubtDiffers && failed?.arguments["inputs"] == "name")
  }

  @Test("a call of the list that does not carry the token is not repeated")
  func withoutToken() async throws {
    let stage = try Stage { call in
      call.operation == "CreateMixed" ? .answer(["A": "a"]) : .fail(.reset, sent: true)
    }
    let recorder = Recorder()
    var call = try stage.call("alibaba/cbn.mixed", ["name": "m"])
    let failed = await stage.failure { [call] () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .doubt && stage.cloud.operations == ["CreateMixed", "AttachMixed"])
    call.record = recorder.record
    #expect(try await stage.performer.resolve(call, checkpoint: recorder).request?.reason == .doubt)
  }

  @Test("without any means a person is asked")
  func none() async throws {
    let stage = try Stage { _ in .answer([:]) }
    let call = try stage.call("alibaba/cbn.blind", ["name": "b"], record: inDoubt("cbn:DoBlind"))
    #expect(try await stage.performer.resolve(call, checkpoint: Recorder()).request?.reason == .doubt)
    #expect(stage.cloud.calls.isEmpty)
  }

  @Test("a person's id settles a doubt by reading it")
  func answered() async throws {
    let stage = try Stage { call in
      CreateTests.cens(call.parameters["Filter"][0]["Value"][0] == "cen-7" ? ["CenId": "cen-7", "Name": "hub"] : nil)
    }
    var record = inDoubt("cbn:CreateCen")
    record.adoptID = "cen-7"
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: record)
    #expect(try await stage.performer.resolve(call, checkpoint: Recorder()).object?["CenId"] == "cen-7")
  }

  @Test("already there after a lost answer is ours if nothing differs")
  func existsAfterLost() async throws {
    let stage = try Stage { call in
      switch (call.operation, call.number) {
      case ("CreateCen", 1): .fail(.reset, sent: true)
      case ("CreateCen", _): .refuse("Cen.AlreadyExist")
      default: CreateTests.cens(CreateTests.cen)
      }
    }
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: recorder)
    #expect(outcome.effect == .created && recorder.facts == ["intent 0 cbn:CreateCen", "answered 0"])
  }

  @Test("a setting in doubt is read: written is done, not written is written again")
  func setting() async throws {
    let enabled = Mutex(true)
    let stage = try Stage { _ in .answer(["Thing": ["Enabled": .bool(enabled.withLock { $0 })]]) }
    let record = inDoubt("cbn:SetThing")
    let call = try stage.call("alibaba/cbn.flag", ["thing": "t", "enabled": true], record: record)
    #expect(try await stage.performer.resolve(call, checkpoint: Recorder()).object == ["Enabled": true])
    enabled.withLock { $0 = false }
    #expect(try await stage.performer.resolve(call, checkpoint: Recorder()).isNotHappened)
  }
}

extension Resolution {
  var isNotHappened: Bool { if case .didNotHappen = self { true } else { false } }
  var object: Value? { if case .happened(let object) = self { object } else { nil } }
  var request: PersonRequest? { if case .ask(let request) = self { request } else { nil } }
}
