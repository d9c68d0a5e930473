import Basics
import Digests
import RemoteShell
import RunEngine
import Testing

@Suite("The host value of a workflow") struct HostValueTests {
  private let line = OpenSSHKey.publicLine(Ed25519Key.generate(random: SystemRandom()).publicKey, comment: "host")

  @Test("an address alone is root on port 22 with the default keys and the recorded host key")
  func address() throws {
    let host = try SSHHost("203.0.113.7")
    #expect(host == SSHHost(address: "203.0.113.7", port: 22, user: "root", login: .automatic, trust: .recorded))
    #expect(try SSHHost("[2001:db8::1]").address == "2001:db8::1")
    #expect(host.knownHostsName == "203.0.113.7")
    #expect(try SSHHost(["address": "Host.Example", "port": 2222]).knownHostsName == "[host.example]:2222")
  }

  @Test("every member is read")
  func members() throws {
    let host = try SSHHost([
      "address": "10.0.0.1", "port": "2200", "user": "admin", "password": "secret-one", "host_key": .string(line),
      "jump": ["address": "203.0.113.7", "known": "first-use", "agent": true],
    ])
    #expect(host.port == 2200)
    #expect(host.user == "admin")
    #expect(host.login == .password("secret-one"))
    #expect(host.trust == .pinned(HostKey(line: line).map { [$0] } ?? []))
    #expect(host.route == .through(SSHHost(address: "203.0.113.7", login: .agent, trust: .firstUse)))
    let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n"
    #expect(
      try SSHHost(["address": "a", "key": .string(text), "passphrase": "pp"]).login
        == .key(.text(text), passphrase: "pp"))
    #expect(try SSHHost(["address": "a", "key": "~/.ssh/x"]).login == .key(.file("~/.ssh/x"), passphrase: nil))
    let console = "-----BEGIN SSH HOST KEY KEYS-----\n\(line)\n-----END SSH HOST KEY KEYS-----\n"
    #expect(try SSHHost(["address": "a", "known": "console", "host_key": .string(console)]).trust == host.trust)
  }

  struct Wrong: Sendable {
    var value: Value
    var member: String
  }

  static let wrongValues: [Wrong] = [
    Wrong(value: ["address": "a", "pasword": "hunter22"], member: "pasword"),
    Wrong(value: ["port": 22], member: "address"),
    Wrong(value: "-oProxyCommand=x", member: "address"), Wrong(value: "a b", member: "address"),
    Wrong(value: ["address": "a", "port": 0], member: "port"),
    Wrong(value: ["address": "a", "port": "x"], member: "port"),
    Wrong(value: ["address": "a", "key": "x", "password": "hunter22"], member: "key"),
    Wrong(value: ["address": "a", "known": "always"], member: "known"),
    Wrong(value: ["address": "a", "known": "first-use", "host_key": "ssh-ed25519 AAAA"], member: "known"),
    Wrong(value: ["address": "a", "user": 7], member: "user"), Wrong(value: 7, member: "host"),
  ]

  @Test("what is wrong is named, and no secret with it", arguments: wrongValues)
  func wrong(example: Wrong) {
    #expect {
      try SSHHost(example.value)
    } throws: { error in
      guard let problem = error as? StepFailure else { return false }
      return problem.kind == .invalid && problem.arguments["member"] == example.member
        && !"\(problem)".contains("hunter22")
    }
  }

  @Test("a host key that cannot be read is said")
  func hostKey() {
    #expect(throws: StepFailure(.invalid, .sshHostKeyUnreadable)) {
      try SSHHost(["address": "a", "host_key": "ssh-ed25519 AAAA"])
    }
  }

  @Test("which hosts SSH and this machine serve")
  func serves() {
    #expect(SSHCommand.serves("10.0.0.1") && SSHCommand.serves(["address": "a"]))
    #expect(!SSHCommand.serves("local") && !SSHCommand.serves(["via": "alibaba/ecs.command"]))
    #expect(LocalCommand.serves("local") && !LocalCommand.serves("10.0.0.1"))
  }
}

@Suite("Keys for hosts and people") struct KeyActionTests {
  private let performer = SSHPerformer(client: SSHClient(settings: SSHClient.Settings()))

