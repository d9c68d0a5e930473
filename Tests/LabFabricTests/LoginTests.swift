import Basics
import FoundationEssentials
import LabFabric
import Testing

extension RealFabricTests {
  @Test("ssh logs in through loopback with a key pinned by user data, as root and as a user with sudo")
  func login() async throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let (file, operatorKey) = try folder.makeKey("operator")
    let (_, hostKey) = try folder.makeKey("host")
    let (_, strangeKey) = try folder.makeKey("strange")
    let userData = """
      #cloud-config
      ssh_keys:
        ed25519_private: |
      \(hostKey.privateKey.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
        ed25519_public: \(hostKey.publicKey)
      ssh_authorized_keys:
        - \(operatorKey.publicKey)
      runcmd:
        - echo ready >/root/booted
      """
    try await Self.withFabric { fabric in
      var spec = HostSpec(id: Tutorial.ecs, hostname: "web-1", users: [HostUser("ubuntu")], userData: userData)
      spec.rootKeys = [operatorKey.publicKey]
      let host = try await fabric.startHost(spec)
      #expect(host.publicKey == hostKey.publicKey)
      let ssh = SSHClient(folder: folder, keyFile: file, host: host)
      let root = try ssh.run("hostname; id -u; touch /opt/mark /etc/mark && ls /root /home; cat /etc/hostname")
      #expect(root.output == "web-1\n0\n/home:\nubuntu\n\n/root:\nbooted\nweb-1\n" && root.status == 0)
      #expect(
        try ssh.run("id -un; sudo -n id -u; sudo sh -c 'echo $SUDO_USER $HOME'", user: "ubuntu").output
          == "ubuntu\n0\nubuntu /root\n")
      #expect(try ssh.run("exit 7").status == 7)
      let line = host.knownHostsLine.replacing(hostKey.publicKey, with: strangeKey.publicKey)
      #expect(try ssh.run("true", knownHosts: line).status == 255)
      #expect(try await fabric.waitForFirstBoot(host.id)?.isSuccess == true)
      #expect(runOnMachine(["ls", "/opt/mark", "/etc/mark"]).status != 0)
    }
  }

  @Test("a password opens the door where the spec or the user data gives one, and only then")
  func passwords() async throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let (file, _) = try folder.makeKey("unknown")
    let asker = "\(folder.path)/ask"
    try "#!/bin/sh\necho 'p:w $1'\n".write(toFile: asker, atomically: true, encoding: .utf8)
    _ = runOnMachine(["chmod", "+x", asker])
    try await Self.withFabric { fabric in
      let users = [HostUser("ubuntu", password: "p:w $1"), HostUser("other")]
      let host = try await fabric.startHost(
        HostSpec(
          id: Tutorial.ecs, hostname: "ecs", users: users,
          userData: "#cloud-config\nchpasswd:\n  list: [\"root:p:w $1\"]\n"))
      let ssh = SSHClient(folder: folder, keyFile: file, host: host, asker: asker)
      #expect(try ssh.run("id -un", user: "ubuntu").output == "ubuntu\n")
      #expect(try ssh.run("id -un").output == "root\n")
      #expect(try ssh.run("id -un", user: "other").status == 255)
      let closed = try await fabric.startHost(HostSpec(id: Tutorial.vcpe, hostname: "vcpe"))
      #expect(try SSHClient(folder: folder, keyFile: file, host: closed, asker: asker).run("true").status == 255)
    }
  }

  @Test("a host takes the address of an earlier one at once, though a connection of that one still lingers there")
  func addressTakenOver() async throws {
    try await Self.withFabric { fabric in
      let address = try #require(IPAddress("127.63.17.9"))
      let spec = HostSpec(id: Tutorial.ecs, hostname: "ecs", loginAddress: address)
      let host = try await fabric.startHost(spec)
      // What is no SSH makes sshd close first, and the first to close keeps the pair of addresses for a minute.
      let talk = "exec 3<>/dev/tcp/\(address)/\(host.loginPort); echo nonsense >&3; cat <&3"
      _ = runOnMachine(["timeout", "20", "bash", "-c", talk])
      try await fabric.removeHost(host.id)
      let lingering = "ss -Htan state time-wait src \(address) sport = :\(host.loginPort)"
      #expect(!runOnMachine(["sh", "-c", lingering]).output.isEmpty, "the test needs a lingering connection")
      let next = try await fabric.startHost(spec)
      #expect(next.loginAddress == address)
    }
  }

  @Test("a closed door refuses, a silent one hangs, an open one answers again, and a slow banner comes")
  func doors() async throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let (file, key) = try folder.makeKey("operator")
    try await Self.withFabric { fabric in
      let host = try await fabric.startHost(
        HostSpec(id: Tutorial.ecs, hostname: "ecs", rootKeys: [key.publicKey], login: LoginBehaviour(door: .refused)))
      let ssh = SSHClient(folder: folder, keyFile: file, host: host)
      #expect(try ssh.run("true").output.contains("Connection refused"))
      try await fabric.setLogin(LoginBehaviour(door: .silent), of: host.id)
      #expect(try ssh.run("true").output.contains("timed out"))
      try await fabric.setLogin(LoginBehaviour(door: .open), of: host.id)
      #expect(try ssh.run("true").status == 0)
      try await fabric.setLogin(LoginBehaviour(bannerDelay: .milliseconds(300)), of: host.id)
      let start = ContinuousClock.now
      #expect(try ssh.run("true").status == 0)
      #expect(.now - start >= .milliseconds(300))
      try await fabric.setLogin(LoginBehaviour(bootDelay: .milliseconds(400)), of: host.id)
      try await fabric.reboot(host.id)
      #expect(try ssh.run("true").output.contains("Connection refused"))
      let deadline = ContinuousClock.now + .seconds(10)
      var status: Int32 = 255
      while status != 0, .now < deadline { status = try ssh.run("true").status }
      #expect(status == 0)
    }
  }

  @Test("a one-shot service that was enabled on a host runs at every start, in the network made afresh")
  func services() async throws {
    try await Self.withFabric { fabric in
      _ = try await fabric.startHost(HostSpec(id: Tutorial.workload, hostname: "w"))
      let wants = "/etc/systemd/system/multi-user.target.wants"
      let unit = """
        mkdir -p \(wants) && cd \(wants)/.. || exit 1
        printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh -c "ip route add 172.31.0.0/16 via 10.10.0.1"\\n' >lab-route.service
        ln -s ../lab-route.service \(wants)/lab-route.service
        ip route add 172.30.0.0/16 via 10.10.0.1
        """
      #expect(try await fabric.run(Tutorial.workload, ["sh", "-c", unit]).isSuccess)
      try await fabric.reboot(Tutorial.workload)
      _ = try await fabric.waitForFirstBoot(Tutorial.workload)
      let routes = try await fabric.run(Tutorial.workload, ["ip", "route"]).stdoutText
      #expect(routes.contains("172.31.0.0/16 via 10.10.0.1"))
      #expect(!routes.contains("172.30.0.0/16"))
    }
  }

  @Test("the static routes of a CentOS host are there again after a reboot, and mean nothing on another system")
  func staticRoutes() async throws {
    try await Self.withFabric { fabric in
      let line = "mkdir -p /etc/sysconfig && echo 'any net 172.31.0.0/16 gw 10.10.0.1' >/etc/sysconfig/static-routes"
      for (id, system) in [(Tutorial.workload, "centos"), (Tutorial.vcpe, "ubuntu")] {
        _ = try await fabric.startHost(
          HostSpec(id: id, hostname: "h", system: HostSystem(id: system, version: "7", name: system)))
        #expect(try await fabric.run(id, ["sh", "-c", line]).isSuccess)
        try await fabric.reboot(id)
        _ = try await fabric.waitForFirstBoot(id)
        let routes = try await fabric.run(id, ["ip", "route"]).stdoutText
        #expect(routes.contains("172.31.0.0/16 via 10.10.0.1") == (system == "centos"), "\(system): \(routes)")
      }
    }
  }

  @Test("a host keeps its disk over a reboot and a stop, loses its memory, and is refused while it is down")
  func reboot() async throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let (file, key) = try folder.makeKey("operator")
    try await Self.withFabric { fabric in
      let host = try await fabric.startHost(HostSpec(id: Tutorial.ecs, hostname: "ecs", rootKeys: [key.publicKey]))
      let ssh = SSHClient(folder: folder, keyFile: file, host: host)
      let write =
        "echo kept >/root/disk; echo gone >/tmp/memory; printf '#!/bin/sh\\necho again >>/root/boots\\n' >/etc/rc.local; chmod +x /etc/rc.local"
      #expect(try ssh.run(write).status == 0)
      try await fabric.reboot(host.id)
      _ = try await fabric.waitForFirstBoot(host.id)
      let after = try ssh.run("cat /root/disk /root/boots; ls /tmp").output
      #expect(after == "kept\nagain\n")
      try await fabric.stopHost(host.id)
      #expect(try ssh.run("true").output.contains("Connection refused"))
      await #expect(throws: FabricError.noSuchHost(host.id)) { try await fabric.run(host.id, ["true"]) }
      try await fabric.startAgain(host.id)
      let started = try ssh.run("cat /root/disk").output
      #expect(started == "kept\n")
      try await fabric.removeHost(host.id)
      let fresh = try await fabric.startHost(HostSpec(id: Tutorial.ecs, hostname: "ecs", rootKeys: [key.publicKey]))
      let again = SSHClient(folder: folder, keyFile: file, host: fresh)
      #expect(try again.run("ls /root/disk").status != 0)
    }
  }

  @Test("root of a host cannot reach the machine's disks, kernel switches or name")
  func confinement() async throws {
    try await Self.withFabric { fabric in
      _ = try await fabric.startHost(HostSpec(id: Tutorial.ecs, hostname: "ecs"))
      let attempts = [
        "mknod /root/disk b 254 0", "mount -t tmpfs none /mnt", "echo 1 >/proc/sys/kernel/panic", "hostname machine",
        "date -s 2001-01-01", "ls /tmp/causeway-*",
        "nsenter --net=/proc/1/ns/net ip link add name v0 type veth peer name v1 netns 1 && false",
      ]
      for attempt in attempts {
        let outcome = try await fabric.run(Tutorial.ecs, ["sh", "-c", "\(attempt)"])
        #expect(!outcome.isSuccess, "\(attempt)")
      }
      let allowed = try await fabric.run(
        Tutorial.ecs, ["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward && cat /proc/sys/net/ipv4/ip_forward"])
      #expect(allowed.stdoutText == "1\n", "\(allowed.stderrText)")
    }
  }

  @Test("a command gets its input, is ended when its time is over, and its output is bounded")
  func commands() async throws {
    try await Self.withFabric { fabric in
      _ = try await fabric.startHost(HostSpec(id: Tutorial.ecs, hostname: "ecs", users: [HostUser("ubuntu")]))
      let echo = try await fabric.run(
        Tutorial.ecs, ["sh", "-c", "cat; id -un >&2; exit 3"], stdin: Array("in".utf8), user: "ubuntu")
      #expect(echo.ending == .exited(3) && echo.stdoutText == "in" && echo.stderrText == "ubuntu\n")
      let slow = try await fabric.run(Tutorial.ecs, ["sh", "-c", "sleep 100 & sleep 100"], timeout: .milliseconds(200))
      #expect(slow.ending == .timedOut)
      #expect(try await fabric.run(Tutorial.ecs, ["pgrep", "-x", "-c", "sleep"]).stdoutText == "1\n")
      let loud = try await fabric.run(Tutorial.ecs, ["head", "-c", "5000000", "/dev/zero"], outputLimit: 1000)
      #expect(loud.stdout.count == 1000 && loud.isTruncated && loud.isSuccess)
    }
  }
}
