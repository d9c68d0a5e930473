import Basics
import Digests
import RunEngine

/// `ssh/script`: a script that runs once on its host, however often the connection or this program dies.
///
/// Each attempt has a marker of its own, `TOKEN.N`. The object in the journal: `marker`, `log`, and once the script has ended
/// `exit_status` or `ended`; `failed` once that end has been reported as a failure, so that only a retry runs the script again.
struct ScriptStep {
  static let callName = "ssh:script"
  static let undoName = "ssh:script.undo"

  let performer: SSHPerformer
  let call: StepCall
  let checkpoint: any Checkpoint
  let began = ContinuousClock.now

  init(_ performer: SSHPerformer, _ call: StepCall, _ checkpoint: any Checkpoint) {
    self.performer = performer
    self.call = call
    self.checkpoint = checkpoint
  }

  func perform() async throws(StepFailure) -> StepOutcome {
    let host = try StepInputs(call).host()
    let object = call.record.object
    let ordinal = nextOrdinal()
    let job = try job(name: markerName(ordinal))
    guard call.record.intents.contains(where: { $0.answered && $0.intent.ordinal == ordinal }) else {
      return try await start(job, host, ordinal)
    }
    // Told before, not yet reported: the end is in the journal, or still to come.
    if let end = ScriptObject.end(of: object) { return try await report(end, object, ordinal) }
    checkpoint.progress(StepProgress(.sshScriptFound, host.arguments))
    return try await follow(job, host, ordinal, isStarted: true)
  }

  /// The number of the attempt to go on with: the last one, unless it has been reported as done or failed.
  private func nextOrdinal() -> Int {
    guard let last = call.record.intents.last(where: { $0.intent.call == Self.callName }) else { return 0 }
    let isOver = last.answered && (call.record.succeeded || call.record.object["failed"].bool == true)
    return isOver ? last.intent.ordinal + 1 : last.intent.ordinal
  }

  private func start(_ job: ScriptJob, _ host: SSHHost, _ ordinal: Int) async throws(StepFailure) -> StepOutcome {
    try await checkpoint.intent(Intent(call: Self.callName, ordinal: ordinal, digest: job.digest))
    do throws(StepFailure) { return try await follow(job, host, ordinal, isStarted: false) } catch {
      if error.isRefusalOfStart { try await checkpoint.refused(ordinal: ordinal, failure: error) }
      throw error
    }
  }

  private func follow(
    _ job: ScriptJob, _ host: SSHHost, _ ordinal: Int, isStarted: Bool
  ) async throws(StepFailure) -> StepOutcome {
    let checkpoint = checkpoint
    let object = ScriptObject.started(job)
    let run = await run(job, host)
    let result = try await whileTimeLasts(run, host) { () async throws(StepFailure) in
      try await run.start(timeout: timeLeft, isStarted: isStarted) { () async throws(StepFailure) in
        if !isStarted { try await checkpoint.answered(ordinal: ordinal, object: object) }
        checkpoint.progress(StepProgress(.sshScriptRunning, host.arguments))
      }
    }
    let ended = ScriptObject.ended(job, result)
    try await checkpoint.answered(ordinal: ordinal, object: ended)
    guard let end = result.end else {
      return .succeeded(outputs: ScriptObject.outputs(ended), object: ended, effect: .nothing)
    }
    return try await report(end, ended, ordinal)
  }

  /// An end other than status 0 becomes a failure, once.
  private func report(_ end: ScriptEnd, _ object: Value, _ ordinal: Int) async throws(StepFailure) -> StepOutcome {
    if end == .exited(0) {
      return .succeeded(outputs: ScriptObject.outputs(object), object: object, effect: .created)
    }
    try await checkpoint.answered(ordinal: ordinal, object: ScriptObject.failed(object))
    throw failure(end, object)
  }

  func failure(_ end: ScriptEnd, _ object: Value) -> StepFailure {
    var arguments = (try? StepInputs(call).host().arguments) ?? [:]
    arguments["path"] = (try? StepInputs(call).text("run")) ?? ""
    arguments["log"] = object["log"].string ?? ""
    arguments["last"] = LastLines.of(object["stdout"].string ?? "")
    switch end {
    case .exited(let status):
      arguments["status"] = String(status)
      return StepFailure(.exitStatus, .sshScriptFailed, arguments)
    case .killed: return StepFailure(.timeout, .sshScriptTimedOut, arguments)
    case .died: return StepFailure(.exitStatus, .sshScriptSignalled, arguments)
    }
  }
}

