import Basics
import Foundation
import RemoteShell
import RunEngine
import Testing

@Suite("Hosts in a bad state") struct HostConditionTests {
  private let client = SSHClient(settings: SSHClient.Settings(userKnownHosts: []))

  private func perform(_ server: TestServer, _ more: [String: Value], checkpoint: TestCheckpoint = TestCheckpoint())
    async throws -> [String: Value]
  {
    let inputs: [String: Value] = ["host": server.hostValue, "run": .string(server.folder.file("deploy.sh"))]
    let call = stepCall("ssh/script", inputs.merging(more) { $1 }, timeout: .seconds(60))
    let performer = SSHPerformer(client: client, markers: server.folder.file("markers"), patience: .zero)
    guard case .succeeded(let outputs, _, _) = try await performer.perform(call, checkpoint: checkpoint) else {
      return [:]
    }
    return outputs
  }

  /// A server whose path begins with programs made by the test.
  private func server(standIns: [String: String]) throws -> (TestServer, Folder) {
    let folder = try Folder()
    for (name, text) in standIns { try folder.write(name, text, mode: 0o755) }
    return (try TestServer(path: "\(folder.path):/usr/bin:/bin:/usr/sbin:/sbin"), folder)
  }

  @Test("sudo is used where the user is not root, and the script runs as root")
  func sudo() async throws {
    let (server, folder) = try server(standIns: [
      "id": "#!/bin/sh\nif [ -n \"$AS_ROOT\" ] || [ \"$1\" != -u ]; then exec /usr/bin/id \"$@\"; fi; echo 1000\n",
      "sudo": "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"${0%/*}/calls\"; shift; AS_ROOT=1 exec \"$@\"\n",
    ])
    let outputs = try await perform(
      server, ["text": "#!/bin/sh\necho root=$AS_ROOT \"$@\"\n", "sudo": true, "args": ["topsecret"]])
    #expect(outputs["stdout"] == "root=1 topsecret\n")
    #expect(folder.text("calls").hasPrefix("-n true\n-n sh -c "))
    #expect(!folder.text("calls").contains("topsecret"))
    await client.close()
  }

  @Test("a sudo that wants a password, and a host without sudo, are said before anything runs")
  func sudoRefused() async throws {
    let id = "#!/bin/sh\necho 1000\n"
    let (asking, folder) = try server(standIns: [
      "id": id, "sudo": "#!/bin/sh\necho 'sudo: a password is required' >&2; exit 1\n",
    ])
    let checkpoint = TestCheckpoint()
    let text: Value = "#!/bin/sh\necho no\n"
    let problem = await failure { try await perform(asking, ["text": text, "sudo": true], checkpoint: checkpoint) }
    #expect(problem?.code == .sshSudoPassword)
    #expect(checkpoint.facts == [.intent(0), .refused(0)])
    #expect(!asking.folder.exists("deploy.sh"))
    _ = folder
    let tools = try Self.folderWithout("sudo", id: id)
    let bare = try TestServer(path: tools.file("tools"))
    #expect(await failure { try await perform(bare, ["text": text, "sudo": true]) }?.code == .sshSudoMissing)
    _ = tools
    await client.close()
  }

  private static func folderWithout(_ missing: String, id: String) throws -> Folder {
    let folder = try Folder()
    let tools = folder.file("tools")
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: "/usr/bin") where name != missing && name != "id" {
      try? FileManager.default.createSymbolicLink(atPath: "\(tools)/\(name)", withDestinationPath: "/usr/bin/\(name)")
    }
    try folder.write("tools/id", id, mode: 0o755)
    return folder
  }

  @Test("a full disk is said before the script runs", .enabled(if: canMount))
  func fullDisk() async throws {
    let folder = try Folder()
    let mount = folder.file("disk")
    try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
    let prepare = "mount -t tmpfs -o size=16k tmpfs '\(mount)' && head -c 16384 /dev/zero >'\(mount)/full'; exec \"$@\""
    let server = try TestServer(wrapper: ["unshare", "-m", "--propagation", "private", "sh", "-c", prepare, "sh"])
    let inputs: [String: Value] = [
      "host": server.hostValue, "run": .string(server.folder.file("deploy.sh")), "text": "#!/bin/sh\necho ran\n",
    ]
    let performer = SSHPerformer(client: client, markers: "\(mount)/markers", patience: .zero)
    let checkpoint = TestCheckpoint()
    let problem = await failure { try await performer.perform(stepCall("ssh/script", inputs), checkpoint: checkpoint) }
    #expect(problem?.code == .sshMarkerUnwritable)
    #expect(problem?.arguments["reason"]?.contains("(0 kB free)") == true, "\(problem?.arguments ?? [:])")
    #expect(checkpoint.facts == [.intent(0), .refused(0)])
    #expect(!server.folder.exists("deploy.sh"))
    await client.close()
  }

  @Test("a disk that fills up while the script runs does not lose its status", .enabled(if: canMount))
  func diskFillsUp() async throws {
    let folder = try Folder()
    let mount = folder.file("disk")
    try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
    let prepare = "mount -t tmpfs -o size=200k tmpfs '\(mount)'; exec \"$@\""
    let server = try TestServer(wrapper: ["unshare", "-m", "--propagation", "private", "sh", "-c", prepare, "sh"])
    let text = "#!/bin/sh\nhead -c 1000000 /dev/zero >'\(mount)/fill' 2>/dev/null\nexit 6\n"
    let inputs: [String: Value] = [
      "host": server.hostValue, "run": .string(server.folder.file("deploy.sh")), "text": .string(text),
    ]
    let performer = SSHPerformer(client: client, markers: "\(mount)/markers", patience: .zero)
    let problem = await failure {
      try await performer.perform(stepCall("ssh/script", inputs), checkpoint: TestCheckpoint())
    }
    #expect(problem?.arguments["status"] == "6")
    await client.close()
  }

  @Test("a script is fetched by the host itself, unchanged; an address that gives nothing is said")
  func fetched() async throws {
    let server = try TestServer()
    let text = "#!/bin/sh\necho fetched \"$@\"\n"
    let web = try FakeServer { connection, _ in
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(connection, &buffer, buffer.count, 0)
      let isScript = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).contains(
        "GET /files/deploy.sh?sign=a%20b")
      let answer =
        isScript
        ? "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)"
        : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
    }
    defer { web.stop() }
    let good: Value = .string("http://127.0.0.1:\(web.port)/files/deploy.sh?sign=a%20b")
    #expect(try await perform(server, ["url": good, "args": ["-x"]])["stdout"] == "fetched -x\n")
    #expect(server.folder.text("deploy.sh") == text)
    let checkpoint = TestCheckpoint()
    let bad: Value = .string("http://127.0.0.1:\(web.port)/nothing")
    let other = SSHPerformer(client: client, markers: server.folder.file("others"), patience: .zero)
    let inputs: [String: Value] = ["host": server.hostValue, "run": .string(server.folder.file("x.sh")), "url": bad]
    let problem = await failure { try await other.perform(stepCall("ssh/script", inputs), checkpoint: checkpoint) }
    #expect(problem?.code == .sshFetchFailed)
    #expect(problem?.arguments["reason"]?.contains("404") == true)
    #expect(!server.folder.exists("x.sh"))
    #expect(checkpoint.facts == [.intent(0), .refused(0)])
    await client.close()
  }

  @Test("an upload is put in place as a whole, seen as the same afterwards, and taken back only if it was ours")
  func upload() async throws {
    let server = try TestServer()
    let performer = SSHPerformer(client: client, patience: .zero)
    let path = server.folder.file("new/a b's.conf")
    let inputs: [String: Value] = ["host": server.hostValue, "path": .string(path), "text": "line 中\n", "mode": "0640"]
    let checkpoint = TestCheckpoint()
    guard
      case .succeeded(let outputs, _, .created) = try await performer.perform(
        stepCall("ssh/upload", inputs), checkpoint: checkpoint)
    else {
      Issue.record("not created")
      return
    }
    #expect(server.folder.text("new/a b's.conf") == "line 中\n")
    #expect(try shell(["stat", "-c", "%a", path]) == "640\n")
    #expect(outputs["sha256"] == .string(try shell(["sha256sum", path]).prefix(64).description))
    let call = stepCall("ssh/upload", inputs, record: checkpoint.record)
    guard case .present(_, []) = try await performer.read(call) else { throw TestServer.Failed(what: "differs") }
    guard case .succeeded(_, _, .nothing) = try await performer.perform(call, checkpoint: checkpoint) else {
      throw TestServer.Failed(what: "uploaded twice")
    }
    guard case .undone = try await performer.undo(call, checkpoint: checkpoint) else {
      throw TestServer.Failed(what: "not undone")
    }
    #expect(!server.folder.exists("new/a b's.conf"))
    guard case .absent = try await performer.read(call) else { throw TestServer.Failed(what: "still there") }
    await client.close()
  }

  @Test("ssh/run gives both streams and the status, and a failure unless allowed")
  func run() async throws {
    let server = try TestServer()
    let performer = SSHPerformer(client: client, patience: .zero)
    let inputs: [String: Value] = [
      "host": server.hostValue, "command": ["sh", "-c", "cat; echo err >&2; exit 3"], "stdin": "in",
    ]
    let checkpoint = TestCheckpoint()
    let problem = await failure { try await performer.perform(stepCall("ssh/run", inputs), checkpoint: checkpoint) }
    #expect(problem?.kind == .exitStatus)
    #expect(problem?.arguments["last"] == "err")
    let allowed = stepCall("ssh/run", inputs.merging(["allow_failure": true]) { $1 })
    guard case .succeeded(let outputs, _, _) = try await performer.perform(allowed, checkpoint: TestCheckpoint()) else {
      return
    }
    #expect(outputs == ["exit_status": 3, "stdout": "in", "stderr": "err\n"])
    await client.close()
  }

  @Test("ssh/run, ssh/upload and ssh/facts work on this machine too; ssh/script says that it needs SSH")
  func otherWays() async throws {
    let folder = try Folder()
    let performer = SSHPerformer(client: client, other: LocalCommand())
    let run = stepCall("ssh/run", ["host": "local", "command": ["echo", "here"]])
    guard case .succeeded(let outputs, _, _) = try await performer.perform(run, checkpoint: TestCheckpoint()) else {
      return
    }
    #expect(outputs["stdout"] == "here\n")
    let upload = stepCall("ssh/upload", ["host": "local", "path": .string(folder.file("x")), "text": "text"])
    _ = try await performer.perform(upload, checkpoint: TestCheckpoint())
    #expect(folder.text("x") == "text")
    let facts = stepCall("ssh/facts", ["host": "local"])
    guard case .succeeded(let found, _, _) = try await performer.perform(facts, checkpoint: TestCheckpoint()) else {
      return
    }
    #expect(found["kernel"]?.string?.isEmpty == false)
    let script = stepCall("ssh/script", ["host": "local", "run": "/x"])
    #expect(await failure { try await performer.perform(script, checkpoint: TestCheckpoint()) }?.code == .sshNeedsSSH)
  }

  @Test("facts of a real host make sense")
  func facts() async throws {
    let server = try TestServer()
    let call = stepCall("ssh/facts", ["host": server.hostValue])
    guard
      case .succeeded(let facts, _, .read) = try await SSHPerformer(client: client).perform(
        call, checkpoint: TestCheckpoint())
    else { return }
    #expect(facts["kernel"] == .string(try shell(["uname", "-r"]).trimmingCharacters(in: .newlines)))
    #expect(facts["cpus"]?.integer ?? 0 >= 1)
    #expect(facts["memory_mb"]?.integer ?? 0 > 100)
    #expect(facts["os"]?.string?.isEmpty == false)
    #expect(
      facts["interfaces"]?.list?.contains {
        $0["name"] == "lo" && $0["addresses"].list?.contains("127.0.0.1/8") == true
      } == true)
    #expect(
      facts["listening"]?.list?.contains { $0["port"] == .integer(Int(server.port)) && $0["protocol"] == "tcp" } == true
    )
    await client.close()
  }
}
