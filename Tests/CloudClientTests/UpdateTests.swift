import Basics
import CloudClient
import RunEngine
import Synchronization
import Testing

/// A Smart Access Gateway with its list of networks, which anybody may write to.
private final class Gateway: Sendable {
  let cidrs: Mutex<[String]>
  init(_ cidrs: [String]) { self.cidrs = Mutex(cidrs) }
  var list: [String] { cidrs.withLock { $0 } }

  func answer(_ call: FakeCloud.Call) -> FakeCloud.Reply {
    if call.operation == "ModifySmartAccessGateway" {
      let text = call.parameters["CidrBlock"].string ?? ""
      cidrs.withLock { $0 = text.split(separator: ",").map(String.init) }
      return .answer([:])
    }
    return .answer(["SmartAGId": "sag-1", "CidrBlock": .string(list.joined(separator: ","))])
  }
}

@Suite("Read, modify, write")
struct UpdateTests {
  private let inputs: [String: Value] = ["region": "r", "sag": "sag-1", "cidrs": ["10.1.0.0/24", "10.2.0.0/24"]]

  @Test("reads afresh, writes what is missing besides what others wrote, reads back")
  func update() async throws {
    let gateway = Gateway(["10.1.0.0/24", "192.168.0.0/24"])
    let stage = try Stage { gateway.answer($0) }
    let recorder = Recorder()
    let outcome = try await stage.performer.perform(
      try stage.call("alibaba/smartag.static-routes", inputs), checkpoint: recorder)
    #expect(gateway.list == ["10.1.0.0/24", "192.168.0.0/24", "10.2.0.0/24"])
    #expect(outcome.effect == .updated && outcome.outputs?["cidrs"]?.list?.count == 3)
    #expect(stage.cloud.operations.map { $0.prefix(4) } == ["Desc", "Modi", "Desc"])
    #expect(recorder.facts == ["intent 0 smartag:ModifySmartAccessGateway", "answered 0"])
    #expect(recorder.record.before["CidrBlock"] == "10.1.0.0/24,192.168.0.0/24")
  }

  @Test("no difference is nothing to do, and has nothing to undo")
  func nothing() async throws {
    let gateway = Gateway(["10.2.0.0/24", "10.1.0.0/24", "10.9.0.0/24"])
    let stage = try Stage { gateway.answer($0) }
    let recorder = Recorder()
    var call = try stage.call("alibaba/smartag.static-routes", inputs)
    let outcome = try await stage.performer.perform(call, checkpoint: recorder)
    #expect(outcome.effect == .nothing && recorder.facts.isEmpty && stage.cloud.calls.count == 1)
    call.record = recorder.record
    call.record.object = outcome.object ?? .null
    call.record.succeeded = true
    guard case .nothing = try await stage.performer.undo(call, checkpoint: recorder) else {
      Issue.record("something was undone")
      return
    }
    #expect(gateway.list.count == 3)
  }

  @Test("undo takes away only what was added, also when others wrote meanwhile")
  func undo() async throws {
    let gateway = Gateway(["10.1.0.0/24"])
    let stage = try Stage { gateway.answer($0) }
    let recorder = Recorder()
    var call = try stage.call("alibaba/smartag.static-routes", inputs)
    let outcome = try await stage.performer.perform(call, checkpoint: recorder)
    gateway.cidrs.withLock { $0.append("172.16.0.0/24") }
    call.record = recorder.record
    call.record.object = outcome.object ?? .null
    call.record.succeeded = true
    guard case .undone = try await stage.performer.undo(call, checkpoint: recorder) else {
      Issue.record("it was not undone")
      return
    }
    #expect(gateway.list == ["10.1.0.0/24", "172.16.0.0/24"])
    #expect(recorder.facts.suffix(2) == ["undo-intent 0 smartag:ModifySmartAccessGateway", "undo-answered 0"])
  }

  @Test("a write that shows late is waited for, not written again")
  func lag() async throws {
    let enabled = Mutex((value: false, since: Duration.zero))
    let stage = try Stage { call in
      enabled.withLock { state in
        if call.operation == "SetThing" { state = (true, call.time + .seconds(10)) }
        return .answer(["Thing": ["Enabled": .bool(state.value && call.time >= state.since)]])
      }
    }
    let call = try stage.call("alibaba/cbn.flag", ["thing": "t", "enabled": true])
    let outcome = try await stage.performer.perform(call, checkpoint: Recorder())
    #expect(outcome.effect == .updated && outcome.outputs == ["enabled": true])
    #expect(stage.cloud.calls("SetThing").count == 1 && stage.time.elapsed < .seconds(12))
  }

  @Test("a write that never shows is a time-out that names the input")
  func never() async throws {
    let stage = try Stage { _ in .answer(["Thing": ["Enabled": false]]) }
    let call = try stage.call("alibaba/cbn.flag", ["thing": "t", "enabled": true])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .timeout && failed?.code == .cloudUpdateNotSeen)
    #expect(failed?.arguments["inputs"] == "enabled" && stage.cloud.calls("SetThing").count == 1)
  }

  @Test("a kill after the answer goes on with reading back")
  func resumed() async throws {
    let stage = try Stage { _ in .answer(["Thing": ["Enabled": true]]) }
    var record = StepRecord()
    record.before = ["Enabled": false]
    record.intents = [
      IntentRecord(intent: Intent(call: "cbn:SetThing", digest: "x", before: record.before), answered: true)
    ]
    let call = try stage.call("alibaba/cbn.flag", ["thing": "t", "enabled": true], record: record)
    #expect(try await stage.performer.perform(call, checkpoint: Recorder()).effect == .updated)
    #expect(stage.cloud.calls("SetThing").isEmpty)
  }

  @Test("steps with one serialize key do not overlap")
  func serial() async throws {
    let running = Mutex((now: 0, most: 0))
    let value = Mutex(0)
    let stage = try Stage { call in
      if call.operation == "GetThing" { running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
      if call.operation == "SetThing" {
        running.withLock { $0.now = 0 }
        value.withLock { $0 += 1 }
      }
      return .answer(["Thing": ["Enabled": .bool(value.withLock { $0 } % 2 == 1)]])
    }
    let key = try stage.performer.serializeKey(try stage.call("alibaba/cbn.flag", ["thing": "t", "enabled": true]))
    #expect(key == "alibaba:thing/t")
    #expect(try stage.performer.serializeKey(try stage.call("alibaba/cbn.cen", ["name": "n"])) == nil)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        let call = try stage.call("alibaba/cbn.flag", ["thing": "t", "enabled": .bool(number % 2 == 0)])
        group.addTask { _ = try? await stage.performer.perform(call, checkpoint: Recorder()) }
      }
      try await group.waitForAll()
    }
    #expect(stage.cloud.calls("GetThing").count >= 20)
  }
}
