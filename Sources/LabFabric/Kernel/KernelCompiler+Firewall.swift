import Basics

/// Source/destination checks, security filters, public addresses and the ICMP class of shaped links, as one nftables table.
///
/// The router checks where it sees every packet. In a switched subnet it does not, and not every kernel tracks connections on a bridge:
/// there the machine's own namespace checks what enters and leaves by the device.
extension KernelCompiler {
  mutating func addFirewalls() {
    for network in topology.networks {
      let text = firewall(of: network)
      edit(KernelNames.space("net", network.id)) { $0.firewall = text }
    }
    for machine in topology.machines {
      let text = firewall(of: machine)
      edit(KernelNames.space("host", machine.id)) { $0.firewall = text }
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
    let ports = routed(of: network).sorted { $0.id < $1.id }.map { interface in
      let device = KernelNames.device("e", interface.id)
      return Port(interface, leaving: "iifname \"\(device)\"", arriving: "oifname \"\(device)\"")
    }
    var chains = chains(of: ports, at: .router)
    if network.hasInternetGateway { chains += Self.translation(own) }
    chains += Self.classes(of: state.spaces[KernelNames.space("net", network.id)])
    return Self.table(chains)
  }

  private func firewall(of machine: Machine) -> String {
    let ports = machine.devices.compactMap { device -> Port? in
      guard let interface = interfaces[device.interface], let network = networks[interface.network],
        network.subnets.contains(where: { $0.id == interface.subnet && $0.isSwitched })
      else { return nil }
      return Port(interface, leaving: "oifname \"\(device.name)\"", arriving: "iifname \"\(device.name)\"")
    }
    return Self.table(chains(of: ports, at: .machine))
  }

  /// An interface, and how a packet is known that leaves its machine or arrives there.
  private struct Port {
    var interface: NetworkInterface
    var leaving: String
    var arriving: String

    init(_ interface: NetworkInterface, leaving: String, arriving: String) {
      self.interface = interface
      self.leaving = leaving
      self.arriving = arriving
    }
  }

  /// Where packets are looked at, checks before filters.
  private struct Hooks {
    var sources: String
    var destinations: String
    var outbound: String
    var inbound: String

    static let router = Hooks(
      sources: "forward priority -20", destinations: "forward priority -19", outbound: "forward priority -10",
      inbound: "forward priority 0")
    /// As on the wire: arriving packets before, leaving ones after any translation of the machine's own.
    static let machine = Hooks(
      sources: "postrouting priority 105", destinations: "prerouting priority -170",
      outbound: "postrouting priority 110", inbound: "prerouting priority -160")
  }

  private func chains(of ports: [Port], at hooks: Hooks) -> [String] {
    let checked = ports.filter(\.interface.checksSourceAndDestination)
    return Self.filterChains(ports, at: hooks)
      + Self.base("sources", hooks.sources, checked.map { check($0, "source") })
      + Self.base("destinations", hooks.destinations, checked.map { check($0, "destination") })
  }

  private static func table(_ chains: [String]) -> String {
    chains.isEmpty ? "" : (["table ip lab {"] + chains.map { "  \($0)" } + ["}"]).joined(separator: "\n") + "\n"
  }

  private static func chain(_ name: String, _ head: String, _ rules: [String]) -> [String] {
    rules.isEmpty ? [] : ["chain \(name) {"] + (head.isEmpty ? [] : ["  \(head)"]) + rules.map { "  \($0)" } + ["}"]
  }

  private static func base(_ name: String, _ hook: String, _ rules: [String]) -> [String] {
    chain(name, "type filter hook \(hook); policy accept;", rules)
  }

  private func check(_ port: Port, _ side: String) -> String {
    let interface = port.interface
    let floating = networks[interface.network]?.floatingAddresses.filter { $0.holder == interface.id } ?? []
    let own = ([interface.address] + floating.map(\.address)).map(\.description).sorted().joined(separator: ", ")
    let match = side == "source" ? "\(port.leaving) ip saddr" : "\(port.arriving) ip daddr"
    return "\(match) != { \(own) } counter drop comment \"\(Self.comment("\(side) check", interface.id))\""
  }

  /// Outbound and inbound are two base chains, and each filter a chain that returns what it lets through: so every filter must agree.
  private static func filterChains(_ ports: [Port], at hooks: Hooks) -> [String] {
    var chains: [String] = []
    var outbound: [String] = []
    var inbound: [String] = []
    for port in ports {
      let device = KernelNames.device("e", port.interface.id)
      for (index, filter) in port.interface.filters.enumerated() {
        let (out, into) = ("out_\(device)_\(index)", "in_\(device)_\(index)")
        chains += chain(out, "", rules(filter.outbound, ("daddr", "saddr"), comment("outbound", port.interface.id)))
        chains += chain(into, "", rules(filter.inbound, ("saddr", "daddr"), comment("inbound", port.interface.id)))
        outbound.append("\(port.leaving) jump \(out)")
        inbound.append("\(port.arriving) jump \(into)")
      }
    }
    if outbound.isEmpty { return [] }
    let answers = "ct state established,related accept"
    return chains + base("outbound", hooks.outbound, [answers] + outbound)
      + base("inbound", hooks.inbound, [answers] + inbound)
  }

  /// The fields of a packet that hold the far side's address and the machine's.
  private typealias Sides = (far: String, near: String)

  private static func rules(_ rules: [SecurityRule], _ sides: Sides, _ comment: String) -> [String] {
    rules.compactMap { rule($0, sides, comment) } + ["counter drop comment \"\(comment)\""]
  }

  /// `nil`: the rule means nobody.
  private static func rule(_ rule: SecurityRule, _ sides: Sides, _ comment: String) -> String? {
    guard let far = match(rule.peers, sides.far) else { return nil }
    var near: [String] = []
    if let own = rule.near {
      guard let match = match(own, sides.near) else { return nil }
      near = match
    }
    let verdict = rule.verdict == .accept ? "return" : "counter drop comment \"\(comment)\""
    return (far + near + traffic(rule.traffic) + [verdict]).joined(separator: " ")
  }

  /// The condition that an address is in one of the blocks; empty for everything, `nil` for nothing.
  private static func match(_ blocks: [IPNetwork], _ side: String) -> [String]? {
    let blocks = Set(blocks.filter { $0.address.family == .v4 }.map(\.network)).sorted {
      ($0.address, $0.prefix) < ($1.address, $1.prefix)
    }
    if blocks.isEmpty { return nil }
    // An overlap is an error inside a set: only the widest blocks are named.
    let widest = blocks.filter { one in !blocks.contains { $0 != one && $0.contains(one) } }
    if widest.contains(where: { $0.prefix == 0 }) { return [] }
    return ["ip \(side) { \(widest.map(\.description).joined(separator: ", ")) }"]
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
