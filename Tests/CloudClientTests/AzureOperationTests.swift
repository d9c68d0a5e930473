import Basics
import CloudClient
import CloudWire
import RunEngine
import Synchronization
import Testing

@Suite("A change that Azure goes on with after its answer")
struct AzureOperationTests {
  private static let status =
    "https://management.azure.com/subscriptions/s-1/operations/op-1?api-version=2026-03-01&t=1"
  private static let statusPath = "GET /subscriptions/s-1/operations/op-1"
  private static let put = "PUT \(AzureStage.thing)"
  private static let get = "GET \(AzureStage.thing)"
  private static let delete = "DELETE \(AzureStage.thing)"

  private static func thing(_ state: String, size: Int = 1) -> Value {
    ["id": .string(AzureStage.thing), "properties": ["provisioningState": .string(state), "size": .integer(size)]]
  }

  private static let accepted = HTTPResponse.azure(
    201, thing("Updating"), ["Azure-AsyncOperation": status, "Retry-After": "7"])
  private static let running = HTTPResponse.azure(200, ["status": "InProgress"], ["Retry-After": "3"])
  private static let succeeded = HTTPResponse.azure(200, ["status": "Succeeded"])
  private static let failed = HTTPResponse.azure(
    200, ["status": "Failed", "error": ["code": "AllocationFailed", "message": "no room"]])

  private func create(_ stage: AzureStage, _ recorder: Recorder) async throws -> StepOutcome {
    try await stage.performer.perform(
      try stage.call("net.thing", ["name": "t"], record: recorder.record), checkpoint: recorder)
  }

  private func createFails(_ stage: AzureStage, _ recorder: Recorder) async throws -> StepFailure? {
    let call = try stage.call("net.thing", ["name": "t"], record: recorder.record)
    return await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
  }

