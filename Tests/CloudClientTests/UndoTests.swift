import Basics
import CloudClient
import CloudWire
import RunEngine
import Synchronization
import Testing

@Suite("Undoing")
struct UndoTests {
  private func made(_ object: Value, succeeded: Bool = true) -> StepRecord {
    var record = StepRecord()
    record.intents = [IntentRecord(intent: Intent(call: "x", digest: "x"), answered: true)]
    record.object = object
    record.succeeded = succeeded
    return record
  }

  /// A CEN that goes away some time after it was deleted.
  private final class Hub: Sendable {
    let deletedAt = Mutex<Duration?>(nil)
    let linger: Duration
    let busyUntil: Duration
    init(linger: Duration = .zero, busyUntil: Duration = .zero) { (self.linger, self.busyUntil) = (linger, busyUntil) }

    func answer(_ call: FakeCloud.Call) -> FakeCloud.Reply {
      deletedAt.withLock { deletedAt in
        let isGone = deletedAt.map { call.time >= $0 + linger } ?? false
        guard call.operation == "DeleteCen" else { return CreateTests.cens(isGone ? nil : CreateTests.cen) }
        if isGone { return .refuse("Cen.NotFound", status: 404) }
        if call.time < busyUntil { return .refuse("DependencyViolation.Cen") }
        deletedAt = deletedAt ?? call.time
        return .answer([:])
      }
    }
  }

  @Test("deletes by the known id, and proves that it is gone")
  func whole() async throws {
    let hub = Hub(linger: .seconds(30))
    let stage = try Stage { hub.answer($0) }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    #expect(try await stage.performer.undo(call, checkpoint: recorder).isUndone)
    #expect(recorder.facts == ["undo-intent 0 cbn:DeleteCen", "undo-answered 0"])
    #expect(stage.cloud.calls("DeleteCen").count == 1 && stage.time.elapsed >= .seconds(30))
    #expect(stage.cloud.operations.first == "DeleteCen", "a known id needs no look before")
  }

  @Test(
    "is done when nothing is there any more, whatever the other side calls it", arguments: ["Cen.NotFound", "Odd.Code"])
  func again(code: String) async throws {
    let stage = try Stage { call in call.operation == "DeleteCen" ? .refuse(code) : CreateTests.cens(nil) }
    let recorder = Recorder()
    var call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    #expect(try await stage.performer.undo(call, checkpoint: recorder).isUndone)
    #expect(recorder.facts == ["undo-intent 0 cbn:DeleteCen", "undo-answered 0"])
    call.record = recorder.record
    call.record.object = ["CenId": "cen-1"]
    #expect(try await stage.performer.undo(call, checkpoint: Recorder(call.record)).isUndone)
    #expect(stage.cloud.calls("DeleteCen").count == 1, "a repeat looks first")
  }

  @Test("a refusal while the thing is there is a failure")
  func refused() async throws {
    let stage = try Stage { call in
      call.operation == "DeleteCen" ? .refuse("Forbidden.RAM") : CreateTests.cens(CreateTests.cen)
    }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.undo(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .denied)
  }

  @Test("waits while something still uses the thing")
  func inUse() async throws {
    let hub = Hub(busyUntil: .seconds(60))
    let stage = try Stage { hub.answer($0) }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    #expect(try await stage.performer.undo(call, checkpoint: recorder).isUndone)
    #expect(recorder.facts == ["undo-intent 0 cbn:DeleteCen", "undo-answered 0"])
    #expect(stage.time.elapsed < .seconds(65))
  }

  @Test("gives up after seconds when the thing stays in use and nothing else is taken back")
  func inUseAlone() async throws {
    let hub = Hub(busyUntil: .seconds(100_000))
    let stage = try Stage { hub.answer($0) }
    var call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    call.isTakenBackAlone = true
    let failed = await #expect(throws: StepFailure.self) {
      try await stage.performer.undo(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .inUse && stage.time.elapsed < .seconds(30))
  }

