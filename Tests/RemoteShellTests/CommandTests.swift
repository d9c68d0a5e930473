import Basics
import Digests
import Foundation
import RemoteShell
import RunEngine
import Testing

@Suite("Commands over SSH") struct CommandTests {
  private let server: TestServer
  private let client = SSHClient(settings: SSHClient.Settings(userKnownHosts: []))

  init() throws { server = try TestServer() }

  @Test("output, error output and status of a command come back apart")
  func streams() async throws {
    let result = try await client.run(["sh", "-c", "echo out; echo err >&2; exit 3"], on: server.host)
    #expect(result == RemoteResult(status: 3, standardOutput: Array("out\n".utf8), standardError: Array("err\n".utf8)))
    await client.close()
  }

  @Test("a command that a signal ends has status 128 + its number")
  func signal() async throws {
    let result = try await client.run(["sh", "-c", "kill -9 $$"], on: server.host)
    #expect(result.status == 137)
    await client.close()
  }

  @Test("a missing program is status 127, not a failure")
  func missingProgram() async throws {
    #expect(try await client.run(["no-such-program-here"], on: server.host).status == 127)
    await client.close()
  }

  @Test("standard input arrives unchanged, and its end too")
  func input() async throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let result = try await client.run(["sha256sum"], on: server.host, options: RunOptions(input: bytes))
    #expect(String(decoding: result.standardOutput, as: UTF8.self) == "\(Hash.sha256Hex(bytes))  -\n")
    let echoed = try await client.run(
      ["cat"], on: server.host, options: RunOptions(input: Array(bytes.prefix(900_000))))
    #expect(echoed.standardOutput == Array(bytes.prefix(900_000)))
    await client.close()
  }

  @Test("output beyond 1 MiB keeps its head and its tail")
  func boundedOutput() async throws {
    let result = try await client.run(
      ["sh", "-c", "echo first; head -c 5000000 /dev/zero; echo last"], on: server.host)
    #expect(result.standardOutput.count == 1 << 20)
    #expect(result.standardOutput.starts(with: Array("first\n".utf8)))
    #expect(result.standardOutput.suffix(5) == Array("last\n".utf8)[...])
    await client.close()
  }

  @Test("several commands to one host share a connection")
  func sharing() async throws {
    for _ in 0..<3 { _ = try await client.run(["true"], on: server.host) }
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<6 {
        group.addTask { try await client.run(["sh", "-c", "exit \(number)"], on: server.host).status }
      }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(statuses == Set(0..<6))
    #expect(await client.openConnections == 1)
    #expect(server.connections.count == 1)
    await client.close()
    #expect(await client.openConnections == 0)
  }

  @Test("a connection that died while idle is replaced without anybody noticing")
  func staleConnection() async throws {
    _ = try await client.run(["true"], on: server.host)
    server.cutConnections()
    #expect(try await client.run(["echo", "again"], on: server.host).standardOutput == Array("again\n".utf8))
    await client.close()
  }

  @Test("a timeout kills the command's whole process group on the host")
  func timeout() async throws {
    let folder = server.folder.path
    let program = "sleep 1000 & echo $! >\(folder)/child; echo $$ >\(folder)/parent; wait"
    // A busy machine may not have started the command in time: then again with more of it.
    for seconds in [1, 4, 16, 64] where !server.folder.exists("child") {
      let options = RunOptions(timeout: .seconds(seconds))
      let problem = await failure { try await client.run(["sh", "-c", program], on: server.host, options: options) }
      #expect(problem?.kind == .timeout)
    }
    for name in ["child", "parent"] {
      let process = try #require(Int32(server.folder.text(name).trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(try await isGone(process), "\(name) is still there")
    }
    await client.close()
  }

  @Test("a cancelled command is killed on the host")
  func cancellation() async throws {
    let folder = server.folder.path
    let gate = try Gate("\(folder)/ready")
    let task = Task { [client, server] in
      try await client.run(["sh", "-c", "echo $$ >\(folder)/parent; \(gate.open); sleep 1000"], on: server.host)
    }
    try await gate.wait()
    task.cancel()
    #expect(await failure { try await task.value }?.kind == .interrupted)
    let process = try #require(Int32(server.folder.text("parent").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(try await isGone(process))
    await client.close()
  }

  @Test("a lost connection is a transient failure")
  func lost() async throws {
    let folder = server.folder.path
    let gate = try Gate("\(folder)/ready")
    let task = Task { [client, server] in
      try await client.run(["sh", "-c", "\(gate.open); exec sleep 5"], on: server.host)
    }
    try await gate.wait()
    server.cutConnections()
    let problem = await failure { try await task.value }
    #expect(problem?.kind == .transient)
    #expect(problem?.code == .sshConnectionLost)
    await client.close()
  }

  @Test("arguments with every awkward byte arrive unchanged, none of them in a command line of sshd")
  func quoting() async throws {
    var generator = SeededGenerator(seed: 20240607)
    for round in 0..<40 {
      let arguments = (0..<8).map { _ in generator.awkwardText() }
      let words = ["sh", "-c", "for a; do printf '%s' \"$a\" | od -An -v -tx1; echo end; done", "sh"] + arguments
      let options = RunOptions(hidesWords: round % 2 == 0)
      let result = try await client.run(words, on: server.host, options: options)
      let seen = String(decoding: result.standardOutput, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      let expected = arguments.flatMap {
        $0.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) } + ["end"]
      }
      #expect(seen.map(String.init) == expected, "round \(round)")
    }
    await client.close()
  }

  @Test("many commands over one connection at the same moment do not take each other's answers")
  func crowd() async throws {
    _ = try await client.run(["true"], on: server.host)
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<120 {
        group.addTask {
          let result = try await client.run(
            ["echo", String(number)], on: server.host, options: RunOptions(hidesWords: number % 2 == 0))
          return Int(String(decoding: result.standardOutput, as: UTF8.self).dropLast()) ?? -1000
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 }
    }
    #expect(sums == 120 * 119 / 2)
    await client.close()
  }

  @Test("an argument with NUL is refused, since no program could get it")
  func nul() async throws {
    #expect(await failure { try await client.run(["echo", "a\0b"], on: server.host) }?.kind == .invalid)
  }
}

/// Whether a process is there and no zombie.
func isRunning(_ process: Int32) -> Bool {
  guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
  return !text.contains(") Z ") && !text.contains(") X ")
}

/// Whether a process that was killed is gone: the kernel may take a moment to end it.
func isGone(_ process: Int32) async throws -> Bool {
  try await blocking {
    for _ in 0..<1000 {
      if !isRunning(process) { return true }
      usleep(20_000)
    }
    return false
  }
}

/// Pseudo-random numbers that every run repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Quotes, expansions, line breaks, control characters, letters of two to four bytes, options, nothing at all.
  mutating func awkwardText() -> String {
    let pieces = [
      "'", "\"", "`", "$", "$(id)", "${HOME}", "\\", "\\n", "\n", "\r", "\t", "!", "!!", "*", "?", "[a]", "~", "#", ";",
      "&", "|",
      "<", ">", "(", ")", "{a,b}", "=", " ", "  ", "-", "--", "-n", "%s", "%q", "é", "中文", "🇨🇳", "\u{1}", "\u{7}",
      "\u{1b}[31m",
      "\u{7f}", "\u{81}", "\u{88}", "\u{a0}", "\u{2028}", "abc", "0", "'\"$n\"'", "\n\n",
    ]
    return (0..<Int.random(in: 0...12, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
  }
}
