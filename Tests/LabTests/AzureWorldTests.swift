import Basics
import Lab
import LabFabric
import Testing

/// What the data plane is made of Azure's state.
@Suite struct AzureWorldTests {
  private let network = AzureCaller.network

  private func routes(_ lab: TestLab) -> [Route] {
    let network = lab.plane.topology.networks.first
    let table = network?.subnets.first?.routeTable ?? network?.mainRouteTable
    return network?.routeTables.first { $0.id == table }?.routes ?? []
  }

  /// Where the longest match leads, the later of two equal ones.
  private func target(_ lab: TestLab, _ address: String) -> RouteTarget? {
    let matching = routes(lab).filter { route in IPAddress(address).map { route.destination.contains($0) } ?? false }
    let longest = matching.map(\.destination.prefix).max()
    return matching.last { $0.destination.prefix == longest }?.target
  }

  @Test("Private ranges are dropped until a route table sends them to an interface, and only once the subnet has it")
  func routing() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      lab.time.move(by: 10)
      try await ground.putInterface("vcpe", address: "10.255.0.4")
      let table = "\(network)/routeTables/t"
      try await azure.put(table, [:])
      lab.time.move(by: 8)
      #expect(target(lab, "172.16.1.1") == .blackhole)
      #expect(target(lab, "8.8.8.8") == .internet)
      let hop: Value = [
        "addressPrefix": "172.16.1.0/24", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.255.0.4",
      ]
      try await azure.good("PUT", "\(table)/routes/r", ["properties": hop])
      lab.time.move(by: 5)
      #expect(target(lab, "172.16.1.1") == .blackhole)
      let linked: Value = ["addressPrefix": "10.255.0.0/24", "routeTable": ground.reference(table)]
      try await azure.good("PUT", AzureGround.subnet, ["properties": linked])
      #expect(target(lab, "172.16.1.1") == .blackhole, "a write under way has no effect yet")
      lab.time.move(by: 8)
      #expect(try await azure.good("GET", AzureGround.subnet)["properties"]["provisioningState"] == "Succeeded")
      #expect(target(lab, "172.16.1.1") == .interface("\(network)/networkinterfaces/vcpe".lowercased()))
      #expect(target(lab, "172.16.2.1") == .blackhole)
      var elsewhere = hop.object ?? [:]
      elsewhere["nextHopIpAddress"] = "10.255.0.99"
      try await azure.good("PUT", "\(table)/routes/r", ["properties": .object(elsewhere)])
      lab.time.move(by: 5)
      #expect(try await azure.outcome("GET", table) == "200")
      #expect(target(lab, "172.16.1.1") == .blackhole, "nobody has the next hop's address")
    }
  }

  @Test("IP forwarding of an interface is the end of its source and destination check")
  func forwarding() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      for isOn in [false, true, false] {
        try await ground.putInterface("n", address: "10.255.0.4", more: ["enableIPForwarding": .bool(isOn)])
        #expect(lab.plane.topology.interfaces.map(\.checksSourceAndDestination) == [!isOn])
      }
    }
  }

  private func allows(
    _ filters: [SecurityFilter], from address: String, to own: String = "10.255.0.5", _ wanted: SecurityRule.Traffic
  ) -> Bool {
    filters.allSatisfy { filter in
      let rule = filter.inbound.first { rule in
        holds(rule.peers, address) && holds(rule.near ?? [], own) && (rule.traffic == .any || rule.traffic == wanted)
      }
      return rule?.verdict == .accept
    }
  }

  private func holds(_ blocks: [IPNetwork], _ text: String) -> Bool {
    blocks.contains { block in IPAddress(text).map { block.contains($0) } ?? false }
  }

  @Test("Groups on subnet and interface both decide; the network's tag takes in what the subnet's routes name")
  func filters() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      let ssh = SecurityRule.Traffic.tcp(22...22)
      try await ground.putInterface("n", address: "10.255.0.5")
      #expect(lab.plane.topology.interfaces.first?.filters == [])
      let group: (String, [Value]) async throws -> Value = { name, rules in
        try await azure.put("\(network)/networkSecurityGroups/\(name)", ["securityRules": .list(rules)])
        return ground.reference("\(network)/networkSecurityGroups/\(name)")
      }
      let open: Value = ["name": "ssh", "properties": AzureNetworkTests.rule(["destinationPortRange": "22"])]
      let own = try await group("own", [open])
      try await ground.putInterface("n", address: "10.255.0.5", more: ["networkSecurityGroup": own])
      var filters = self.filters(lab)
      #expect(filters.count == 1)
      #expect(allows(filters, from: "198.51.100.7", ssh) && !allows(filters, from: "198.51.100.7", .icmp))
      #expect(allows(filters, from: "10.255.0.9", .icmp) && !allows(filters, from: "172.16.1.1", .icmp))
      let table = "\(network)/routeTables/t"
      try await azure.put(
        table, ["routes": [["name": "r", "properties": ["addressPrefix": "172.16.1.0/24", "nextHopType": "None"]]]])
      let shut = try await group("shut", [])
      let subnet: Value = [
        "addressPrefix": "10.255.0.0/24", "networkSecurityGroup": shut, "routeTable": ground.reference(table),
      ]
      try await azure.good("PUT", AzureGround.subnet, ["properties": subnet])
      filters = self.filters(lab)
      #expect(filters.count == 2)
      #expect(!allows(filters, from: "198.51.100.7", ssh), "the subnet's group does not let it in")
      #expect(allows(filters, from: "172.16.1.1", .icmp), "the route makes the prefix part of the network")
    }
  }

  private func filters(_ lab: TestLab) -> [SecurityFilter] { lab.plane.topology.interfaces.first?.filters ?? [] }

  @Test("Rules are tried by priority, and a tag, a list and a range mean what they say")
  func rules() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let rules: [[String: Value]] = [
        ["priority": 300, "sourceAddressPrefix": "Internet", "destinationPortRange": "22"],
        [
          "priority": 200, "access": "Deny", "sourceAddressPrefix": "198.51.100.0/24", "protocol": "*",
          "destinationPortRange": "*",
        ],
        [
          "priority": 100, "sourceAddressPrefix": nil, "sourceAddressPrefixes": ["198.51.100.1", "198.51.100.2"],
          "protocol": "Udp", "destinationPortRange": nil, "destinationPortRanges": ["53", "10000-10100"],
        ],
        ["priority": 400, "destinationAddressPrefix": "10.255.0.99", "destinationPortRange": "80"],
      ]
      try await ground.azure.put(
        "\(network)/networkSecurityGroups/g",
        [
          "securityRules": .list(
            rules.enumerated().map { ["name": .string("r\($0)"), "properties": AzureNetworkTests.rule($1)] })
        ])
      let group = ground.reference("\(network)/networkSecurityGroups/g")
      try await ground.putInterface("n", address: "10.255.0.5", more: ["networkSecurityGroup": group])
      let filters = self.filters(lab)
      #expect(allows(filters, from: "198.51.100.2", .udp(53...53)))
      #expect(allows(filters, from: "198.51.100.1", .udp(10000...10100)))
      #expect(!allows(filters, from: "198.51.100.3", .udp(53...53)))
      #expect(!allows(filters, from: "198.51.100.3", .tcp(22...22)), "denied before it is allowed")
      #expect(allows(filters, from: "203.0.113.1", .tcp(22...22)))
      #expect(!allows(filters, from: "172.16.1.1", .tcp(22...22)), "a private range is not the internet")
      #expect(!allows(filters, from: "203.0.113.1", .tcp(80...80)), "the rule is for another address")
      #expect(allows(filters, from: "203.0.113.1", to: "10.255.0.99", .tcp(80...80)))
    }
  }

  @Test("A Standard public address is closed until a group lets SSH in, and while the subnet has no way back")
  func door() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      try await ground.putPublicAddress("ip")
      try await ground.putInterface("vm", publicAddress: "ip")
      try await ground.putMachine("vm")
      let host = try await ground.host("vm")
      let door = { lab.plane.spec(of: host)?.login.door }
      #expect(door() == .silent)
      let address = try await azure.good("GET", "\(network)/publicIPAddresses/ip")["properties"]["ipAddress"].string
      #expect(lab.plane.spec(of: host)?.loginAddress?.description == address)
      let group = "\(network)/networkSecurityGroups/g"
      try await azure.put(group, [:])
      try await ground.putInterface("vm", publicAddress: "ip", more: ["networkSecurityGroup": ground.reference(group)])
      #expect(door() == .silent)
      let rule: Value = ["properties": AzureNetworkTests.rule(["sourceAddressPrefix": "127.0.0.0/8"])]
      try await azure.good("PUT", "\(group)/securityRules/ssh", rule)
      #expect(door() == .open)
      let table = "\(network)/routeTables/t"
      let away: Value = ["addressPrefix": "0.0.0.0/0", "nextHopType": "None"]
      try await azure.put(table, ["routes": [["name": "r", "properties": away]]])
      let subnet: Value = ["addressPrefix": "10.255.0.0/24", "routeTable": ground.reference(table)]
      try await azure.good("PUT", AzureGround.subnet, ["properties": subnet])
      #expect(door() == .silent)
      try await azure.good("DELETE", "\(AzureCaller.compute)/virtualMachines/vm")
      #expect(lab.plane.topology.machines.isEmpty && lab.plane.log.last == "remove \(host)")
    }
  }
}