  @Test("gives up after its limit when the thing stays in use")
  func inUseForEver() async throws {
    let stage = try Stage { call in
      call.operation == "DeleteCen" ? .refuse("DependencyViolation.Cen") : CreateTests.cens(CreateTests.cen)
    }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.undo(call, checkpoint: Recorder())
    }
    #expect(failed?.kind == .inUse && stage.time.elapsed >= .seconds(600) && stage.time.elapsed < .seconds(700))
  }

  @Test("a lost answer is simply asked again: gone is gone")
  func lost() async throws {
    let hub = Hub()
    let stage = try Stage { call in
      let answer = hub.answer(call)
      return call.operation == "DeleteCen" && call.number == 1 ? .fail(.reset, sent: true) : answer
    }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    #expect(try await stage.performer.undo(call, checkpoint: recorder).isUndone)
    #expect(stage.cloud.calls("DeleteCen").count == 2)
  }

  @Test("a thing made a moment ago that no list shows yet is looked for again before it counts as gone")
  func fresh() async throws {
    let hub = Hub()
    let stage = try Stage { call in call.time < .seconds(8) ? CreateTests.cens(nil) : hub.answer(call) }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"], succeeded: false))
    #expect(try await stage.performer.undo(call, checkpoint: Recorder()).isUndone)
    #expect(stage.cloud.calls("DeleteCen").count == 1)
  }

  /// A host whose step ended with its create's answer: no look has shown it yet.
  ///
  /// - Parameters:
  ///   - shown: When lists and its deletion know it.
  ///   - isThere: Whether it is there at all.
  private func unlisted(shown: Duration, isThere: Bool = true) throws -> (stage: Stage, gone: @Sendable () -> Bool) {
    let released = Mutex(!isThere)
    let stage = try Stage { call in
      let isKnown = call.time >= shown && !released.withLock { $0 }
      guard call.operation == "ReleaseHost" else {
        return .answer(["Hosts": isKnown ? [["Id": "h-1", "Name": "x"]] : []])
      }
      guard isKnown else { return .refuse("Host.NotFound", status: 404) }
      released.withLock { $0 = true }
      return .answer([:])
    }
    return (stage, { released.withLock { $0 } })
  }

  @Test("a thing that no look has shown yet is looked for when its deletion does not find it")
  func unlistedYet() async throws {
    let (stage, isGone) = try unlisted(shown: .seconds(20))
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.host", ["name": "h"], record: made(["Id": "h-1"]))
    #expect(try await stage.performer.undo(call, checkpoint: recorder).isUndone)
    #expect(isGone(), "it was left behind")
    #expect(stage.cloud.operations.first == "ReleaseHost" && stage.cloud.calls("ReleaseHost").count == 2)
    #expect(recorder.facts == ["undo-intent 0 cbn:ReleaseHost", "undo-answered 0"])
  }

  @Test("the same when the first attempt ended before it could look")
  func unlistedYetAgain() async throws {
    let (stage, isGone) = try unlisted(shown: .seconds(20))
    var record = made(["Id": "h-1"])
    record.undoIntents = [IntentRecord(intent: Intent(call: "cbn:ReleaseHost", digest: "x"), answered: false)]
    let call = try stage.call("alibaba/cbn.host", ["name": "h"], record: record)
    #expect(try await stage.performer.undo(call, checkpoint: Recorder(record)).isUndone)
    #expect(isGone(), "it was left behind")
  }

  @Test("a thing that never shows is gone after a minute at most; one that was seen, at once")
  func neverListed() async throws {
    let (stage, _) = try unlisted(shown: .zero, isThere: false)
    let call = try stage.call("alibaba/cbn.host", ["name": "h"], record: made(["Id": "h-1"]))
    #expect(try await stage.performer.undo(call, checkpoint: Recorder()).isUndone)
    #expect(stage.time.elapsed >= .seconds(60) && stage.time.elapsed < .seconds(62))
    let seen = try Stage { call in
      call.operation == "DeleteCen" ? .refuse("Cen.NotFound", status: 404) : CreateTests.cens(nil)
    }
    let other = try seen.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    #expect(try await seen.performer.undo(other, checkpoint: Recorder()).isUndone)
    #expect(seen.time.elapsed < .seconds(2))
  }

  @Test("never asks for everything when the id is not known")
  func noID() async throws {
    let stage = try Stage { call in
      CreateTests.cens(call.parameters["Tag"].isNull && call.parameters["Filter"].isNull ? CreateTests.cen : nil)
    }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["Other": "x"]))
    #expect(try await stage.performer.undo(call, checkpoint: Recorder()).isUndone)
    #expect(stage.cloud.calls("DeleteCen").isEmpty)
    #expect(stage.cloud.calls.allSatisfy { $0.parameters["Tag"][0]["Value"] == .string(Stage.token) })
  }

  @Test("a list of calls is resumed after those that were answered")
  func list() async throws {
    let there = Mutex(true)
    let stage = try Stage { call in
      if call.operation == "DeleteA" { there.withLock { $0 = false } }
      return .answer(["Pair": there.withLock { $0 } ? ["A": "a", "B": "b", "Name": "p"] : nil])
    }
    var record = made(["A": "a", "B": "b"])
    record.undoIntents = [IntentRecord(intent: Intent(call: "cbn:DeleteB", ordinal: 0, digest: "x"), answered: true)]
    let recorder = Recorder(record)
    let call = try stage.call("alibaba/cbn.pair", ["name": "p"], record: record)
    #expect(try await stage.performer.undo(call, checkpoint: recorder).isUndone)
    #expect(recorder.facts == ["undo-intent 1 cbn:DeleteA", "undo-answered 1"])
    #expect(stage.cloud.calls("DeleteB").isEmpty)
  }

  @Test("of a list that was made in part, only what was made is taken back")
  func partly() async throws {
    let there = Mutex(true)
    let stage = try Stage { call in
      if call.operation == "DeleteA" { there.withLock { $0 = false } }
      return .answer(["Pair": there.withLock { $0 } ? ["A": "a", "Name": "p"] : nil])
    }
    let recorder = Recorder()
    let call = try stage.call("alibaba/cbn.pair", ["name": "p"], record: made(["A": "a"], succeeded: false))
    #expect(try await stage.performer.undo(call, checkpoint: recorder).isUndone)
    #expect(recorder.facts == ["undo-intent 1 cbn:DeleteA", "undo-answered 1"])
  }

  @Test("what is declared to stay stays, once it is there; a read has nothing to take back")
  func stays() async throws {
    let stage = try Stage { _ in .answer([:]) }
    let bought = try stage.call("alibaba/cbn.package", ["name": "p"], record: made(["Id": "1"]))
    guard case .stays(let reason) = try await stage.performer.undo(bought, checkpoint: Recorder()) else {
      Issue.record("it did not stay")
      return
    }
    #expect(reason.text(in: "zh") == "到期前保留。")
    for call in [
      try stage.call("alibaba/cbn.package", ["name": "p"]), try stage.call("alibaba/cbn.info", ["name": "p"]),
    ] {
      guard case .nothing = try await stage.performer.undo(call, checkpoint: Recorder()) else {
        Issue.record("something was undone")
        return
      }
    }
    #expect(stage.cloud.calls.isEmpty)
  }

  @Test("a setting gets its former value, and the proof is that it differs again")
  func setting() async throws {
    let enabled = Mutex(true)
    let stage = try Stage { call in
      if call.operation == "SetThing" { enabled.withLock { $0 = call.parameters["Enabled"] == "true" } }
      return .answer(["Thing": ["Enabled": .bool(enabled.withLock { $0 })]])
    }
    var record = made(["Enabled": true])
    record.before = ["Enabled": false]
    let call = try stage.call("alibaba/cbn.flag", ["thing": "t", "enabled": true], record: record)
    #expect(try await stage.performer.undo(call, checkpoint: Recorder()).isUndone)
    #expect(enabled.withLock { $0 } == false)
  }

  @Test("reading tells absent, present, and what differs")
  func reading() async throws {
    let name = Mutex<Value?>("hub")
    let stage = try Stage { _ in
      CreateTests.cens(name.withLock { $0 }.map { ["CenId": "cen-1", "Name": $0] })
    }
    let call = try stage.call("alibaba/cbn.cen", ["name": "hub"], record: made(["CenId": "cen-1"]))
    #expect(try await stage.performer.read(call).differences == [])
    name.withLock { $0 = "other" }
    #expect(try await stage.performer.read(call).differences == ["name"])
    name.withLock { $0 = nil }
    #expect(try await stage.performer.read(call).differences == nil)
  }
}

extension UndoOutcome {
  var isUndone: Bool { if case .undone = self { true } else { false } }
}

extension Reading {
  /// `nil` when there is nothing.
  var differences: [String]? { if case .present(_, let differences) = self { differences } else { nil } }
}