  @Test("is followed at its address, with the pauses asked for, and its thing is read at the end")
  func followed() async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put: Self.accepted
      case Self.statusPath: call.number < 3 ? Self.running : Self.succeeded
      default: call.number == 1 ? .azureError(404, "ResourceNotFound") : .azure(200, Self.thing("Succeeded"))
      }
    }
    let recorder = Recorder()
    let outcome = try await create(stage, recorder)
    #expect(outcome.effect == .created && outcome.outputs == ["id": .string(AzureStage.thing)])
    #expect(outcome.object == Self.thing("Succeeded"))
    #expect(
      stage.cloud.operations == [Self.get, Self.put] + Array(repeating: Self.statusPath, count: 3)
        + Array(repeating: Self.get, count: 2))
    #expect(stage.time.sleeps.prefix(3) == [.seconds(7), .seconds(3), .seconds(3)])
    #expect(stage.cloud.calls[2].request.query == "api-version=2026-03-01&t=1")
    #expect(recorder.facts == ["intent 0 net:PUT /subscriptions/{subscription}/things/{name}", "answered 0"])
  }

  @Test("is journaled with its address, so that after a kill the run goes on asking there and sends nothing again")
  func resumed() async throws {
    let isDead = Mutex(true)
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put: return Self.accepted
      case Self.statusPath:
        if isDead.withLock({ $0 }) { return .azureError(403, "AuthorizationFailed") }
        return call.number < 4 ? Self.running : Self.succeeded
      default:
        if call.number == 1 { return .azureError(404, "ResourceNotFound") }
        return isDead.withLock { $0 } ? .azureError(403, "AuthorizationFailed") : .azure(200, Self.thing("Succeeded"))
      }
    }
    let recorder = Recorder()
    #expect(try await createFails(stage, recorder)?.kind == .denied)
    let kept = recorder.record.object["$operation"]["answer"]["$headers"]["azure-asyncoperation"]
    #expect(kept == .string(Self.status))
    isDead.withLock { $0 = false }
    let outcome = try await create(stage, recorder)
    #expect(outcome.object == Self.thing("Succeeded"))
    #expect(stage.cloud.calls.count { $0.operation == Self.put } == 1)
    #expect(stage.cloud.calls.count { $0.operation == Self.statusPath } == 4)
  }

  @Test("that fails under HTTP 200 is a failure with its own code; the next attempt clears it away and begins anew")
  func failure() async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put: return call.number == 1 ? Self.accepted : .azure(201, Self.thing("Succeeded"))
      case Self.statusPath: return Self.failed
      case Self.delete: return .azure(204)
      default: return call.number == 1 ? .azureError(404, "ResourceNotFound") : .azure(200, Self.thing("Succeeded"))
      }
    }
    let recorder = Recorder()
    let failed = try await createFails(stage, recorder)
    #expect(failed?.kind == .quota && failed?.vendorCode == "AllocationFailed" && failed?.vendorMessage == "no room")
    #expect(stage.cloud.operations == [Self.get, Self.put, Self.statusPath])
    #expect(!recorder.record.isInDoubt && recorder.record.object["id"] == .string(AzureStage.thing))
    let outcome = try await create(stage, recorder)
    #expect(outcome.effect == .created && outcome.object == Self.thing("Succeeded"))
    // What the failed one left is looked at before it is taken away.
    #expect(stage.cloud.operations.dropFirst(3) == [Self.statusPath, Self.get, Self.delete, Self.put, Self.get])
  }

  @Test("that an attempt left failed is taken back by an undo")
  func failedUndo() async throws {
    let isThere = Mutex(true)
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put: return Self.accepted
      case Self.statusPath: return Self.failed
      case Self.delete:
        isThere.withLock { $0 = false }
        return .azure(204)
      default:
        return call.number > 1 && isThere.withLock { $0 }
          ? .azure(200, Self.thing("Failed")) : .azureError(404, "ResourceNotFound")
      }
    }
    let recorder = Recorder()
    _ = try await createFails(stage, recorder)
    guard
      case .undone = try await stage.performer.undo(
        try stage.call("net.thing", ["name": "t"], record: recorder.record), checkpoint: recorder)
    else {
      Issue.record("it was not undone")
      return
    }
    #expect(stage.cloud.operations.contains(Self.delete))
  }

  @Test(
    "whose status is forgotten or hidden is seen on its resource",
    arguments: [(404, "NotFound"), (403, "AuthorizationFailed")])
  func hidden(status: Int, code: String) async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put: Self.accepted
      case Self.statusPath: .azureError(status, code)
      default:
        call.number == 1
          ? .azureError(404, "ResourceNotFound") : .azure(200, Self.thing(call.number < 4 ? "Updating" : "Succeeded"))
      }
    }
    let outcome = try await create(stage, Recorder())
    #expect(outcome.object == Self.thing("Succeeded"))
    #expect(stage.cloud.calls.count { $0.operation == Self.statusPath } == 1)
  }

  @Test("is not followed to another host, which would get the token")
  func foreign() async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put:
        .azure(201, Self.thing("Updating"), ["Azure-AsyncOperation": "https://evil.example/subscriptions/s-1/op"])
      default: call.number == 1 ? .azureError(404, "ResourceNotFound") : .azure(200, Self.thing("Succeeded"))
      }
    }
    let outcome = try await create(stage, Recorder())
    #expect(outcome.effect == .created)
    #expect(stage.cloud.calls.allSatisfy { $0.request.origin == "https://management.azure.com" })
    #expect(Set(stage.cloud.operations) == [Self.get, Self.put])
  }

  @Test("survives faults while it is asked about")
  func faults() async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put: Self.accepted
      case Self.statusPath:
        switch call.number {
        case 1...12: .azureError(503, "ServiceUnavailable")
        case 13: .azureError(429, "TooManyRequests", ["Retry-After": "20"])
        default: Self.succeeded
        }
      default: call.number == 1 ? .azureError(404, "ResourceNotFound") : .azure(200, Self.thing("Succeeded"))
      }
    }
    #expect(try await create(stage, Recorder()).effect == .created)
    #expect(stage.cloud.calls.count { $0.operation == Self.put } == 1)
  }

  @Test("that never ends is a time-out, and is gone on with later")
  func endless() async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put: Self.accepted
      case Self.statusPath: Self.running
      default: .azureError(404, "ResourceNotFound")
      }
    }
    let recorder = Recorder()
    #expect(try await createFails(stage, recorder)?.kind == .timeout)
    #expect(stage.time.elapsed >= .seconds(1200) && stage.time.elapsed < .seconds(1300))
    #expect(recorder.record.object["$operation"]["ordinal"] == 0)
  }

  @Test("is waited for where another operation holds a lock: 429 is no rate limit then")
  func locked() async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put:
        call.number < 15
          ? .azureError(429, "RetryableErrorDueToAnotherOperation", ["Retry-After": "10"])
          : .azure(200, Self.thing("Succeeded"))
      default: call.number == 1 ? .azureError(404, "ResourceNotFound") : .azure(200, Self.thing("Succeeded"))
      }
    }
    let recorder = Recorder()
    #expect(try await create(stage, recorder).effect == .created)
    #expect(stage.cloud.calls.count { $0.operation == Self.put } == 15)
    #expect(recorder.facts.count == 2 && stage.time.elapsed >= .seconds(140))
  }

  @Test("of a deletion is followed, and one that something still uses is sent again")
  func deletion() async throws {
    let deletions = Mutex(0)
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.delete:
        deletions.withLock { $0 += 1 }
        return .azure(202, .null, ["Azure-AsyncOperation": Self.status, "Retry-After": "1"])
      case Self.statusPath:
        return deletions.withLock { $0 } < 3
          ? .azure(200, ["status": "Failed", "error": ["code": "InUseThingCannotBeDeleted", "message": "in use"]])
          : Self.succeeded
      default:
        return deletions.withLock { $0 } < 3
          ? .azure(200, Self.thing("Succeeded")) : .azureError(404, "ResourceNotFound")
      }
    }
    var record = StepRecord()
    record.object = Self.thing("Succeeded")
    record.succeeded = true
    record.intents = [IntentRecord(intent: Intent(call: "x", digest: "x"), answered: true)]
    guard
      case .undone = try await stage.performer.undo(
        try stage.call("net.thing", ["name": "t"], record: record), checkpoint: Recorder(record))
    else {
      Issue.record("it was not undone")
      return
    }
    #expect(deletions.withLock { $0 } == 3)
  }

  @Test("a setting is read, changed and written back whole, followed, and read again; its undo gives back what was")
  func setting() async throws {
    let flag = Mutex(false)
    let stage = try AzureStage { call in
      switch call.operation {
      case Self.put:
        flag.withLock { $0 = call.body["properties"]["on"].bool ?? false }
        return .azure(200, .null, ["Azure-AsyncOperation": Self.status])
      case Self.statusPath: return Self.succeeded
      default:
        return .azure(
          200,
          ["etag": "W/1", "location": "westeurope", "properties": ["on": .bool(flag.withLock { $0 }), "unknown": [1]]])
      }
    }
    let recorder = Recorder()
    var call = try stage.call("net.flag", ["thing": .string(AzureStage.thing), "on": true])
    let outcome = try await stage.performer.perform(call, checkpoint: recorder)
    #expect(outcome.effect == .updated && outcome.outputs == ["on": true])
    let body = stage.cloud.calls[1].body
    #expect(body == ["location": "westeurope", "properties": ["on": true, "unknown": [1]]])
    #expect(recorder.record.object["$operation"].isNull == false && outcome.object?["$operation"].isNull == true)
    call.record = recorder.record
    guard case .undone = try await stage.performer.undo(call, checkpoint: recorder) else {
      Issue.record("it was not undone")
      return
    }
    #expect(!flag.withLock { $0 })
    let undone = try #require(stage.cloud.calls.last { $0.operation == Self.put })
    #expect(undone.body == ["location": "westeurope", "properties": ["on": false, "unknown": [1]]])
  }

  @Test("a setting that shows as failed is written again, though its values are the wanted ones")
  func failedSetting() async throws {
    let state = Mutex("Failed")
    let stage = try AzureStage { call in
      if call.operation == Self.put { state.withLock { $0 = "Succeeded" } }
      return .azure(200, ["properties": ["on": true, "state": .string(state.withLock { $0 })]])
    }
    let call = try stage.call("net.flag", ["thing": .string(AzureStage.thing), "on": true])
    #expect(try await stage.performer.perform(call, checkpoint: Recorder()).effect == .updated)
    #expect(stage.cloud.operations == [Self.get, Self.put, Self.get])
  }

  @Test("a check that does not hold stops before anything is announced or written")
  func check() async throws {
    let stage = try AzureStage { _ in .azure(200, ["properties": ["on": false, "locked": true]]) }
    let recorder = Recorder()
    let call = try stage.call("net.flag", ["thing": .string(AzureStage.thing), "on": true])
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failed?.kind == .conflict && failed?.code == .cloudCheck && failed?.arguments["message.zh"] == "已锁定。")
    #expect(recorder.facts.isEmpty && stage.cloud.operations == [Self.get])
    let same = try stage.call("net.flag", ["thing": .string(AzureStage.thing), "on": false])
    #expect(try await stage.performer.perform(same, checkpoint: Recorder()).effect == .nothing)
  }

  @Test("a command's result stands where its operation leaves it")
  func command() async throws {
    let stage = try AzureStage { call in
      switch call.operation {
      case "POST \(AzureStage.thing)/run":
        .azure(202, .null, ["Azure-AsyncOperation": Self.status, "Location": "/subscriptions/s-1/results/op-1"])
      case Self.statusPath: call.number < 2 ? Self.running : Self.succeeded
      default: .azure(200, ["value": [["code": "x", "message": "hello"]]])
      }
    }
    let call = try stage.call("net.command", ["thing": .string(AzureStage.thing), "text": "echo hello"])
    let outcome = try await stage.performer.perform(call, checkpoint: Recorder())
    #expect(outcome.outputs == ["said": "hello"])
    #expect(stage.cloud.operations.last == "GET /subscriptions/s-1/results/op-1")
  }

  @Test("a lost answer is settled by the name: found is ours, and is not sent again")
  func doubt() async throws {
    let stage = try AzureStage { call in
      call.operation == Self.get && call.number > 3
        ? .azure(200, Self.thing("Succeeded")) : .azureError(404, "ResourceNotFound")
    }
    var record = StepRecord()
    record.intents = [IntentRecord(intent: Intent(call: "net:PUT", digest: "x"))]
    let call = try stage.call("net.thing", ["name": "t"], record: record)
    guard case .happened(let object) = try await stage.performer.resolve(call, checkpoint: Recorder(record)) else {
      Issue.record("it was not found")
      return
    }
    #expect(object["id"] == .string(AzureStage.thing) && Set(stage.cloud.operations) == [Self.get])
  }

  @Test("lists are followed over their pages on the same host")
  func pages() async throws {
    let stage = try AzureStage { call in
      call.request.query.contains("skip")
        ? .azure(200, ["value": [["name": "c"]]])
        : .azure(
          200,
          [
            "value": [["name": "a"], ["name": "b"]],
            "nextLink": "https://management.azure.com/subscriptions/s-1/things?api-version=2026-03-01&skip=2",
          ])
    }
    let call = try stage.call("net.things", ["tag": "x y"])
    let outcome = try await stage.performer.perform(call, checkpoint: Recorder())
    #expect(outcome.outputs == ["names": ["a", "b", "c"]] && stage.cloud.calls.map(\.token) == ["token-1", "token-1"])
    #expect(stage.cloud.calls[0].request.query == "api-version=2026-03-01&$filter=tag%20eq%20%27x%20y%27")
  }
}
