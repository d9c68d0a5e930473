import Basics
import Expressions
import Planning
import ProviderModel
import RunEngine
import TestSupport
import Testing

/// Settings that end with the thing they belong to: not set back where the thing goes, and never forgotten where it stays.
@Suite("What goes with its owner")
struct OwnersTests {
  private let destroy = WorkOrder(.destroy)

  /// A bench whose `settings` belong to the thing named beside them.
  private func bench(
    _ steps: [(String, [String])], _ settings: [String: String], names other: Value? = nil,
    change: @escaping (inout PlannedStep) -> Void = { _ in }
  ) -> TestBench {
    let plan = TestPlan.make(steps, action: Self.thing) { step in
      if settings[step.address.text] != nil { step.action = Self.setting }
      change(&step)
    }
    var bench = TestBench(plan)
    for (setting, owner) in settings {
      bench.decisions.overrides[StepAddress(setting)] = { outputs in
        .run(inputs: ["of": other ?? outputs[StepAddress(owner)]?["id"] ?? .null])
      }
    }
    return bench
  }

  private static let thing: ActionDescription = {
    var action = TestPlan.action()
    let parameters = Template(.literal([:]), at: action.location)
    action.undo = .calls([
      Call(product: "test", operation: "Delete", parameters: parameters, location: action.location)
    ])
    return action
  }()

  private static let setting: ActionDescription = {
    var action = thing
    action.name = "setting"
    action.goesWith = GoesWith(action: "thing", input: "of", output: "id")
    return action
  }()

  /// What was taken away, in order.
  private func deleted(_ bench: TestBench) -> [String] {
    bench.world.ledger.filter { $0.hasPrefix("delete ") }.map { String($0.dropFirst(7)) }
  }

  @Test("A setting of a thing that the run made needs no request of its own")
  func goes() async throws {
    let bench = bench([("g", []), ("r", ["g"]), ("h", ["g"])], ["r": "g"])
    _ = try await bench.run()
    let summary = try await bench.resume(destroy)
    #expect(summary.exitStatus == 0 && summary.leftovers.isEmpty)
    #expect(summary.steps.map(\.state) == [.undone, .undone, .undone])
    #expect(deleted(bench) == ["h", "g"])
    let calls = bench.world.calls
    #expect(try await bench.resume(destroy).exitStatus == 0 && bench.world.calls == calls)
    #expect(throws: Never.self) { try bench.machine() }
  }

  @Test("It is written down as taken back only after the thing is gone")
  func order() async throws {
    let bench = bench([("g", []), ("r", ["g"])], ["r": "g"])
    _ = try await bench.run()
    _ = try await bench.resume(destroy)
    let undone = try bench.journal.events(of: bench.runID).compactMap { event -> String? in
      guard case .step(let address, .undone) = event.fact else { return nil }
      return address.text
    }
    #expect(undone == ["g", "r"])
  }

  @Test("When the thing cannot be taken away the setting is taken back by itself")
  func ownerStuck() async throws {
    let bench = bench([("g", []), ("r", ["g"])], ["r": "g"])
    _ = try await bench.run()
    bench.world.set([.failUndo(.denied)], for: "g")
    let summary = try await bench.resume(destroy)
    #expect(summary.exitStatus == 7 && summary.leftovers.map(\.address) == [StepAddress("g")])
    #expect(summary.steps.map(\.state) == [.stuck, .undone] && deleted(bench) == ["r"])
    #expect(try await bench.resume(destroy).exitStatus == 0)
    #expect(bench.world.things.isEmpty)
  }

  @Test("When something that uses the thing cannot be taken away, the setting is taken back by itself")
  func userStuck() async throws {
    let bench = bench([("g", []), ("r", ["g"]), ("h", ["g"])], ["r": "g"])
    _ = try await bench.run()
    bench.world.set([.failUndo(.denied)], for: "h")
    let summary = try await bench.resume(destroy)
    #expect(summary.steps.map(\.state) == [.succeeded, .undone, .stuck] && deleted(bench) == ["r"])
  }

