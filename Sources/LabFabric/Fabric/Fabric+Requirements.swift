import Glibc

extension Fabric {
  static var lacksRights: Bool { geteuid() != 0 }

  /// What this machine lacks; empty: the lab can run.
  ///
  /// Tries every kernel feature in namespaces that are gone when this returns; about 50 ms.
  package static func missingRequirements() -> [LabUnavailable.Missing] {
    var missing = Toolbox.missing
    if lacksRights { missing.append(.rootRights) }
    guard missing.isEmpty, let tools = try? Toolbox() else { return missing }
    return trials.flatMap { tryOut($0, tools) }
  }

  /// A feature, and a command or set-up that needs it.
  private struct Trial {
    var feature: String
    var setUp: [SetUp] = []
    var script = ":"
  }

  private static let trials = [
    Trial(
      feature: "overlayfs",
      setUp: [
        .mount("tmpfs", on: "/run", type: "tmpfs"), .folder("/run/upper"), .folder("/run/work"), .folder("/run/root"),
        .mount("overlay", on: "/run/root", type: "overlay", data: "lowerdir=/,upperdir=/run/upper,workdir=/run/work"),
      ]),
    Trial(feature: "bridge", script: "ip link add name v0 type bridge stp_state 0 mcast_snooping 0"),
    Trial(feature: "veth", script: "ip link add name v0 type veth peer name v1"),
    Trial(
      feature: "vxlan", script: "ip link add name v0 type vxlan id 1 dstport 4789 local 192.0.2.1 remote 192.0.2.2"),
    Trial(
      feature: "htb", script: "ip link add name v0 type veth peer name v1 && tc qdisc add dev v0 root handle 1: htb"),
    Trial(
      feature: "nf_tables",
      script: """
        nft 'table ip t { chain f { type filter hook forward priority 0; ct state established accept; }; \
        chain n { type nat hook prerouting priority dstnat; ip daddr 192.0.2.1 dnat to 192.0.2.2; }; }'
        """),
    Trial(feature: "policy routing", script: "ip rule add iif lo lookup 1000 pref 1000"),
  ]

  private static func tryOut(_ trial: Trial, _ tools: Toolbox) -> [LabUnavailable.Missing] {
    var program = Program(arguments: [tools.shell, "-c", "\(trial.script) || exit 1"])
    program.makes = .all
    program.setUp = [.mount("none", on: "/", flags: SetUp.privately)] + trial.setUp
    do {
      let outcome = try ChildRun(program: program, timeout: .seconds(10))()
      return outcome.isSuccess ? [] : [.kernelFeature(trial.feature, reason: outcome.stderrText.firstLine)]
    } catch .refused(_, let message) {
      return [.kernelFeature(trial.feature, reason: message)]
    } catch {
      return [.kernelFeature(trial.feature, reason: "")]
    }
  }
}

extension String {
  fileprivate var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
