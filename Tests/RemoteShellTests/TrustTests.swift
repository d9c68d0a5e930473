import Basics
import Digests
import Foundation
import RemoteShell
import RunEngine
import Testing

@Suite("Trust in host keys") struct TrustTests {
  private func client(_ folder: Folder, user: [String] = []) -> SSHClient {
    SSHClient(settings: SSHClient.Settings(runKnownHosts: folder.file("run_hosts"), userKnownHosts: user))
  }

  @Test("a pinned key is accepted, another one is denied with both fingerprints", arguments: ["ed25519", "ecdsa"])
  func pinned(type: String) async throws {
    let server = try TestServer(hostKeyType: type)
    let client = client(server.folder)
    #expect(try await client.run(["true"], on: server.host).status == 0)
    await client.close()
    var host = server.host
    let other = HostKey(line: OpenSSHKey.publicLine(Ed25519Key.generate(random: SystemRandom()).publicKey))
    if type == "ed25519" {
      host.trust = .pinned(other.map { [$0] } ?? [])
      let problem = await failure { try await client.run(["true"], on: host) }
      #expect(problem?.kind == .denied)
      #expect(problem?.code == .sshHostKeyChanged)
      #expect(problem?.arguments["expected"] == other?.fingerprint)
      #expect(problem?.arguments["offered"] == server.hostKey?.fingerprint)
    }
    await client.close()
  }

  @Test("fingerprints are those of ssh-keygen")
  func fingerprint() throws {
    let server = try TestServer(hostKeyType: "ecdsa")
    let printed = try shell(["ssh-keygen", "-l", "-f", server.folder.file("host_key.pub")])
    #expect(printed.contains(server.hostKey?.fingerprint ?? "none"))
  }

  @Test("first use records the key in the run's known_hosts; from then on another key is denied")
  func firstUse() async throws {
    let folder = try Folder()
    let first = try TestServer()
    var host = first.host
    host.trust = .firstUse
    let client = client(folder)
    #expect(try await client.run(["true"], on: host).status == 0)
    #expect(folder.text("run_hosts") == "[127.0.0.1]:\(first.port) \(first.hostKey?.line ?? "")\n")
    await client.close()
    #expect(try await client.run(["true"], on: host).status == 0)
    #expect(folder.text("run_hosts").split(separator: "\n").count == 1)
    await client.close()
    first.stop()
    let second = try TestServer(port: first.port)
    host.login = second.host.login
    let problem = await failure { try await client.run(["true"], on: host) }
    #expect(problem?.code == .sshHostKeyChanged)
    #expect(problem?.arguments["expected"] == first.hostKey?.fingerprint)
    #expect(problem?.arguments["offered"] == second.hostKey?.fingerprint)
    await client.close()
  }

  @Test("an unknown key of a plain address is denied, one of the user's known_hosts accepted, hashed or not")
  func userKnownHosts() async throws {
    let server = try TestServer()
    var host = server.host
    host.trust = .recorded
    let strict = client(server.folder, user: [server.folder.file("none")])
    let problem = await failure { try await strict.run(["true"], on: host) }
    #expect(problem?.code == .sshHostKeyUnknown)
    #expect(problem?.arguments["offered"] == server.hostKey?.fingerprint)
    for name in ["plain", "hashed"] {
      try server.folder.write(name, "# comment\n[127.0.0.1]:\(server.port) \(server.hostKeyLine)")
      if name == "hashed" { try shell(["ssh-keygen", "-q", "-H", "-f", server.folder.file(name)]) }
      let client = client(server.folder, user: [server.folder.file(name)])
      #expect(try await client.run(["true"], on: host).status == 0)
      await client.close()
    }
    await strict.close()
  }

  @Test("a revoked key is denied whatever else is said of it")
  func revoked() async throws {
    let server = try TestServer()
    let path = try server.folder.write("revoked", "@revoked * \(server.hostKeyLine)")
    let client = client(server.folder, user: [path])
    #expect(await failure { try await client.run(["true"], on: server.host) }?.code == .sshHostKeyRevoked)
  }

