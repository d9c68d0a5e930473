import Basics
import Foundation
import JSONText
import Lab
import LabFabric
import Synchronization

/// A lab without a data plane at the time of the recorded requests, with the keys that signed them.
struct TestLab: Sendable {
  let server: LabServer
  let plane: ControlPlaneOnly
  let time: HandMovedTime

  /// Each lab has a folder of its own.
  static func folder(of name: String) -> String { NSTemporaryDirectory() + "causeway-lab-\(name)" }

  static func start(
    ids: [String: [String]] = [:], pace: Pace = .immediate, faults: [String] = [],
    commands: @escaping ControlPlaneOnly.Script = { _, _ in nil }
  ) async throws -> TestLab {
    let time = HandMovedTime()
    let name = "test-\(UUID().uuidString.prefix(8))"
    var options = LabOptions(
      name: name, stateFolder: folder(of: name), pace: pace, faults: try faults.map { try Fault($0) },
      credentials: credentials, seed: 7, time: time)
    options.ids = ids
    let plane = ControlPlaneOnly(commands: commands)
    return TestLab(server: try await LabServer.start(options, on: plane), plane: plane, time: time)
  }

  static let credentials = LabCredentials(
    aws: [
      LabCredential(id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      LabCredential(
        id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        sessionToken:
          "FAKE/Session+Token==ExampleExampleExample/0123456789+abcdefExampleExampleExample/0123456789+abcdef"
          + "ExampleExampleExample/0123456789+abcdef=="),
    ],
    alibaba: [
      LabCredential(id: "testid", secret: "testsecret"),
      LabCredential(id: "STS.testid", secret: "teststssecret", sessionToken: "CAIS+test/Token==~*"),
    ],
    azure: .init(
      tenant: "00000000-0000-0000-0000-0000000000aa", client: "00000000-0000-0000-0000-0000000000bb",
      secret: "fake~client.secret+with/odd=chars &more", subscription: "00000000-0000-0000-0000-000000000001"),
    qingcloud: LabCredential(id: "QYACCESSKEYIDEXAMPLE", secret: "SECRETACCESSKEY"))

  /// Runs a body on a new lab, and ends the lab whatever happened.
  static func with<Result>(
    ids: [String: [String]] = [:], pace: Pace = .immediate, faults: [String] = [],
    commands: @escaping ControlPlaneOnly.Script = { _, _ in nil }, _ body: (TestLab) async throws -> Result
  ) async throws -> Result {
    await LabSeats.shared.take()
    do {
      let result = try await withLab(ids, pace, faults, commands, body)
      await LabSeats.shared.give()
      return result
    } catch {
      await LabSeats.shared.give()
      throw error
    }
  }

  private static func withLab<Result>(
    _ ids: [String: [String]], _ pace: Pace, _ faults: [String], _ commands: @escaping ControlPlaneOnly.Script,
    _ body: (TestLab) async throws -> Result
  ) async throws -> Result {
    await slots.take()
    let lab: TestLab
    do { lab = try await start(ids: ids, pace: pace, faults: faults, commands: commands) } catch {
      await slots.give()
      throw error
    }
    do {
      let result = try await body(lab)
      await lab.end()
      await slots.give()
      return result
    } catch {
      await lab.end()
      await slots.give()
      throw error
    }
  }

  func end() async {
    await server.close()
    try? FileManager.default.removeItem(atPath: Self.folder(of: await server.description.name))
  }

  /// Each lab takes a block of loopback addresses, of which a machine has 63: not all tests at once.
  private static let slots = Slots(free: 16)

  /// What a fixture or a person at a console does; its outputs.
  func act(_ action: String, _ inputs: Value) async throws -> Value {
    try await ControlCaller(server).value("POST", "/acts", ["action": .string(action), "inputs": inputs])["outputs"]
  }

  func port(_ cloud: CloudName) async -> UInt16 {
    await server.description.endpoints[cloud]?.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
  }
}

/// How many labs run at once: each takes a part of 127.0.0.0/8, and there are 63 of these for all labs of a machine.
private actor LabSeats {
  static let shared = LabSeats()

  private var free = 16
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func give() { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
}

/// Lets in so many at a time.
actor Slots {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(free: Int) { self.free = free }

  func take() async {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// A clock that stands still until a test moves it.
final class HandMovedTime: TimeSource {
  private let state = Mutex(Date(timeIntervalSince1970: 1_767_323_045))

  var now: Date { state.withLock { $0 } }
  var elapsed: Duration { .seconds(now.timeIntervalSince1970) }

  func sleep(for duration: Duration) async throws {
    // Nobody waits in these tests; a sleeper stays until its task is cancelled.
    while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
  }

  func move(by seconds: Double) { state.withLock { $0 += seconds } }
}

/// A clock that stands somewhere else.
struct FixedTime: TimeSource {
  let now: Date
  var elapsed: Duration { .zero }

  init(_ now: Date) { self.now = now }

  func sleep(for duration: Duration) async throws {}
}
