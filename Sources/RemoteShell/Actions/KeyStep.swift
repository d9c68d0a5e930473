import Basics
import Digests
import RunEngine

/// `ssh/host-key` and `ssh/key-pair`: a new ed25519 key, made here.
///
/// Its outcome is journaled before anything that depends on it starts, so a resume never makes a second one.
struct KeyStep {
  let call: StepCall
  let random: any RandomSource

  init(_ call: StepCall, _ random: any RandomSource) {
    self.call = call
    self.random = random
  }

  func perform() throws(StepFailure) -> StepOutcome {
    // A re-run keeps the key: what was built with it would be locked out.
    if call.record.succeeded, call.record.outputs["private_key"]?.isNull == false {
      return .succeeded(outputs: call.record.outputs, object: call.record.object, effect: .nothing)
    }
    let inputs = StepInputs(call)
    let comment = try inputs.optionalText("comment") ?? "causeway"
    guard comment.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else { throw inputs.invalid("comment", "line break") }
    let key = Self.generate(random)
    var outputs: [String: Value] = [
      "private_key": .string(OpenSSHKey.privateKey(key, comment: comment)),
      "public_key": .string(OpenSSHKey.publicLine(key.publicKey, comment: comment)),
      "fingerprint": .string(OpenSSHKey.fingerprint(key.publicKey)),
    ]
    if call.uses == "ssh/host-key" { outputs["user_data"] = .string(try userData(key, comment)) }
    let object: Value = .object(["fingerprint": outputs["fingerprint"] ?? .null])
    return .succeeded(outputs: outputs, object: object, effect: .created)
  }

  private static func generate(_ random: some RandomSource) -> Ed25519Key { .generate(random: random) }

  /// cloud-config that installs the key before sshd starts (cloud-init, modules `ssh` and `users_groups`).
  private func userData(_ key: Ed25519Key, _ comment: String) throws(StepFailure) -> String {
    let inputs = StepInputs(call)
    let indented = OpenSSHKey.privateKey(key, comment: comment).split(whereSeparator: \.isNewline)
      .map { "    \($0)" }.joined(separator: "\n")
    var lines = [
      "#cloud-config", "ssh_deletekeys: true", "ssh_genkeytypes: []", "ssh_keys:", "  ed25519_private: |", indented,
      "  ed25519_public: \(OpenSSHKey.publicLine(key.publicKey))",
    ]
    if let login = try inputs.optionalText("authorized_key") {
      guard let line = login.split(whereSeparator: \.isNewline).first, HostKey(line: line) != nil else {
        throw inputs.invalid("authorized_key", "format")
      }
      // Only the key itself: a comment could hold what YAML reads otherwise.
      lines += ["disable_root: false", "ssh_authorized_keys:", "  - \(HostKey(line: line)?.line ?? "")"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