  @Test("a host with several keys is asked for the one that is known")
  func knownType() async throws {
    let folder = try Folder()
    try shell(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", folder.file("second_key")])
    let server = try TestServer(settings: ["HostKey \(folder.file("second_key"))"])
    let client = client(folder)
    for line in [folder.text("second_key.pub"), server.hostKeyLine] {
      var host = server.host
      host.trust = .pinned(HostKey(line: line).map { [$0] } ?? [])
      #expect(try await client.run(["true"], on: host).status == 0)
    }
    await client.close()
  }

  @Test("keys of a console log are those between cloud-init's marks")
  func console() throws {
    let key = OpenSSHKey.publicLine(Ed25519Key.generate(random: SystemRandom()).publicKey, comment: "root@host")
    let stranger = OpenSSHKey.publicLine(Ed25519Key.generate(random: SystemRandom()).publicKey)
    let log = """
      [   12.3] boot \(stranger)
      -----BEGIN SSH HOST KEY KEYS-----
      [   13.0] cloud-init[512]: \(key)\r
      -----END SSH HOST KEY KEYS-----
      \(stranger)
      """
    #expect(HostKey.console(log).map(\.line) == [HostKey(line: key)?.line])
  }
}

@Suite("Logging in") struct LoginTests {
  private let client = SSHClient(settings: SSHClient.Settings(userKnownHosts: []))

  private func with(_ login: SSHHost.Login, _ server: TestServer) -> SSHHost {
    var host = server.host
    host.login = login
    return host
  }

  @Test("keys in files work: ed25519, ECDSA, and encrypted with their passphrase", arguments: ["ed25519", "ecdsa"])
  func keyFiles(type: String) async throws {
    let server = try TestServer()
    for passphrase in ["", "a long secret"] {
      let path = server.folder.file("key-\(passphrase.isEmpty ? "plain" : "encrypted")")
      try shell(["ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", path])
      try server.folder.write("authorized_keys", try String(contentsOfFile: path + ".pub", encoding: .utf8))
      let login = SSHHost.Login.key(.file(path), passphrase: passphrase.isEmpty ? nil : passphrase)
      #expect(try await client.run(["true"], on: with(login, server)).status == 0)
      await client.close()
      guard !passphrase.isEmpty else { continue }
      let without = with(.key(.file(path), passphrase: nil), server)
      #expect(await failure { try await client.run(["true"], on: without) }?.code == .sshKeyEncrypted)
      let wrong = with(.key(.file(path), passphrase: "wrong"), server)
      #expect(await failure { try await client.run(["true"], on: wrong) }?.code == .sshKeyUnreadable)
    }
    await client.close()
  }