  @Test("ssh/key-pair makes a key that ssh-keygen reads")
  func keyPair() async throws {
    let call = stepCall("ssh/key-pair", ["comment": "run 7"])
    guard case .succeeded(let outputs, _, .created) = try await performer.perform(call, checkpoint: TestCheckpoint())
    else { return }
    let folder = try Folder()
    let path = try folder.write("key", outputs["private_key"]?.string ?? "")
    #expect(try shell(["ssh-keygen", "-y", "-f", path]) == (outputs["public_key"]?.string ?? "") + "\n")
    let printed = try shell(["ssh-keygen", "-l", "-f", path])
    #expect(printed.contains(outputs["fingerprint"]?.string ?? "none"))
    #expect(outputs["user_data"] == nil)
  }

  @Test("ssh/host-key makes user data that installs the key, and a re-run keeps it")
  func hostKey() async throws {
    let login = OpenSSHKey.publicLine(Ed25519Key.generate(random: SystemRandom()).publicKey, comment: "me: [x]")
    let call = stepCall("ssh/host-key", ["authorized_key": .string(login)])
    guard case .succeeded(let outputs, let object, _) = try await performer.perform(call, checkpoint: TestCheckpoint())
    else { return }
    let data = try #require(outputs["user_data"]?.string)
    #expect(data.hasPrefix("#cloud-config\nssh_deletekeys: true\n"))
    let body =
      data.split(separator: "\n").filter { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }.joined(separator: "\n") + "\n"
    #expect(body == outputs["private_key"]?.string)
    #expect(data.contains("  - \(HostKey(line: login)?.line ?? "none")\n"))
    #expect(try SSHHost(["address": "a", "host_key": outputs["public_key"] ?? .null]).trust != .recorded)
    var record = StepRecord()
    record.succeeded = true
    record.outputs = outputs
    record.object = object
    let again = stepCall("ssh/host-key", [:], record: record)
    guard case .succeeded(let same, _, .nothing) = try await performer.perform(again, checkpoint: TestCheckpoint())
    else {
      throw TestServer.Failed(what: "a second key")
    }
    #expect(same == outputs)
  }
}

@Suite("Commands on this machine") struct LocalCommandTests {
  private func run(
    _ argv: [String], input: [UInt8] = [], timeout: Duration = .seconds(20)
  ) async throws -> RemoteResult {
    let context = RemoteContext(runID: "run", address: StepAddress("step"), timeout: timeout)
    return try await LocalCommand().run(argv, input: input, on: "local", context: context)
  }

  @Test("streams, status, signals and input, without a shell in between")
  func streams() async throws {
    let result = try await run(["sh", "-c", "echo out; echo err >&2; exit 3"])
    #expect(result == RemoteResult(status: 3, standardOutput: Array("out\n".utf8), standardError: Array("err\n".utf8)))
    #expect(try await run(["sh", "-c", "kill -9 $$"]).status == 137)
    #expect(try await run(["printf", "%s|", "a b", "$HOME", "*"]).standardOutput == Array("a b|$HOME|*|".utf8))
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try await run(["cat"], input: bytes).standardOutput == bytes)
    #expect(try await run(["true"], input: bytes).status == 0)
  }

  @Test("a child gets no signal mask of ours, and the end of its group at a timeout")
  func timeout() async throws {
    let folder = try Folder()
    let program = "sleep 1000 & echo $! >'\(folder.path)/child'; wait"
    // A busy machine may not have started the program in time: then again with more of it.
    for milliseconds in [500, 4000, 32_000] where !folder.exists("child") {
      let problem = await failure { try await run(["sh", "-c", program], timeout: .milliseconds(milliseconds)) }
      #expect(problem?.kind == .timeout)
    }
    let child = try #require(Int32(folder.text("child").split(separator: "\n").first ?? ""))
    #expect(try await isGone(child))
    #expect(try await run(["sh", "-c", "kill -TERM $$; sleep 5"]).status == 143)
  }

  @Test("a missing program is not-found")
  func missing() async throws {
    #expect(await failure { try await run(["no-such-program-here"]) }?.kind == .notFound)
  }
}
