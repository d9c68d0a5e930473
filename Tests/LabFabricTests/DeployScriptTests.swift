import Basics
import LabFabric
import Synchronization
import Testing

extension RealFabricTests {
  /// The tutorial as it is before the deploy script runs.
  static var beforeDeployment: Topology {
    var topology = Tutorial.complete
    topology.tunnels[0].isUpAtMachine = false
    return topology
  }

  final class FabricBox: Sendable {
    let fabric = Mutex<Fabric?>(nil)
    /// What the service calls the device.
    let role = Mutex("standby")
  }

  /// A fabric with the hosts of the tutorial, the object store and the gateway service of a small lab.
  static func withLab(
    _ box: FabricBox = FabricBox(), _ body: (Fabric, SmallServer) async throws -> Void
  ) async throws {
    let server = SmallServer { request in
      guard let fabric = box.fabric.withLock({ $0 }) else { return (503, "") }
      if request.path == DeviceAPI.alivePath { return (200, "ok\nrole \(box.role.withLock { $0 })\n") }
      return await Self.answer(request, fabric)
    }
    let serving = Task { await server.serve() }
    defer {
      server.stop()
      serving.cancel()
    }
    try await withFabric(beforeDeployment, deviceAPI: "http://198.51.100.80:80") { fabric in
      box.fabric.withLock { $0 = fabric }
      try await fabric.exposeHTTP(Tutorial.address("198.51.100.80"), machinePort: server.port)
      for id in [Tutorial.ecs, Tutorial.vcpe, Tutorial.workload] {
        _ = try await fabric.startHost(
          HostSpec(
            id: id, hostname: id, users: [HostUser("ubuntu")],
            names: ["store.example.com": Tutorial.address("198.51.100.80")]))
      }
      try await body(fabric, server)
      box.fabric.withLock { $0 = nil }
    }
  }

  /// What `Lab` does, in short.
  private static func answer(_ request: SmallServer.Request, _ fabric: Fabric) async -> (Int, String) {
    if request.path == "/\(DeployScript.objectKey)" { return (200, DeployScript.text) }
    guard request.form[DeviceAPI.Parameter.serial] == "sage6nniq3" else {
      return (403, "denied \(DeviceAPI.Reason.unknownSerial.rawValue)\n")
    }
    guard request.form[DeviceAPI.Parameter.key] == "k&y =1" else {
      return (403, "denied \(DeviceAPI.Reason.wrongKey.rawValue)\n")
    }
    switch request.path {
    case DeviceAPI.joinPath, DeviceAPI.leavePath:
      var topology = await fabric.topology
      topology.tunnels[0].isUpAtMachine = request.path == DeviceAPI.joinPath
      do { try await fabric.apply(topology) } catch { return (500, "\(error)") }
      return (200, "ok\npeer \(DeviceAPI.peerAddress)\n")
    case DeviceAPI.announcePath: return (200, "ok\n")
    case DeviceAPI.statePath: return (200, "ok\nvpn up\ncontrol up\nversion 2.3.0\n")
    default: return (404, "")
    }
  }

  private static let script = "/root/\(DeployScript.fileName)"

  /// Runs a line of shell on the vCPE with an answer on its input.
  private static func vcpe(_ fabric: Fabric, _ line: String, answer: String = "") async throws -> CommandOutcome {
    try await fabric.run(Tutorial.vcpe, ["bash", "-c", line], stdin: Array(answer.utf8))
  }