// Doubt.
extension ScriptStep {
  /// The marker tells: absent, running, or how it ended.
  func resolve() async throws(StepFailure) -> Resolution {
    let host = try StepInputs(call).host()
    let open = call.record.intents.last { !$0.answered }
    let job = try job(name: markerName(open?.intent.ordinal ?? 0))
    let run = await run(job, host)
    switch try await run.look() {
    case nil: return .didNotHappen
    case .running: return .happened(object: ScriptObject.started(job))
    case .ended(let result): return .happened(object: ScriptObject.ended(job, result))
    }
  }
}

// What is shared with undo.
extension ScriptStep {
  func markerName(_ ordinal: Int) -> String { "\(call.token).\(ordinal)" }

  func run(_ job: ScriptJob, _ host: SSHHost) async -> ScriptRun {
    let checkpoint = checkpoint
    return await ScriptRun(client: performer.client, host: host, job: job, patience: performer.patience(checkpoint)) {
      checkpoint.output($0)
    }
  }

  var timeLeft: Duration? { call.timeout.map { max(.zero, $0 - began.duration(to: .now)) } }

  /// The engine cancels a step whose time is up, at the same moment as we notice; then, and only then, the script is stopped.
  func whileTimeLasts<Result: Sendable>(
    _ run: ScriptRun, _ host: SSHHost, _ body: () async throws(StepFailure) -> Result
  ) async throws(StepFailure) -> Result {
    do throws(StepFailure) { return try await body() } catch {
      guard error.kind == .interrupted, let timeLeft, timeLeft < .seconds(1) else { throw error }
      await run.stop()
      throw StepFailure(.timeout, .sshScriptTimedOut, host.arguments)
    }
  }

  func job(name: String, args undoArgs: [String]? = nil) throws(StepFailure) -> ScriptJob {
    let inputs = StepInputs(call)
    let path = try inputs.text("run")
    guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(10) else { throw inputs.invalid("run", path) }
    let given = try inputs.words("args") ?? []
    let source = try source(inputs)
    let answers = try inputs.answers("answers")
    let creates = try inputs.optionalText("creates")
    let asRoot = try inputs.flag("sudo")
    var parts =
      [Self.callName, path, source.name] + [
        try inputs.optionalText("url") ?? "", try inputs.optionalText("text") ?? "",
      ]
    parts += [creates ?? "", asRoot ? "sudo" : "", String(answers.count)] + answers.flatMap { [$0.expect, $0.send] }
    parts += undoArgs ?? given
    return ScriptJob(
      name: name, digest: Hash.sha256Hex(RequestText.joined(parts)), path: path,
      // What was put there for the run stands there for the undo.
      source: undoArgs == nil ? source : .inPlace, words: [path] + (undoArgs ?? given), answers: answers,
      creates: undoArgs == nil ? creates : nil, asRoot: asRoot, base: performer.markers)
  }

  private func source(_ inputs: StepInputs) throws(StepFailure) -> ScriptJob.Source {
    switch (try inputs.optionalText("url"), try inputs.optionalText("text")) {
    case (nil, nil): return .inPlace
    case (nil, let text?): return .text(Array(text.utf8))
    case (let url?, nil):
      // The address goes into a configuration line of curl.
      let isPlain = url.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
      guard isPlain, url.hasPrefix("https://") || url.hasPrefix("http://") else {
        throw inputs.invalid("url", "address")
      }
      return .url(url)
    default: throw inputs.invalid("text", "url")
    }
  }
}

extension StepFailure {
  /// The script was not started, for certain: the host said so, or was never reached.
  fileprivate var isRefusalOfStart: Bool {
    switch code {
    case .sshMarkerDiffers, .sshScriptMissing, .sshProgramMissing, .sshMarkerUnwritable, .sshFetchFailed,
      .sshUploadFailed,
      .sshSudoMissing, .sshSudoPassword:
      true
    case .sshConnectionLost, .sshProtocol, .sshScriptUnsettled, .sshScriptTimedOut, .sshScriptSignalled,
      .sshScriptFailed:
      false
    default: kind != .doubt && kind != .interrupted
    }
  }
}
