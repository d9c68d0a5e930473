import Basics
import Foundation
import RemoteShell
import RunEngine
import Synchronization
import Testing

@Suite("Hosts that are not ready yet") struct WaitingTests {
  private func client(_ clock: HandClock, loginTimeout: Duration = .seconds(60)) -> SSHClient {
    var settings = SSHClient.Settings(userKnownHosts: [])
    settings.loginTimeout = loginTimeout
    return SSHClient(settings: settings, clock: clock)
  }

  @Test("a port that opens later is found, with pauses that grow slowly")
  func opensLater() async throws {
    let port = try TestServer.freePort()
    let server = Mutex<TestServer?>(nil)
    let prepared = try TestServer()
    let clock = HandClock { number in
      // The eighth pause brings sshd up.
      if number == 8 { server.withLock { $0 = try? TestServer(port: port) } }
    }
    let client = client(clock)
    let reported = Mutex<[StepFailure]>([])
    let patience = Patience(limit: .seconds(300)) { problem in reported.withLock { $0.append(problem) } }
    var host = prepared.host
    host.port = port
    host.trust = .firstUse
    // The key of the later server is not known: being asked for it shows that it was reached.
    let problem = await failure { try await client.run(["true"], on: host, options: RunOptions(patience: patience)) }
    #expect(problem?.code == .sshHostKeyUnknown)
    #expect(reported.withLock { $0.map(\.kind) } == Array(repeating: .notYet, count: 8))
    #expect(clock.sleeps.allSatisfy { $0 >= .milliseconds(250) && $0 <= .seconds(10) })
    #expect(zip(clock.sleeps, clock.sleeps.dropFirst()).allSatisfy { $0 <= $1 })
    server.withLock { $0?.stop() }
  }

  @Test("a port that stays closed is not-yet when patience ends, at once without any")
  func staysClosed() async throws {
    let clock = HandClock()
    let client = client(clock)
    let host = SSHHost(address: "127.0.0.1", port: try TestServer.freePort())
    #expect(await failure { try await client.run(["true"], on: host) }?.kind == .notYet)
    #expect(clock.sleeps.isEmpty)
    let patience = Patience(limit: .seconds(60))
    let problem = await failure { try await client.run(["true"], on: host, options: RunOptions(patience: patience)) }
    #expect(problem?.kind == .notYet)
    #expect(problem?.code == .sshRefused)
    #expect(clock.elapsed > .seconds(50) && clock.elapsed <= .seconds(60))
    #expect(clock.sleeps.count < 120)
  }

  @Test("a host that accepts and says nothing is a timeout")
  func silent() async throws {
    let fake = try FakeServer { connection, _ in FakeServer.drain(connection) }
    defer { fake.stop() }
    let problem = await failure {
      try await client(HandClock(), loginTimeout: .seconds(2)).run(
        ["true"], on: SSHHost(address: "127.0.0.1", port: fake.port))
    }
    #expect(problem?.kind == .timeout)
    #expect(problem?.code == .sshNoBanner)
  }

  @Test("a greeting that comes byte by byte is waited for; what follows it is not SSH and fails cleanly")
  func slowGreeting() async throws {
    let fake = try FakeServer { connection, _ in
      for byte in "SSH-2.0-slow\r\n".utf8 { _ = send(connection, [byte], 1, Int32(MSG_NOSIGNAL)) }
      let garbage = [UInt8](repeating: 0x41, count: 100)
      _ = send(connection, garbage, garbage.count, Int32(MSG_NOSIGNAL))
      FakeServer.drain(connection)
    }
    defer { fake.stop() }
    let problem = await failure {
      try await client(HandClock(), loginTimeout: .seconds(2)).run(
        ["true"], on: SSHHost(address: "127.0.0.1", port: fake.port))
    }
    #expect(problem?.kind == .notYet || problem?.kind == .timeout)
  }

