import Basics
import Foundation
import RemoteShell
import RunEngine
import Testing

@Suite("Output, prompts and undo of ssh/script") struct ScriptOutputTests {
  private let server: TestServer
  private let client: SSHClient
  private let performer: SSHPerformer
  private let folder: String

  init() throws {
    server = try TestServer()
    client = SSHClient(settings: SSHClient.Settings(userKnownHosts: []))
    performer = SSHPerformer(client: client, markers: server.folder.file("markers"), patience: .seconds(20))
    folder = server.folder.path
  }

  private func run(
    _ text: String, _ more: [String: Value] = [:], checkpoint: TestCheckpoint = TestCheckpoint()
  ) async throws -> [String: Value] {
    let inputs: [String: Value] = [
      "host": server.hostValue, "run": .string("\(folder)/deploy.sh"), "text": .string(text),
    ]
    let call = stepCall("ssh/script", inputs.merging(more) { $1 }, timeout: .seconds(60))
    guard case .succeeded(let outputs, _, _) = try await performer.perform(call, checkpoint: checkpoint) else {
      return [:]
    }
    return outputs
  }

  @Test("50 MB of output stream through in bounded memory, and the end is kept")
  func muchOutput() async throws {
    let before = residentMegabytes()
    let checkpoint = TestCheckpoint(keepsOutput: false)
    let outputs = try await run(
      "#!/bin/sh\nyes 0123456789abcde | head -c 50000000; echo; echo end\n", checkpoint: checkpoint)
    #expect(checkpoint.outputSize == 50_000_005)
    #expect(outputs["stdout"]?.string?.utf8.count == 64 << 10)
    #expect(outputs["stdout"]?.string?.hasSuffix("\nend\n") == true)
    let grown = residentMegabytes() - before
    #expect(grown < 40, "grew by \(grown) MB")
    await client.close()
  }

  @Test("output without a single line break is output like any other")
  func noLineBreak() async throws {
    let checkpoint = TestCheckpoint(keepsOutput: false)
    let outputs = try await run("#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x\n", checkpoint: checkpoint)
    #expect(checkpoint.outputSize == 3_000_000)
    #expect(outputs["stdout"] == .string(String(repeating: "x", count: 64 << 10)))
    await client.close()
  }

  @Test("bytes that are no UTF-8 and terminal escapes are data")
  func hostileBytes() async throws {
    let checkpoint = TestCheckpoint()
    let outputs = try await run("#!/bin/sh\nprintf '\\377\\376\\033[2J\\200ok\\n'\n", checkpoint: checkpoint)
    #expect(checkpoint.output == [0xff, 0xfe, 0x1b] + Array("[2J".utf8) + [0x80] + Array("ok\n".utf8))
    #expect(outputs["stdout"]?.string?.hasSuffix("ok\n") == true)
    await client.close()
  }

  @Test("what looks like a report of the keeper is only output")
  func forgedReports() async throws {
    let text =
      "#!/bin/sh\nfor s in started absent died killed 'exit 99'; do echo \"0000000000000000 $s\" >&2; done\nexit 0\n"
    #expect(try await run(text)["exit_status"] == 0)
    await client.close()
  }

  @Test("a prompt is answered, also one that shows on a terminal only")
  func prompt() async throws {
    let text = """
      #!/bin/bash
      read -p 'Install the agent? [yes|no] ' answer
      echo "answer: $answer"
      read -p 'Really? [yes|no] ' really </dev/tty
      echo "really: $really"
      exit 5
      """
    let answers: Value = [["expect": "[yes|no]", "send": "yes"], ["expect": "[yes|no]", "send": "sure"]]
    let checkpoint = TestCheckpoint()
    let inputs: [String: Value] = [
      "host": server.hostValue, "run": .string("\(folder)/deploy.sh"), "text": .string(text), "answers": answers,
      "args": ["it's", "a\nb"],
    ]
    let call = stepCall("ssh/script", inputs, timeout: .seconds(30))
    let problem = await failure { try await performer.perform(call, checkpoint: checkpoint) }
    #expect(problem?.arguments["status"] == "5")
    #expect(checkpoint.outputText.contains("answer: yes"))
    #expect(checkpoint.outputText.contains("really: sure"))
    await client.close()
  }

  @Test("what a script with prompts leaves running stays when its terminal is gone")
  func daemons() async throws {
    let text = """
      #!/bin/bash
      read -p 'Start? ' answer </dev/tty
      sleep 300 >/dev/null 2>&1 &
      echo $! >'\(folder)/daemon'
      """
    _ = try await run(text, ["answers": [["expect": "Start?", "send": "yes"]]])
    let daemon = try #require(Int32(server.folder.text("daemon").split(separator: "\n").first ?? ""))
    #expect(isRunning(daemon))
    kill(daemon, SIGKILL)
    await client.close()
  }

