package import Basics
import Glibc

extension Fabric {
  /// All hosts, running or stopped, by id.
  package var hosts: [HostInfo] { running.keys.sorted().compactMap { info($0) } }

  /// Starts a host in the network of the machine of the same id, which must be in the topology applied last.
  ///
  /// Returns when the host runs and its SSH door behaves as asked; user data goes on in the background (`waitForFirstBoot`).
  package func startHost(_ given: HostSpec) throws(FabricError) -> HostInfo {
    _ = try held()
    if running[given.id] != nil { throw .hostExists(given.id) }
    guard applied.spaces[KernelNames.space("host", given.id)] != nil else { throw .noSuchHost(given.id) }
    let userData = UserData(given.userData)
    let spec = given.merged(with: userData)
    let key = if let given = spec.hostKey { given } else { try newHostKey() }
    let address = try doors.reserve(spec.id, at: spec.loginAddress)
    var host = HostRuntime(spec: spec, address: address, key: key)
    do throws(FabricError) {
      let first = try boot(spec)
      host.first = first
      let files = try HostFiles(processID: first.processID)
      try HostImage(spec: spec, key: key, deviceAPI: deviceAPI).write(to: files)
      try setPasswords(of: host)
      host.firstBoot = try firstBoot(host, userData, files)
    } catch {
      host.first?.kill()
      doors.remove(spec.id)
      throw error
    }
    running[spec.id] = host
    openDoor(of: host)
    return info(host)
  }

  /// Waits until the user data has run; its output, or `nil` without one.
  package func waitForFirstBoot(_ host: String) async throws(FabricError) -> CommandOutcome? {
    try await known(host).firstBoot?.value
  }

  /// Ends every process of the host and closes its door; disk and network stay for `startAgain`.
  package func stopHost(_ id: String) throws(FabricError) {
    var host = try known(id)
    host.firstBoot?.cancel()
    doors.change(id) { $0.answer = nil }
    host.first?.kill()
    host.first = nil
    running[id] = host
  }

  /// Starts a stopped host from its disk, in the network that the topology says.
  ///
  /// Runs the one-shot services that were enabled on it (systemd units wanted by `multi-user.target`) and `/etc/rc.local`, not the user
  /// data; on CentOS the static routes of `/etc/sysconfig` come first.
  package func startAgain(_ id: String) throws(FabricError) {
    var host = try known(id)
    if host.first != nil { return }
    try renewNetwork(of: id)
    let first = try boot(host.spec)
    host.first = first
    running[id] = host
    try HostImage(spec: host.spec, key: host.key, deviceAPI: deviceAPI)
      .writeBoot(HostFiles(processID: first.processID))
    openDoor(of: host)
    let script = """
      echo 0 >/proc/sys/net/ipv4/ip_forward
      \(host.spec.system?.id == "centos" ? Self.staticRoutes : "")
      for unit in \(try enabledUnits(of: id).joined(separator: " ")); do
        file=/etc/systemd/system/$unit
        [ -f "$file" ] && grep -qx 'Type=oneshot' "$file" && sed -n 's/^ExecStart=-\\{0,1\\}//p' "$file" | sh
      done
      [ ! -x /etc/rc.local ] || exec /etc/rc.local
      """
    let run = ChildRun(program: try host.program([tools.shell, "-c", script]), timeout: .seconds(600))
    host.firstBoot = Task { try? await run.onOwnThread() }
    running[id] = host
  }

  /// What the network script of CentOS does with `any net 10.1.0.0/16 gw 192.168.0.1`.
  private static let staticRoutes = """
    sed -n 's/^any net \\([^ ]*\\) gw \\([^ ]*\\)$/\\1 via \\2/p' /etc/sysconfig/static-routes 2>/dev/null |
      while read -r route; do ip route add $route; done
    """

  /// Units that were enabled on the host itself: on its disk, not on the machine whose file system shines through.
  private func enabledUnits(of id: String) throws(FabricError) -> [String] {
    let wanted = "\(HostSetUp.disk(of: id))/upper/etc/systemd/system/multi-user.target.wants"
    return Files.names(in: try held().path(wanted)).sorted().filter { name in
      name.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || "-_.@".utf8.contains(byte)
      }
    }
  }

  /// `stopHost` and `startAgain`.
  ///
  /// Forwarding is off again and everything in memory is gone, with what root had done to the network. A tunnel's end stays as the topology has it: take `isUpAtMachine` away
  /// first, and let the deploy script's new join bring it back.
  package func reboot(_ id: String) throws(FabricError) {
    try stopHost(id)
    try startAgain(id)
  }

  /// Ends a host and throws its disk away.
  package func removeHost(_ id: String) throws(FabricError) {
    try stopHost(id)
    running[id] = nil
    doors.remove(id)
    let disk = HostSetUp.disk(of: id)
    // A mount namespace is taken apart a moment after its last process.
    try held().run(
      script: "rm -rf --one-file-system \(disk) 2>/dev/null || { sleep 0.1; rm -rf --one-file-system \(disk); }\n")
  }

  /// Changes how the SSH door behaves, from now on; open connections stay.
  package func setLogin(_ behaviour: LoginBehaviour, of id: String) throws(FabricError) {
    var host = try known(id)
    host.spec.login = behaviour
    running[id] = host
    doors.change(id) { $0.behaviour = behaviour }
  }

  /// Gives a host's SSH door another loopback address, as when a public address moves; open connections stay.
  ///
  /// - Parameter address: `nil`: one that the fabric chooses.
  package func moveLogin(of id: String, to address: IPAddress?) throws(FabricError) -> HostInfo {
    var host = try known(id)
    if address != host.address {
      doors.remove(id)
      host.address = try doors.reserve(id, at: address)
      running[id] = host
      if host.first != nil { openDoor(of: host) }
    }
    return info(host)
  }

  /// Runs a command as root, or as `user`, inside a running host, as a cloud's agent would.
  ///
  /// Cancelling the task ends the command.
  /// - Parameter outputLimit: bytes kept of each stream; the rest is read and thrown away.
  package nonisolated func run(
    _ host: String, _ arguments: [String], stdin: [UInt8] = [], user: String = "root", timeout: Duration = .seconds(60),
    outputLimit: Int = 1 << 20
  ) async throws(FabricError) -> CommandOutcome {
    var run = try await prepare(host, arguments, user)
    (run.stdin, run.timeout, run.outputLimit) = (stdin, timeout, outputLimit)
    return try await run.onOwnThread()
  }

  private func prepare(_ id: String, _ arguments: [String], _ user: String) throws(FabricError) -> ChildRun {
    // `env` looks the command up in the host's own PATH.
    let host = try known(id)
    let asUser = ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--init-groups", "--reset-env"]
    let words = (user == "root" ? [] : asUser) + ["/usr/bin/env", "--"] + arguments
    return ChildRun(program: try host.program(words))
  }

  private func known(_ id: String) throws(FabricError) -> HostRuntime {
    guard let host = running[id] else { throw anchor == nil ? .closed : .noSuchHost(id) }
    return host
  }

  private func info(_ id: String) -> HostInfo? { running[id].map { info($0) } }

  private func info(_ host: HostRuntime) -> HostInfo {
    HostInfo(
      id: host.spec.id, hostname: host.spec.hostname, loginAddress: host.address, loginPort: doors.port,
      publicKey: host.key.publicKey, processID: host.first?.processID ?? 0)
  }
}

