import Basics
import Foundation
import RemoteShell
import RunEngine
import Testing

@Suite("ssh/script") struct ScriptTests {
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

  private func inputs(_ more: [String: Value] = [:]) -> [String: Value] {
    ["host": server.hostValue, "run": .string("\(folder)/deploy.sh")].merging(more) { $1 }
  }

  private func outputs(_ outcome: StepOutcome) throws -> [String: Value] {
    guard case .succeeded(let outputs, _, _) = outcome else { throw TestServer.Failed(what: "\(outcome)") }
    return outputs
  }

  private var runs: Int { server.folder.text("count").split(separator: "\n").count }

  /// Counts its runs in a file, as a purchase would.
  private func script(_ body: String) throws {
    try server.folder.write("deploy.sh", "#!/bin/sh\necho run >>'\(folder)/count'\n\(body)\n", mode: 0o755)
  }

  @Test("a script that stands on the host runs with its arguments, and its output is streamed and kept")
  func plain() async throws {
    try script("printf '<%s>' \"$@\"; echo; echo problem >&2")
    let checkpoint = TestCheckpoint()
    let call = stepCall("ssh/script", inputs(["args": ["-n", "it's $HOME", "", "a\nb"]]))
    let outputs = try outputs(try await performer.perform(call, checkpoint: checkpoint))
    #expect(outputs["exit_status"] == 0)
    #expect(outputs["stdout"] == "<-n><it's $HOME><><a\nb>\nproblem\n")
    #expect(checkpoint.outputText == "<-n><it's $HOME><><a\nb>\nproblem\n")
    #expect(outputs["log"] == .string("\(folder)/markers/\(call.token).0/output"))
    #expect(checkpoint.facts == [.intent(0), .answered(0), .answered(0)])
    await client.close()
  }

  @Test("an uploaded script is put at its path unchanged and runs by the interpreter that it names")
  func upload() async throws {
    let text = "#!/bin/bash\n# 中文 'quotes' \"double\" $dollar\narray=(1 2 3); echo ${#array[@]} $0\n"
    let call = stepCall("ssh/script", inputs(["text": .string(text), "run": .string("\(folder)/new folder/it's.sh")]))
    let outputs = try outputs(try await performer.perform(call, checkpoint: TestCheckpoint()))
    #expect(outputs["stdout"] == .string("3 \(folder)/new folder/it's.sh\n"))
    #expect(server.folder.text("new folder/it's.sh") == text)
    await client.close()
  }

  @Test("a script without the right to be executed runs by its first line")
  func notExecutable() async throws {
    try server.folder.write("deploy.sh", "#!/bin/bash\nx=(a b); echo ${x[1]} $1\n", mode: 0o644)
    let call = stepCall("ssh/script", inputs(["args": ["two words"]]))
    #expect(try outputs(try await performer.perform(call, checkpoint: TestCheckpoint()))["stdout"] == "b two words\n")
    await client.close()
  }

