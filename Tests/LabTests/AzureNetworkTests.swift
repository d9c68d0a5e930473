import Basics
import JSONText
import Lab
import LabFabric
import Testing

/// Networks, route tables, security groups and interfaces: whole writes, checks, use, overlap.
@Suite struct AzureNetworkTests {
  private static let network = AzureCaller.network
  private static let vnet = "\(network)/virtualNetworks/zxtest"
  private var network: String { Self.network }

  private func reference(_ path: String) -> Value { ["id": .string(path)] }

  @Test("A subnet that is written without its properties loses them, without its prefix it is refused")
  func wholeSubnet() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      try await azure.put("\(network)/routeTables/t", [:])
      try await azure.put("\(network)/networkSecurityGroups/g", [:])
      let whole: Value = [
        "addressPrefix": "10.255.0.0/24", "routeTable": reference("\(network)/routeTables/t"),
        "networkSecurityGroup": reference("\(network)/networkSecurityGroups/g"), "futureProperty": ["keep": "me"],
      ]
      let kept = try await azure.good("PUT", AzureGround.subnet, ["properties": whole])["properties"]
      #expect(kept["futureProperty"] == ["keep": "me"])
      #expect(try await azure.outcome("DELETE", "\(network)/routeTables/t") == "400 InUseRouteTableCannotBeDeleted")
      let table = try await azure.good("GET", "\(network)/routeTables/t")
      #expect(table["properties"]["subnets"] == [["id": .string(AzureGround.subnet)]])
      try await azure.good("PUT", AzureGround.subnet, ["properties": ["addressPrefix": "10.255.0.0/24"]])
      let bare = try await azure.good("GET", AzureGround.subnet)["properties"]
      #expect(bare["routeTable"] == nil && bare["networkSecurityGroup"] == nil && bare["futureProperty"] == nil)
      #expect(
        try await azure.outcome("PUT", AzureGround.subnet, ["properties": [:]])
          == "400 AddressPrefixStringCannotBeNullOrEmpty")
      #expect(try await azure.outcome("DELETE", "\(network)/routeTables/t") == "202")
    }
  }

  @Test("A network that is written with fewer subnets loses the others, unless they are in use")
  func wholeNetwork() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      let space: Value = ["addressPrefixes": ["10.255.0.0/16"]]
      let second: Value = ["name": "two", "properties": ["addressPrefix": "10.255.1.0/24"]]
      let first: Value = ["name": "test", "properties": ["addressPrefix": "10.255.0.0/24"]]
      try await azure.put(Self.vnet, ["addressSpace": space, "subnets": [first, second]])
      try await azure.put(Self.vnet, ["addressSpace": space, "subnets": [first]])
      #expect(try await azure.outcome("GET", "\(Self.vnet)/subnets/two") == "404 NotFound")
      try await ground.putInterface("n")
      let shorter = AzureCaller.document(["addressSpace": space])
      #expect(try await azure.outcome("PUT", Self.vnet, shorter) == "400 InUseSubnetCannotBeDeleted")
      #expect(try await azure.outcome("DELETE", Self.vnet) == "400 InUseSubnetCannotBeDeleted")
      #expect(try await azure.outcome("DELETE", AzureGround.subnet) == "400 InUseSubnetCannotBeDeleted")
      let moved: Value = ["properties": ["addressPrefix": "10.255.2.0/24"]]
      #expect(try await azure.outcome("PUT", AzureGround.subnet, moved) == "400 InUsePrefixCannotBeDeleted")
      let ledger = await lab.server.ledger.resources
      #expect(ledger.first { $0.name == "two" }?.deletedAt != nil)
    }
  }

  @Test(
    "A prefix outside the network, one that overlaps, and one that is none are refused",
    arguments: [
      ("10.254.0.0/24", "400 NetcfgInvalidSubnet"), ("10.255.0.128/25", "400 NetcfgSubnetRangesOverlap"),
      ("10.255.1.0/30", "400 NetcfgInvalidSubnet"), ("10.255.1.1/24", "400 InvalidCIDRNotation"),
      ("10.255.1", "400 InvalidAddressPrefixFormat"),
    ])
  func prefixes(prefix: String, outcome: String) async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      let body: Value = ["properties": ["addressPrefix": .string(prefix)]]
      #expect(try await azure.outcome("PUT", "\(Self.vnet)/subnets/new", body) == outcome)
    }
  }

  @Test("Routes have a prefix of their own and a next hop that fits, references have to be there")
  func routes() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      let table = "\(network)/routeTables/t"
      try await azure.put(table, ["routes": [["name": "a", "properties": Self.route("172.16.1.0/24")]]])
      let cases: [(Value, String)] = [
        (Self.route("172.16.1.0/24"), "400 RouteConflict"),
        (["addressPrefix": "172.16.2.0/24", "nextHopType": "VirtualAppliance"], "400 NextHopIpAddressRequired"),
        (
          ["addressPrefix": "172.16.2.0/24", "nextHopType": "None", "nextHopIpAddress": "10.255.0.4"],
          "400 NextHopIpAddressNotAllowed"
        ),
        (["addressPrefix": "172.16.2.0/24", "nextHopType": "Tunnel"], "400 InvalidRequestFormat"),
        (["nextHopType": "None"], "400 AddressPrefixStringCannotBeNullOrEmpty"), (Self.route("172.16.2.0/24"), "201"),
      ]
      for (properties, outcome) in cases {
        #expect(try await azure.outcome("PUT", "\(table)/routes/b", ["properties": properties]) == outcome)
      }
      let subnet = { (id: String) -> Value in
        ["properties": ["addressPrefix": "10.255.0.0/24", "routeTable": ["id": .string(id)]]]
      }
      #expect(
        try await azure.outcome("PUT", AzureGround.subnet, subnet("\(network)/routeTables/none"))
          == "400 InvalidResourceReference")
      #expect(try await azure.outcome("PUT", AzureGround.subnet, subnet("t")) == "400 LinkedInvalidPropertyId")
      let far: Value = ["location": "northeurope", "properties": [:]]
      try await azure.good("PUT", "\(network)/routeTables/far", far)
      #expect(
        try await azure.outcome("PUT", AzureGround.subnet, subnet("\(network)/routeTables/far"))
          == "400 InvalidResourceReference")
      #expect(try await azure.outcome("PUT", table, far) == "409 InvalidResourceLocation")
    }
  }

  private static func route(_ prefix: String) -> Value {
    ["addressPrefix": .string(prefix), "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.255.0.4"]
  }

  @Test("Security rules have a priority of their own in each direction, known words and good ports and prefixes")
  func rules() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      let group = "\(network)/networkSecurityGroups/g"
      try await azure.put(group, ["securityRules": [["name": "a", "properties": Self.rule([:])]]])
      let cases: [([String: Value], String)] = [
        ([:], "400 SecurityRuleConflict"), (["priority": 99], "400 SecurityRuleInvalidPriority"),
        (["priority": 110, "protocol": "Sctp"], "400 SecurityRuleParameterContainsUnsupportedValue"),
        (["priority": 110, "destinationPortRange": "22-"], "400 SecurityRuleInvalidPortRange"),
        (["priority": 110, "sourceAddressPrefix": "Everybody"], "400 SecurityRuleInvalidAddressPrefix"),
        (["priority": 110, "sourceAddressPrefixes": ["10.0.0.0/8"]], "400 SecurityRuleParameterConflict"),
        (["priority": 110, "sourceAddressPrefix": nil], "400 SecurityRuleParameterMissing"),
        (["direction": "Outbound"], "201"), (["priority": 4096], "200"),
      ]
      for (change, outcome) in cases {
        let body: Value = ["properties": Self.rule(change)]
        #expect(try await azure.outcome("PUT", "\(group)/securityRules/b", body) == outcome, "\(change)")
      }
      let shown = try await azure.good("GET", group)["properties"]
      #expect(shown["securityRules"].list?.count == 2)
      #expect(
        shown["defaultSecurityRules"].list?.map { $0["properties"]["priority"] } == [
          65000, 65001, 65500, 65000, 65001, 65500,
        ])
    }
  }

  static func rule(_ change: [String: Value]) -> Value {
    let base: [String: Value] = [
      "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": "*",
      "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22",
    ]
    return .object(base.merging(change) { _, new in new })
  }

  @Test("An interface gets the lowest free address or the one it asks for, and keeps a dynamic one")
  func addresses() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      try await ground.putInterface("a")
      try await ground.putInterface("b", address: "10.255.0.9")
      let address = { (name: String) async throws in
        try await azure.good("GET", "\(network)/networkInterfaces/\(name)")["properties"]["ipConfigurations"][0][
          "properties"]["privateIPAddress"].string
      }
      #expect(try await [address("a"), address("b")] == ["10.255.0.4", "10.255.0.9"])
      try await ground.putInterface("a", more: ["enableIPForwarding": true])
      #expect(try await address("a") == "10.255.0.4")
      for (wanted, outcome) in [
        ("10.255.0.9", "400 PrivateIPAddressIsAllocated"), ("10.255.0.3", "400 PrivateIPAddressInReservedRange"),
        ("10.255.1.9", "400 PrivateIPAddressNotInSubnet"), ("10.255", "400 InvalidIPAddressFormat"),
      ] {
        let body: Value = [
          "ipConfigurations": [
            [
              "name": "c",
              "properties": [
                "privateIPAllocationMethod": "Static", "privateIPAddress": .string(wanted),
                "subnet": reference(AzureGround.subnet),
              ],
            ]
          ]
        ]
        let path = "\(network)/networkInterfaces/c"
        #expect(try await azure.outcome("PUT", path, AzureCaller.document(body)) == outcome)
      }
    }
  }

  @Test("What is in use is not deleted: group, public address, interface; a second user of an address is refused")
  func use() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      try await ground.putPublicAddress("ip")
      try await azure.put("\(network)/networkSecurityGroups/g", [:])
      let group: [String: Value] = ["networkSecurityGroup": reference("\(network)/networkSecurityGroups/g")]
      try await ground.putInterface("vm", publicAddress: "ip", more: group)
      try await ground.putMachine("vm")
      for (path, outcome) in [
        ("networkSecurityGroups/g", "400 InUseNetworkSecurityGroupCannotBeDeleted"),
        ("publicIPAddresses/ip", "400 PublicIPAddressCannotBeDeleted"), ("networkInterfaces/vm", "400 NicInUse"),
      ] {
        #expect(try await azure.outcome("DELETE", "\(network)/\(path)") == outcome)
      }
      #expect(try await azure.outcome("DELETE", "\(AzureCaller.compute)/disks/vm-os") == "409 OperationNotAllowed")
      let shared: Value = [
        "ipConfigurations": [
          [
            "name": "c",
            "properties": [
              "subnet": reference(AzureGround.subnet),
              "publicIPAddress": reference("\(network)/publicIPAddresses/ip"),
            ],
          ]
        ]
      ]
      let path = "\(network)/networkInterfaces/other"
      #expect(try await azure.outcome("PUT", path, AzureCaller.document(shared)) == "400 PublicIPAddressInUse")
    }
  }

  @Test("Basic public addresses are no longer sold; a Standard one is static and has its address at once")
  func publicAddresses() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let path = "\(network)/publicIPAddresses/ip"
      let basic = AzureCaller.document(["publicIPAllocationMethod": "Static"])
      #expect(try await ground.azure.outcome("PUT", path, basic) == "400 IPv4BasicSkuPublicIpCountLimitReached")
      try await ground.putPublicAddress("ip")
      let address = try await ground.azure.good("GET", path)["properties"]["ipAddress"].string
      #expect(address?.hasPrefix("127.") == true)
      try await ground.putPublicAddress("ip")
      #expect(try await ground.azure.good("GET", path)["properties"]["ipAddress"].string == address)
    }
  }

  @Test("Writes on one network do not overlap: a subnet, its route table, that table's routes")
  func overlap() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      lab.time.move(by: 10)
      try await azure.put("\(network)/routeTables/t", [:])
      lab.time.move(by: 10)
      let linked: Value = [
        "properties": ["addressPrefix": "10.255.0.0/24", "routeTable": reference("\(network)/routeTables/t")]
      ]
      let other: Value = ["properties": ["addressPrefix": "10.255.1.0/24"]]
      let route: Value = ["properties": Self.route("172.16.1.0/24")]
      let busy = "429 RetryableErrorDueToAnotherOperation"
      try await azure.good("PUT", AzureGround.subnet, linked)
      #expect(try await azure.outcome("PUT", "\(Self.vnet)/subnets/two", other) == busy)
      #expect(try await azure.outcome("PUT", "\(network)/routeTables/t/routes/r", route) == busy)
      #expect(try await azure.outcome("DELETE", AzureGround.subnet) == "409 AnotherOperationInProgress")
      #expect(try await azure.outcome("PUT", "\(network)/networkSecurityGroups/g", AzureCaller.document([:])) == "201")
      lab.time.move(by: 8)
      let refused = try await azure.send("PUT", "\(network)/routeTables/t/routes/r", route)
      #expect(refused.status == 201)
      #expect(try await azure.outcome("PUT", "\(Self.vnet)/subnets/two", other) == busy)
      lab.time.move(by: 5)
      #expect(try await azure.outcome("PUT", "\(Self.vnet)/subnets/two", other) == "201")
    }
  }
}
