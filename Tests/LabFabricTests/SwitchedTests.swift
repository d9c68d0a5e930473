import Basics
import LabFabric
import Testing

/// Two machines and a gateway of their own on a LAN, and a third machine behind the router.
enum Office {
  static let near = "near"
  static let far = "far"
  static let appliance = "appliance"

  static func interface(_ id: String, _ subnet: String, _ address: String) -> NetworkInterface {
    NetworkInterface(id: id, network: "vpc", subnet: subnet, address: Tutorial.address(address))
  }

  /// `appliance` forwards between the switched subnets `lan` and `other`; the router does so too.
  static let topology = Topology(
    networks: [
      VirtualNetwork(
        id: "vpc", blocks: [Tutorial.block("10.0.0.0/16")],
        subnets: [
          Subnet(id: "lan", block: Tutorial.block("10.0.1.0/24"), isSwitched: true),
          Subnet(id: "other", block: Tutorial.block("10.0.2.0/24"), isSwitched: true),
        ])
    ],
    interfaces: [
      interface("near", "lan", "10.0.1.10"), interface("appliance", "lan", "10.0.1.20"),
      interface("appliance-2", "other", "10.0.2.20"), interface("far", "other", "10.0.2.10"),
    ],
    machines: [
      Machine(id: near, devices: [.init(interface: "near")]),
      Machine(id: appliance, devices: [.init(interface: "appliance")]),
      Machine(id: far, devices: [.init(interface: "far")]),
    ])

  static func edited(_ edit: (inout Topology) -> Void) -> Topology {
    var result = topology
    edit(&result)
    return result
  }

  static func space(_ name: String, of topology: Topology = topology) throws -> KernelState.Space {
    try #require(KernelCompiler.compile(topology).spaces[name])
  }
}

@Suite("Switched subnets, pushed routes and unconfigured devices as kernel state")
struct SwitchedTests {
  @Test("a switched subnet is a bridge, with the gateway's address on the router's one device in it")
  func bridge() throws {
    let device = KernelNames.device("b", "vpc/lan")
    let router = try Office.space("net.vpc")
    #expect(router.addresses.contains(KernelState.Address(Tutorial.block("10.0.1.1/32"), on: device)))
    #expect(
      router.routes[.init(table: KernelState.mainTable, destination: Tutorial.block("10.0.1.0/24"))] == .device(device))
    #expect(router.routes.keys.allSatisfy { $0.destination.prefix != 32 })
    #expect(try Office.space(KernelNames.space("switch", "vpc/lan")).role == .bridge)
  }

  @Test("where a machine or a floating address is the gateway, the router is not in the subnet")
  func gateways() throws {
    let device = KernelNames.device("b", "vpc/lan")
    let machine = Office.edited { $0.networks[0].subnets[0].gateway = Tutorial.address("10.0.1.20") }
    let floating = Office.edited {
      $0.networks[0].subnets[0].gateway = Tutorial.address("10.0.1.99")
      $0.networks[0].floatingAddresses = [FloatingAddress(Tutorial.address("10.0.1.99"), holder: nil)]
    }
    for topology in [machine, floating] {
      let router = try Office.space("net.vpc", of: topology)
      #expect(!router.addresses.contains { $0.device == device })
      #expect(!router.routes.values.contains { $0.device == device })
    }
    #expect(try Office.space("host.near", of: machine).routes.count == 1)
    #expect(try Office.space("host.appliance", of: machine).routes.isEmpty)
  }

  @Test("a route table of a switched subnet is chosen by the router's device in it")
  func tables() throws {
    let topology = Office.edited {
      $0.networks[0].routeTables = [
        RouteTable(id: "t", routes: [Route(Tutorial.block("172.17.0.0/24"), to: .interface("appliance"))])
      ]
      $0.networks[0].subnets[0].routeTable = "t"
    }
    let device = KernelNames.device("b", "vpc/lan")
    let router = try Office.space("net.vpc", of: topology)
    #expect(router.rules == [KernelState.Rule(device: device, table: KernelNames.table("t"))])
    let key = KernelState.RouteKey(table: KernelNames.table("t"), destination: Tutorial.block("172.17.0.0/24"))
    #expect(router.routes[key] == .gateway(Tutorial.address("10.0.1.20"), device: device, source: nil))
  }

  @Test("an unconfigured device is plugged in and left down, without address or route")
  func unconfigured() throws {
    let topology = Office.edited {
      $0.machines[1].devices.append(.init(name: "eth1", interface: "appliance-2", isConfigured: false))
      $0.machines[1].pushedRoutes = [.init(Tutorial.block("10.9.0.0/16"), via: Tutorial.address("10.0.2.10"))]
    }
    let change = KernelChange(from: KernelCompiler.compile(Office.topology), to: KernelCompiler.compile(topology))
    #expect(change.addedWires.count == 1)
    #expect(change.spaces.map(\.name) == [KernelNames.space("switch", "vpc/other")])
    #expect(
      change.spaces.first?.change.additions == [
        "link set \(KernelNames.device("e", "appliance-2")) master br0 up"
      ])
  }

  @Test("pushed routes are offered to the machine over the device whose subnet holds their gateway")
  func pushedRoutes() throws {
    let topology = Office.edited {
      $0.machines[0].pushedRoutes = [
        .init(Tutorial.block("172.17.0.0/24"), via: Tutorial.address("10.0.1.20")),
        .init(Tutorial.block("172.18.0.0/24"), via: Tutorial.address("10.0.2.10")),
      ]
    }
    let change = KernelChange(from: KernelCompiler.compile(Office.topology), to: KernelCompiler.compile(topology))
    #expect(change.spaces.map(\.name) == ["host.near"])
    #expect(change.spaces.first?.change.offers == ["route replace 172.17.0.0/24 via 10.0.1.20 dev eth0 onlink"])
    #expect(change.spaces.first?.change.additions == [])
    let back = KernelChange(from: KernelCompiler.compile(topology), to: KernelCompiler.compile(Office.topology))
    #expect(back.spaces.first?.change.removals == ["route del 172.17.0.0/24"])
  }

  @Test("filters and checks of a switched interface are the machine's own, for both directions")
  func filters() throws {
    let topology = Office.edited {
      $0.interfaces[0].checksSourceAndDestination = true
      $0.interfaces[0].filters = [SecurityFilter(inbound: [], outbound: [Tutorial.open])]
    }
    #expect(try Office.space("net.vpc", of: topology).firewall.isEmpty)
    let text = try Office.space("host.near", of: topology).firewall
    #expect(text.contains("oifname \"eth0\" ip saddr != { 10.0.1.10 } counter drop comment \"source check near\""))
    #expect(text.contains("iifname \"eth0\" ip daddr != { 10.0.1.10 } counter drop comment \"destination check near\""))
    #expect(text.contains("hook prerouting priority -160; policy accept;"))
  }
}

