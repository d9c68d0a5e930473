import Basics
import CloudClient
import CloudWire
import RunEngine
import Synchronization
import Testing

/// Keys by their names, of which the service never has two alike; the list lags behind.
private final class Keyring: Sendable {
  let made: Mutex<[String: Duration]>
  let lag: Duration

  init(_ made: [String: Duration] = [:], lag: Duration = .zero) {
    self.made = Mutex(made)
    self.lag = lag
  }

  static let own = "k-\(Stage.id)"

  func answer(_ call: FakeCloud.Call) -> FakeCloud.Reply {
    let name = call.parameters["Name"].string ?? ""
    return made.withLock { made in
      switch call.operation {
      case "ImportKey":
        if made[name] != nil { return .refuse("Key.AlreadyExist") }
        made[name] = call.time
        return .answer(["Name": .string(name)])
      case "DeleteKey":
        made[name] = nil
        return .answer([:])
      default:
        let shows = made[name].map { call.time >= $0 + lag } ?? false
        return .answer(["Keys": shows ? [["Name": .string(name)]] : []])
      }
    }
  }
}

@Suite("No request that tells nothing")
struct FewRequestsTests {
  // MARK: A create that is refused where the thing is there

  @Test("a first create is sent without a look where a second one would be refused")
  func noLookBefore() async throws {
    let keys = Keyring(lag: .seconds(20))
    let stage = try Stage { keys.answer($0) }
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.key", ["name": "k"]), checkpoint: recorder)
    #expect(outcome.outputs == ["name": .string(Keyring.own)] && outcome.effect == .created)
    #expect(stage.cloud.operations == ["ImportKey"])
    #expect(recorder.facts == ["intent 0 cbn:ImportKey", "answered 0"])
  }

