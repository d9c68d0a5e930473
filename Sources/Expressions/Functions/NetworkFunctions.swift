internal import Basics
internal import JMESPath

/// CIDR blocks and addresses, IPv4 and IPv6 alike; blocks of different families never meet.
extension JMESFunctions {
  mutating func addNetworks() {
    add("cidr_contains", .string, .string, result: .boolean) { arguments throws(JMESPathError) in
      let block = try arguments.network(0)
      if let inner = IPNetwork(arguments.text(1)) { return .bool(block.contains(inner)) }
      return .bool(block.contains(try arguments.address(1)))
    }
    add("ip_in", .string, .string, result: .boolean) { arguments throws(JMESPathError) in
      .bool(try arguments.network(1).contains(try arguments.address(0)))
    }
    add("cidr_network", .string, result: .string) { arguments throws(JMESPathError) in
      .string(try arguments.network(0).network.description)
    }
    add("cidr_host", .string, .number, result: .string) { arguments throws(JMESPathError) in
      guard let index = arguments[1].integer else { throw arguments.error(.invalidValue, .expressionNotWhole) }
      guard let host = try arguments.network(0).host(index) else {
        throw arguments.error(
          .invalidValue, .expressionHostOutside, ["cidr": arguments.text(0), "number": String(index)])
      }
      return .string(host.description)
    }
    add("disjoint", [.string, .array], rest: .string, result: .boolean) { arguments throws(JMESPathError) in
      .bool(Self.areDisjoint(try arguments.networks()))
    }
    add("overlaps", [.string, .array], rest: .string, result: .boolean) { arguments throws(JMESPathError) in
      .bool(!Self.areDisjoint(try arguments.networks()))
    }
  }

  /// Whether no two of the blocks share an address.
  private static func areDisjoint(_ networks: [IPNetwork]) -> Bool {
    let sorted = networks.map(\.network).sorted { $0.address < $1.address }
    // Blocks nest or are apart, so that in order of their first addresses only neighbours can meet.
    return zip(sorted, sorted.dropFirst()).allSatisfy { !$0.overlaps($1) }
  }
}

extension JMESArguments {
  func text(_ position: Int) -> String { self[position].string ?? "" }

  fileprivate func network(_ position: Int) throws(JMESPathError) -> IPNetwork { try network(text(position)) }

  private func network(_ text: String) throws(JMESPathError) -> IPNetwork {
    guard let network = IPNetwork(text) else { throw error(.invalidValue, .expressionNotCIDR, ["text": text]) }
    return network
  }

  fileprivate func address(_ position: Int) throws(JMESPathError) -> IPAddress {
    guard let address = IPAddress(text(position)) else {
      throw error(.invalidValue, .expressionNotAddress, ["text": text(position)])
    }
    return address
  }

  /// Two or more blocks, or one list of them.
  fileprivate func networks() throws(JMESPathError) -> [IPNetwork] {
    if count == 1, self[0].string != nil {
      throw error(.invalidArity, .jmesArgumentCount, ["expected": "2+", "found": "1"])
    }
    var texts = values
    if case .list(let elements) = self[0] {
      guard count == 1 else {
        throw error(.invalidArity, .jmesArgumentCount, ["expected": "1", "found": String(count)])
      }
      texts = elements
    }
    var networks: [IPNetwork] = []
    for element in texts {
      guard let text = element.string else {
        throw error(
          .invalidType, .jmesArgumentType,
          ["position": "1", "expected": JMESTypes.strings.names, "found": self[0].detailedTypeName])
      }
      networks.append(try network(text))
    }
    return networks
  }
}
