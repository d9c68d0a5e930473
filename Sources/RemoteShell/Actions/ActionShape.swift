/// The names of the arguments that an action reads and of the outputs that it gives; `providers/ssh` declares the same ones.
package struct ActionShape: Hashable, Sendable {
  package var inputs: Set<String>
  package var outputs: Set<String>

  package init(inputs: Set<String>, outputs: Set<String>) {
    self.inputs = inputs
    self.outputs = outputs
  }
}

extension SSHPerformer {
  /// Every action that this performer carries out.
  package static let shapes: [String: ActionShape] = [
    "ssh/script": ActionShape(
      inputs: ["host", "run", "url", "text", "args", "answers", "sudo", "creates", "undo_args"],
      outputs: ["exit_status", "stdout", "log"]),
    "ssh/run": ActionShape(
      inputs: ["host", "command", "stdin", "sudo", "allow_failure", "undo_command"],
      outputs: ["exit_status", "stdout", "stderr"]),
    "ssh/upload": ActionShape(inputs: ["host", "path", "text", "mode", "sudo"], outputs: ["path", "sha256"]),
    "ssh/wait": ActionShape(inputs: ["host", "patience", "ready"], outputs: ["host_key"]),
    "ssh/host-key": ActionShape(
      inputs: ["authorized_key", "comment"], outputs: ["private_key", "user_data", "public_key", "fingerprint"]),
    "ssh/key-pair": ActionShape(inputs: ["comment"], outputs: ["private_key", "public_key", "fingerprint"]),
    "ssh/facts": ActionShape(
      inputs: ["host", "sudo"],
      outputs: [
        "os", "os_version", "os_major", "kernel", "architecture", "cpus", "memory_mb", "interfaces",
        "default_interface",
        "private_ip", "gateway", "containers", "listening", "ip_forwarding",
      ]),
  ]
}