  @Test("somebody else's of that name is a conflict, and is neither used nor ever taken back")
  func notOurs() async throws {
    let keys = Keyring([Keyring.own: .zero])
    let stage = try Stage { keys.answer($0) }
    let recorder = Recorder()
    var call = try stage.call("alibaba/cbn.key", ["name": "k"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .conflict && failed?.vendorCode == "Key.AlreadyExist")
    #expect(recorder.facts == ["intent 0 cbn:ImportKey", "refused 0 already-exists"])
    call.record = recorder.record
    guard case .nothing = try await stage.performer.undo(call, checkpoint: recorder) else {
      Issue.record("something was undone")
      return
    }
    #expect(keys.made.withLock { $0.count } == 1 && stage.cloud.calls("DeleteKey").isEmpty)
  }

  @Test("a step that may adopt looks first", arguments: [AdoptPolicy.identical, .ask])
  func adopting(_ adopt: AdoptPolicy) async throws {
    let keys = Keyring([Keyring.own: .zero])
    let stage = try Stage { keys.answer($0) }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.key", ["name": "k"], adopt: adopt)
    _ = try? await stage.performer.perform(call, checkpoint: recorder)
    #expect(stage.cloud.operations == ["ListKeys"] && recorder.facts.isEmpty)
  }

  @Test("a lost answer is looked for, and what the list shows late is ours: made once, taken back once")
  func lostAnswer() async throws {
    let keys = Keyring(lag: .seconds(9))
    let stage = try Stage { call in
      let reply = keys.answer(call)
      return call.operation == "ImportKey" ? .fail(.reset, sent: true) : reply
    }
    let recorder = Recorder()
    var call = try stage.call("alibaba/cbn.key", ["name": "k"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .doubt && recorder.facts == ["intent 0 cbn:ImportKey"])
    call.record = recorder.record
    guard case .happened(let object) = try await stage.performer.resolve(call, checkpoint: recorder) else {
      Issue.record("it was not found")
      return
    }
    #expect(object["Name"] == .string(Keyring.own) && stage.cloud.calls("ImportKey").count == 1)
  }

  @Test("after a doubt there is a look before the create, and what shows only then is ours")
  func lookAfterDoubt() async throws {
    let keys = Keyring([Keyring.own: .zero], lag: .seconds(60))
    let stage = try Stage { keys.answer($0) }
    var record = StepRecord()
    // Killed between the intent and its answer; the list shows nothing for the whole patience.
    record.intents = [IntentRecord(intent: Intent(call: "cbn:ImportKey", digest: "x"))]
    var call = try stage.call("alibaba/cbn.key", ["name": "k"], record: record)
    guard case .didNotHappen = try await stage.performer.resolve(call, checkpoint: Recorder(record)) else {
      Issue.record("it was found")
      return
    }
    call.record = StepRecord()
    stage.time.advance(.seconds(60))
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(call, checkpoint: recorder)
    #expect(outcome.effect == .created && outcome.outputs == ["name": .string(Keyring.own)])
    #expect(stage.cloud.calls("ImportKey").isEmpty && recorder.facts == ["answered 0"])
  }

  // MARK: A change that names what does not show yet

  @Test("a change that names what was made a moment ago is repeated under its one intent")
  func fresh() async throws {
    let stage = try Stage { call in
      switch call.operation {
      case "GetLink": .answer(["Link": call.time < .seconds(3) ? nil : ["To": "b"]])
      case "Link": call.time < .seconds(3) ? .refuse("End.NotFound", status: 404) : .answer([:])
      default: .refuse("Unexpected")
      }
    }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.link", ["from": "a", "to": "b"])
    #expect(try await stage.performer.perform(call, checkpoint: recorder).effect == .created)
    #expect(recorder.facts == ["intent 0 cbn:Link", "answered 0"])
    #expect(stage.time.elapsed < .seconds(5))
  }

  @Test("a change that names what is not there fails as such, seconds later")
  func missing() async throws {
    let stage = try Stage { call in
      call.operation == "Link" ? .refuse("End.NotFound", status: 404) : .answer(["Link": nil])
    }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.link", ["from": "a", "to": "b"])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .notFound && failed?.vendorCode == "End.NotFound")
    #expect(recorder.facts == ["intent 0 cbn:Link", "refused 0 not-found"] && recorder.record.intents.isEmpty)
    #expect(stage.time.elapsed >= .seconds(5) && stage.time.elapsed < .seconds(7))
    #expect(stage.cloud.calls("Link").count <= 9)
  }

  // MARK: An update whose answer tells everything

  private static func thing(_ enabled: Bool, owner: Value = "me") -> Value {
    ["Thing": ["Enabled": .bool(enabled), "Owner": owner]]
  }

  @Test("an answer that gives every output and no difference is not read back")
  func told() async throws {
    let stage = try Stage { .answer(Self.thing($0.operation == "SetThing")) }
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.switch", ["thing": "t", "enabled": true]), checkpoint: recorder)
    #expect(outcome.effect == .updated && outcome.outputs == ["enabled": true, "owner": "me"])
    #expect(stage.cloud.operations == ["GetThing", "SetThing"])
    #expect(recorder.facts == ["intent 0 cbn:SetThing", "answered 0"])
    #expect(recorder.record.before["Enabled"] == false)
  }

  @Test(
    "an answer that tells less, or something else, is read back",
    arguments: [["Thing": nil], [:], thing(false), ["Thing": ["Owner": "me"]]] as [Value])
  func notTold(_ answer: Value) async throws {
    let isSet = Mutex(false)
    let stage = try Stage { call in
      if call.operation == "SetThing" {
        isSet.withLock { $0 = true }
        return .answer(answer)
      }
      return .answer(Self.thing(isSet.withLock { $0 }))
    }
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.switch", ["thing": "t", "enabled": true]), checkpoint: Recorder())
    #expect(outcome.outputs == ["enabled": true, "owner": "me"])
    #expect(stage.cloud.operations == ["GetThing", "SetThing", "GetThing"])
  }

  @Test("an output that nobody has told yet is read")
  func outputMissing() async throws {
    let isSet = Mutex(false)
    let stage = try Stage { call in
      if call.operation == "SetThing" {
        isSet.withLock { $0 = true }
        return .answer(["Thing": ["Enabled": true]])
      }
      let isSet = isSet.withLock { $0 }
      return .answer(Self.thing(isSet, owner: isSet ? "me" : nil))
    }
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.switch", ["thing": "t", "enabled": true]), checkpoint: Recorder())
    #expect(outcome.outputs == ["enabled": true, "owner": "me"])
    #expect(stage.cloud.operations == ["GetThing", "SetThing", "GetThing"])
  }

  @Test("a write that was answered before a kill is looked at, and not taken for told")
  func toldBeforeKill() async throws {
    let stage = try Stage { _ in .answer(Self.thing(true)) }
    var record = StepRecord()
    record.intents = [IntentRecord(intent: Intent(call: "cbn:SetThing", digest: "x"), answered: true)]
    (record.before, record.object) = (["Enabled": false], ["Enabled": true, "Owner": "me"])
    let recorder = Recorder(record)
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/cbn.switch", ["thing": "t", "enabled": true], record: record), checkpoint: recorder)
    #expect(outcome.effect == .updated && recorder.facts.isEmpty)
    #expect(Set(stage.cloud.operations) == ["GetThing"])
  }
}
