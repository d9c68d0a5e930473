import Basics

/// The rules of network security groups.
extension AzureState {
  func prepareRule(_ new: inout ARMResource) throws(ServiceError) {
    try choose("direction", of: ["Inbound", "Outbound"], in: &new)
    try choose("access", of: ["Allow", "Deny"], in: &new)
    try choose("protocol", of: ["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"], in: &new)
    guard let priority = new["priority"].integer, (100...4096).contains(priority) else {
      throw ARMErrors.network(
        "SecurityRuleInvalidPriority",
        "Security rule has invalid Priority. Value provided: \(new["priority"].scalarText ?? "") Allowed range "
          + "100-4096.")
    }
    for side in ["source", "destination"] {
      let prefixes = try both("\(side)AddressPrefix", "\(side)AddressPrefixes", in: &new)
      for text in prefixes { try checkPeer(text, of: new) }
      let ranges = try both("\(side)PortRange", "\(side)PortRanges", in: &new)
      for text in ranges where AzurePorts(text) == nil {
        throw ARMErrors.network(
          "SecurityRuleInvalidPortRange",
          "Security rule has invalid Port range. Value provided: \(text). Value should be an integer OR integer range "
            + "with '-' delimiter. Valid range 0-65535.")
      }
    }
  }

  private func choose(_ name: String, of words: [String], in new: inout ARMResource) throws(ServiceError) {
    let text = new[name].string ?? ""
    guard let word = words.first(where: { $0.lowercased() == text.lowercased() }) else {
      throw ARMErrors.network(
        "SecurityRuleParameterContainsUnsupportedValue",
        "Security rule parameter \(name) for rule with Id \(new.id) has value '\(text)'. Supported values: "
          + "\(words.joined(separator: ", ")).")
    }
    new.properties[name] = .string(word)
  }

  /// A value stands in the singular or in the plural; what is shown always has the plural, if empty.
  private func both(_ one: String, _ many: String, in new: inout ARMResource) throws(ServiceError) -> [String] {
    let single = new[one].string
    let list = new[many].texts
    guard single != nil || !list.isEmpty else {
      throw ARMErrors.network(
        "SecurityRuleParameterMissing", "Security rule \(new.id) must specify \(one) or \(many).")
    }
    guard single == nil || list.isEmpty else {
      throw ARMErrors.network(
        "SecurityRuleParameterConflict", "Security rule \(new.id) cannot specify both \(one) and \(many).")
    }
    new.properties[many] = .list(list.map(Value.string))
    return single.map { [$0] } ?? list
  }

  private func checkPeer(_ text: String, of rule: ARMResource) throws(ServiceError) {
    if AzurePeers.isKnown(text) { return }
    throw ARMErrors.network(
      "SecurityRuleInvalidAddressPrefix",
      "Security rule \(rule.id) has invalid Address prefix. Value provided: \(text).")
  }

  /// One rule for each priority and direction.
  func checkRules(_ rules: [ARMResource]) throws(ServiceError) {
    var seen: [String: String] = [:]
    for rule in rules {
      let place = "\(rule["direction"].string ?? "") \(rule["priority"].integer ?? 0)"
      if let other = seen.updateValue(rule.id.name, forKey: place) {
        throw ARMErrors.network(
          "SecurityRuleConflict",
          "Security rule \(rule.id.name) conflicts with rule \(other). Rules cannot have the same Priority and "
            + "Direction.")
      }
    }
  }
}

/// A range of ports as a rule writes it: `*`, `22`, `10000-10100`.
struct AzurePorts: Hashable, Sendable {
  /// `nil`: all.
  var range: ClosedRange<UInt16>?

  init?(_ text: String) {
    if text == "*" { return }
    let sides = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard sides.count <= 2, let low = sides.first ?? nil, let high = sides.last ?? nil, low <= high else { return nil }
    range = low...high
  }
}

/// Whom the address prefix of a rule means: everybody, a block, an address, or one of the service tags that the lab knows.
enum AzurePeers {
  static let tags = ["VirtualNetwork", "Internet", "AzureLoadBalancer"]

  static func isKnown(_ text: String) -> Bool {
    text == "*" || tags.contains { $0.lowercased() == text.lowercased() } || block(text) != nil
  }

  static func block(_ text: String) -> IPNetwork? {
    IPNetwork(text)?.network ?? IPAddress(text).map { IPNetwork(address: $0, prefix: $0.family.bits) }
  }
}

/// The rules that every network security group has.
enum AzureDefaultRules {
  struct Rule: Sendable {
    var name: String
    var priority: Int
    var isInbound: Bool
    var isAllowed: Bool
    var source: String
    var destination: String
  }

  static let all = [
    Rule(
      name: "AllowVnetInBound", priority: 65000, isInbound: true, isAllowed: true, source: "VirtualNetwork",
      destination: "VirtualNetwork"),
    Rule(
      name: "AllowAzureLoadBalancerInBound", priority: 65001, isInbound: true, isAllowed: true,
      source: "AzureLoadBalancer", destination: "*"),
    Rule(name: "DenyAllInBound", priority: 65500, isInbound: true, isAllowed: false, source: "*", destination: "*"),
    Rule(
      name: "AllowVnetOutBound", priority: 65000, isInbound: false, isAllowed: true, source: "VirtualNetwork",
      destination: "VirtualNetwork"),
    Rule(
      name: "AllowInternetOutBound", priority: 65001, isInbound: false, isAllowed: true, source: "*",
      destination: "Internet"),
    Rule(name: "DenyAllOutBound", priority: 65500, isInbound: false, isAllowed: false, source: "*", destination: "*"),
  ]

  static func bodies(of group: ARMResource) -> Value {
    .list(
      all.map { rule in
        [
          "name": .string(rule.name), "id": .string("\(group.id)/defaultSecurityRules/\(rule.name)"),
          "etag": .string(group.etag), "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
          "properties": [
            "provisioningState": "Succeeded", "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*",
            "sourceAddressPrefix": .string(rule.source), "destinationAddressPrefix": .string(rule.destination),
            "access": .string(rule.isAllowed ? "Allow" : "Deny"), "priority": .integer(rule.priority),
            "direction": .string(rule.isInbound ? "Inbound" : "Outbound"), "sourcePortRanges": [],
            "destinationPortRanges": [], "sourceAddressPrefixes": [], "destinationAddressPrefixes": [],
          ],
        ]
      })
  }
}
