import Basics
import Digests
import RunEngine

/// `ssh/run`: one command, repeated when in doubt.
struct RunStep {
  static let callName = "ssh:run"
  static let undoName = "ssh:run.undo"

  let performer: SSHPerformer
  let call: StepCall
  let checkpoint: any Checkpoint

  init(_ performer: SSHPerformer, _ call: StepCall, _ checkpoint: any Checkpoint) {
    self.performer = performer
    self.call = call
    self.checkpoint = checkpoint
  }

  func perform() async throws(StepFailure) -> StepOutcome {
    let object = call.record.object
    let isAnswered = call.record.intents.last?.answered == true && !call.record.succeeded
    if isAnswered, object["failed"].bool != true { return try outcome(object) }
    let words = try words("command")
    let ordinal = call.record.intents.last.map { $0.answered ? $0.intent.ordinal + 1 : $0.intent.ordinal } ?? 0
    try await checkpoint.intent(Intent(call: Self.callName, ordinal: ordinal, digest: try digest(words)))
    do throws(StepFailure) {
      let result = try await run(words)
      let isAnswer = try StepInputs(call).flag("allow_failure")
      let object = Self.object(result, isFailure: result.status != 0 && !isAnswer)
      try await checkpoint.answered(ordinal: ordinal, object: object)
      return try outcome(object)
    } catch {
      if error.kind == .denied || error.kind == .invalid {
        try await checkpoint.refused(ordinal: ordinal, failure: error)
      }
      throw error
    }
  }

  func undo() async throws(StepFailure) -> UndoOutcome {
    guard let words = try StepInputs(call).words("undo_command"), !words.isEmpty, !call.record.object.isNull else {
      return .nothing
    }
    if call.record.undoIntents.last?.answered == true { return .undone }
    try await checkpoint.undoIntent(Intent(call: Self.undoName, digest: try digest(words)))
    let result = try await run(words)
    if result.status != 0 { throw failure(Self.object(result, isFailure: true)) }
    try await checkpoint.undoAnswered(ordinal: 0)
    return .undone
  }

  private func words(_ name: String) throws(StepFailure) -> [String] {
    guard let words = try StepInputs(call).words(name), !words.isEmpty else {
      throw StepInputs(call).invalid(name, "missing")
    }
    return words
  }

  private func digest(_ words: [String]) throws(StepFailure) -> String {
    let inputs = StepInputs(call)
    let parts = [Self.callName, try inputs.optionalText("stdin") ?? "", try inputs.flag("sudo") ? "sudo" : ""] + words
    return Hash.sha256Hex(RequestText.joined(parts))
  }

  private func run(_ words: [String]) async throws(StepFailure) -> RemoteResult {
    let inputs = StepInputs(call)
    let input = Array((try inputs.optionalText("stdin") ?? "").utf8)
    let isSecret = call.sensitiveInputs.contains("command")
    let result = try await performer.run(
      words, call, checkpoint, input: input, timeout: call.timeout, hidesWords: isSecret)
    checkpoint.output(result.standardOutput + result.standardError)
    return result
  }

  private func outcome(_ object: Value) throws(StepFailure) -> StepOutcome {
    if object["failed"].bool == true { throw failure(object) }
    let outputs = ["exit_status", "stdout", "stderr"].map { ($0, object[$0]) }
    return .succeeded(outputs: Dictionary(uniqueKeysWithValues: outputs), object: object, effect: .updated)
  }

  private func failure(_ object: Value) -> StepFailure {
    var arguments = ["address": HostName.of(call)]
    let errors = object["stderr"].string ?? ""
    arguments["path"] = (try? StepInputs(call).words("command")?.first) ?? ""
    arguments["status"] = object["exit_status"].scalarText ?? ""
    arguments["last"] = LastLines.of(errors.isEmpty ? object["stdout"].string ?? "" : errors)
    arguments["log"] = ""
    return StepFailure(.exitStatus, .sshScriptFailed, arguments)
  }

  private static func object(_ result: RemoteResult, isFailure: Bool) -> Value {
    var members: [String: Value] = [
      "exit_status": .integer(result.status),
      "stdout": .string(String(decoding: result.standardOutput, as: UTF8.self)),
      "stderr": .string(String(decoding: result.standardError, as: UTF8.self)),
    ]
    if isFailure { members["failed"] = true }
    return .object(members)
  }
}
