import Basics
import Digests
import LabFabric

extension AWSState {
  /// What cloud-init prints at the first boot: the host keys, as far as the host runs.
  func getConsoleOutput(_ call: APICall) throws(ServiceError) -> XMLValue {
    let instance = try instance(call["InstanceId"] ?? "")
    let host = core.hosts[instance.id]
    let text = host.map { Self.console(publicKey: $0.publicKey, name: $0.hostname) }
    return [
      "instanceId": .text(instance.id), "timestamp": .text(milliseconds(core.now)),
      "output": .optional(text.map { Base64.encode(Array($0.utf8)) }),
    ]
  }

  private static func console(publicKey: String, name: String) -> String {
    let blob = publicKey.split(separator: " ").dropFirst().first.flatMap { Base64.decode($0) } ?? []
    let fingerprint = OpenSSHKey.fingerprint(blob: blob)
    return """
      ci-info: no authorized SSH keys fingerprints found for user root.
      <14>cloud-init: #############################################################
      <14>cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----
      <14>cloud-init: 256 \(fingerprint) root@\(name) (ED25519)
      <14>cloud-init: -----END SSH HOST KEY FINGERPRINTS-----
      <14>cloud-init: #############################################################
      -----BEGIN SSH HOST KEY KEYS-----
      \(publicKey) root@\(name)
      -----END SSH HOST KEY KEYS-----
      Cloud-init finished.
      """
  }
}