extension RealFabricTests {
  private static func withOffice(_ topology: Topology = Office.topology, _ body: (Fabric) async throws -> Void)
    async throws
  {
    try await withFabric(topology) { fabric in
      for id in [Office.near, Office.appliance, Office.far] {
        _ = try await fabric.startHost(HostSpec(id: id, hostname: id))
      }
      try await body(fabric)
    }
  }

  private static func shell(_ fabric: Fabric, _ host: String, _ script: String) async throws {
    let outcome = try await fabric.run(host, ["sh", "-ec", script])
    #expect(outcome.isSuccess, "\(script): \(outcome.stderrText)")
  }

  @Test(
    "in a switched subnet a route over a neighbour's address leads to the neighbour, and the router stays the gateway")
  func neighbourRoute() async throws {
    try await Self.withOffice { fabric in
      #expect(try await Self.reaches(fabric, from: Office.near, to: "10.0.2.10"), "through the router")
      try await Self.shell(fabric, Office.appliance, "ip addr add 172.17.0.1/32 dev lo")
      #expect(try await !Self.ping(fabric, from: Office.near, to: "172.17.0.1"))
      try await Self.shell(fabric, Office.near, "ip route add 172.17.0.0/24 via 10.0.1.20")
      #expect(try await Self.reaches(fabric, from: Office.near, to: "172.17.0.1"))
      #expect(try await !Self.ping(fabric, from: Office.far, to: "172.17.0.1"))
    }
  }

  @Test("a pushed route comes and goes while the machine runs, and one that its root made stays")
  func pushedRoute() async throws {
    try await Self.withOffice { fabric in
      try await Self.shell(
        fabric, Office.appliance, "ip addr add 172.17.0.1/32 dev lo; ip addr add 172.18.0.1/32 dev lo")
      try await Self.shell(fabric, Office.near, "ip route add 172.18.0.0/24 via 10.0.1.20")
      let pushed = Office.edited {
        $0.machines[0].pushedRoutes = [.init(Tutorial.block("172.17.0.0/24"), via: Tutorial.address("10.0.1.20"))]
      }
      for (topology, isThere) in [(Office.topology, false), (pushed, true), (Office.topology, false)] {
        try await fabric.apply(topology)
        #expect(try await Self.reaches(fabric, from: Office.near, to: "172.17.0.1", expected: isThere) == isThere)
        #expect(try await Self.reaches(fabric, from: Office.near, to: "172.18.0.1"))
      }
    }
  }