  @Test("When the thing stays for something that is kept, the setting is taken back by itself")
  func ownerStays() async throws {
    let bench = bench([("g", []), ("r", ["g"]), ("k", ["g"])], ["r": "g"]) {
      $0.keepsAtDestroy = $0.address.text == "k"
    }
    _ = try await bench.run()
    bench.world.set(Array(repeating: .failUndo(.inUse), count: 21), for: "g")
    let summary = try await bench.resume(destroy)
    #expect(summary.exitStatus == 0)
    #expect(summary.steps.map(\.state) == [.stays, .undone, .stays] && deleted(bench) == ["r"])
  }

  @Test("A thing that is kept, bought for a term, or another's way to pay keeps nothing of ours", arguments: 0..<4)
  func notToBeTakenAway(_ number: Int) async throws {
    let bench = bench([("g", []), ("r", ["g"])], ["r": "g"]) { step in
      guard step.address.text == "g" else { return }
      switch number {
      case 0: step.keepsAtDestroy = true
      case 1: step.action.billing = Billing(kind: .prepaid)
      case 2: step.account = "partner"
      default: step.action.undo = .calls([])
      }
    }
    _ = try await bench.run()
    _ = try await bench.resume(destroy)
    #expect(deleted(bench).first == "r")
  }

  @Test("A setting that is kept stays")
  func settingKept() async throws {
    let bench = bench([("g", []), ("r", ["g"])], ["r": "g"]) { $0.keepsAtDestroy = $0.address.text == "r" }
    _ = try await bench.run()
    #expect(try await bench.resume(destroy).steps.map(\.state) == [.undone, .stays])
  }

  @Test("Of somebody else's thing the setting is taken back, also when the thing is taken away by request")
  func adopted() async throws {
    var bench = bench([("g", []), ("r", ["g"])], ["r": "g"])
    bench.performer.doubt = .none
    bench.world.set([.loseAnswer], for: "g")
    _ = try await bench.run()
    try await RunStore(bench.journal).answer(
      run: bench.runID, step: StepAddress("g"), .adopt(id: "i-1"), time: bench.time)
    #expect(try await bench.resume().steps.map(\.state) == [.adopted, .succeeded])
    _ = try await bench.resume(WorkOrder(.destroy, includesAdopted: true))
    #expect(deleted(bench) == ["r", "g"])
  }

  @Test("A setting of another thing, or of one that nobody named, is taken back", arguments: ["other", nil] as [Value])
  func otherThing(_ named: Value) async throws {
    let bench = bench([("g", []), ("r", ["g"])], ["r": "g"], names: named)
    _ = try await bench.run()
    _ = try await bench.resume(destroy)
    #expect(deleted(bench) == ["r", "g"])
  }

  @Test(
    "Where only a part is taken back, the setting is, too",
    arguments: [
      WorkOrder(.destroy, only: [StepAddress("r")]), WorkOrder(.destroy, only: [StepAddress("r"), StepAddress("g")]),
      WorkOrder(.destroy, from: [StepAddress("g")]),
    ])
  func part(_ order: WorkOrder) async throws {
    let bench = bench([("g", []), ("r", ["g"])], ["r": "g"])
    _ = try await bench.run()
    _ = try await bench.resume(order)
    #expect(deleted(bench) == (order.only == [StepAddress("r")] ? ["r"] : ["r", "g"]))
  }

  @Test("A setting whose step failed or is in doubt is looked after by itself")
  func unsettled() async throws {
    for fault in [TestWorld.Fault.failWait(.timeout), .loseAnswer] {
      var bench = bench([("g", []), ("r", ["g"])], ["r": "g"])
      bench.performer.doubt = fault == .loseAnswer ? .none : .lookup
      bench.world.set([fault], for: "r")
      _ = try await bench.run()
      bench.performer.doubt = .lookup
      #expect(try await bench.resume(destroy).exitStatus == 0)
      #expect(deleted(bench) == ["r", "g"])
    }
  }

