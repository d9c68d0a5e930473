import Basics
import Digests
import RunEngine

/// `ssh/upload`: a file with the given content and mode, put in place as a whole or not at all.
///
/// The content goes through the standard input of a shell: every host that runs commands takes it, `sudo` included, in fewer round
/// trips than SFTP.
struct UploadStep {
  static let callName = "ssh:upload"

  let performer: SSHPerformer
  let call: StepCall
  let checkpoint: any Checkpoint

  init(_ performer: SSHPerformer, _ call: StepCall, _ checkpoint: any Checkpoint) {
    self.performer = performer
    self.call = call
    self.checkpoint = checkpoint
  }

  private struct File {
    var path: String
    var mode: String
    var content: [UInt8]
    var sha256: String { Hash.sha256Hex(content) }
  }

  func perform() async throws(StepFailure) -> StepOutcome {
    let file = try file()
    let ordinal = call.record.intents.last?.intent.ordinal ?? 0
    let present = try await state(file)
    if present.isSame, !present.object.isNull { return outcome(file, existed: true, effect: .nothing) }
    // What an interrupted attempt put there counts as ours.
    let existed = call.record.before["existed"].bool ?? !present.object.isNull
    let digest = Hash.sha256Hex(RequestText.joined([Self.callName, file.path, file.mode, file.sha256]))
    try await checkpoint.intent(
      Intent(call: Self.callName, ordinal: ordinal, digest: digest, before: .object(["existed": .bool(existed)])))
    try await put(file)
    let object = Self.object(file, existed: existed)
    try await checkpoint.answered(ordinal: ordinal, object: object)
    return outcome(file, existed: existed, effect: existed ? .updated : .created)
  }

  func read() async throws(StepFailure) -> Reading {
    let present = try await state(try file())
    if present.object.isNull { return .absent }
    return .present(object: present.object, differences: present.isSame ? [] : ["text"])
  }

  /// A file that was there before stays: its former content is not known.
  func undo() async throws(StepFailure) -> UndoOutcome {
    guard call.record.object["existed"].bool == false else { return .nothing }
    let file = try file()
    try await checkpoint.undoIntent(Intent(call: "ssh:upload.undo", digest: Hash.sha256Hex(file.path)))
    let result = try await run(["rm", "-f", "--", file.path])
    if result.status != 0 { throw failure(result, file) }
    try await checkpoint.undoAnswered(ordinal: 0)
    return .undone
  }

  private func file() throws(StepFailure) -> File {
    let inputs = StepInputs(call)
    let path = try inputs.text("path")
    let mode = try inputs.optionalText("mode") ?? "0644"
    guard path.hasPrefix("/"), !path.hasSuffix("/") else { throw inputs.invalid("path", path) }
    guard mode.utf8.allSatisfy({ (48...55).contains($0) }), (3...4).contains(mode.utf8.count) else {
      throw inputs.invalid("mode", mode)
    }
    return File(path: path, mode: mode, content: Array(try inputs.text("text").utf8))
  }

  private static func object(_ file: File, existed: Bool) -> Value {
    .object(["path": .string(file.path), "sha256": .string(file.sha256), "existed": .bool(existed)])
  }

  private func outcome(_ file: File, existed: Bool, effect: Effect) -> StepOutcome {
    let wasOurs = call.record.object["existed"].bool == false
    let object = Self.object(file, existed: existed && !wasOurs)
    return .succeeded(
      outputs: ["path": .string(file.path), "sha256": .string(file.sha256)], object: object, effect: effect)
  }
}

// The host's side.
extension UploadStep {
  /// What stands at the path now.
  private func state(_ file: File) async throws(StepFailure) -> (object: Value, isSame: Bool) {
    let program = "[ -e \"$1\" ] || { echo absent; exit 0; }; { sha256sum <\"$1\" && stat -c %a \"$1\"; } 2>&1"
    let result = try await run(["sh", "-c", program, "sh", file.path])
    guard result.status == 0 else { throw failure(result, file) }
    let lines = String(decoding: result.standardOutput, as: UTF8.self).split(whereSeparator: \.isNewline)
    if lines.first == "absent" { return (.null, false) }
    let sum = lines.first?.prefix { $0 != " " } ?? ""
    let mode = lines.count > 1 ? Int(lines[1], radix: 8) : nil
    let object: Value = .object(["path": .string(file.path), "sha256": .string(String(sum))])
    return (object, sum == file.sha256 && mode == Int(file.mode, radix: 8))
  }

  private func put(_ file: File) async throws(StepFailure) {
    // The name in between holds the token: an upload that was cut off leaves one file, which the next attempt overwrites.
    let program = """
      t=$1.$4; umask 077; mkdir -p "$(dirname "$1")" && cat >"$t" && [ "$(wc -c <"$t")" -eq "$3" ] && chmod "$2" "$t" && mv -f "$t" "$1"
      """
    let words = ["sh", "-c", program, "sh", file.path, file.mode, String(file.content.count), call.id]
    let result = try await run(words, input: file.content)
    if result.status != 0 { throw failure(result, file) }
  }

  private func run(_ words: [String], input: [UInt8] = []) async throws(StepFailure) -> RemoteResult {
    try await performer.run(words, call, checkpoint, input: input, timeout: call.timeout ?? .seconds(600))
  }

  private func failure(_ result: RemoteResult, _ file: File) -> StepFailure {
    let reason = LastLines.of(String(decoding: result.standardError + result.standardOutput, as: UTF8.self))
    return StepFailure(.exitStatus, .sshUploadFailed, ["path": file.path, "reason": reason])
  }
}
