import Basics
import CloudClient
import Foundation
import RunEngine
import Testing

@Suite("Commands through a cloud")
struct CommandTests {
  private let host: Value = ["via": "alibaba/cbn.command", "region": "r", "instance": "i-1"]
  private let context = RemoteContext(runID: "run", address: StepAddress("probe"), timeout: .seconds(90))

  private func stage(_ results: @escaping @Sendable (FakeCloud.Call) -> FakeCloud.Reply) throws -> Stage {
    try Stage { call in call.operation == "RunCommand" ? .answer(["InvokeId": "t-1"]) : results(call) }
  }

  @Test("gives status and output, and waits for the end")
  func result() async throws {
    let stage = try stage { call in
      .answer([
        "InvokeId": "t-1", "State": call.time < .seconds(3) ? "Running" : "Done", "ExitCode": 3, "Output": "out\n",
      ])
    }
    let result = try await stage.performer.command.run(["false"], input: [], on: host, context: context)
    #expect(result == RemoteResult(status: 3, standardOutput: Array("out\n".utf8)))
    let sent = stage.cloud.calls[0].parameters
    #expect(sent["Command"] == "'false' </dev/null" && sent["Timeout"] == "90")
  }

  @Test("a command that does not end in its time is a time-out")
  func timeout() async throws {
    let stage = try stage { _ in .answer(["InvokeId": "t-1", "State": "Running"]) }
    let failed = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.command.run(["sleep", "inf"], input: [], on: host, context: context)
    }
    #expect(failed?.kind == .timeout && stage.time.elapsed == .seconds(150))
  }

  @Test("each command has a token of its own")
  func tokens() async throws {
    let stage = try stage { _ in .answer(["InvokeId": "t-1", "State": "Done", "ExitCode": 0, "Output": ""]) }
    for _ in 0..<3 { _ = try await stage.performer.command.run(["true"], input: [], on: host, context: context) }
    #expect(Set(stage.cloud.calls("RunCommand").map { $0.parameters["ClientToken"] }).count == 3)
  }

  @Test(
    "words reach the program as they are, whatever they hold",
    arguments: ["plain", "two words", "it's", "$(id) `id` ${HOME} \\ \" ! * ? ~ ;&|<>", "", "line\nbreak", "中文", "'"])
  func quoting(word: String) async throws {
    let stage = try stage { _ in .answer(["InvokeId": "t-1", "State": "Done", "ExitCode": 0, "Output": ""]) }
    _ = try await stage.performer.command.run(["printf", "%s", word], input: [], on: host, context: context)
    let line = try #require(stage.cloud.calls[0].parameters["Command"].string)
    #expect(try shell(line) == word)
  }

  @Test("standard input reaches the program byte for byte")
  func input() async throws {
    let stage = try stage { _ in .answer(["InvokeId": "t-1", "State": "Done", "ExitCode": 0, "Output": ""]) }
    _ = try await stage.performer.command.run(
      ["wc", "-c"], input: Array(0...255), on: host, context: context)
    #expect(try shell(try #require(stage.cloud.calls[0].parameters["Command"].string)) == "256\n")
  }

  @Test("an action that runs no command, or a command that is too long, is refused before any request")
  func refused() async throws {
    let stage = try Stage { _ in .answer([:]) }
    for (host, argv) in [(["via": "alibaba/cbn.cen"] as Value, ["x"]), (host, [String(repeating: "x", count: 500)])] {
      let failed = await stage.failure { () async throws(StepFailure) in
        try await stage.performer.command.run(argv, input: [], on: host, context: context)
      }
      #expect(failed?.kind == .invalid)
    }
    #expect(stage.cloud.calls.isEmpty)
  }

  private func shell(_ line: String) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