  @Test("an RSA key is refused with a message of its own, in every form", arguments: ["RFC4716", "PEM", "PKCS8"])
  func rsa(form: String) async throws {
    let server = try TestServer()
    let path = server.folder.file("rsa")
    try shell(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", form, "-N", "", "-f", path])
    let problem = await failure { try await client.run(["true"], on: with(.key(.file(path), passphrase: nil), server)) }
    #expect(problem?.kind == .invalid)
    #expect(problem?.code == .sshRSAKey)
  }

  @Test("a key that the host does not know is denied, a text that is no key too")
  func refused() async throws {
    let server = try TestServer()
    let other = OpenSSHKey.privateKey(Ed25519Key.generate(random: SystemRandom()), comment: "")
    let problem = await failure {
      try await client.run(["true"], on: with(.key(.text(other), passphrase: nil), server))
    }
    #expect(problem?.kind == .denied)
    #expect(problem?.code == .sshLoginRefused)
    let none = await failure {
      try await client.run(["true"], on: with(.key(.text("no key"), passphrase: nil), server))
    }
    #expect(none?.code == .sshKeyUnreadable)
    await client.close()
  }

  @Test("the agent's keys are used; an agent with RSA keys only gets the message about RSA")
  func agent() async throws {
    let server = try TestServer()
    let socket = server.folder.file("agent")
    let agent = try Spawned(["ssh-agent", "-D", "-a", socket])
    defer {
      kill(agent.process, SIGTERM)
      agent.wait()
    }
    while access(socket, F_OK) != 0 { await Task.yield() }
    let environment = ["SSH_AUTH_SOCK": socket]
    let client = SSHClient(settings: SSHClient.Settings(agentSocket: socket, userKnownHosts: []))
    #expect(await failure { try await client.run(["true"], on: with(.agent, server)) }?.code == .sshNoKey)
    let rsa = server.folder.file("rsa")
    try shell(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", rsa])
    try shell(["ssh-add", "-q", rsa], environment: environment)
    #expect(await failure { try await client.run(["true"], on: with(.agent, server)) }?.code == .sshRSAKey)
    let ecdsa = server.folder.file("ecdsa")
    try shell(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", ecdsa])
    try shell(["ssh-add", "-q", ecdsa], environment: environment)
    let key = try server.folder.write("key", server.userKey)
    try shell(["ssh-add", "-q", key], environment: environment)
    #expect(try await client.run(["true"], on: with(.agent, server)).status == 0)
    await client.close()
    try server.folder.write("authorized_keys", server.folder.text("ecdsa.pub"))
    #expect(try await client.run(["true"], on: with(.automatic, server)).status == 0)
    await client.close()
  }

  @Test("an agent that is not there is said to be missing")
  func noAgent() async throws {
    let server = try TestServer()
    #expect(await failure { try await client.run(["true"], on: with(.agent, server)) }?.code == .sshNoAgent)
  }

  @Test("without a word about keys the default key of the home folder is used, and none at all is said")
  func automatic() async throws {
    let server = try TestServer()
    let home = server.folder.file("me")
    try FileManager.default.createDirectory(atPath: "\(home)/.ssh", withIntermediateDirectories: true)
    let client = SSHClient(settings: SSHClient.Settings(home: home, userKnownHosts: []))
    #expect(await failure { try await client.run(["true"], on: with(.automatic, server)) }?.code == .sshNoKey)
    try server.folder.write("me/.ssh/id_ed25519", server.userKey)
    #expect(try await client.run(["true"], on: with(.automatic, server)).status == 0)
    await client.close()
  }

  @Test("a password is refused where the host does not take one")
  func password() async throws {
    let server = try TestServer()
    let problem = await failure { try await client.run(["true"], on: with(.password("secret-password"), server)) }
    #expect(problem?.code == .sshLoginRefused)
    await client.close()
  }

  /// sshd sees a shadow file, and rules of PAM, that the test wrote; in a mount namespace of its own.
  private func passwordServer(_ settings: [String]) throws -> (TestServer, Folder) {
    let folder = try Folder()
    let hash = try shell(["openssl", "passwd", "-6", "correct horse"]).trimmingCharacters(in: .newlines)
    try folder.write("shadow", "root:\(hash):19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n")
    try folder.write(
      "pam", "auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n")
    let prepare =
      "mount --bind '\(folder.file("shadow"))' /etc/shadow && mount --bind '\(folder.file("pam"))' /etc/pam.d/sshd; exec \"$@\""
    let wrapper = ["unshare", "-m", "--propagation", "private", "sh", "-c", prepare, "sh"]
    return (try TestServer(settings: settings + ["PermitRootLogin yes"], wrapper: wrapper), folder)
  }

  @Test("a password works, and a wrong one is refused", .enabled(if: canMount))
  func rightPassword() async throws {
    let (server, folder) = try passwordServer(["PasswordAuthentication yes"])
    #expect(try await client.run(["true"], on: with(.password("correct horse"), server)).status == 0)
    let wrong = await failure { try await client.run(["true"], on: with(.password("wrong horse"), server)) }
    #expect(wrong?.code == .sshLoginRefused)
    await client.close()
    _ = folder
  }

  @Test("a host that asks questions only gets the password as its answer", .enabled(if: canMount))
  func questions() async throws {
    let (server, folder) = try passwordServer([
      "UsePAM yes", "KbdInteractiveAuthentication yes", "PasswordAuthentication no",
    ])
    #expect(try await client.run(["echo", "in"], on: with(.password("correct horse"), server)).status == 0)
    let wrong = await failure { try await client.run(["true"], on: with(.password("wrong horse"), server)) }
    #expect(wrong?.code == .sshLoginRefused)
    await client.close()
    _ = folder
  }

  @Test("a host behind another one is reached through it, with trust and login of its own")
  func jump() async throws {
    let (outer, inner) = (try TestServer(), try TestServer())
    var host = inner.host
    host.route = .through(outer.host)
    let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let result = try await client.run(["cat"], on: host, options: RunOptions(input: bytes))
    #expect(result.standardOutput == bytes)
    #expect(try await client.run(["sh", "-c", "echo $SSH_CONNECTION"], on: host).status == 0)
    #expect(await client.openConnections == 2)
    // Both share the outer connection; when that is lost, so is the inner one.
    outer.cutConnections()
    #expect(try await client.run(["echo", "again"], on: host).standardOutput == Array("again\n".utf8))
    await client.close()
    #expect(await client.openConnections == 0)
  }
}
