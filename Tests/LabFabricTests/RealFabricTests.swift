import Basics
import FoundationEssentials
import LabFabric
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Tests with real namespaces; they need root and leave nothing behind.
@Suite("A real fabric", .serialized, .enabled(if: geteuid() == 0))
struct RealFabricTests {
  /// A fabric for one test, with the tutorial's network and hosts.
  static func withFabric(
    _ topology: Topology = Tutorial.complete, deviceAPI: String? = nil, _ body: (Fabric) async throws -> Void
  ) async throws {
    let machine = MachineState.now
    let name = "test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let folder = "/tmp/causeway-\(name)"
    let fabric = try Fabric(name: name, stateFolder: folder, deviceAPI: deviceAPI)
    do {
      try await fabric.apply(topology)
      try await body(fabric)
    } catch {
      await fabric.tearDown()
      try? FileManager.default.removeItem(atPath: folder)
      throw error
    }
    await fabric.tearDown()
    try FileManager.default.removeItem(atPath: folder)
    #expect(Fabric.findAll().allSatisfy { $0.name != name })
    #expect(MachineState.now == machine)
  }

  static func startHosts(_ fabric: Fabric) async throws {
    for id in [Tutorial.ecs, Tutorial.vcpe, Tutorial.workload] {
      _ = try await fabric.startHost(HostSpec(id: id, hostname: id))
    }
    // What the deploy script does: forwarding, and something sent through the tunnel first.
    _ = try await fabric.run(Tutorial.vcpe, ["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"])
    await keepAlive(fabric)
  }

  /// What the device sends from time to time: until it is answered, its peer does not know where it is.
  static func keepAlive(_ fabric: Fabric) async {
    for _ in 1...20 {
      let arguments = ["ping", "-n", "-q", "-c", "1", "-W", "0.3", DeviceAPI.peerAddress]
      if let answer = try? await fabric.run(Tutorial.vcpe, arguments), answer.isSuccess { return }
    }
  }

  /// Whether a ping is answered: one that is expected is asked for again, for the machine may be busy.
  static func reaches(_ fabric: Fabric, from host: String, to address: String, expected: Bool = true) async throws
    -> Bool
  {
    for _ in 1...(expected ? 10 : 1) {
      if try await ping(fabric, from: host, to: address) { return true }
    }
    return false
  }

  static func ping(_ fabric: Fabric, from host: String, to address: String, count: Int = 1) async throws -> Bool {
    let arguments = ["ping", "-n", "-c", "\(count)", "-i", "0.05", "-W", "0.3", address]
    return try await fabric.run(host, arguments).isSuccess
  }

  @Test("this machine has everything that the lab needs")
  func requirements() {
    #expect(Fabric.missingRequirements() == [])
  }

  @Test("the tutorial's path carries pings in both directions, and every step undone breaks what the reference says")
  func leaveOneOut() async throws {
    try await Self.withFabric { fabric in
      try await Self.startHosts(fabric)
      #expect(try await Self.reaches(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress))
      #expect(try await Self.reaches(fabric, from: Tutorial.workload, to: Tutorial.ecsAddress))
      for step in Self.steps {
        var topology = Tutorial.complete
        step.undo(&topology)
        try await fabric.apply(topology)
        let fromCloud = try await Self.reaches(
          fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress, expected: !step.breaksFromCloud)
        let fromWorkload = try await Self.reaches(
          fabric, from: Tutorial.workload, to: Tutorial.ecsAddress, expected: !step.breaksFromWorkload)
        #expect(fromCloud == !step.breaksFromCloud, "\(step) undone, from the cloud")
        #expect(fromWorkload == !step.breaksFromWorkload, "\(step) undone, from the workload")
        try await fabric.apply(Tutorial.complete)
        await Self.keepAlive(fabric)
        #expect(try await Self.reaches(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress), "\(step) redone")
        #expect(try await Self.reaches(fabric, from: Tutorial.workload, to: Tutorial.ecsAddress), "\(step) redone")
      }
    }
  }

  @Test("a program that ends without reading its input is heard out, and nothing here ends with it")
  func unreadInput() async throws {
    try await Self.withFabric { fabric in
      _ = try await fabric.startHost(HostSpec(id: Tutorial.ecs, hostname: Tutorial.ecs))
      for _ in 1...5 {
        let outcome = try await fabric.run(Tutorial.ecs, ["true"], stdin: [UInt8](repeating: 65, count: 1 << 20))
        #expect(outcome.isSuccess)
      }
    }
  }

  @Test("forwarding off on the vCPE breaks both directions")
  func forwarding() async throws {
    try await Self.withFabric { fabric in
      try await Self.startHosts(fabric)
      _ = try await fabric.run(Tutorial.vcpe, ["sh", "-c", "echo 0 >/proc/sys/net/ipv4/ip_forward"])
      #expect(try await !Self.ping(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress))
      #expect(try await !Self.ping(fabric, from: Tutorial.workload, to: Tutorial.ecsAddress))
      _ = try await fabric.run(Tutorial.vcpe, ["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"])
      #expect(try await Self.reaches(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress))
    }
  }
}

/// The machine's own network, mounts and namespaces: what no test may change.
struct MachineState: Equatable {
  var text: String

  static var now: MachineState {
    let parts = [
      "ip addr", "ip route show table all", "ip rule", "nft list ruleset", "cat /proc/self/mountinfo", "ls /run/netns",
    ]
    return MachineState(text: parts.map { shell("\($0) 2>&1") }.joined(separator: "\n"))
  }

  private static func shell(_ command: String) -> String {
    guard let stream = popen(command, "r") else { return "?" }
    defer { pclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