  @Test("a status other than 0 is a failure with the last lines, and only a retry runs the script again")
  func exitStatus() async throws {
    try script("echo one; echo two; exit 7")
    let checkpoint = TestCheckpoint()
    let problem = await failure {
      try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint)
    }
    #expect(problem?.kind == .exitStatus)
    #expect(problem?.code == .sshScriptFailed)
    #expect(problem?.arguments["status"] == "7")
    #expect(problem?.arguments["last"] == "one\ntwo")
    #expect(runs == 1)
    let again = TestCheckpoint(record: checkpoint.record)
    let call = stepCall("ssh/script", inputs(), record: checkpoint.record)
    #expect(await failure { try await performer.perform(call, checkpoint: again) }?.kind == .exitStatus)
    #expect(runs == 2)
    #expect(again.facts.first == .intent(1))
    await client.close()
  }

  @Test("what the journal has as ended is reported without asking the host")
  func answered() async throws {
    try script("echo done")
    let checkpoint = TestCheckpoint()
    _ = try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint)
    server.stop()
    let call = stepCall("ssh/script", inputs(), record: checkpoint.record)
    #expect(try outputs(try await performer.perform(call, checkpoint: TestCheckpoint()))["stdout"] == "done\n")
    #expect(runs == 1)
    await client.close()
  }

  @Test("the connection lost in the middle is opened again and the script goes on, run once")
  func reconnect() async throws {
    let (started, goOn) = (try Gate("\(folder)/started"), try Gate("\(folder)/go"))
    try script("echo before; \(started.open); \(goOn.pass); echo after")
    let checkpoint = TestCheckpoint()
    let task = Task { [performer] in
      try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint)
    }
    try await started.wait()
    server.cutConnections()
    try await goOn.release()
    let outputs = try outputs(try await task.value)
    #expect(outputs["stdout"] == "before\nafter\n")
    #expect(checkpoint.outputText == "before\nafter\n")
    #expect(runs == 1)
    await client.close()
  }

  @Test("this program gone in the middle: resume finds the script running, follows it, and it ran once")
  func resumeRunning() async throws {
    let (started, goOn) = (try Gate("\(folder)/started"), try Gate("\(folder)/go"))
    try script("echo before; \(started.open); \(goOn.pass); echo after")
    // Killed between the request and its answer: the intent is durable, nothing else.
    let checkpoint = TestCheckpoint { fact throws(StepFailure) in
      if fact == .answered(0) { throw StepFailure(.interrupted, .sshCancelled) }
    }
    _ = await failure { try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint) }
    try await started.wait()
    await client.close()
    var record = checkpoint.record
    record.intents[0].answered = false
    record.object = .null

    let client = SSHClient(settings: SSHClient.Settings(userKnownHosts: []))
    let resumed = SSHPerformer(client: client, markers: server.folder.file("markers"), patience: .seconds(20))
    let checkpoint2 = TestCheckpoint(record: record)
    let call = stepCall("ssh/script", inputs(), record: record)
    guard case .happened(let object) = try await resumed.resolve(call, checkpoint: checkpoint2) else {
      Issue.record("not found")
      return
    }
    try await checkpoint2.answered(ordinal: 0, object: object)
    let task = Task {
      try await resumed.perform(stepCall("ssh/script", inputs(), record: checkpoint2.record), checkpoint: checkpoint2)
    }
    try await goOn.release()
    #expect(try outputs(try await task.value)["stdout"] == "before\nafter\n")
    #expect(runs == 1)
    await client.close()
  }

  @Test("a script that ended while nobody looked is found with its status and output")
  func resumeEnded() async throws {
    let (started, ended) = (try Gate("\(folder)/started"), try Gate("\(folder)/ended"))
    try script("echo out; \(started.open); sh -c '\(ended.pass)'; exit 9")
    let checkpoint = TestCheckpoint { fact throws(StepFailure) in
      if fact == .answered(0) { throw StepFailure(.interrupted, .sshCancelled) }
    }
    _ = await failure { try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint) }
    try await started.wait()
    server.cutConnections()
    try await ended.release()
    var record = checkpoint.record
    record.intents[0].answered = false
    record.object = .null
    let call = stepCall("ssh/script", inputs(), record: record)
    var found: Value = .null
    // The status is there a moment after the gate: asked until it is, as a waiting perform would.
    while found["exit_status"].isNull {
      guard case .happened(let object) = try await performer.resolve(call, checkpoint: checkpoint) else { break }
      found = object
    }
    #expect(found["exit_status"] == 9)
    #expect(found["stdout"] == "out\n")
    record.intents[0].answered = true
    record.object = found
    let problem = await failure {
      try await performer.perform(
        stepCall("ssh/script", inputs(), record: record), checkpoint: TestCheckpoint(record: record))
    }
    #expect(problem?.arguments["status"] == "9")
    #expect(runs == 1)
    await client.close()
  }

  @Test("a request that never arrived did not happen")
  func resolveAbsent() async throws {
    var record = StepRecord()
    record.intents = [IntentRecord(intent: Intent(call: "ssh:script", digest: "x"))]
    let call = stepCall("ssh/script", inputs(), record: record)
    guard case .didNotHappen = try await performer.resolve(call, checkpoint: TestCheckpoint()) else {
      Issue.record("found what is not there")
      return
    }
    await client.close()
  }

  @Test("the same request sent twice runs the script once; another request under its name is refused")
  func guardedByDigest() async throws {
    try script("echo hello")
    for _ in 0..<2 {
      let outcome = try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: TestCheckpoint())
      #expect(try outputs(outcome)["stdout"] == "hello\n")
    }
    #expect(runs == 1)
    let other = stepCall("ssh/script", inputs(["args": ["other"]]))
    #expect(
      await failure { try await performer.perform(other, checkpoint: TestCheckpoint()) }?.code == .sshMarkerDiffers)
    await client.close()
  }

  @Test("two requests at the same moment run the script once")
  func concurrent() async throws {
    try script("sleep 0.2; echo hello")
    let statuses = try await withThrowingTaskGroup(of: Value?.self) { group in
      for _ in 0..<4 {
        group.addTask { [performer] in
          let outcome = try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: TestCheckpoint())
          return try outputs(outcome)["stdout"]
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == ["hello\n", "hello\n", "hello\n", "hello\n"])
    #expect(runs == 1)
    await client.close()
  }

  @Test("a script that hangs is stopped with its whole process group when its time is up")
  func timeout() async throws {
    try script("echo $$ >'\(folder)/parent'; sleep 1000 & echo $! >'\(folder)/child'; echo hanging; wait")
    // A busy machine may not have started the script in time: then again, as another step with more of it.
    for seconds in [1, 4, 16, 64] where !server.folder.exists("child") {
      let token = "cw-\(String(repeating: "0", count: 30))\(seconds)"
      let call = stepCall("ssh/script", inputs(), token: token, timeout: .seconds(seconds))
      let problem = await failure { try await performer.perform(call, checkpoint: TestCheckpoint()) }
      #expect(problem?.kind == .timeout)
    }
    for name in ["parent", "child"] {
      let process = try #require(Int32(server.folder.text(name).trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(try await isGone(process), "\(name) is still there")
    }
    await client.close()
  }

  @Test("a cancelled script goes on, and is found again")
  func cancelled() async throws {
    let (started, goOn) = (try Gate("\(folder)/started"), try Gate("\(folder)/go"))
    try script("\(started.open); \(goOn.pass); echo survived")
    let checkpoint = TestCheckpoint()
    let task = Task { [performer] in
      try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint)
    }
    try await started.wait()
    while checkpoint.facts.last != .answered(0) { await Task.yield() }
    task.cancel()
    #expect(await failure { try await task.value }?.kind == .interrupted)
    try await goOn.release()
    let call = stepCall("ssh/script", inputs(), record: checkpoint.record)
    #expect(try outputs(try await performer.perform(call, checkpoint: checkpoint))["stdout"] == "survived\n")
    #expect(runs == 1)
    await client.close()
  }

  @Test("a script whose process was killed is reported as died, not run again")
  func died() async throws {
    let started = try Gate("\(folder)/started")
    try script("\(started.open); exec sleep 1000")
    let checkpoint = TestCheckpoint()
    let task = Task { [performer] in
      try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint)
    }
    try await started.wait()
    let marker = "markers/\(stepCall("ssh/script", [:]).token).0/process"
    let runner = try #require(Int32(server.folder.text(marker).split(separator: " ")[0]))
    kill(-runner, SIGKILL)
    let problem = await failure { try await task.value }
    #expect(problem?.code == .sshScriptSignalled)
    #expect(runs == 1)
    await client.close()
  }

  @Test("after a reboot of the host a script that was running is reported as died")
  func rebooted() async throws {
    let (started, goOn) = (try Gate("\(folder)/started"), try Gate("\(folder)/go"))
    try script("\(started.open); \(goOn.pass)")
    let checkpoint = TestCheckpoint()
    let task = Task { [performer] in
      try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint)
    }
    try await started.wait()
    // The marker is of another boot, where the same number was another process.
    let marker = "markers/\(stepCall("ssh/script", [:]).token).0/process"
    let words = server.folder.text(marker).split(separator: " ")
    try server.folder.write(marker, "\(words[0]) \(words[1]) 00000000-0000-0000-0000-000000000000 \(words[3])\n")
    #expect(await failure { try await task.value }?.code == .sshScriptSignalled)
    try await goOn.release()
    await client.close()
  }

  @Test("a script whose marker is gone is reported once, and the next attempt runs it again")
  func markerGone() async throws {
    try script("echo again")
    let token = stepCall("ssh/script", [:]).token
    var record = StepRecord()
    record.intents = [IntentRecord(intent: Intent(call: "ssh:script", digest: ""), answered: true)]
    record.object = ["marker": .string("\(token).0")]
    let checkpoint = TestCheckpoint(record: record)
    let call = stepCall("ssh/script", inputs(), record: record)
    #expect(await failure { try await performer.perform(call, checkpoint: checkpoint) }?.code == .sshScriptSignalled)
    #expect(runs == 0)
    let again = stepCall("ssh/script", inputs(), record: checkpoint.record)
    #expect(try outputs(try await performer.perform(again, checkpoint: checkpoint))["stdout"] == "again\n")
    #expect(runs == 1)
    await client.close()
  }

  @Test("a path given as creates makes the run unnecessary")
  func creates() async throws {
    try script("echo installed")
    try server.folder.write("installed", "yes")
    let checkpoint = TestCheckpoint()
    let call = stepCall("ssh/script", inputs(["creates": .string("\(folder)/installed")]))
    guard case .succeeded(let outputs, _, let effect) = try await performer.perform(call, checkpoint: checkpoint) else {
      return
    }
    #expect(effect == .nothing)
    #expect(outputs["exit_status"] == 0)
    #expect(runs == 0)
    await client.close()
  }

  @Test("a missing script is not-found, and its intent is taken back")
  func missing() async throws {
    let checkpoint = TestCheckpoint()
    let problem = await failure {
      try await performer.perform(stepCall("ssh/script", inputs()), checkpoint: checkpoint)
    }
    #expect(problem?.code == .sshScriptMissing)
    #expect(checkpoint.facts == [.intent(0), .refused(0)])
    await client.close()
  }

  @Test("a second answer does not come from the first run of a generation: markers are per token")
  func generations() async throws {
    try script("echo hello")
    for token in ["cw-11111111111111111111111111111111", "cw-22222222222222222222222222222222"] {
      _ = try await performer.perform(stepCall("ssh/script", inputs(), token: token), checkpoint: TestCheckpoint())
    }
    #expect(runs == 2)
    await client.close()
  }
}
