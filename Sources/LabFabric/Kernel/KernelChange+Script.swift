/// The change as one shell script, run by one process of ours.
extension KernelChange {
  package var script: String {
    var lines = [
      "set -e", "together=", "failed=",
      "join() { for one in $together; do wait $one || failed=1; done; together=; [ -z \"$failed\" ] || exit 1; }",
    ]
    let wires = Dictionary(grouping: removedWires, by: \.space).sorted { $0.key < $1.key }
    for (space, ends) in wires { lines += Self.forced("ip -n \(space)", ends.map { "link del dev \($0.device)" }) }
    lines += Self.forced("ip", removedSpaces.map { "netns del \($0)" })
    lines += Self.heredoc("ip -batch -", addedSpaces.map { "netns add \($0.name)" })
    lines += Self.together(addedSpaces.map { Self.inside($0.name, Self.switches($0.role)) })
    lines += Self.heredoc("ip -batch -", addedWires)
    lines += Self.together(spaces.map { Self.inside($0.name, Self.commands($0.change)) })
    for (space, ports) in newBridgePorts {
      // The kernel itself may take a second to notice that a port's other end is up; where it is not, it refuses.
      lines += Self.forced("ip -n \(space)", ports.map { "link set dev \($0) type bridge_slave state 3" })
    }
    lines += Self.together(
      newNeighbours.map { Self.inside($0.space, Self.announcement($0.device, $0.hardwareAddress)) })
    return lines.joined(separator: "\n") + "\n"
  }

  /// A gratuitous ARP, as hypervisors send one for a new port: given its own hardware address once more, the device tells its neighbours.
  ///
  /// Else a neighbour that has just talked to a machine of the same address sends to that one's hardware address for up to a minute.
  private static func announcement(_ device: String, _ hardwareAddress: String) -> [String] {
    let switched = "/proc/sys/net/ipv4/conf/\(device)/arp_notify"
    return ["echo 1 >\(switched)", "ip link set dev \(device) address \(hardwareAddress)", "echo 0 >\(switched)"]
  }

  private static func commands(_ change: SpaceChange) -> [String] {
    change.newPorts.map { "echo 0 >/proc/sys/net/ipv4/neigh/\($0)/proxy_delay" } + forced("ip", change.removals)
      + heredoc("ip -batch -", change.additions)
      + forced("ip", change.offers) + heredoc("tc -batch -", change.tc)
      + heredoc("nft -f -", change.nft.split(separator: "\n").map(String.init))
  }

  /// A batch that goes on after a refusal: what is gone already (root of a host may do that) is as wanted, and what it refuses is its own.
  private static func forced(_ command: String, _ lines: [String]) -> [String] {
    heredoc("\(command) -force -batch - 2>/dev/null", lines, after: " || :")
  }

  private static func inside(_ space: String, _ commands: [String]) -> [String] {
    if commands.isEmpty { return [] }
    return ["nsenter --net=/run/netns/\(space) sh -e <<'IN_SPACE' &"] + commands + [
      "IN_SPACE", "together=\"$together $!\"",
    ]
  }

  /// Namespaces do not wait for each other, but not too many at a time.
  private static func together(_ spaces: [[String]]) -> [String] {
    spaces.enumerated().flatMap { index, lines in index % 16 == 15 ? lines + ["join"] : lines }
      + (spaces.isEmpty ? [] : ["join"])
  }

  private static func heredoc(_ command: String, _ lines: [String], after: String = "") -> [String] {
    lines.isEmpty ? [] : ["\(command) <<'BATCH'\(after)"] + lines + ["BATCH"]
  }

  /// Set before devices come, which start from `default`; nothing is left to what the machine itself is set to.
  private static func switches(_ role: KernelState.Role) -> [String] {
    let common = [
      "cd /proc/sys/net", "for c in all default; do", "echo 0 >ipv4/conf/$c/rp_filter",
      "echo 0 >ipv4/conf/$c/send_redirects",
      "[ ! -e ipv6/conf/$c/disable_ipv6 ] || echo 1 >ipv6/conf/$c/disable_ipv6", "done",
      "echo 0 2147483647 >ipv4/ping_group_range",
    ]
    switch role {
    case .machine: return common + ["echo 0 >ipv4/ip_forward"]
    case .bridge:
      // Bridged packets are no business of this namespace's IP, whatever br_netfilter was told on the machine.
      return common + [
        "[ ! -e bridge/bridge-nf-call-iptables ] || echo 0 >bridge/bridge-nf-call-iptables",
        "ip link add \(KernelState.bridge) type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
        "ip link set \(KernelState.bridge) up",
      ]
    case .router:
      return common + [
        "echo 1 >ipv4/ip_forward", "echo 1 >ipv4/conf/default/proxy_arp",
      ]
    }
  }
}
