import Basics
import Foundation
import Glibc
import JSONText
import Testing

/// The built tool with a state folder of its own; everything that it started is ended and removed by `end`.
final class Tool: Sendable {
  struct Outcome: Sendable {
    var status: Int32
    var output: String
    var errors: String

    /// The JSON object on standard output.
    var json: Value { (try? JSON.parse(output)) ?? .null }
  }

  let state: URL
  let root: URL
  /// The name for the lab of this tool: suites run side by side, and no two labs of a machine share one.
  let lab: String
  private let executable: URL

  init() throws {
    root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    executable = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "causeway")
    lab = "test-\(UUID().uuidString.prefix(8))"
    state = FileManager.default.temporaryDirectory.appending(path: "causeway-\(lab)")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    try #require(
      FileManager.default.isExecutableFile(atPath: executable.path), "the tool is not built: \(executable.path)")
  }

  /// Runs `body` with a tool, and cleans up whatever happened.
  static func with(_ body: (Tool) async throws -> Void) async throws {
    let tool = try Tool()
    do { try await body(tool) } catch {
      await tool.end()
      throw error
    }
    await tool.end()
  }

  func end() async {
    _ = try? await run(["lab", "down", "--all"])
    try? FileManager.default.removeItem(at: state)
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
    let running = try start(arguments, environment: environment)
    return try await running.finish()
  }

  /// Goes on with a run whose process was killed, and answers for a person where the run asks whether something was ordered.
  ///
  /// A kill between the announcement of an order without a client token and the order itself leaves nothing to be found: then the run asks, by
  /// design. The person looks in the lab's ledger for the name that the run looked for.
  func resumeAsPerson(_ name: String) async throws -> Outcome {
    var outcome = try await run(["resume", name, "--json"])
    for _ in 0..<5 where outcome.status == 6 {
      for step in outcome.json["steps"].list ?? [] where step["waits_for"]["reason"] == "doubt" {
        let text = step["waits_for"]["text"]["en"].string ?? ""
        let ledger = try await run(["lab", "ledger", "--json"]).json["resources"].list ?? []
        let found = ledger.first { thing in thing["name"].string.map { text.contains("\"\($0)\"") } ?? false }
        let answer = found?["id"].string.map { ["--adopt", $0] } ?? ["--not-created"]
        print("asked about \(step["address"].string ?? ""): \(answer)")
        let command = ["answer", name, step["address"].string ?? ""] + answer + ["--no-resume"]
        let answered = try await run(command)
        try #require(answered.status == 0, "\(answered.output) \(answered.errors)")
      }
      outcome = try await run(["resume", name, "--json"])
    }
    return outcome
  }

  /// Starts the tool and returns at once.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = root
    var variables = [
      "CAUSEWAY_STATE": state.path + "/", "HOME": state.path, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C",
    ]
    variables.merge(environment) { $1 }
    process.environment = variables
    return try Running(process)
  }

  /// A process of the tool whose output is read while it runs.
  final class Running: @unchecked Sendable {
    // `process` is told to start once, here; its other members are safe to use from any thread.
    let process: Process
    private let output = Pipe()
    private let errors = Pipe()

    init(_ process: Process) throws {
      self.process = process
      process.standardOutput = output
      process.standardError = errors
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }

    func finish() async throws -> Outcome {
      async let text = Self.read(output)
      async let talk = Self.read(errors)
      let (out, err) = await (text, talk)
      process.waitUntilExit()
      let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
      return Outcome(status: status, output: out, errors: err)
    }

    /// Reads lines of standard output until `count` have come; fewer when the process ends before.
    func lines(_ count: Int) -> Int {
      var seen = 0
      while seen < count {
        let data = output.fileHandleForReading.availableData
        if data.isEmpty { break }
        seen += data.filter { $0 == 10 }.count
      }
      return seen
    }

    /// Reads standard output until a line holds all of `words`; `false` when the process ends before.
    func seen(_ words: [String]) -> Bool {
      var text = Data()
      while true {
        let data = output.fileHandleForReading.availableData
        if data.isEmpty { return false }
        text.append(data)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        if lines.contains(where: { line in words.allSatisfy { line.contains($0) } }) { return true }
      }
    }

    /// Ends the process as a power cut does.
    func kill() async throws -> Outcome {
      Glibc.kill(process.processIdentifier, SIGKILL)
      return try await finish()
    }

    private static func read(_ pipe: Pipe) async -> String {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          let data = pipe.fileHandleForReading.readDataToEndOfFile()
          continuation.resume(returning: String(decoding: data, as: UTF8.self))
        }
      }
    }
  }
}
