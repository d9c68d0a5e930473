import Basics
import Digests
import Foundation
import ProviderModel
import RunEngine

/// Carries out `lab/*`, what no cloud API can give, by asking the lab itself.
struct LabPerformer: ActionPerformer {
  let lab: LabHandle

  func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    let outputs: [String: Value]
    switch call.action.name {
    case "object-store-url": outputs = objectStore(call, try await status(call))
    case "ssh": outputs = try login(try await status(call))
    default: outputs = try await lab.act(call.action.name, call.inputs)
    }
    return .succeeded(outputs: outputs, object: .null, effect: .read)
  }

  private func status(_ call: StepCall) async throws(StepFailure) -> Value {
    do { return try await lab.admin.get("/status") } catch {
      throw StepFailure(.transient, .commandLabAction, ["action": call.action.fullName, "detail": "\(error)"])
    }
  }

  private func objectStore(_ call: StepCall, _ status: Value) -> [String: Value] {
    let inside = status["script_url"].string ?? ""
    let object = call.inputs["object"]?.string ?? ""
    let folder = inside.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let path = folder.split(separator: "/").dropFirst(2).joined(separator: "/")
    return [
      "url": .string("\(folder)/\(object)"),
      "loopback_url": .string("\(lab.endpoints["oss"] ?? "")/\(path)/\(object)"),
    ]
  }

  /// The key that logs in to the fixture's hosts: made once per lab, kept in its folder.
  private func login(_ status: Value) throws(StepFailure) -> [String: Value] {
    let file = "\(lab.folder)/login_seed"
    let seed =
      FileManager.default.contents(atPath: file).map { Array($0) } ?? SystemRandom().bytes(Ed25519Key.seedLength)
    guard let key = Ed25519Key(seed: seed) else {
      throw StepFailure(.invalid, .commandLabAction, ["action": "lab/ssh", "detail": file])
    }
    _ = FileManager.default.createFile(atPath: file, contents: Data(seed), attributes: [.posixPermissions: 0o600])
    return [
      "port": status["ssh_port"], "user": "ubuntu",
      "private_key": .string(OpenSSHKey.privateKey(key, comment: "lab")),
      "public_key": .string(OpenSSHKey.publicLine(key.publicKey, comment: "lab")),
    ]
  }

  func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution { .didNotHappen }

  func read(_ call: StepCall) async throws(StepFailure) -> Reading { .unknown }

  func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome { .nothing }
}

extension LabHandle {
  /// Has the lab do `lab/NAME`, in whichever cloud knows it; its outputs.
  func act(_ name: String, _ inputs: [String: Value]) async throws(StepFailure) -> [String: Value] {
    do {
      let answer = try await admin.post("/acts", ["action": .string(name), "inputs": .object(inputs)])
      return answer["outputs"].object ?? [:]
    } catch {
      let detail = (error as? Diagnostics)?.all.first?.arguments["detail"] ?? "\(error)"
      throw StepFailure(.invalid, .commandLabAction, ["action": "lab/\(name)", "detail": detail])
    }
  }
}
