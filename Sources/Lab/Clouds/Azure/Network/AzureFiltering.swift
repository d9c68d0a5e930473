import Basics
import LabFabric

/// What the security groups on an interface and on its subnet let through.
///
/// Both sides of a packet count, also of one that an appliance forwards: what comes from a far network leaves the appliance only if a
/// rule names that network, or the appliance's own subnet has a route to it. A rule that asks for source ports is passed over.
struct AzureFiltering {
  let state: AzureState
  /// What the tag `VirtualNetwork` means here: the network's own space, and what the subnet's route table names.
  let network: [IPNetwork]

  private static let loadBalancer = IPNetwork(address: IPAddress(family: .v4, number: 0xA83F_8110), prefix: 32)

  /// A group as one filter: its rules by priority, then those that every group has.
  func filter(_ group: ARMID) -> SecurityFilter {
    let rules = state.children(of: group).compactMap(\.applied).sorted {
      ($0["priority"]?.integer ?? 0) < ($1["priority"]?.integer ?? 0)
    }
    return SecurityFilter(
      inbound: rules.filter { $0["direction"] == "Inbound" }.flatMap { own($0, far: "source", near: "destination") }
        + standard(inbound: true),
      outbound: rules.filter { $0["direction"] == "Outbound" }.flatMap { own($0, far: "destination", near: "source") }
        + standard(inbound: false))
  }

  /// Without any group a public address of the Standard kind stays closed, while the private network is open.
  var closedToInternet: SecurityFilter {
    SecurityFilter(
      inbound: [SecurityRule(.accept, .any, peers: network + AzureRouting.dropped)],
      outbound: [SecurityRule(.accept, .any, peers: [AzureRouting.everything])])
  }

  // MARK: Rules

  private func own(_ rule: [String: Value], far: String, near: String) -> [SecurityRule] {
    guard hasAllSourcePorts(rule) else { return [] }
    let (others, own) = (texts(rule, "\(far)Address").flatMap(peers), texts(rule, "\(near)Address").flatMap(peers))
    let verdict: SecurityRule.Verdict = rule["access"] == "Allow" ? .accept : .drop
    return traffic(rule).map { SecurityRule(verdict, $0, peers: others, near: own) }
  }

  private func standard(inbound: Bool) -> [SecurityRule] {
    AzureDefaultRules.all.filter { $0.isInbound == inbound }.map { rule in
      SecurityRule(
        rule.isAllowed ? .accept : .drop, .any, peers: peers(inbound ? rule.source : rule.destination),
        near: peers(inbound ? rule.destination : rule.source))
    }
  }

  private func texts(_ rule: [String: Value], _ stem: String) -> [String] {
    rule["\(stem)Prefix"]?.string.map { [$0] } ?? rule["\(stem)Prefixes"]?.texts ?? []
  }

  private func hasAllSourcePorts(_ rule: [String: Value]) -> Bool {
    (rule["sourcePortRange"]?.string.map { [$0] } ?? rule["sourcePortRanges"]?.texts ?? []).contains("*")
  }

  private func peers(_ text: String) -> [IPNetwork] {
    switch text.lowercased() {
    case "*": [AzureRouting.everything]
    case "virtualnetwork": network + [Self.loadBalancer]
    case "internet": AzureRouting.everything.minus(network + AzureRouting.dropped)
    case "azureloadbalancer": [Self.loadBalancer]
    default: [AzurePeers.block(text)].compactMap { $0 }
    }
  }

  private func traffic(_ rule: [String: Value]) -> [SecurityRule.Traffic] {
    let texts = rule["destinationPortRange"]?.string.map { [$0] } ?? rule["destinationPortRanges"]?.texts ?? []
    let ports = texts.compactMap { AzurePorts($0)?.range }
    let hasAll = texts.contains("*")
    let ranges: [ClosedRange<UInt16>?] = hasAll ? [nil] : ports
    return switch rule["protocol"]?.string {
    case "Tcp": ranges.map { .tcp($0) }
    case "Udp": ranges.map { .udp($0) }
    case "Icmp": [.icmp]
    case "Esp": [.ip(50)]
    case "Ah": [.ip(51)]
    default: hasAll ? [.any] : ports.flatMap { [.tcp($0), .udp($0)] }
    }
  }
}
