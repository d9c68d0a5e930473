import Basics
import LabFabric

/// The vCPE on its host: forwarding, a keepalive through the tunnel, and routes to what stands behind it.
extension QingCloudState {
  /// Has every vCPE set up that was not yet, since its host's last start or its access point's last application.
  mutating func keepVCPEsUp() {
    for access in wanAccesses.all {
      guard let wanted = setting(of: access), wanted != access.told else { continue }
      wanAccesses.change(access.id) { $0.told = wanted }
      core.effects.append(
        .run(
          CommandJob(
            invocation: access.id, host: access.machine, arguments: ["sh", "-c", Self.script(wanted)], user: "root",
            timeout: .seconds(30))))
    }
  }

  /// Whether some vCPE waits for `keepVCPEsUp`.
  var hasVCPEToSetUp: Bool {
    wanAccesses.all.contains { access in setting(of: access).map { $0 != access.told } ?? false }
  }

  private func setting(of access: WanAccess) -> WanAccess.Setting? {
    guard let host = core.hosts[access.machine] else { return nil }
    let hops = access.applied.compactMap { route in route.hop.map { (route.network, $0) } }
    return WanAccess.Setting(boot: host.processID, hops: Dictionary(hops) { _, last in last })
  }

  mutating func finish(_ job: CommandJob, _ outcome: CommandOutcome?) {
    guard outcome?.isSuccess == true else { return }
    wanAccesses.change(job.invocation) { $0.done = $0.told }
  }

  /// Whether the vCPE runs on its host's present boot.
  func isDeployed(_ access: WanAccess) -> Bool {
    access.done.map { $0.boot == core.hosts[access.machine]?.processID } ?? false
  }

  /// May run again on the same boot; a route waits for its interface.
  private static func script(_ setting: WanAccess.Setting) -> String {
    let lines = setting.hops.map { "\($0.key) \($0.value)" }.sorted()
    return """
      mkdir -p /run/vcpe && cd /run/vcpe || exit 1
      echo 1 >/proc/sys/net/ipv4/ip_forward || exit 1
      cat >new <<'END'
      \(lines.joined(separator: "\n"))
      END
      [ ! -e routes ] || while read -r network hop; do
        [ -z "$network" ] || grep -qx "$network $hop" new || ip route del "$network" via "$hop"
      done <routes
      mv new routes
      [ ! -e running ] || exit 0
      touch running
      setsid sh -c 'while :; do
        while read -r network hop; do [ -z "$network" ] || ip route replace "$network" via "$hop"; done <routes
        ping -n -q -c 1 -W 1 \(DeviceAPI.peerAddress)
        sleep 3
      done' </dev/null >/dev/null 2>&1 &
      """
  }
}