  @Test("What depends on the setting goes before the thing, and stops it when it cannot go")
  func dependants() async throws {
    let bench = bench([("g", []), ("r", ["g"]), ("x", ["r"])], ["r": "g"])
    _ = try await bench.run()
    bench.world.set([.failUndo(.denied)], for: "x")
    #expect(try await bench.resume(destroy).steps.map(\.state) == [.succeeded, .succeeded, .stuck])
    #expect(deleted(bench).isEmpty)
    #expect(try await bench.resume(destroy).exitStatus == 0)
    #expect(deleted(bench) == ["x", "g"])
  }

  @Test("What the setting depends on besides goes after it; where that has to go before the thing, nothing changes")
  func otherDependencies() async throws {
    let below = bench([("q", []), ("g", ["q"]), ("r", ["q", "g"])], ["r": "g"])
    _ = try await below.run()
    #expect(try await below.resume(destroy).exitStatus == 0)
    #expect(deleted(below) == ["g", "q"])
    let above = bench([("g", []), ("p", ["g"]), ("r", ["g", "p"])], ["r": "g"])
    _ = try await above.run()
    #expect(try await above.resume(destroy).exitStatus == 0)
    #expect(deleted(above) == ["r", "p", "g"])
  }

  @Test("Killed anywhere in a destroy, the next one ends it: nothing is left, nothing is taken away twice")
  func killed() async throws {
    let steps = [("g", []), ("r", ["g"]), ("h", ["g"]), ("c", ["h"])]
    for place in 1...60 {
      let bench = bench(steps, ["r": "g", "c": "h"])
      _ = try await bench.run()
      await bench.kill(at: place, destroy)
      #expect(try await bench.resume(destroy).exitStatus == 0, "\(place)")
      #expect(try bench.machine().slots.allSatisfy { $0.phase == .undone }, "\(place)")
      #expect(Set(deleted(bench)).count == deleted(bench).count && bench.world.violations.isEmpty, "\(place)")
      #expect(Set(deleted(bench)).isSuperset(of: ["g", "h"]), "\(place)")
    }
  }

  @Test("In any graph the order holds, and every setting goes with its thing or is taken back", arguments: 1...150)
  func anything(seed: Int) async throws {
    let random = SeededRandom(UInt64(seed))
    let steps = (0..<(2 + random.below(9))).map { number in
      ("s\(number)", (0..<number).filter { _ in random.below(3) == 0 }.map { "s\($0)" })
    }
    var settings: [String: String] = [:]
    for (name, needs) in steps where !needs.isEmpty && random.below(2) == 0 {
      let owners = needs.filter { settings[$0] == nil }
      if !owners.isEmpty { settings[name] = owners[random.below(owners.count)] }
    }
    var bench = bench(steps, settings)
    bench.options.parallel = 1 + random.below(5)
    _ = try await bench.run()
    for (name, _) in steps where random.below(5) == 0 {
      bench.world.set([.failUndo(random.below(2) == 0 ? .denied : .inUse)], for: name)
    }
    let kills = random.below(3)
    for _ in 0..<kills { await bench.kill(at: 1 + random.below(30), destroy) }
    for _ in 0..<20 where try await bench.resume(destroy).exitStatus == 0 { break }
    #expect(try bench.machine().slots.allSatisfy { $0.phase == .undone })
    let deleted = deleted(bench)
    let place = Dictionary(uniqueKeysWithValues: deleted.enumerated().map { ($1, $0) })
    for (name, needs) in steps {
      // One without a request of its own went when its thing did.
      let mine = try #require(place[name] ?? settings[name].flatMap { place[$0] }, "\(name)")
      for need in needs {
        guard let other = place[need] else { continue }
        // Killed after the thing went, the next destroy looks after the setting by itself.
        if need == settings[name], place[name] == nil || kills > 0 { continue }
        #expect(mine < other, "\(name) before \(need)")
      }
    }
  }
}