  @Test("a host that closes the connection before its greeting is tried again until patience ends")
  func closes() async throws {
    let count = Atomic(0)
    let fake = try FakeServer { _, _ in count.add(1, ordering: .relaxed) }
    defer { fake.stop() }
    let options = RunOptions(patience: Patience(limit: .seconds(2)))
    let host = SSHHost(address: "127.0.0.1", port: fake.port)
    let problem = await failure { try await client(HandClock()).run(["true"], on: host, options: options) }
    #expect(problem?.kind == .notYet)
    #expect(problem?.code == .sshHandshake)
    #expect(count.load(ordering: .relaxed) >= 8)
  }

  @Test("hostile greetings end in a failure, never in a crash", arguments: 0..<24)
  func hostileGreeting(seed: Int) async throws {
    let fake = try FakeServer { connection, _ in
      var generator = SeededGenerator(seed: UInt64(seed))
      var bytes = seed % 3 == 0 ? [] : Array("SSH-2.0-x\r\n".utf8)
      // A length field and then anything: the reader must not believe it.
      if seed % 3 == 2 { bytes += [0, 0, UInt8(seed), 0xfc, 10, 20] }
      bytes += (0..<Int.random(in: 0...3000, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator)
      }
      _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
    defer { fake.stop() }
    let problem = await failure {
      try await client(HandClock(), loginTimeout: .seconds(2)).run(
        ["true"], on: SSHHost(address: "127.0.0.1", port: fake.port))
    }
    #expect(problem != nil)
  }

  @Test("a login that is refused while the host boots is tried again, within its own shorter patience")
  func refusedWhileBooting() async throws {
    let server = try TestServer()
    let keys = server.folder.text("authorized_keys")
    try server.folder.write("authorized_keys", "")
    let clock = HandClock { number in
      if number == 4 { try server.folder.write("authorized_keys", keys) }
    }
    let client = client(clock)
    let options = RunOptions(patience: Patience(limit: .seconds(300)))
    #expect(try await client.run(["true"], on: server.host, options: options).status == 0)
    #expect(clock.sleeps.count == 4)
    await client.close()
    try server.folder.write("authorized_keys", "")
    let again = HandClock()
    let denied = await failure { try await self.client(again).run(["true"], on: server.host, options: options) }
    #expect(denied?.kind == .denied)
    #expect(again.elapsed > .seconds(80) && again.elapsed <= .seconds(90))
  }

  @Test("a changed host key is final: no waiting")
  func changedKey() async throws {
    let server = try TestServer()
    let clock = HandClock()
    var host = server.host
    host.trust = .pinned([
      HostKey(type: "ssh-ed25519", blob: [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 1, 7])
    ])
    let options = RunOptions(patience: Patience(limit: .seconds(300)))
    #expect(
      await failure { try await client(clock).run(["true"], on: host, options: options) }?.code == .sshHostKeyChanged)
    #expect(clock.sleeps.isEmpty)
  }

  @Test("ssh/wait is done when the host lets us in and the path that tells it is ready is there")
  func waitAction() async throws {
    let server = try TestServer()
    let clock = HandClock { number in
      if number == 3 { try server.folder.write("ready", "yes") }
    }
    let client = client(clock)
    let call = stepCall(
      "ssh/wait", ["host": server.hostValue, "patience": "5m", "ready": .string(server.folder.file("ready"))])
    guard
      case .succeeded(let outputs, _, .read) = try await SSHPerformer(client: client).perform(
        call, checkpoint: TestCheckpoint())
    else { return }
    #expect(outputs["host_key"] == .string(server.hostKey?.fingerprint ?? ""))
    #expect(clock.sleeps.count == 3)
    let never = stepCall("ssh/wait", ["host": server.hostValue, "patience": "10s", "ready": "/nowhere/at/all"])
    let problem = await failure { try await SSHPerformer(client: client).perform(never, checkpoint: TestCheckpoint()) }
    #expect(problem?.code == .sshNotReady)
    await client.close()
  }
}