  @Test("a device attached to a running machine is down until its root brings it up, and stays as its root left it")
  func attachedDevice() async throws {
    var attached = Office.topology
    attached.machines[1].devices.append(.init(name: "eth1", interface: "appliance-2", isConfigured: false))
    try await Self.withOffice { fabric in
      try await fabric.apply(attached)
      #expect(try await !Self.ping(fabric, from: Office.far, to: "10.0.2.20"))
      let rules = "ip rule add from 10.0.2.20 lookup 100 pref 1000; ip route add 10.0.3.0/24 via 10.0.2.10"
      try await Self.shell(fabric, Office.appliance, "ip addr add 10.0.2.20/24 dev eth1; ip link set eth1 up; \(rules)")
      // Its own request for the address is heard before the neighbour asks again.
      #expect(try await Self.reaches(fabric, from: Office.appliance, to: "10.0.2.10"))
      #expect(try await Self.reaches(fabric, from: Office.far, to: "10.0.2.20"))
      var more = attached
      more.machines[0].pushedRoutes = [.init(Tutorial.block("172.17.0.0/24"), via: Tutorial.address("10.0.1.20"))]
      for (topology, everything) in [(more, false), (more, true)] {
        try await fabric.apply(topology, everything: everything)
        #expect(try await Self.reaches(fabric, from: Office.far, to: "10.0.2.20"))
        try await Self.shell(fabric, Office.appliance, "ip rule | grep -q 'lookup 100'; ip route | grep -q 10.0.3.0/24")
      }
      // What is in memory only is gone after a restart.
      try await fabric.reboot(Office.appliance)
      try await Self.shell(fabric, Office.appliance, "[ \"$(ip -br link show eth1 | awk '{print $2}')\" = DOWN ]")
      #expect(try await Self.reaches(fabric, from: Office.near, to: "10.0.1.20"))
      try await fabric.apply(Office.topology)
      try await Self.shell(fabric, Office.appliance, "! ip link show eth1 2>/dev/null")
    }
  }

  @Test("a machine that takes another's place and address is known to its neighbours at once")
  func successor() async throws {
    let next = Office.edited {
      $0.interfaces[1].id = "successor"
      $0.machines[1] = Machine(id: "successor", devices: [.init(interface: "successor")])
    }
    try await Self.withOffice { fabric in
      #expect(try await Self.reaches(fabric, from: Office.near, to: "10.0.1.20"))
      try await fabric.removeHost(Office.appliance)
      try await fabric.apply(next)
      _ = try await fabric.startHost(HostSpec(id: "successor", hostname: "successor"))
      let found = try await fabric.run(Office.near, ["ip", "neigh", "show", "10.0.1.20"]).stdoutText
      #expect(found.contains(KernelNames.hardwareAddress("successor")), "\(found)")
      let asked = try await fabric.run(Office.near, ["ping", "-n", "-c", "1", "-W", "5", "10.0.1.20"])
      #expect(asked.isSuccess, "\(asked.stdoutText)")
    }
  }

  @Test("a machine can be the gateway of a switched subnet, and a filter there meets what is switched")
  func machineGateway() async throws {
    var topology = Office.edited {
      $0.networks[0].subnets[0].gateway = Tutorial.address("10.0.1.20")
      $0.machines[1].devices.append(.init(name: "eth1", interface: "appliance-2", hasDefaultRoute: false))
      $0.networks[0].routeTables = [
        RouteTable(id: "t", routes: [Route(Tutorial.block("10.0.1.0/24"), to: .interface("appliance-2"))])
      ]
      $0.networks[0].mainRouteTable = "t"
    }
    try await Self.withOffice(topology) { fabric in
      #expect(try await !Self.ping(fabric, from: Office.near, to: "10.0.2.10"))
      try await Self.shell(fabric, Office.appliance, "echo 1 >/proc/sys/net/ipv4/ip_forward")
      #expect(try await Self.reaches(fabric, from: Office.near, to: "10.0.2.10"))
      #expect(try await Self.reaches(fabric, from: Office.far, to: "10.0.1.10"))
      topology.interfaces[0].filters = [SecurityFilter(inbound: [], outbound: [Tutorial.open])]
      try await fabric.apply(topology)
      #expect(try await Self.reaches(fabric, from: Office.near, to: "10.0.2.10"), "answers pass")
      #expect(try await !Self.ping(fabric, from: Office.appliance, to: "10.0.1.10"))
      #expect(try await fabric.drops()["inbound near"] == 1)
    }
  }
}
