import Basics

/// Source/destination checks, security filters, public addresses and the ICMP class of shaped links, as one nftables table.
extension KernelCompiler {
  mutating func addFirewalls() {
    for network in topology.networks {
      let text = firewall(of: network)
      edit(KernelNames.space("net", network.id)) { $0.firewall = text }
    }
    for router in topology.routers {
      let name = KernelNames.space("router", router.id)
      let text = Self.table(Self.classes(of: state.spaces[name]))
      edit(name) { $0.firewall = text }
    }
  }

  private func firewall(of network: VirtualNetwork) -> String {
    let own = topology.interfaces.filter { $0.network == network.id && plugged.contains($0.id) }.sorted {
      $0.id < $1.id
    }
    let floating = Dictionary(grouping: network.floatingAddresses.filter { $0.holder != nil }, by: \.holder)
    var chains = Self.filterChains(own)
    chains += Self.chain(
      "checks", "type filter hook forward priority -20; policy accept;",
      own.filter(\.checksSourceAndDestination).flatMap {
        Self.checks($0, also: floating[$0.id, default: []].map(\.address))
      })
    if network.hasInternetGateway { chains += Self.translation(own) }
    chains += Self.classes(of: state.spaces[KernelNames.space("net", network.id)])
    return Self.table(chains)
  }

  private static func table(_ chains: [String]) -> String {
    chains.isEmpty ? "" : (["table ip lab {"] + chains.map { "  \($0)" } + ["}"]).joined(separator: "\n") + "\n"
  }

  private static func chain(_ name: String, _ head: String, _ rules: [String]) -> [String] {
    rules.isEmpty ? [] : ["chain \(name) {"] + (head.isEmpty ? [] : ["  \(head)"]) + rules.map { "  \($0)" } + ["}"]
  }

  private static func checks(_ interface: NetworkInterface, also others: [IPAddress]) -> [String] {
    let device = KernelNames.device("e", interface.id)
    let own = "{ \(([interface.address] + others).map(\.description).sorted().joined(separator: ", ")) }"
    return [
      "iifname \"\(device)\" ip saddr != \(own) counter drop comment \"\(comment("source check", interface.id))\"",
      "oifname \"\(device)\" ip daddr != \(own) counter drop comment \"\(comment("destination check", interface.id))\"",
    ]
  }

  /// Outbound and inbound are two base chains, and each filter a chain that returns what it lets through: so every filter must agree.
  private static func filterChains(_ interfaces: [NetworkInterface]) -> [String] {
    var chains: [String] = []
    var outbound: [String] = []
    var inbound: [String] = []
    for interface in interfaces {
      let device = KernelNames.device("e", interface.id)
      for (index, filter) in interface.filters.enumerated() {
        let (out, into) = ("out_\(device)_\(index)", "in_\(device)_\(index)")
        chains += chain(out, "", rules(filter.outbound, "daddr", comment("outbound", interface.id)))
        chains += chain(into, "", rules(filter.inbound, "saddr", comment("inbound", interface.id)))
        outbound.append("iifname \"\(device)\" jump \(out)")
        inbound.append("oifname \"\(device)\" jump \(into)")
      }
    }
    if outbound.isEmpty { return [] }
    let answers = "ct state established,related accept"
    chains += chain("outbound", "type filter hook forward priority -10; policy accept;", [answers] + outbound)
    chains += chain("inbound", "type filter hook forward priority 0; policy accept;", [answers] + inbound)
    return chains
  }

  private static func rules(_ rules: [SecurityRule], _ side: String, _ comment: String) -> [String] {
    rules.compactMap { rule($0, side, comment) } + ["counter drop comment \"\(comment)\""]
  }

  private static func rule(_ rule: SecurityRule, _ side: String, _ comment: String) -> String? {
    let peers = Set(rule.peers.filter { $0.address.family == .v4 }.map(\.network)).sorted {
      ($0.address, $0.prefix) < ($1.address, $1.prefix)
    }
    if peers.isEmpty { return nil }
    // An overlap is an error inside a set: only the widest blocks are named.
    let widest = peers.filter { one in !peers.contains { $0 != one && $0.contains(one) } }
    let everybody = widest.contains { $0.prefix == 0 }
    let who = everybody ? [] : ["ip \(side) { \(widest.map(\.description).joined(separator: ", ")) }"]
    let verdict = rule.verdict == .accept ? "return" : "counter drop comment \"\(comment)\""
    return (who + traffic(rule.traffic) + [verdict]).joined(separator: " ")
  }

  private static func traffic(_ traffic: SecurityRule.Traffic) -> [String] {
    switch traffic {
    case .any: []
    case .tcp(nil): ["meta l4proto tcp"]
    case .udp(nil): ["meta l4proto udp"]
    case .tcp(.some(let ports)): ["tcp dport \(ports.lowerBound)-\(ports.upperBound)"]
    case .udp(.some(let ports)): ["udp dport \(ports.lowerBound)-\(ports.upperBound)"]
    case .icmp: ["meta l4proto icmp"]
    case .ip(let number): ["meta l4proto \(number)"]
    }
  }

  private static func translation(_ interfaces: [NetworkInterface]) -> [String] {
    var inward: [String] = []
    var outward: [String] = []
    for interface in interfaces {
      guard case .mapped(let address) = interface.publicAddress else { continue }
      inward.append("iifname \"\(KernelNames.uplink)\" ip daddr \(address) dnat to \(interface.address)")
      outward.append("oifname \"\(KernelNames.uplink)\" ip saddr \(interface.address) snat to \(address)")
    }
    return chain("arriving", "type nat hook prerouting priority dstnat; policy accept;", inward)
      + chain("leaving", "type nat hook postrouting priority srcnat; policy accept;", outward)
  }

  private static func classes(of space: KernelState.Space?) -> [String] {
    let rules = (space?.shapers.keys.sorted() ?? []).map {
      "oifname \"\($0)\" meta l4proto icmp meta priority set \"1:10\""
    }
    return chain("classes", "type filter hook postrouting priority mangle; policy accept;", rules)
  }

  /// What a drop counter is called; `Fabric.drops` reads it back.
  private static func comment(_ what: String, _ id: String) -> String {
    let safe = id.unicodeScalars.map { $0.isASCII && $0.value > 32 && $0 != "\"" && $0 != "\\" ? Character($0) : "_" }
    return "\(what) \(String(safe.suffix(90)))"
  }
}