  @Test("without script(1) on the host a prompt is answered through a pipe")
  func promptByPipe() async throws {
    // A folder with links to everything but `script` is the host's whole path.
    let tools = server.folder.file("tools")
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: "/usr/bin") where name != "script" {
      try? FileManager.default.createSymbolicLink(atPath: "\(tools)/\(name)", withDestinationPath: "/usr/bin/\(name)")
    }
    let bare = try TestServer(path: tools)
    let text =
      "#!/bin/sh\nprintf 'Name? '; read name; printf 'Sure? '; read sure; echo; echo \"$name:$sure\"\nread more || echo end\n"
    let inputs: [String: Value] = [
      "host": bare.hostValue, "run": .string("\(folder)/deploy.sh"), "text": .string(text),
      "answers": [["expect": "Sure?", "send": "y es"], ["expect": "Name?", "send": "$(id) 'x'"]],
    ]
    let call = stepCall("ssh/script", inputs, timeout: .seconds(30))
    let performer = SSHPerformer(client: client, markers: bare.folder.file("markers"), patience: .zero)
    guard case .succeeded(let outputs, _, _) = try await performer.perform(call, checkpoint: TestCheckpoint()) else {
      return
    }
    #expect(outputs["stdout"] == "Name? Sure? \n$(id) 'x':y es\nend\n")
    await client.close()
  }

  @Test("undo runs the script with its undo arguments, once however often it is asked for")
  func undo() async throws {
    let text = "#!/bin/sh\necho \"$*\" >>'\(folder)/count'\n"
    let checkpoint = TestCheckpoint()
    let inputs: [String: Value] = [
      "host": server.hostValue, "run": .string("\(folder)/deploy.sh"), "text": .string(text), "args": ["-i"],
      "undo_args": ["--uninstall", "all"],
    ]
    _ = try await performer.perform(stepCall("ssh/script", inputs), checkpoint: checkpoint)
    // The answer of the first undo is lost: it was announced, and nobody knows.
    var record = checkpoint.record
    guard
      case .undone = try await performer.undo(stepCall("ssh/script", inputs, record: record), checkpoint: checkpoint)
    else {
      Issue.record("not undone")
      return
    }
    record = checkpoint.record
    record.undoIntents[0].answered = false
    _ = try await performer.undo(
      stepCall("ssh/script", inputs, record: record), checkpoint: TestCheckpoint(record: record))
    #expect(server.folder.text("count") == "-i\n--uninstall all\n")
    await client.close()
  }

  @Test("without undo arguments there is nothing to take back")
  func noUndo() async throws {
    let call = stepCall("ssh/script", ["host": server.hostValue, "run": "/x"])
    guard case .nothing = try await performer.undo(call, checkpoint: TestCheckpoint()) else {
      Issue.record("undid something")
      return
    }
  }

  @Test("on another host, with neither the script nor the marker of its run, there is nothing to take back")
  func otherHost() async throws {
    let inputs: [String: Value] = [
      "host": server.hostValue, "run": .string("\(folder)/deploy.sh"), "text": "#!/bin/sh\nexit 0\n", "args": ["-i"],
      "undo_args": ["-u"],
    ]
    let checkpoint = TestCheckpoint()
    _ = try await performer.perform(stepCall("ssh/script", inputs), checkpoint: checkpoint)
    let call = stepCall("ssh/script", inputs, record: checkpoint.record)
    try FileManager.default.removeItem(atPath: "\(folder)/deploy.sh")
    let missing = await failure { try await performer.undo(call, checkpoint: TestCheckpoint(record: call.record)) }
    #expect(missing?.code == .sshScriptMissing, "its marker is there: somebody took the script away")
    try FileManager.default.removeItem(atPath: "\(folder)/markers/\(call.token).0")
    guard case .nothing = try await performer.undo(call, checkpoint: TestCheckpoint(record: call.record)) else {
      Issue.record("something was undone")
      return
    }
    await client.close()
  }

  @Test("an undo that fails is a failure, and is tried again with a marker of its own")
  func failedUndo() async throws {
    let text = "#!/bin/sh\n[ \"$1\" = -i ] && exit 0; echo x >>'\(folder)/count'; [ -e '\(folder)/free' ] || exit 4\n"
    let checkpoint = TestCheckpoint()
    let inputs: [String: Value] = [
      "host": server.hostValue, "run": .string("\(folder)/deploy.sh"), "text": .string(text), "args": ["-i"],
      "undo_args": ["-u"],
    ]
    _ = try await performer.perform(stepCall("ssh/script", inputs), checkpoint: checkpoint)
    let first = stepCall("ssh/script", inputs, record: checkpoint.record)
    #expect(await failure { try await performer.undo(first, checkpoint: checkpoint) }?.arguments["status"] == "4")
    try server.folder.write("free", "")
    let second = stepCall("ssh/script", inputs, record: checkpoint.record)
    guard case .undone = try await performer.undo(second, checkpoint: checkpoint) else { return }
    #expect(server.folder.text("count") == "x\nx\n")
    await client.close()
  }
}

/// The memory that this process occupies.
func residentMegabytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096 >> 20
}
