import Basics
import FoundationEssentials
import LabFabric
import Testing

#if canImport(Glibc)
  import Glibc
#endif

extension RealFabricTests {
  /// Makes a fabric with hosts in this process and writes down who its processes are; for a process that will be killed.
  static func makeOrphan(_ name: String) async throws -> Fabric {
    let fabric = try Fabric(name: name, stateFolder: "/tmp/causeway-\(name)")
    try await fabric.apply(Tutorial.complete)
    var processes: [Int32] = []
    for id in [Tutorial.ecs, Tutorial.vcpe] {
      processes.append(try await fabric.startHost(HostSpec(id: id, hostname: id)).processID)
    }
    _ = try await fabric.run(Tutorial.ecs, ["sh", "-c", "setsid sleep 1000 </dev/null >/dev/null 2>&1 &"])
    let text = processes.map(String.init).joined(separator: "\n")
    try text.write(toFile: "/tmp/causeway-\(name)/processes", atomically: true, encoding: .utf8)
    return fabric
  }

  static func expectGone(_ name: String) throws {
    let folder = "/tmp/causeway-\(name)"
    let deadline = ContinuousClock.now + .seconds(10)
    let processes = try String(contentsOfFile: "\(folder)/processes", encoding: .utf8).split(separator: "\n")
    #expect(processes.count == 2)
    while ContinuousClock.now < deadline,
      Fabric.findAll().contains(where: { $0.name == name })
        || processes.contains(where: { FileManager.default.fileExists(atPath: "/proc/\($0)") })
    { sched_yield() }
    #expect(!Fabric.findAll().contains { $0.name == name })
    for process in processes { #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)")) }
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test("when its owner is killed, a fabric is gone by itself: processes, mounts, namespaces")
  func ownerKilled() async throws {
    let machine = MachineState.now
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let fabric = try await Self.makeOrphan("orphan-\(getppid())")
      kill(getpid(), SIGKILL)
      await fabric.tearDown()
    }
    try Self.expectGone("orphan-\(getpid())")
    #expect(MachineState.now == machine)
  }

  @Test("a leftover whose anchor was stopped is found and cleaned up by name")
  func leftover() async throws {
    let machine = MachineState.now
    let name = "stopped-\(getpid())"
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let name = "stopped-\(getppid())"
      let fabric = try await Self.makeOrphan(name)
      for found in Fabric.findAll() where found.name == name { kill(found.anchor, SIGSTOP) }
      kill(getpid(), SIGKILL)
      await fabric.tearDown()
    }
    #expect(Fabric.findLeftovers().map(\.name).contains(name))
    let start = ContinuousClock.now
    #expect(Fabric.cleanUp(name: name))
    #expect(.now - start < .seconds(1))
    #expect(!Fabric.cleanUp(name: name))
    try Self.expectGone(name)
    #expect(MachineState.now == machine)
  }

  @Test("a fabric that is dropped without a word ends all the same")
  func dropped() async throws {
    let name = "dropped-\(getpid())"
    _ = try await Self.makeOrphan(name)
    try Self.expectGone(name)
  }

  @Test("a name in use is refused, and a fabric torn down can be had again")
  func names() async throws {
    try await Self.withFabric { fabric in
      #expect(throws: FabricError.nameTaken(fabric.name)) {
        try Fabric(name: fabric.name, stateFolder: fabric.stateFolder)
      }
      await fabric.tearDown()
      await fabric.tearDown()
      await #expect(throws: FabricError.closed) { try await fabric.apply(Topology()) }
      let again = try Fabric(name: fabric.name, stateFolder: fabric.stateFolder)
      await again.tearDown()
    }
  }
}