extension Fabric {
  /// The first process of a host, with the host's file system around it; it waits for nothing and reaps orphans.
  private func boot(_ spec: HostSpec) throws(FabricError) -> Child {
    let folders = Files.names(in: "/").filter { name in
      var status = stat()
      return lstat("/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
    var program = Program(arguments: [tools.sleep, "infinity"])
    program.joins = (try held().child.handle, [.mount, .processes, .messages])
    program.networkFile = "\(Anchor.networks)/\(KernelNames.space("host", spec.id))"
    program.makes = [.mount, .processes, .name, .messages]
    program.setUp = HostSetUp.steps(id: spec.id, hostname: spec.hostname, topFolders: folders)
    program.droppedCapabilities = HostSetUp.droppedCapabilities
    program.ignoresChildren = true
    program.isDetached = true
    let nothing = try Descriptor.nothing()
    return try Child.start(program, stdin: nothing, stdout: nothing, stderr: nothing)
  }

  private func newHostKey() throws(FabricError) -> HostKey {
    let file = "\(Anchor.disks)/new-key"
    let text = try held().output(
      script:
        "rm -f \(file) \(file).pub; ssh-keygen -q -t ed25519 -N '' -C '' -f \(file) && cat \(file).pub \(file); rm -f \(file)*\n"
    )
    let parts = text.split(separator: "\n", maxSplits: 1)
    guard parts.count == 2 else { throw .refused(what: "make a host key", message: text) }
    return HostKey(privateKey: String(parts[1]), publicKey: String(parts[0]).trimmed)
  }

  /// Done by the host's own tools, which know the machine's hashing.
  private func setPasswords(of host: HostRuntime) throws(FabricError) {
    let all = [("root", host.spec.rootPassword)] + host.spec.users.map { ($0.name, $0.password) }
    let lines = all.compactMap { name, password in password.map { "\(name):\($0)\n" } }
    if lines.isEmpty { return }
    let program = try host.program(["/usr/sbin/chpasswd", "-c", "SHA512"])
    let outcome = try ChildRun(program: program, stdin: Array(lines.joined().utf8))()
    if !outcome.isSuccess { throw .refused(what: "set passwords on \(host.spec.id)", message: outcome.stderrText) }
  }

  /// Writes the files that the user data asks for, and runs its script in the background.
  private func firstBoot(
    _ host: HostRuntime, _ userData: UserData, _ files: HostFiles
  ) throws(FabricError) -> Task<CommandOutcome?, Never>? {
    if case .config(let config) = userData {
      for file in config.files {
        let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
        let made = try ChildRun(program: try host.program(["/bin/mkdir", "-p", "/\(folder)"]))()
        guard made.isSuccess else { throw .refused(what: "write \(file.path)", message: made.stderrText) }
        try files.write(file.content, to: file.path, mode: mode_t(file.permissions ?? "0644", radix: 8) ?? 0o644)
      }
    }
    guard let script = userData.script else { return nil }
    try files.write(script, to: "/var/lib/causeway-user-data", mode: 0o700)
    let command = "exec /var/lib/causeway-user-data 2>&1 | tee /var/log/cloud-init-output.log"
    let program = try host.program(["/bin/bash", "-o", "pipefail", "-c", command])
    let run = ChildRun(program: program, timeout: .seconds(3600))
    return Task { try? await run.onOwnThread() }
  }

  private func openDoor(of host: HostRuntime) {
    let sshd = [tools.sshd, "-i", "-f", HostImage.sshdConfigFile, "-E", "/var/log/sshd.log"]
    let behaviour = host.spec.login
    doors.change(host.spec.id) { door in
      door.behaviour = behaviour
      door.opensAt = .now + behaviour.bootDelay
      door.answer = { connection throws(FabricError) in
        var program = try host.program(sshd)
        program.isDetached = true
        try Child.launch(program, stdin: connection, stdout: connection, stderr: try Descriptor.nothing())
      }
    }
  }
}
