import Basics
import CloudClient
import CloudWire
import RunEngine
import Synchronization
import Testing

@Suite("Creating")
struct CreateTests {
  static let cen: Value = ["CenId": "cen-1", "Name": "hub", "Status": "Active"]

  static func cens(_ found: Value?) -> FakeCloud.Reply { .answer(["Cens": ["Cen": .list(found.map { [$0] } ?? [])]]) }

  @Test("with a client token: created first, never looked up before, then read until it is done")
  func byToken() async throws {
    let stage = try Stage { call in
      call.operation == "CreateCen" ? .answer(["CenId": "cen-1"]) : Self.cens(Self.cen)
    }
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: recorder)
    #expect(outcome.outputs == ["cen_id": "cen-1"] && outcome.effect == .created)
    #expect(stage.cloud.operations == ["CreateCen", "DescribeCens"])
    #expect(recorder.facts == ["intent 0 cbn:CreateCen", "answered 0"])
    let create = stage.cloud.calls[0].parameters
    #expect(create["ClientToken"] == .string(Stage.token) && create["Tag"][0]["Value"] == .string(Stage.token))
    #expect(stage.cloud.calls[1].parameters["Filter"][0]["Value"][0] == "cen-1")
  }

  @Test("without a token: looked up first, created under a name of its own")
  func byLookUp() async throws {
    let stage = try Stage { call in
      switch call.operation {
      case "CreateCloudConnectNetwork": .answer(["CcnId": "ccn-1"])
      default:
        .answer([
          "CloudConnectNetworks": [
            "CloudConnectNetwork": call.parameters["CcnId"].isNull ? [] : [["CcnId": "ccn-1", "Name": "x"]]
          ]
        ])
      }
    }
    let call = try stage.call("alibaba/smartag.ccn", ["region": "cn-shanghai", "name": "net"])
    let outcome = try await stage.performer.perform(call, checkpoint: Recorder())
    #expect(outcome.outputs == ["ccn_id": "ccn-1"])
    #expect(
      stage.cloud.operations == [
        "DescribeCloudConnectNetworks", "CreateCloudConnectNetwork", "DescribeCloudConnectNetworks",
      ])
    #expect(stage.cloud.calls[1].parameters["Name"] == .string("net-\(Stage.id)"))
    #expect(stage.cloud.calls[1].request.origin == "https://smartag.cn-shanghai.aliyuncs.com")
  }

  @Test("nothing is sent when the intent cannot be made durable")
  func intentFirst() async throws {
    let stage = try Stage { _ in .answer(["CenId": "cen-1"]) }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: Recorder(failsAt: "intent 0"))
    }
    #expect(failed?.kind == .interrupted)
    #expect(stage.cloud.calls.isEmpty)
  }

  @Test("a required input that is missing, or one against its rules, fails before any request")
  func inputs() async throws {
    let stage = try Stage { _ in .answer([:]) }
    let cases: [([String: Value], String)] = [
      ([:], "cloud.input-missing"), (["name": "x", "size": 51], "cloud.input-invalid"),
    ]
    for (inputs, code) in cases {
      let call = try stage.call("alibaba/cbn.info", inputs)
      let failed = await stage.failure { () async throws(StepFailure) in
        try await stage.performer.perform(call, checkpoint: Recorder())
      }
      #expect(failed?.kind == .invalid && failed?.code.rawValue == code)
    }
    #expect(stage.cloud.calls.isEmpty)
  }

  @Test("a list of calls: each its own intent, a false `when` left out, resumed in the middle")
  func list() async throws {
    let stage = try Stage { call in
      switch call.operation {
      case "ListPairs": .answer(["Pairs": []])
      case "CreateA": .answer(["A": "a-1"])
      case "CreateB": .answer(["B": "b-1"])
      case "CreateExtra": .answer([:])
      default: .refuse("Unexpected")
      }
    }
    let whole = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.pair", ["name": "p", "extra": true]), checkpoint: whole)
    #expect(outcome.outputs == ["a": "a-1", "b": "b-1"])
    #expect(
      whole.facts == [
        "intent 0 cbn:CreateA", "answered 0", "intent 1 cbn:CreateExtra", "answered 1", "intent 2 cbn:CreateB",
        "answered 2",
      ])
    var half = StepRecord()
    half.intents = [IntentRecord(intent: Intent(call: "cbn:CreateA", ordinal: 0, digest: "x"), answered: true)]
    half.object = ["A": "a-9"]
    let rest = Recorder(half)
    let resumed = try await stage.performer.perform(
      try stage.call("alibaba/cbn.pair", ["name": "p"], record: half), checkpoint: rest)
    #expect(resumed.outputs == ["a": "a-9", "b": "b-1"])
    #expect(rest.facts == ["intent 2 cbn:CreateB", "answered 2"])
    #expect(stage.cloud.calls("CreateB").last?.parameters["A"] == "a-9")
    #expect(stage.cloud.calls("ListPairs").count == 1, "looked up before the first intent only")
  }

  @Test("an answered create is not sent again: it goes on waiting")
  func goesOnWaiting() async throws {
    let stage = try Stage { _ in Self.cens(Self.cen) }
    var record = StepRecord()
    record.intents = [IntentRecord(intent: Intent(call: "cbn:CreateCen", digest: "x"), answered: true)]
    record.object = ["CenId": "cen-1"]
    let recorder = Recorder(record)
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.cen", ["name": "hub"], record: record), checkpoint: recorder)
    #expect(outcome.effect == .created && recorder.facts.isEmpty)
    #expect(stage.cloud.operations == ["DescribeCens"])
  }

  @Test("a clear refusal is reported as such, with the vendor's words")
  func refusal() async throws {
    let stage = try Stage { _ in .refuse("QuotaExceeded.Cen") }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .quota && failed?.vendorCode == "QuotaExceeded.Cen" && failed?.requestID == "R-1")
    #expect(failed?.vendorMessage == "said QuotaExceeded.Cen" && failed?.call == "cbn:CreateCen")
    #expect(recorder.facts == ["intent 0 cbn:CreateCen", "refused 0 quota"])
    #expect(recorder.record.intents.isEmpty)
  }

  @Test("while the other side is busy, the same request is repeated under one intent")
  func busy() async throws {
    let stage = try Stage { call in
      call.operation != "CreateCen"
        ? Self.cens(Self.cen) : call.number < 4 ? .refuse("Operation.Blocking") : .answer(["CenId": "cen-1"])
    }
    let recorder = Recorder()
    _ = try await stage.performer.perform(try stage.call("alibaba/cbn.cen", ["name": "hub"]), checkpoint: recorder)
    #expect(stage.cloud.calls("CreateCen").count == 4)
    #expect(recorder.facts == ["intent 0 cbn:CreateCen", "answered 0"])
    #expect(recorder.progressed.contains { $0.code == .cloudRepeating })
  }

  @Test("a re-run of a step that succeeded looks and never creates")
  func rerun() async throws {
    let present = Mutex(true)
    let stage = try Stage { _ in Self.cens(present.withLock { $0 } ? Self.cen : nil) }
    var record = StepRecord()
    record.object = ["CenId": "cen-1"]
    record.succeeded = true
    let same = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: record)
    #expect(try await stage.performer.perform(same, checkpoint: Recorder()).effect == .nothing)
    let other = try stage.call("alibaba/cbn.cen", ["name": "other"], record: record)
    let differs = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(other, checkpoint: Recorder())
    }
    #expect(differs?.kind == .conflict && differs?.arguments["inputs"] == "name")
    present.withLock { $0 = false }
    let gone = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(same, checkpoint: Recorder())
    }
    #expect(gone?.code == .cloudVanished)
    #expect(stage.cloud.calls("CreateCen").isEmpty)
  }

  @Test("what is gone with the thing that it stood on, which was made again, is created anew; killed after that, once")
  func anew() async throws {
    let made = Mutex<Duration?>(nil)
    let stage = try Stage { call in
      made.withLock { made in
        if call.operation == "CreateCen" {
          made = call.time
          return .answer(["CenId": "cen-2"])
        }
        // It shows some time after it was made.
        let shows = made.map { call.time > $0 + .seconds(5) } ?? false
        return Self.cens(shows ? ["CenId": "cen-2", "Name": "hub", "Status": "Active"] : nil)
      }
    }
    var record = StepRecord()
    record.object = ["CenId": "cen-1"]
    record.succeeded = true
    var call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: record)
    call.standsOnNew = true
    let recorder = Recorder(record)
    let outcome = try await stage.performer.perform(call, checkpoint: recorder)
    #expect(outcome.effect == .created && outcome.outputs?["cen_id"] == "cen-2")
    #expect(recorder.facts == ["intent 0 cbn:CreateCen", "answered 0"])
    made.withLock { $0 = stage.time.elapsed }
    call.record = recorder.record
    let again = try await stage.performer.perform(call, checkpoint: Recorder(call.record))
    #expect(again.outputs?["cen_id"] == "cen-2")
    #expect(stage.cloud.calls("CreateCen").count == 1)
  }
}