  @Test(
    "the deploy script, fetched through the fabric, brings the tunnel up, shows two containers, survives a reboot, uninstalls"
  )
  func deployment() async throws {
    try await Self.withLab { fabric, server in
      let fetched = try await Self.vcpe(
        fabric,
        "wget -q -O \(Self.script) http://store.example.com/\(DeployScript.objectKey) && chmod +x \(Self.script)")
      #expect(fetched.isSuccess, "\(fetched.stderrText)")
      #expect(try await !Self.ping(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress))
      let deployed = try await Self.vcpe(
        fabric, "\(Self.script) -n sage6nniq3 -k 'k&y =1' -t aws -w eth0", answer: "yes\n")
      #expect(deployed.isSuccess && deployed.stdoutText.contains("[yes|no]"), "\(deployed)")
      #expect(deployed.stdoutText.hasSuffix("INFO: Install complete, please wait for few minutes to check state\n"))
      let containers = try await Self.vcpe(fabric, "docker ps").stdoutText
      #expect(
        containers.contains(" vsag-core\n") && containers.contains(" vsag-manager-base\n") && containers.contains("Up ")
      )
      #expect(try await Self.reaches(fabric, from: Tutorial.vcpe, to: DeviceAPI.peerAddress))
      try await Self.expectPath(fabric, true)
      let join = server.requests.last { $0.path == DeviceAPI.joinPath }
      #expect(join?.form[DeviceAPI.Parameter.address] == "10.10.0.10")
      #expect(join?.form[DeviceAPI.Parameter.machine] == Tutorial.vcpe)
      #expect(try await Self.vcpe(fabric, "\(Self.script) check").stdoutText.contains("vpn              : up"))
      let report = try await Self.vcpe(fabric, "\(Self.script) mtr -r -c 2 \(Tutorial.ecsAddress)").stdoutText
      #expect(report.contains("5.|-- \(Tutorial.ecsAddress)") && !report.contains("100%"), "\(report)")
      #expect(try await Self.vcpe(fabric, "\(Self.script) ping -c 1 \(Tutorial.ecsAddress)").isSuccess)

      try await fabric.reboot(Tutorial.vcpe)
      #expect(try await fabric.waitForFirstBoot(Tutorial.vcpe)?.isSuccess == true)
      try await Self.expectPath(fabric, true)

      let removed = try await Self.vcpe(fabric, "\(Self.script) -u")
      #expect(removed.stdoutText.hasSuffix("INFO: Uninstall complete\n"))
      try await Self.expectPath(fabric, false)
      #expect(try await !Self.vcpe(fabric, "docker ps | grep vsag").isSuccess)
    }
  }

  private static func expectPath(_ fabric: Fabric, _ isOpen: Bool) async throws {
    // The keepalive's first packet is on its way.
    if isOpen { await keepAlive(fabric) }
    #expect(
      try await reaches(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress, expected: isOpen) == isOpen)
    #expect(
      try await reaches(fabric, from: Tutorial.workload, to: Tutorial.ecsAddress, expected: isOpen) == isOpen)
  }

  @Test("the deploy script asks for what it is not told, and refuses a wrong key, a missing interface, no and no root")
  func refusals() async throws {
    try await Self.withLab { fabric, _ in
      _ = try await Self.vcpe(
        fabric,
        "wget -q -O \(Self.script) http://store.example.com/\(DeployScript.objectKey) && chmod +x \(Self.script)")
      func status(_ options: String, _ answer: String = "yes\n") async throws -> CommandOutcome.Ending {
        try await Self.vcpe(fabric, "\(Self.script) \(options)", answer: answer).ending
      }
      #expect(try await status("-h") == .exited(0))
      #expect(try await status("-x") == .exited(2))
      #expect(try await status("-n sage6nniq3") == .exited(2))
      #expect(try await status("-n sage6nniq3 -k 'k&y =1' -t aws -w eth7") == .exited(1))
      #expect(try await status("-n sage6nniq3 -k 'k&y =1' -t aws", "no\n") == .exited(1))
      #expect(try await status("-n sage6nniq3 -k 'k&y =1' -t aws", "") == .exited(1))
      #expect(try await status("-n sage6nniq3 -k wrong -t aws") == .exited(3))
      #expect(try await status("-n other -k wrong -t aws") == .exited(3))
      #expect(try await status("check") == .exited(1))
      let line = "cp \(Self.script) /tmp/deploy.sh && /tmp/deploy.sh -n sage6nniq3 -k 'k&y =1' -t aws"
      _ = try await Self.vcpe(fabric, "chmod 711 /root")
      let asUser = try await fabric.run(
        Tutorial.vcpe, ["bash", "-c", line], stdin: Array("yes\n".utf8), user: "ubuntu")
      #expect(asUser.ending == .exited(1) && asUser.stderrText.contains("please run as root"), "\(asUser)")
      #expect(try await Self.vcpe(fabric, "docker ps").stdoutText.contains("vsag") == false)
      #expect(try await status("", "sage6nniq3\nk&y =1\naws\neth0\n") == .exited(0))
      #expect(try await Self.vcpe(fabric, "docker ps -q | wc -l").stdoutText == "2\n")
    }
  }

  /// Looks again and again, since real processes take real time.
  private static func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<400 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record(what)
  }

  @Test(
    "the active device announces the virtual address and has it, the standby one does not; both parts keep themselves known",
    .timeLimit(.minutes(3)))
  func virtualAddress() async throws {
    let box = FabricBox()
    try await Self.withLab(box) { fabric, server in
      func count(_ path: String, _ part: DeviceAPI.Part? = nil) -> Int {
        server.requests.count {
          $0.path == path && (part == nil || $0.form[DeviceAPI.Parameter.part] == part?.rawValue)
        }
      }
      func holds() async throws -> Bool {
        try await Self.vcpe(fabric, "ip -4 -o addr show dev eth0").stdoutText.contains(" 10.10.0.99/32 ")
      }
      let fetched =
        "wget -q -O \(Self.script) http://store.example.com/\(DeployScript.objectKey) && chmod +x \(Self.script)"
      let deploy = "\(Self.script) -n sage6nniq3 -k 'k&y =1' -t aliyun -v 10.10.0.99"
      let deployed = try await Self.vcpe(fabric, "\(fetched) && \(deploy)", answer: "yes\n")
      #expect(deployed.isSuccess, "\(deployed.stderrText)")
      try await Self.eventually("both parts are heard") {
        count(DeviceAPI.alivePath, .core) > 1 && count(DeviceAPI.alivePath, .manager) > 0
      }
      #expect(count(DeviceAPI.announcePath) == 0)
      #expect(try await !holds())

      box.role.withLock { $0 = "active" }
      try await Self.eventually("the address is announced") { count(DeviceAPI.announcePath) > 1 }
      let announcement = server.requests.last { $0.path == DeviceAPI.announcePath }
      #expect(announcement?.form[DeviceAPI.Parameter.virtualAddress] == "10.10.0.99")
      #expect(announcement?.form[DeviceAPI.Parameter.machine] == Tutorial.vcpe)
      #expect(try await holds())

      box.role.withLock { $0 = "standby" }
      try await Self.eventually("the address is given up") { try await !holds() }
      let announced = count(DeviceAPI.announcePath)
      let heard = count(DeviceAPI.alivePath, .core)
      try await Self.eventually("the core is heard on") { count(DeviceAPI.alivePath, .core) > heard + 1 }
      #expect(count(DeviceAPI.announcePath) == announced)

      _ = try await Self.vcpe(fabric, "docker stop vsag-core")
      #expect(try await Self.vcpe(fabric, "docker ps --format '{{.Names}}'").stdoutText == "vsag-manager-base\n")
      #expect(try await Self.vcpe(fabric, "cat /proc/sys/net/ipv4/ip_forward").stdoutText == "0\n")
      // What was under way is through when the manager is heard again.
      let beats = count(DeviceAPI.alivePath, .manager)
      try await Self.eventually("the manager is heard") { count(DeviceAPI.alivePath, .manager) > beats }
      let silent = count(DeviceAPI.alivePath, .core)
      try await Self.eventually("the manager is heard on") { count(DeviceAPI.alivePath, .manager) > beats + 1 }
      #expect(count(DeviceAPI.alivePath, .core) == silent)
      _ = try await Self.vcpe(fabric, "docker start vsag-core")
      try await Self.eventually("the core is back") { count(DeviceAPI.alivePath, .core) > silent }
    }
  }

  @Test("a vCPE without a way to the internet cannot reach the controller")
  func unreachable() async throws {
    try await Self.withLab { fabric, _ in
      _ = try await Self.vcpe(
        fabric,
        "wget -q -O \(Self.script) http://store.example.com/\(DeployScript.objectKey) && chmod +x \(Self.script)")
      var topology = Self.beforeDeployment
      topology.interfaces[0].filters[0].outbound = [SecurityRule(.accept, .icmp, peers: Tutorial.anywhere)]
      try await fabric.apply(topology)
      // The script's own patience is three times ten seconds: a refusing route makes it short.
      let line = "ip route add unreachable 198.51.100.80 && \(Self.script) -n sage6nniq3 -k 'k&y =1' -t aws"
      let outcome = try await Self.vcpe(fabric, line, answer: "yes\n")
      #expect(outcome.ending == .exited(4), "\(outcome.stderrText)")
    }
  }
}
